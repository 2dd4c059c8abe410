import type { Clock } from "../../widget/src/connection/clock.ts";
import { createConnection } from "../../widget/src/connection/connection.ts";
import { type Conversation, createConversation } from "../../widget/src/conversation/conversation.ts";
import { bearKeeping } from "../../widget/src/conversation/kept-page.ts";
import { createMemory } from "../../widget/src/conversation/memory.ts";
import { createTestStorage } from "../../widget/src/conversation/test-storage.ts";
import { createTabBridge } from "./tab-bridge.ts";

/** One page of the browser. */
export interface Tab {
  name: string;
  chat: Conversation;
  /** Asleep it runs nothing: what arrives waits. */
  isAsleep: boolean;
  /** Put away with its page, to be shown again as it was. */
  isKept: boolean;
  putAway(): void;
  bringBack(): void;
  /** What it is told of the lock, in its order. */
  ofLocks(run: () => void): void;
}

/** What waits for its turn: one after the other, in the order of its sort. `tab`: in whose page it happens, `null` on the way or at the bridge. */
export interface Lane {
  tab: Tab | null;
  what: string;
  tasks: (() => void)[];
}

/**
 * A browser with several tabs of one site, and the bridge they speak with. Nothing happens by itself: all that is on its way, between tabs, from
 * timers, to the bridge and back, waits in a lane, and `random` chooses at each step whose first comes next. It takes the place of the globals by
 * which tabs meet: see `globals`.
 */
export function createTabWorld(random: () => number) {
  const lanes = new Set<Lane>();
  const storage = createTestStorage();
  const journal: string[] = [];
  const tabs: Tab[] = [];
  let timers: { at: number; tab: Tab; run: () => void }[] = [];
  let now = 1_000_000;
  let here: Tab | null = null;
  let opened = 0;
  const channels = new Set<{ tab: Tab; name: string; hear(data: unknown): void }>();
  const line: Standing[] = []; // who has asked for the lock; the first has it
  const bridge = createTabBridge({ lane, chance: random });

  return {
    tabs,
    journal,
    bridge,
    globals: { BroadcastChannel: openChannel, navigator: { locks: { request } } },

    async open(): Promise<void> {
      const tab = { name: String.fromCodePoint(65 + opened++), isAsleep: false, isKept: false } as Tab; // the rest follows at once
      tab.ofLocks = lane(tab, "is told of the lock");
      tabs.push(tab);
      await inside(tab, "opens", () => {
        const memory = createMemory("shop", () => storage);
        const clock = clockOf(tab);
        tab.chat = createConversation({
          site: "shop",
          connection: createConnection("https://bridge.example", bridge.fetchOf(tab), clock),
          memory,
          clock,
          language: "en",
          page: () => ({ url: "https://shop.example/", title: "Shop" }),
        });
        bearKeeping({ onKept: (putAway, bringBack) => Object.assign(tab, { putAway, bringBack }) }, memory, tab.chat);
      });
    },
    /** With its page, which may be told or not. */
    async close(tab: Tab, isTold: boolean): Promise<void> {
      if (isTold) await inside(tab, "closes", tab.chat.close);
      else journal.push(`${tab.name} is gone`);
      tabs.splice(tabs.indexOf(tab), 1);
      timers = timers.filter((timer) => timer.tab !== tab);
      for (const channel of channels) if (channel.tab === tab) channels.delete(channel);
      for (const asked of line.filter((asked) => asked.tab === tab)) leaveLine(asked);
      for (const lane of lanes) if (lane.tab === tab) lanes.delete(lane);
      bridge.hangUp(tab);
    },
    inside,
    /** Lets the next thing happen; `false` if nothing waits. */
    async step(): Promise<boolean> {
      const ready = [...lanes].filter(({ tab }) => !tab?.isAsleep);
      const next = ready[Math.floor(random() * ready.length)];
      if (!next) return false;
      const run = next.tasks.shift()!; // a lane without tasks is not kept
      if (next.tasks.length === 0) lanes.delete(next);
      await inside(next.tab, next.what, run);
      return true;
    },
    /** Until the next timer is due, at most so long. */
    pass(mostMs: number): void {
      const due = Math.min(now + mostMs, ...timers.map(({ at }) => at));
      journal.push(`${due - now} ms pass`);
      now = due;
      for (const timer of timers.filter(({ at }) => at <= now)) {
        timers.splice(timers.indexOf(timer), 1);
        lane(timer.tab, "timer")(timer.run);
      }
    },
  };

  async function inside(tab: Tab | null, what: string, run: () => void): Promise<void> {
    journal.push(`${tab?.name ?? "-"} ${what}`);
    here = tab;
    run();
    for (let turn = 0; turn < 4; turn += 1) await new Promise(setImmediate); // all that waits for nothing but its turn
    here = null;
  }

  /** Where things wait that come in their order: returns how to add one. */
  function lane(tab: Tab | null, what: string): (run: () => void) => void {
    const own: Lane = { tab, what, tasks: [] };
    return (run) => {
      if (tab && !tabs.includes(tab)) return;
      own.tasks.push(run);
      lanes.add(own);
    };
  }

  function clockOf(tab: Tab): Clock {
    return {
      now: () => now,
      random,
      after(ms, run) {
        let isCancelled = false;
        const timer = { at: now + ms, tab, run: () => isCancelled || run() };
        timers.push(timer);
        return () => {
          isCancelled = true;
          timers = timers.filter((other) => other !== timer);
        };
      },
      onWake: () => () => {},
    };
  }

  function openChannel(name: string) {
    const tab = here!; // channels are opened by a tab's own code
    const post = lane(tab, "hears a tab");
    const listeners: ((event: { data: unknown }) => void)[] = [];
    const own = { tab, name, hear: (data: unknown) => post(() => channels.has(own) && listeners.forEach((listen) => listen({ data }))) };
    channels.add(own);
    return {
      addEventListener: (_: "message", listen: (event: { data: unknown }) => void) => void listeners.push(listen),
      postMessage(data: unknown): void {
        for (const other of channels) if (other !== own && other.name === name) other.hear(structuredClone(data));
      },
      close: () => void channels.delete(own),
    };
  }

  function request(
    _: string,
    { steal = false, signal }: { steal?: boolean; signal?: AbortSignal },
    use: () => Promise<void>,
  ): Promise<void> {
    const tab = here!; // as above
    const post = tab.ofLocks;
    return new Promise((resolve, reject) => {
      const refuse = (): void => reject(new DOMException("no lock", "AbortError"));
      const asked: Standing = {
        tab,
        give: () =>
          post(() => {
            if (!line.includes(asked)) return;
            asked.hasIt = true;
            void use().then(() => (leaveLine(asked), resolve()));
          }),
        lose: () => post(refuse),
        hasIt: false,
      };
      signal?.addEventListener("abort", () => {
        if (asked.hasIt || !line.includes(asked)) return;
        leaveLine(asked);
        refuse();
      });
      if (signal?.aborted) return refuse();
      if (steal) line.shift()?.lose();
      line[steal ? "unshift" : "push"](asked);
      if (line[0] === asked) asked.give();
    });
  }

  function leaveLine(asked: Standing): void {
    const place = line.indexOf(asked);
    if (place === -1) return;
    line.splice(place, 1);
    if (place === 0) line[0]?.give();
  }
}

interface Standing {
  tab: Tab;
  hasIt: boolean;
  give(): void;
  lose(): void;
}
