import { type Signal, signal } from "@preact/signals";
import { type Trouble, troubleOf } from "../api/api.ts";

/** Something that is read from the bridge. What was read last stays, also where reading it again has failed. */
export type Loaded<Value> = { is: "loading" } | { is: "failed"; trouble: Trouble } | { is: "there"; value: Value; trouble: Trouble | null };

export interface Load<Value> {
  state: Signal<Loaded<Value>>;
  /** Reads it (again). Of several at once only the last counts. */
  read(): Promise<void>;
  stop(): void;
}

export function createLoad<Value>(read: (signal: AbortSignal) => Promise<Value>): Load<Value> {
  const state = signal<Loaded<Value>>({ is: "loading" });
  let underWay = new AbortController();

  return {
    state,
    async read() {
      underWay.abort();
      const mine = (underWay = new AbortController());
      try {
        const value = await read(mine.signal);
        if (!mine.signal.aborted) state.value = { is: "there", value, trouble: null };
      } catch (error) {
        if (mine.signal.aborted) return;
        const trouble = troubleOf(error);
        state.value = state.value.is === "there" ? { ...state.value, trouble } : { is: "failed", trouble };
      }
    },
    stop: () => underWay.abort(),
  };
}
