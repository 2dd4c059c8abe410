import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mintToken } from "@baton/bridge-server/http/visitor-token";
import { startBridge, type Running } from "@baton/bridge-server/main";
import type { Entry, ServerMessage } from "@baton/bridge-server/protocol";
import * as fc from "fast-check";
import { Pool } from "undici";
import { describe, expect, test } from "vitest";
import { newPostgresDatabase, noPostgres } from "../engines/lent.ts";
import { seedOf } from "../seed.ts";
import { quietConfig } from "./quiet-config.ts";
import { createVirtualClock } from "./virtual-clock.ts";

// I-16: from any number, on any instance, after any time. RESUME_CURSORS=1000 asks from more of them, 10,000 over
// both stores and all times; RESUME_SEED=123 asks from others.

const SEED = seedOf("RESUME");
const AWAY = { "5 seconds": 5, "2 minutes and 1 second": 121, "10 minutes": 600, "24 hours": 86_400, "7 days": 604_800 };
const CURSORS = Number(process.env["RESUME_CURSORS"] ?? 200);
const AT_ONCE = 16;
/** Entries at first: none but the beginning's, few, and more than are read at once. */
const LENGTHS = [0, 1, 2, 7, 30, 450];

describe.each([
  ["SQLite", null, async () => null],
  ["PostgreSQL", noPostgres, newPostgresDatabase],
])("on %s", (_, absent, database) => {
  test.skipIf(absent !== null)(
    `I-16 whoever comes back after seconds or days, to any instance, from any number, gets the rest without a gap, or everything again (seed ${SEED})`,
    { timeout: 240_000 },
    async () => {
      await using shop = await open(await database());
      const conversations = await Promise.all(LENGTHS.map(shop.begin));
      for (const [away, seconds] of Object.entries(AWAY)) {
        await shop.pass(seconds * 1_000);
        for (const conversation of conversations) await shop.happens(conversation, 3);
        const lists = await Promise.all(conversations.map(shop.list));
        const questions = fc.sample(question, { seed: SEED + seconds, numRuns: CURSORS }).values();
        const wrong: unknown[] = [];
        await Promise.all(
          Array.from({ length: AT_ONCE }, async () => {
            for (const { which, share, ahead, instance, isStream } of questions) {
              const list = lists[which]!; // one for each conversation
              const after = ahead === 0 ? Math.round(share * list.length) : list.length + ahead;
              const due = ahead === 0 ? list.slice(after) : list;
              // With nothing to say, an answer in JSON is held; that it comes is another test's.
              const heard = await shop.ask(conversations[which]!, {
                after,
                instance,
                isStream: isStream || due.length === 0,
                count: due.length,
              });
              const isRight = heard.lastSeq === list.length && JSON.stringify(heard.entries) === JSON.stringify(due);
              if (!isRight) wrong.push({ away, after, of: list.length, isStream, heard });
            }
          }),
        );
        expect(wrong.slice(0, 3)).toEqual([]);
      }
    },
  );
});

const question = fc.record({
  which: fc.oneof(
    { weight: 30, arbitrary: fc.nat({ max: LENGTHS.length - 2 }) },
    { weight: 1, arbitrary: fc.constant(LENGTHS.length - 1) },
  ),
  share: fc.double({ min: 0, max: 1, noNaN: true }),
  /** Beyond the end, as after a backup was put back. */
  ahead: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 1_000_000 }) }),
  instance: fc.nat({ max: 1 }),
  isStream: fc.nat({ max: 4 }).map((n) => n === 0), // each is a connection of its own
});

const nextTurn = () => new Promise<void>((done) => setImmediate(done));

interface Begun {
  key: { site: string; id: string };
  token: string;
}

