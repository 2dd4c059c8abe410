import type { Pages } from "../model/pages.ts";
import { TroubleNotice } from "./Notice.tsx";

/** The way to what came before, one page at a time. */
export function Older<Row>({ pages }: { pages: Pick<Pages<Row>, "older" | "hasOlder" | "readOlder"> }) {
  const older = pages.older.value;
  return (
    <>
      {typeof older === "object" && <TroubleNotice trouble={older} />}
      {pages.hasOlder.value && (
        <button type="button" class="older" disabled={older === "reading"} onClick={() => void pages.readOlder()}>
          {older === "reading" ? "Reading…" : "Older"}
        </button>
      )}
    </>
  );
}
