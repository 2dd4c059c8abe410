import { pause, type Clock } from "../clock.ts";
import type { Store } from "../store/store.ts";

/** Whether this bridge should be sent visitors now, and what speaks against it. Holds nothing that must not be seen (T50). */
export interface Readiness {
  ready: boolean;
  store: { reads: Verdict; writes: Verdict };
  draining: boolean;
}
export type Verdict = "ok" | "slow" | "failing";

const WITHIN_MS = 1_000;
/** Whoever asks more often is told the same again: being asked must not be work. */
const HOLDS_FOR_MS = 1_000;

/** Asks the store to read and to write, within a second. */
export function createReadiness({ store, clock, isDraining }: { store: Store; clock: Clock; isDraining(): boolean }) {
  let latest: { at: number; tried: Promise<Readiness["store"]> } | null = null;
  return async (): Promise<Readiness> => {
    const at = clock.now().getTime();
    if (!latest || at - latest.at >= HOLDS_FOR_MS) latest = { at, tried: tryStore() };
    const tried = await latest.tried;
    const draining = isDraining();
    return { ready: !draining && tried.reads === "ok" && tried.writes === "ok", store: tried, draining };
  };

  async function tryStore(): Promise<Readiness["store"]> {
    const [reads, writes] = await Promise.all([inTime(() => store.read({ site: "", id: "" })), inTime(() => store.probe())]);
    return { reads, writes };
  }

  async function inTime(ask: () => Promise<unknown>): Promise<Verdict> {
    const over = new AbortController();
    const answer = ask().then(
      (): Verdict => "ok",
      (): Verdict => "failing", // why is in the log of whoever met it at work
    );
    return Promise.race([answer, pause(clock, WITHIN_MS, over.signal).then((): Verdict => "slow")]).finally(() => over.abort());
  }
}
