import { CallError } from "../call.ts";
import { wallTime } from "../clock.ts";
import type { Line } from "./connector.ts";

/** Vendors' searches know a little late what was made, and none says how much. This is ours: a visitor waits that much longer where an attempt broke off, and is there once. */
const SEARCH_LAG_MS = 10_000;

/** Where an earlier attempt may have made what a search did not find: throws "too_fast" until the search must know of it. */
export function waitForSearch(vendor: string, begunAt: Date): void {
  const ageMs = wallTime().getTime() - begunAt.getTime();
  if (ageMs < 0 || ageMs >= SEARCH_LAG_MS) return;
  const answer = { status: 200, headers: {}, excerpt: "", retryAfterMs: SEARCH_LAG_MS - ageMs };
  throw new CallError("too_fast", `${vendor}: what an earlier attempt has begun may not be in the search yet`, { answer });
}

/**
 * Which of what the visitor has said lately may be this line, where a platform keeps no name of ours. Lines go one after another: the newest
 * is this one, or this one has not arrived. But what is more than half as long as a line can be there may be a part of a longer one,
 * whose next part has followed.
 */
export function maybeSaid<Said>({ text }: Line, longest: number, lately: Said[]): Said[] {
  return text.length > longest / 2 ? lately : lately.slice(-1);
}

/** Does it, unless what it is done to is over already. */
export async function unlessGone(doIt: () => Promise<unknown>): Promise<void> {
  await doIt().catch((error: unknown) => {
    if (!(error instanceof CallError && error.kind === "gone")) throw error;
  });
}
