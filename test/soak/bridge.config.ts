// The bridge of a soak: on PostgreSQL and NATS, with an assistant and a desk that cost next to nothing. `fleet.ts` sets what it reads.
import { defineConfig, secret } from "@baton/bridge-server/config";
import { tellKept } from "./kept.ts";

const { BRIDGE_PORT, BRIDGE_DATA = "", OUTSIDE_URL = "" } = process.env;
const many = 1_000_000_000;
const aWeek = 7 * 24 * 60 * 60_000;

tellKept(BRIDGE_DATA);

export default defineConfig({
  listen: { port: Number(BRIDGE_PORT), maxStreams: many, trustedProxies: 1 },
  data: BRIDGE_DATA,
  widget: BRIDGE_DATA,
  store: { postgres: secret("DATABASE_URL") },
  fanout: { nats: secret("NATS_URL") },
  outbound: { allowPrivate: true },
  connectors: { desk: { use: "webhook", settings: { url: `${OUTSIDE_URL}/desk`, secrets: [secret("DESK_SECRET")] } } },
  sites: {
    soak: {
      title: "Soak",
      origins: ["https://shop.example"],
      assistant: {
        baseUrl: OUTSIDE_URL,
        account: "a",
        project: "p",
        chatApiKey: secret("CHAT_KEY"),
        chatToken: secret("CHAT_KEY"),
      },
      defaultRoute: { to: { connector: "desk" } },
      handoff: { contextWaitMs: 0 },
      silence: { warnAfterMs: aWeek }, // visitors of a soak have other things to do than to be asked whether they are there
      limits: {
        turnsPerDay: many,
        handoffsPerHour: many,
        streams: many,
        perVisitor: { linesPerMinute: many, burst: many, linesPerDay: many },
        perAddress: { conversationsPerHour: many, linesPerMinute: many, streams: many },
      },
    },
  },
});
