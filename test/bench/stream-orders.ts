// Both servers are given the same orders, write at the same pace, and are measured in the same way.

/** So many messages in every `BEAT_MS`, to conversations taken at random: 1,000 a second. */
const BEAT_MS = 10;
const MESSAGES_A_BEAT = 10;
/** Beats with and without listeners take turns in blocks this long, so that whatever else the machine does falls on both. */
const BLOCK_BEATS = 20;

export type Order = { do: "prepare"; streams: Begun[] } | { do: "collect" } | { do: "write"; messages: number };

/** A conversation that was greeted by its assistant, and is now followed or left alone. */
export interface Begun {
  id: string;
  token: string;
  sharedId: string;
  chat: string;
  isFollowed: boolean;
}

/** Processor time of one message, in microseconds. */
export interface Written {
  toListeners: number;
  toNobody: number;
}

/** What every message says: with its frame, about 400 bytes. */
export const WORDS =
  "Your parcel left our warehouse this morning and should be with you on Thursday, before noon if all goes well. ".repeat(2);

/** Does what it is told. `write` sends so many messages, each to a conversation of its own choice among those with listeners, or those without. */
export function takeOrders({ prepare, write }: Orders): void {
  process.on("message", (order: Order) => void obey(order).then((answer) => process.send?.(answer)));

  async function obey(order: Order): Promise<Written | "done"> {
    switch (order.do) {
      case "prepare":
        prepare(order.streams);
        return "done";
      case "write":
        return inTurns(order.messages, write);
      case "collect":
        await collected();
        return "done";
    }
  }
}

export interface Orders {
  prepare(conversations: Begun[]): void;
  write(messages: number, areFollowed: boolean): Promise<unknown>;
}

async function inTurns(messages: number, write: Orders["write"]): Promise<Written> {
  const aBlock = BLOCK_BEATS * MESSAGES_A_BEAT;
  const spent = { toListeners: 0, toNobody: 0 };
  for (let done = 0; done < messages; done += aBlock) {
    spent.toListeners += await block(() => write(MESSAGES_A_BEAT, true));
    spent.toNobody += await block(() => write(MESSAGES_A_BEAT, false));
  }
  return { toListeners: spent.toListeners / messages, toNobody: spent.toNobody / messages };
}

async function block(beat: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  for (let n = 0; n < BLOCK_BEATS; n++) await Promise.all([beat(), new Promise((done) => setTimeout(done, BEAT_MS))]);
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/** More than once, with a pause, so that what the first one freed is given back to the system. */
async function collected(): Promise<void> {
  for (let times = 0; times < 3; times++) {
    globalThis.gc?.();
    await new Promise((done) => setTimeout(done, 200));
  }
}

export const anyOf = <T>(all: T[]): T => all[Math.floor(Math.random() * all.length)]!; // never empty here
