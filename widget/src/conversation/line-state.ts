import { isFinal, type RefusalCode } from "../connection/refusal.ts";

/** How far a line has come: `sent` only once the bridge has it. A refused line may still be tried again by itself: see `isSetAside`. */
export type LineState = "sending" | "sent" | Refused;

/** `afterMs`: not before that, where the bridge has said so. */
export interface Refused {
  refused: RefusalCode;
  afterMs: number;
}

const setAside = new Set<RefusalCode>(["invalid", "too_large", "conflict", "ended", "too_much_today"]);

/** Whether this line lets those behind it pass, because trying it again would not help. All others keep their place and are tried again. */
export function isSetAside(code: RefusalCode): boolean {
  return setAside.has(code) || isFinal(code);
}

/** Whether it waits for the way to the bridge, and then goes by itself. */
export function isWaiting(state: LineState): boolean {
  return isRefused(state) && state.refused !== "too_fast" && !isSetAside(state.refused);
}

export function isRefused(state: LineState): state is Refused {
  return typeof state === "object";
}
