import { type Signal, signal } from "@preact/signals";
import { type Trouble, troubleOf } from "../api/api.ts";
import type { Clock } from "../clock.ts";

/** Something that is read from the bridge. What was read last stays, also where reading it again has failed. */
export type Loaded<Value> = { is: "loading" } | { is: "failed"; trouble: Trouble } | { is: "there"; value: Value; trouble: Trouble | null };

export interface Load<Value> {
  state: Signal<Loaded<Value>>;
  /** Reads it (again). Of several at once only the last counts. */
  read(): Promise<void>;
  stop(): void;
}

const TRY_AGAIN_MS = 4_000;

/** What cannot be read because the bridge is away is read when it is back. */
export function createLoad<Value>(clock: Clock, read: (signal: AbortSignal) => Promise<Value>): Load<Value> {
  let cancelRetry = () => {};
  const state = signal<Loaded<Value>>({ is: "loading" });
  let underWay = new AbortController();

  return {
    state,
    read: readNow,
    stop() {
      cancelRetry();
      underWay.abort();
    },
  };

  async function readNow(): Promise<void> {
    cancelRetry();
    underWay.abort();
    const mine = (underWay = new AbortController());
    try {
      const value = await read(mine.signal);
      if (!mine.signal.aborted) state.value = { is: "there", value, trouble: null };
    } catch (error) {
      if (mine.signal.aborted) return;
      const trouble = troubleOf(error);
      state.value = state.value.is === "there" ? { ...state.value, trouble } : { is: "failed", trouble };
      if (trouble.kind === "unreachable") cancelRetry = clock.after(TRY_AGAIN_MS, () => void readNow());
    }
  }
}
