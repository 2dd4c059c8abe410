import { signal } from "@preact/signals";
import type { Clock } from "../clock.ts";
import type { ListedHandoff } from "./answers.ts";

/** The bridge's heartbeat comes every fifteen seconds. */
const SILENT_AFTER_MS = 40_000;
const LONGEST_PAUSE_MS = 15_000;

/** A browser's EventSource, as far as it is needed. */
export interface Source {
  addEventListener(type: string, hear: (event: { data?: string }) => void): void;
  close(): void;
}

/** Every handoff that changes, as it changes, on any bridge. */
export type Changes = ReturnType<typeof createChanges>;

/**
 * Opens the stream again whenever it breaks or falls silent, from the last change that was heard, so that none is missed. `lost` is called
 * each time, because an EventSource does not tell why it failed.
 */
export function createChanges({ open, clock, lost }: { open(url: string): Source; clock: Clock; lost(): void }) {
  const state = signal<"closed" | "opening" | "live" | "lost">("closed");
  /** Moved on when numbers have begun anew, as after a backup was put back: whatever was read before has to be read again. */
  const epoch = signal(0);
  const listeners = new Set<(changed: ListedHandoff) => void>();
  let last = 0;
  let failures = 0;
  let source: Source | null = null;
  let cancel = () => {};
  let stopWaking = () => {};

  return {
    state,
    epoch,
    listen(hear: (changed: ListedHandoff) => void): () => void {
      listeners.add(hear);
      return () => void listeners.delete(hear);
    },
    /** Tells of what changes after the change of that number. Does nothing while the stream is open. */
    begin(after: number): void {
      if (state.value !== "closed") return;
      last = after;
      stopWaking = clock.onWake(() => state.value === "lost" && connect());
      connect();
    },
    end(): void {
      cancel();
      stopWaking();
      source?.close();
      source = null;
      failures = 0;
      state.value = "closed";
    },
  };

  function connect(): void {
    cancel();
    source?.close();
    if (state.value !== "lost") state.value = "opening"; // lost until it is back
    const opened = open(`/v1/handoffs/events?after=${last}`);
    source = opened;
    awaitLife();
    const on = (type: string, hear: (data: string) => void) =>
      opened.addEventListener(type, ({ data = "" }) => {
        if (source !== opened) return;
        if (type !== "error") isAlive();
        hear(data);
      });
    on("open", () => {});
    on("still_here", () => {});
    on("restarted", () => {
      last = 0;
      epoch.value++;
    });
    on("message", (data) => {
      const changed = JSON.parse(data) as ListedHandoff; // of the same build as this page
      last = Math.max(last, changed.change);
      for (const hear of listeners) hear(changed);
    });
    on("error", lose);
  }

  function isAlive(): void {
    failures = 0;
    state.value = "live";
    awaitLife();
  }

  function awaitLife(): void {
    cancel();
    cancel = clock.after(SILENT_AFTER_MS, lose);
  }

  function lose(): void {
    cancel();
    source?.close();
    source = null;
    state.value = "lost";
    cancel = clock.after(Math.min(LONGEST_PAUSE_MS, 500 * 2 ** failures++), connect);
    lost();
  }
}
