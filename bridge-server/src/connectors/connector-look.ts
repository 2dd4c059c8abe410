import { CallError } from "../call.ts";
import type { Batch, VendorNews } from "./connector.ts";

/** What happened in a chat since the last look, by `find`; and that one is over that is not there any more. */
export async function lookOn<Seen extends { isOver: boolean }>(
  from: string | null,
  { atFirst, over }: { atFirst: Seen; over: VendorNews },
  find: (seen: Seen) => Promise<{ news: VendorNews[]; next: Seen }>,
): Promise<Batch> {
  const seen = from === null ? atFirst : (JSON.parse(from) as Seen); // as the last look wrote it
  const { news, next } = await find(seen).catch((error: unknown) => {
    if (!(error instanceof CallError && error.kind === "gone")) throw error;
    return { news: seen.isOver ? [] : [over], next: { ...seen, isOver: true } };
  });
  return { news, cursor: JSON.stringify(next) };
}
