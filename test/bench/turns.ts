import { randomBytes, randomUUID } from "node:crypto";
import { Pool } from "undici";
import { startPostgres } from "../engines/postgres.ts";
import { median, startPart, table, type Part } from "./processes.ts";

const AT_ONCE = [16, 64];
/** Short and many, turn about, so that whatever else the machine does meets both alike. */
const ROUNDS = 9;
const ROUND_MS = 1_200;
const QUESTION = "What is your return policy for things that were opened but not used, and who pays for sending them back? ".padEnd(
  180,
  ".",
);

/** What a turn costs the bridge on either store, durable storage and stream included, beside the barest Node proxy in the same run. */
export async function turnBench() {
  const assistant = await startPart(new URL("turn-parts.ts", import.meta.url), ["assistant"]);
  const raw = await startPart(new URL("turn-parts.ts", import.meta.url), ["proxy", assistant.url]);
  const server = await startPostgres();
  const bridge = await startPart(new URL("bridge-part.ts", import.meta.url), [assistant.url]);
  const onPostgres = await startPart(new URL("bridge-part.ts", import.meta.url), [assistant.url, "", await server.newDatabase()]);
  const results = [];
  try {
    for (const atOnce of AT_ONCE) {
      const visitors = await Promise.all(Array.from({ length: atOnce }, () => beginAt(bridge.url)));
      const others = await Promise.all(Array.from({ length: atOnce }, () => beginAt(onPostgres.url)));
      const proxied = rawTurns(raw.url, atOnce);
      const rounds: { raw: Measured; bridge: Measured; postgres: Measured }[] = [];
      for (let round = 0; round <= ROUNDS; round++) {
        const measured = {
          raw: await measure(raw, proxied.turn, atOnce),
          bridge: await measure(bridge, (n) => visitors[n]!.turn(), atOnce),
          postgres: await measure(onPostgres, (n) => others[n]!.turn(), atOnce),
        };
        if (round > 0) rounds.push(measured); // the first warms everything up
      }
      results.push({
        atOnce,
        rawCpuMicros: median(rounds.map((round) => round.raw.cpuMicros)),
        bridgeCpuMicros: median(rounds.map((round) => round.bridge.cpuMicros)),
        ratio: median(rounds.map((round) => round.bridge.cpuMicros / round.raw.cpuMicros)),
        rawMillis: median(rounds.map((round) => round.raw.millis)),
        bridgeMillis: median(rounds.map((round) => round.bridge.millis)),
        postgresCpuMicros: median(rounds.map((round) => round.postgres.cpuMicros)),
        perSecond: {
          raw: median(rounds.map((round) => round.raw.perSecond)),
          sqlite: median(rounds.map((round) => round.bridge.perSecond)),
          postgres: median(rounds.map((round) => round.postgres.perSecond)),
        },
        postgresToSqlite: median(rounds.map((round) => round.postgres.perSecond / round.bridge.perSecond)),
      });
      await Promise.all([proxied.close(), ...[...visitors, ...others].map((visitor) => visitor.close())]);
    }
  } finally {
    await Promise.all([assistant.stop(), raw.stop(), bridge.stop(), onPostgres.stop()]);
    await server.stop();
  }
  console.log("A turn: the visitor's line to the assistant (20 ms) and its answer back.\n");
  console.log(
    table(
      ["at once", "raw proxy CPU µs", "bridge CPU µs", "ratio", "raw p50 ms", "bridge p50 ms"],
      results.map((row) => [String(row.atOnce), row.rawCpuMicros, row.bridgeCpuMicros, row.ratio, row.rawMillis, row.bridgeMillis]),
    ),
  );
  console.log(
    "\nTurns a second, everything on this machine: PostgreSQL is a server of its own, and its part of the machine is not the bridge's.\n",
  );
  console.log(
    table(
      ["at once", "raw proxy", "SQLite", "PostgreSQL", "PostgreSQL to SQLite", "bridge CPU µs on PostgreSQL"],
      results.map(({ atOnce, perSecond: { raw, sqlite, postgres }, postgresToSqlite, postgresCpuMicros }) => [
        String(atOnce),
        raw,
        sqlite,
        postgres,
        postgresToSqlite,
        postgresCpuMicros,
      ]),
    ),
  );
  console.log(JSON.stringify({ bench: "turns", bar: { ratio: 3 }, results }));
  return results;
}

interface Measured {
  cpuMicros: number;
  millis: number;
  perSecond: number;
}

async function measure(part: Part, turn: (n: number) => Promise<void>, atOnce: number): Promise<Measured> {
  const took: number[] = [];
  const start = performance.now();
  const end = start + ROUND_MS;
  const before = part.cpuSeconds();
  await Promise.all(
    Array.from({ length: atOnce }, async (_, n) => {
      while (performance.now() < end) {
        const began = performance.now();
        await turn(n);
        took.push(performance.now() - began);
      }
    }),
  );
  const seconds = (performance.now() - start) / 1_000;
  return { cpuMicros: ((part.cpuSeconds() - before) * 1e6) / took.length, millis: median(took), perSecond: took.length / seconds };
}

function rawTurns(url: string, connections: number) {
  const pool = new Pool(url, { connections });
  const body = JSON.stringify({ conversation_id: "CONV-1", message: QUESTION });
  const headers = { "content-type": "application/json", "x-api-key": "bench-key", "x-token": "bench-key" };
  return {
    async turn() {
      const answer = await pool.request({ path: "/v1/a/p/chat/respond", method: "POST", headers, body });
      await answer.body.text();
    },
    close: () => pool.close(),
  };
}

/** A visitor with an open stream: a turn is over when the assistant's words have come out of it. */
async function beginAt(url: string) {
  const pool = new Pool(url, { connections: 2 });
  const post = async (path: string, body: unknown, token?: string) => {
    const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) };
    const answer = await pool.request({ path, method: "POST", headers, body: JSON.stringify(body) });
    if (answer.statusCode >= 300) throw new Error(`${path} ${answer.statusCode} ${await answer.body.text()}`);
    return (await answer.body.json()) as { conversation: string; token: string };
  };
  const { conversation, token } = await post("/v1/sites/bench/conversations", { version: 1, key: randomBytes(32).toString("base64url") });
  const base = `/v1/conversations/${conversation}`;
  const stream = await pool.request({
    path: `${base}/entries?after=0`,
    method: "GET",
    headers: { authorization: `Bearer ${token}`, accept: "text/event-stream" },
  });
  let heard = () => {};
  stream.body.on("data", (data: Buffer) => {
    if (data.includes('"by":"assistant"')) heard();
  });
  stream.body.on("error", () => {}); // it ends when the benchmark does
  return {
    async turn() {
      const answered = new Promise<void>((done) => (heard = done));
      await post(`${base}/lines`, { id: randomUUID(), text: QUESTION }, token);
      await answered;
    },
    async close() {
      stream.body.destroy();
      await pool.destroy();
    },
  };
}

if (import.meta.main) await turnBench();
