// The bridge as it ships, with durable storage on, told to ask the benchmark's assistant. Limits are out of the way.
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig, secret } from "@baton/bridge-server/config";
import type { Fact } from "@baton/bridge-server/conversation/facts";
import { startBridge } from "@baton/bridge-server/main";
import { anyOf, takeOrders, WORDS, type Begun } from "./stream-orders.ts";

const [upstream = "", given = "", database = ""] = process.argv.slice(2);
const data = given || mkdtempSync(join(tmpdir(), "baton-bench-"));
const many = 1_000_000_000;
const config = readConfig(
  {
    listen: { port: 0 },
    data,
    widget: data,
    ...(database && { store: { postgres: secret("DATABASE_URL") } }), // left out: a file in the folder
    outbound: { allowPrivate: true },
    connectors: { desk: { use: "webhook", settings: { url: upstream, secrets: [secret("DESK")] } } },
    sites: {
      bench: {
        title: "Bench",
        origins: ["http://localhost"],
        assistant: { baseUrl: upstream, account: "a", project: "p", chatApiKey: secret("KEY"), chatToken: secret("KEY") },
        defaultRoute: { to: { connector: "desk" } },
        limits: {
          turnsPerDay: many,
          perVisitor: { linesPerMinute: many, burst: many, linesPerDay: many },
          perAddress: { conversationsPerHour: many, linesPerMinute: many, streams: many },
        },
      },
    },
  },
  { ...(database && { DATABASE_URL: database }), KEY: "bench-key", DESK: `whsec_${Buffer.alloc(32, 1).toString("base64")}` },
);
const running = await startBridge(config, { log: () => {} });
process.stdout.write(`ready ${running.url}\n`);
process.on("SIGTERM", () => {
  void running.stop().then(() => {
    rmSync(data, { recursive: true, force: true });
    process.exit(0);
  });
});

let followed: Begun[] = [];
let unfollowed: Begun[] = [];

takeOrders({
  prepare(all) {
    followed = all.filter(({ isFollowed }) => isFollowed);
    unfollowed = all.filter(({ isFollowed }) => !isFollowed);
  },
  write: (messages, areFollowed) =>
    Promise.all(Array.from({ length: messages }, () => answered(anyOf(areFollowed ? followed : unfollowed)))),
});

/** One entry of the usual length, and no work for anybody. */
function answered({ id: conversation, sharedId, chat }: Begun): Promise<unknown> {
  const id = randomUUID();
  const fact: Fact = { type: "assistant_answered", id, to: null, sharedId, chat, text: WORDS, rich: null, next: null };
  return running.bridge.happened({ site: "bench", id: conversation }, id, fact);
}
