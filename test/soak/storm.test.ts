import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mintToken } from "@baton/bridge-server/http/visitor-token";
import { startBridge } from "@baton/bridge-server/main";
import type { Store } from "@baton/bridge-server/store/store";
import { expect, onTestFinished, test } from "vitest";
import type { Clock } from "../../widget/src/connection/clock.ts";
import { createConnection } from "../../widget/src/connection/connection.ts";
import { quietConfig } from "../journeys/quiet-config.ts";

const CLIENTS = 1_000;
const BACK_WITHIN_MS = 30_000;
const LOOKS_EACH = 1.2;

test(`F32 ${CLIENTS} widgets that are cut off in one moment come back one by one, each for one look at the store, and nobody is refused`, async () => {
  const shop = await openShop();
  const clients = await shop.begin(CLIENTS);
  const network = createNetwork(shop.url);
  const back: number[] = [];
  let cutAt = 0;
  let isBack = () => {};
  for (const { conversation, token, entries } of clients) {
    let heard = 0;
    const stop = createConnection("https://bridge.example", network.fetch, realClock).follow(
      { conversation, token },
      {
        after: () => heard,
        hear(message) {
          if (message.type === "entry") heard = message.entry.seq;
          const isDone = cutAt > 0 ? message.type === "hello" : heard === entries;
          if (!isDone) return;
          back.push(performance.now() - cutAt);
          if (back.length === CLIENTS) isBack();
        },
        startAgain: () => expect.unreachable("nothing was lost"),
        reachable: () => {},
        over: (code) => expect.unreachable(`told ${code}`),
      },
    );
    onTestFinished(stop);
  }
  await everybody();

  const looksBefore = shop.looks();
  cutAt = performance.now();
  network.cut();
  await everybody();

  back.sort((a, b) => a - b);
  const at = (share: number) => back[Math.floor(share * (CLIENTS - 1))]!; // as many as there are clients
  const looks = (shop.looks() - looksBefore) / CLIENTS;
  console.log(`back after ${at(0).toFixed(0)} to ${at(1).toFixed(0)} ms; ${looks.toFixed(2)} looks at the store each`);
  expect(at(1)).toBeLessThan(BACK_WITHIN_MS);
  expect(at(0.95) - at(0.05)).toBeGreaterThan(200);
  expect(looks).toBeLessThanOrEqual(LOOKS_EACH);
  expect([...network.statuses]).toEqual([[200, 2 * CLIENTS]]);

  async function everybody(): Promise<void> {
    if (back.length < CLIENTS) await new Promise<void>((done) => (isBack = done));
    if (cutAt === 0) back.length = 0;
  }
});

const realClock: Clock = {
  now: Date.now,
  random: Math.random,
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  onWake: () => () => {},
};

/** The way from widgets to a bridge. It can be cut, for everybody at once. */
function createNetwork(url: string) {
  const statuses = new Map<number, number>();
  let cutting = new AbortController();
  return {
    statuses,
    async fetch(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
      const { pathname, search } = new URL(String(input));
      const signal = AbortSignal.any([cutting.signal, ...(init.signal ? [init.signal] : [])]);
      const response = await fetch(url + pathname + search, { ...init, signal });
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
      return response;
    },
    cut(): void {
      const cut = cutting;
      cutting = new AbortController();
      cut.abort();
    },
  };
}

/** A bridge that counts how often its store is asked for something. */
async function openShop() {
  const data = mkdtempSync(join(tmpdir(), "baton-storm-"));
  const config = quietConfig(data);
  let looks = 0;
  const counting = (store: Store): Store => ({
    ...store,
    read: (...asked) => (looks++, store.read(...asked)),
    find: (...asked) => (looks++, store.find(...asked)),
    notes: (...asked) => (looks++, store.notes(...asked)),
    resume: (...asked) => (looks++, store.resume(...asked)),
    entriesAfter: (...asked) => (looks++, store.entriesAfter(...asked)),
    record: (...asked) => (looks++, store.record(...asked)),
  });
  const running = await startBridge(config, { log: () => {}, between: counting });
  onTestFinished(async () => {
    await running.stop();
    rmSync(data, { recursive: true, force: true });
  });

  return {
    url: running.url,
    looks: () => looks,
    begin: (count: number) => Promise.all(Array.from({ length: count }, (_, index) => begin(`conversation-${index}`))),
  };

  async function begin(id: string) {
    const key = { site: "shop", id };
    const { token, ...kept } = mintToken(new Date());
    const visitor = { language: null, page: null };
    await running.bridge.happened(key, "began", { type: "conversation_began", sharedId: id, token: kept, visitor, greet: false });
    await running.bridge.happened(key, "rated", { type: "rated", score: 5, comment: null });
    return { conversation: id, token, entries: 1 };
  }
}