/** Two bridges on one database, or one on a file that is another after each pause, on a clock that is turned. */
async function open(database: string | null) {
  const clock = createVirtualClock(new Date("2026-11-23T10:00:00Z"));
  const data = mkdtempSync(join(tmpdir(), "baton-resume-"));
  const config = quietConfig(data, database);
  let bridges: Running[] = [];
  let pools: Pool[] = [];
  let facts = 0;
  await start();

  return {
    async begin(length: number): Promise<Begun> {
      const key = { site: "shop", id: `conversation-of-${length}` };
      const { token, ...kept } = mintToken(clock.now());
      const visitor = { language: null, page: null };
      await bridges[0]!.bridge.happened(key, "began", {
        type: "conversation_began",
        sharedId: "shared",
        token: kept,
        visitor,
        greet: false,
      });
      await happens({ key, token }, length);
      return { key, token };
    },
    happens,
    list: ({ key }: Begun) => bridges[0]!.bridge.entriesAfter(key, 0) as Promise<Entry[]>, // no operator ends any of these
    async pass(ms: number): Promise<void> {
      await stop();
      await clock.jump(ms, async () => {});
      await start();
    },
    async ask(
      { key, token }: Begun,
      { after, instance, isStream, count }: { after: number; instance: number; isStream: boolean; count: number },
    ) {
      const headers = { authorization: `Bearer ${token}`, accept: isStream ? "text/event-stream" : "application/json" };
      const pool = pools[instance % pools.length]!; // within the list
      const { statusCode, body } = await pool.request({
        path: `/v1/conversations/${key.id}/entries?after=${after}`,
        method: "GET",
        headers,
      });
      if (statusCode !== 200) throw new Error(`${statusCode} ${await body.text()}`);
      const messages = isStream ? await streamed(body, count) : ((await body.json()) as { messages: ServerMessage[] }).messages; // as protocol.ts says
      const [hello] = messages;
      const entries = messages.flatMap((message) => (message.type === "entry" ? [message.entry] : []));
      // In JSON, a long list comes in parts: what follows is asked for as the widget does.
      if (!isStream && entries.length > 0 && entries.length < count)
        entries.push(
          ...(
            await this.ask({ key, token }, { after: entries.at(-1)!.seq, instance: instance + 1, isStream, count: count - entries.length })
          ).entries,
        );
      return { lastSeq: hello?.type === "hello" ? hello.lastSeq : null, entries };
    },
    async [Symbol.asyncDispose]() {
      await stop();
      rmSync(data, { recursive: true, force: true });
    },
  };

  async function happens({ key }: Begun, count: number): Promise<void> {
    const rated = Array.from({ length: count }, () => ({
      id: `${facts++}`,
      fact: { type: "rated" as const, score: (facts % 5) + 1, comment: null },
    }));
    await Promise.all(rated.map(({ id, fact }, index) => bridges[index % bridges.length]!.bridge.happened(key, id, fact)));
  }
  async function start(): Promise<void> {
    bridges = [];
    for (let n = 0; n < (database === null ? 1 : 2); n++) bridges.push(await startBridge(config, { clock, log: () => {} }));
    pools = bridges.map(({ url }) => new Pool(url, { connections: AT_ONCE }));
  }
  async function stop(): Promise<void> {
    await Promise.all(pools.map((pool) => pool.destroy()));
    const over = Promise.all(bridges.map((bridge) => bridge.stop())).then(() => true);
    while (!(await Promise.race([over, nextTurn().then(() => false)]))) await clock.pass(100, nextTurn);
  }
}

async function streamed(body: AsyncIterable<Buffer> & { destroy(): unknown }, count: number): Promise<ServerMessage[]> {
  const messages: ServerMessage[] = [];
  let rest = "";
  for await (const bytes of body) {
    const events = (rest + bytes.toString()).split("\n\n");
    rest = events.pop() ?? "";
    for (const event of events) messages.push(JSON.parse(/^data: (.*)$/m.exec(event)![1]!) as ServerMessage); // no heartbeat comes while time stands still
    if (messages.length > count) break;
  }
  return messages;
}
