import type { ComponentChildren } from "preact";
import type { Trouble } from "../api/api.ts";
import type { Loaded } from "../model/load.ts";

/** What could not be read, and the way to try again. */
export function TroubleNotice({ trouble, retry }: { trouble: Trouble; retry?: () => unknown }) {
  return (
    <div class="notice trouble" role="alert">
      <p>
        {trouble.sentence}
        {retry && trouble.kind === "unreachable" && " Trying again."}
      </p>
      {retry && trouble.kind !== "missing" && (
        <button type="button" onClick={() => void retry()}>
          Try again
        </button>
      )}
    </div>
  );
}

/** A page's or a section's content once it is there. What was read before stays in sight when reading it again has failed. */
export function Shown<Value>({
  loaded,
  retry,
  children,
}: {
  loaded: Loaded<Value>;
  retry(): unknown;
  children: (value: Value) => ComponentChildren;
}) {
  if (loaded.is === "loading") return <Loading />;
  if (loaded.is === "failed") return <TroubleNotice trouble={loaded.trouble} retry={retry} />;
  return (
    <>
      {loaded.trouble && <TroubleNotice trouble={loaded.trouble} retry={retry} />}
      {children(loaded.value)}
    </>
  );
}

/** Shows only after a moment, so that what is quick does not flicker. */
export function Loading() {
  return (
    <p class="loading" role="status">
      Reading…
    </p>
  );
}

export function Empty({ children }: { children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}
