// The demo's own site, written as any site's would be. `start.ts` sets what it reads from the environment.
import { defineConfig, secret } from "@baton/bridge-server/config";
import { teamHours } from "./team-hours.ts";

const { BRIDGE_PORT, SHOP_PORT, ASSISTANT_URL, DESK_URL, BATON_DATA, SHOP_HOURS, CALLS_PORT } = process.env;

export default defineConfig({
  listen: { port: Number(BRIDGE_PORT), noticeMs: 0 }, // no proxy stands before it
  ...(BATON_DATA && { data: BATON_DATA }),
  outbound: { allowPrivate: true }, // the assistant and the desk run on this machine
  operators: {
    keys: [
      { name: "demo", key: secret("BATON_OPERATOR_KEY"), role: "admin" },
      { name: "desk", key: secret("DESK_KEY"), role: "viewer" },
    ],
    console: true,
  },

  connectors: {
    desk: { use: "webhook", settings: { url: `${DESK_URL}/baton`, secrets: [secret("DESK_SECRET")] } },
  },

  // A contact centre hands calls over here. The desk hears of those that were passed on, and asks what is known of each.
  sip: { port: Number(CALLS_PORT), allow: ["127.0.0.0/8"] },
  announce: {
    desk: {
      url: `${DESK_URL}/baton/announcements`,
      secrets: [secret("DESK_SECRET")],
      events: ["handoff.ended", "conversation.erased"],
    },
  },

  sites: {
    shop: {
      title: "Acme Shop",
      files: {},
      origins: [`http://localhost:${SHOP_PORT}`, `http://127.0.0.1:${SHOP_PORT}`],

      assistant: {
        platform: "polyai",
        baseUrl: ASSISTANT_URL,
        account: "ws-acme",
        project: "PROJECT-shop",
        chatApiKey: secret("ASSISTANT_CHAT_KEY"),
        chatToken: secret("ASSISTANT_CHAT_TOKEN"),
        handoffApiKey: secret("ASSISTANT_HANDOFF_KEY"),
        sendLanguage: true,
      },

      routes: [
        { destination: "refunds", when: { hours: "team" }, to: { connector: "desk", queue: "refunds" }, sip: phones("refunds") },
        { destination: "billing", when: { hours: "team" }, to: { connector: "desk", queue: "billing" }, sip: phones("billing") },
        { destination: "support", when: { hours: "team" }, to: { connector: "desk", queue: "support" } },
        { destination: "hotline", to: { phone: { label: "Acme Shop", number: "+442079460018" } } },
        // These cannot wait for Monday.
        { destination: "complaints", to: { connector: "desk", queue: "support", urgent: true } },
        { destination: "urgent", to: { connector: "desk", queue: "support", urgent: true } },
        { destination: "Vulnerable_Customer", to: { connector: "desk", queue: "support", urgent: true } },
        { destination: "MEDICAL_EMERGENCY", to: { connector: "desk", queue: "support", urgent: true } },
        { destination: "general", when: { hours: "team" }, to: { connector: "desk", queue: "general" } },
      ],
      defaultRoute: { to: { connector: "desk", queue: "general" }, hours: "team", sip: phones("general") },
      sip: {
        headers: [
          { name: "X-Customer-Id", value: "$customer_id" },
          { name: "X-Reason", value: "$reason" },
          { name: "User-to-User", value: "$shared_id" },
        ],
        required: ["reason", "customer_id"],
      },
      person: { destination: "general" },
      hours: { team: teamHours(SHOP_HOURS, new Date()) },

      fallback: [
        { to: "destination", destination: "general" },
        { to: "leave_message", connector: "desk", queue: "general" },
        { to: "callback", connector: "desk", queue: "general", country: "GB" },
        { to: "phone", label: "Acme Shop", number: "+442079460018" },
      ],

      // One person with many tabs is the demo's usual visitor.
      limits: { perAddress: { conversationsPerHour: 500, linesPerMinute: 600 } },
    },
  },
});

/** Where the shop's people would pick up: the demo has no phones. */
function phones(name: string): string {
  return `sip:${name}@127.0.0.1:5062`;
}
