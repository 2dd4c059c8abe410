// The bridge as it ships, with durable storage on, told to ask the benchmark's assistant. Limits are out of the way.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig, secret } from "@baton/bridge-server/config";
import { startBridge } from "@baton/bridge-server/main";

const [upstream = ""] = process.argv.slice(2);
const data = mkdtempSync(join(tmpdir(), "baton-bench-"));
const many = 1_000_000_000;
const config = readConfig(
  {
    listen: { port: 0 },
    data,
    widget: data,
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
  { KEY: "bench-key", DESK: `whsec_${Buffer.alloc(32, 1).toString("base64")}` },
);
const running = await startBridge(config, { log: () => {} });
process.stdout.write(`ready ${running.url}\n`);
process.on("message", (what) => {
  if (what === "collect") globalThis.gc?.();
  process.send?.("done");
});
process.on("SIGTERM", () => {
  void running.stop().then(() => {
    rmSync(data, { recursive: true, force: true });
    process.exit(0);
  });
});
