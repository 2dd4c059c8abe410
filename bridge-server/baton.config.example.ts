// Copy this file to `baton.config.ts`, change what is yours, and run `npm run doctor`.
// Secrets are never written here: `secret("NAME")` reads the environment variable NAME when the bridge starts.
import { defineConfig, secret } from "@baton/bridge-server/config";

export default defineConfig({
  listen: {
    port: 3001,
    // Where browsers load the widget, and vendors deliver to.
    publicUrl: "https://chat.example.com",
    // One proxy of yours, which ends TLS, stands before the bridge.
    trustedProxies: 1,
  },
  data: "./.data",
  widget: "../widget/dist",

  // Who may read handoffs and transcripts. With `console: true` people sign in at /console/ with keys of their own, or by `oidc` with your
  // company's accounts.
  operators: { keys: [{ name: "crm", key: secret("BATON_OPERATOR_KEY") }] },

  // Where people sit. One connector may serve several sites.
  connectors: {
    desk: { use: "webhook", settings: { url: "https://desk.example.com/baton", secrets: [secret("DESK_SECRET")] } },
  },

  sites: {
    shop: {
      title: "Acme Shop",
      origins: ["https://shop.example.com"],

      assistant: {
        platform: "polyai",
        region: "uk-1",
        account: "acme-uk",
        project: "acme-shop",
        chatApiKey: secret("POLYAI_CHAT_API_KEY"),
        // Decides the agent's environment: sandbox, pre-release or live.
        chatToken: secret("POLYAI_CHAT_TOKEN"),
        handoffApiKey: secret("POLYAI_HANDOFF_API_KEY"),
        whenOver: "restart",
      },

      routes: [
        {
          destination: "refunds",
          when: { context: { "customer.tier": "gold" } },
          to: { connector: "desk", queue: "refunds-gold", urgent: true },
        },
        { destination: "refunds", when: { hours: "office" }, to: { connector: "desk", queue: "refunds" } },
        { destination: "Vulnerable_Customer", to: { connector: "desk", queue: "care", urgent: true } },
        { destination: "general", to: { connector: "desk", queue: "general" } },
      ],
      // Everything else, and what none of the conditions above let through.
      defaultRoute: { to: { connector: "desk" }, hours: "office" },
      person: { offered: true, destination: "general" },

      hours: {
        office: {
          timeZone: "Europe/London",
          week: {
            mon: ["09:00-17:30"],
            tue: ["09:00-17:30"],
            wed: ["09:00-17:30"],
            thu: ["09:00-17:30"],
            fri: ["09:00-16:00"],
          },
          holidays: ["2026-12-25", "2026-12-28"],
        },
      },

      // When nobody can be reached: these are offered together.
      fallback: [
        { to: "leave_message", connector: "desk", queue: "messages" },
        // Numbers without a country's code are taken to be from there.
        { to: "callback", connector: "desk", queue: "calls", country: "GB" },
        { to: "phone", label: "Acme customer service", number: "+442071838750" },
      ],
    },
  },
});
