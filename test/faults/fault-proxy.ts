import { createConnection, createServer, type AddressInfo, type Socket } from "node:net";
import { systemClock, type Clock } from "@baton/bridge-server/clock";
import { createSending, type Sending, type Toxic } from "./toxics.ts";

export type Direction = "up" | "down";

export interface FaultProxyOptions {
  to: { host: string; port: number };
  clock?: Clock;
  /** The same seed, the same choices. */
  seed?: number;
}

/** What is done to connections: each toxic to one direction, or to both, and only to some of them if `probability` says so. */
export type Poison = Toxic & { direction?: Direction | "both"; probability?: number };

/** A TCP connection's way through trouble. What is put in holds for open connections too; what is taken out, from the next byte on. */
export async function startFaultProxy({ to, clock = systemClock, seed = 1 }: FaultProxyOptions) {
  const random = seeded(seed);
  const poisons = new Map<number, Poison>();
  const links = new Set<Link>();
  const cuts: Cut[] = [];
  let isDown = false;
  let last = 0;

  const server = createServer({ allowHalfOpen: true }, (client) => {
    if (isDown) return void client.resetAndDestroy();
    connect(client);
  });
  await listen(server, 0);
  const { port } = server.address() as AddressInfo; // a TCP server that listens has one

  return {
    port,
    /** Puts one toxic in, and says how to take it out again. */
    add(poison: Poison): () => void {
      const id = ++last;
      poisons.set(id, poison);
      for (const link of links) link.take(id, poison);
      return () => {
        poisons.delete(id);
        for (const link of links) link.drop(id);
      };
    },
    /** Cuts every connection and refuses new ones, until `up`. */
    down(): void {
      isDown = true;
      cutAll();
    },
    up(): void {
      isDown = false;
    },
    /** Cuts the next connection that has carried so many bytes that way; not one more gets through. Resolves when it has. */
    cutAfterBytes: (bytes: number, direction: Direction = "up"): Promise<void> => cut({ direction, bytes, match: null }),
    /** Lets through up to what `match` finds, and cuts before any answer to it: whoever sent it cannot know what came of it. */
    cutAfter: (match: (seen: Buffer) => number | null, direction: Direction = "up"): Promise<void> =>
      cut({ direction, bytes: null, match }),
    /** PostgreSQL gets a COMMIT whole, and whoever sent it gets no answer. */
    cutAfterCommit: (): Promise<void> => cut({ direction: "up", bytes: null, match: endOfCommit }),
    cutAll,
    get connections(): number {
      return links.size;
    },
    async close(): Promise<void> {
      const closed = new Promise<void>((done) => server.close(() => done()));
      cutAll();
      await closed;
    },
  };

  function connect(client: Socket): void {
    const upstream = createConnection({ ...to, allowHalfOpen: true });
    const reset = () => {
      links.delete(link);
      ways.up.stop();
      ways.down.stop();
      client.resetAndDestroy();
      upstream.resetAndDestroy();
    };
    const ways = { up: createSending(upstream, { clock, random, reset }), down: createSending(client, { clock, random, reset }) };
    const link: Link = {
      take(id, poison) {
        for (const direction of ["up", "down"] as const) {
          const isMeant = (poison.direction ?? "both") === "both" || poison.direction === direction;
          if (isMeant && random() < (poison.probability ?? 1)) ways[direction].add(id, poison);
        }
      },
      drop(id) {
        ways.up.remove(id);
        ways.down.remove(id);
      },
      reset,
    };
    links.add(link);
    for (const [id, poison] of poisons) link.take(id, poison);
    carry(client, ways.up, "up", upstream);
    carry(upstream, ways.down, "down", client);
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true);
      socket.on("error", reset);
      socket.on("close", () => {
        if (client.destroyed && upstream.destroyed) links.delete(link);
      });
    }
  }

  /** Reads one side, and looks for whatever a cut waits for before anything is passed on. */
  function carry(from: Socket, way: Sending, direction: Direction, other: Socket): void {
    let count = 0;
    let seen: Buffer = Buffer.alloc(0);
    from.on("data", (chunk: Buffer) => {
      seen = cuts.some(({ match }) => match !== null) ? Buffer.concat([seen, chunk]).subarray(-LOOK_BACK) : Buffer.alloc(0);
      for (const one of cuts) {
        if (one.direction !== direction) continue;
        const end = one.bytes !== null ? one.bytes - count : endInChunk(one.match, seen, chunk);
        if (end === null || end > chunk.length) continue;
        cuts.splice(cuts.indexOf(one), 1);
        from.pause();
        other.removeAllListeners("data"); // the answer to this must not get through, however fast it comes
        other.resume();
        way.last(chunk.subarray(0, Math.max(0, end)), () => {
          from.resetAndDestroy();
          other.end(); // in peace: a reset could overtake what was just sent
          one.done();
        });
        return;
      }
      count += chunk.length;
      way.send(chunk);
    });
    from.on("end", () => way.end());
  }

  function cut(what: Pick<Cut, "direction" | "bytes" | "match">): Promise<void> {
    return new Promise((done) => cuts.push({ ...what, done }));
  }

  function cutAll(): void {
    for (const link of links) link.reset();
  }
}

/** How much of what went before is kept for `match`: a statement that came in pieces is found all the same. */
const LOOK_BACK = 64 * 1024;

function endInChunk(match: Cut["match"], seen: Buffer, chunk: Buffer): number | null {
  const end = match?.(seen) ?? null;
  const start = seen.length - chunk.length;
  return end === null || end <= start ? null : end - start;
}

/**
 * Where the first message ends that makes PostgreSQL commit: a simple Query of COMMIT, or an Execute and the Sync after a Parse of it.
 * A statement outside a transaction commits by itself: for those, say with `cutAfter` which one is meant.
 */
export function endOfCommit(seen: Buffer): number | null {
  const text = seen.toString("latin1");
  const found = /[QP][\0-\xff]{4}(?:[^\0]*\0)?\s*(?:COMMIT|END)\b[^\0]*\0/i.exec(text);
  if (!found) return null;
  const end = found.index + 1 + seen.readInt32BE(found.index + 1);
  if (end > seen.length) return null;
  if (text[found.index] === "Q") return end;
  const sync = text.indexOf("S\0\0\0\x04", end);
  return sync === -1 ? null : sync + 5;
}

/** Good enough to choose by, and the same everywhere (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function listen(server: ReturnType<typeof createServer>, port: number): Promise<void> {
  return new Promise((done, fail) => server.once("error", fail).listen(port, "127.0.0.1", done));
}

interface Link {
  take(id: number, poison: Poison): void;
  drop(id: number): void;
  reset(): void;
}
interface Cut {
  direction: Direction;
  bytes: number | null;
  match: ((seen: Buffer) => number | null) | null;
  done: () => void;
}
