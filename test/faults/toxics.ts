import type { Socket } from "node:net";
import { pause, type Clock } from "@baton/bridge-server/clock";

/** The eighth, `down`, is not done to bytes but to the proxy: it refuses. */
export type Toxic =
  | { type: "latency"; ms: number; jitterMs?: number }
  | { type: "bandwidth"; bytesPerSecond: number }
  /** Bytes flow, the end comes late. */
  | { type: "slow_close"; ms: number }
  /** Nothing gets through; after `ms` the connection is closed, with 0 never. */
  | { type: "timeout"; ms: number }
  /** After `ms` the connection is reset. */
  | { type: "reset_peer"; ms: number }
  | { type: "slicer"; bytes: number; gapMs?: number }
  /** So much gets through, then the connection is closed. */
  | { type: "limit_data"; bytes: number };

/** One direction of one connection: passes bytes on in order, through whatever has been put in its way. */
export interface Sending {
  add(id: number, toxic: Toxic): void;
  remove(id: number): void;
  send(chunk: Buffer): void;
  /** Sends this, and says when the system has it. */
  last(chunk: Buffer, sent: () => void): void;
  end(): void;
  stop(): void;
}

export function createSending(to: Socket, { clock, random, reset }: { clock: Clock; random: () => number; reset: () => void }): Sending {
  const toxics = new Map<number, Toxic>();
  const passed = new Map<number, number>();
  const stopping = new AbortController();
  const { signal } = stopping;
  let line = Promise.resolve();
  /** Waits while nothing gets through; a change of toxics wakes it. */
  let wake = () => {};

  return {
    add(id, toxic) {
      toxics.set(id, toxic);
      if (toxic.type === "reset_peer")
        void pause(clock, toxic.ms, signal).then(() => toxics.get(id) === toxic && !signal.aborted && reset());
      if (toxic.type === "timeout" && toxic.ms > 0)
        void pause(clock, toxic.ms, signal).then(() => toxics.get(id) === toxic && !signal.aborted && to.destroy());
    },
    remove(id) {
      toxics.delete(id);
      passed.delete(id);
      wake();
    },
    send: (chunk) => next(() => pass(chunk)),
    last: (chunk, sent) =>
      next(() => new Promise<void>((done) => (chunk.length === 0 ? done() : void to.write(chunk, () => done()))), sent),
    end: () =>
      next(async () => {
        await open();
        const late = first("slow_close");
        if (late) await pause(clock, late.ms, signal);
        if (!signal.aborted) to.end();
      }),
    stop() {
      stopping.abort();
      wake();
    },
  };

  function next(work: () => Promise<void>, after?: () => void): void {
    const before = line;
    line = doNext();
    async function doNext(): Promise<void> {
      await before;
      if (signal.aborted) return;
      await work();
      after?.();
    }
  }

  async function pass(chunk: Buffer): Promise<void> {
    await open();
    const latency = first("latency");
    if (latency) await pause(clock, latency.ms + (random() * 2 - 1) * (latency.jitterMs ?? 0), signal);
    const slicer = first("slicer");
    for (let from = 0; from < chunk.length;) {
      const size = slicer ? Math.max(1, Math.round(slicer.bytes * (0.5 + random()))) : chunk.length;
      const slice = chunk.subarray(from, from + size);
      from += size;
      const bandwidth = first("bandwidth");
      if (bandwidth) await pause(clock, (slice.length / bandwidth.bytesPerSecond) * 1_000, signal);
      if (signal.aborted || !(await write(slice))) return;
      if (slicer?.gapMs && from < chunk.length) await pause(clock, slicer.gapMs, signal);
    }
  }

  /** `false`: a limit was reached, and this was the last. */
  async function write(slice: Buffer): Promise<boolean> {
    for (const [id, toxic] of toxics) {
      if (toxic.type !== "limit_data") continue;
      const so = passed.get(id) ?? 0;
      passed.set(id, so + slice.length);
      if (so + slice.length < toxic.bytes) continue;
      to.end(slice.subarray(0, toxic.bytes - so), () => to.destroy());
      return false;
    }
    if (to.destroyed || to.writableEnded) return false;
    if (!to.write(slice)) await new Promise<void>((done) => void to.once("drain", done).once("close", done));
    return true;
  }

  async function open(): Promise<void> {
    while (first("timeout") && !signal.aborted) await new Promise<void>((done) => (wake = done));
  }

  function first<T extends Toxic["type"]>(type: T): Extract<Toxic, { type: T }> | undefined {
    for (const toxic of toxics.values()) if (toxic.type === type) return toxic as Extract<Toxic, { type: T }>; // its type was just compared
    return undefined;
  }
}
