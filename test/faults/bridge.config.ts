// A bridge whose assistant and desk are the test's. `watched-bridge.ts` sets what it reads from the environment.
import { defineConfig, secret } from "@baton/bridge-server/config";
import { demoAccount } from "@baton/demo/assistant/demo-account";

const { BRIDGE_PORT, BRIDGE_DATA = "", ASSISTANT_URL = "", DESK_URL = "" } = process.env;

export default defineConfig({
  listen: { port: Number(BRIDGE_PORT), noticeMs: 50 },
  data: BRIDGE_DATA,
  widget: BRIDGE_DATA,
  outbound: { allowPrivate: true },
  connectors: { desk: { use: "webhook", settings: { url: DESK_URL, secrets: [secret("DESK_SECRET")] } } },
  sites: {
    shop: {
      title: "Shop",
      origins: ["https://shop.example"],
      assistant: {
        baseUrl: ASSISTANT_URL,
        account: demoAccount.account,
        project: demoAccount.project,
        chatApiKey: secret("CHAT_KEY"),
        chatToken: secret("CHAT_TOKEN"),
        handoffApiKey: secret("HANDOFF_KEY"),
      },
      routes: [{ destination: "refunds", to: { connector: "desk", queue: "refunds" } }],
      defaultRoute: { to: { connector: "desk", queue: "general" } },
      // A visitor who keeps trying while the bridge is away is not what limits are for.
      limits: {
        perVisitor: { linesPerMinute: 10_000, burst: 10_000, linesPerDay: 10_000 },
        perAddress: { conversationsPerHour: 10_000, linesPerMinute: 10_000 },
      },
    },
  },
});
