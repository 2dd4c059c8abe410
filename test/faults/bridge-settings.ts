import { secret, type ConfigFile } from "@baton/bridge-server/config";
import { demoAccount } from "@baton/demo/assistant/demo-account";

const DAY = 24 * 60 * 60_000;

/** A bridge whose assistant and desk are the test's: what `bridge.config.ts` takes from the environment, for other bridges beside it. */
export function bridgeSettings({
  BRIDGE_PORT = "0",
  BRIDGE_DATA = "",
  ASSISTANT_URL = "",
  DESK_URL = "",
  ...rest
}: Environment): ConfigFile {
  return {
    listen: { port: Number(BRIDGE_PORT), noticeMs: 50 },
    data: BRIDGE_DATA,
    ...(rest["DATABASE_URL"] && { store: { postgres: secret("DATABASE_URL") }, fanout: { nats: rest["NATS_URL"] ?? "" } }),
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
        // So that a clock which is an hour ahead ends nothing that was to last.
        handoff: { queueWaitMs: DAY, colleagueWaitMs: DAY, abandonAfterMs: DAY },
        silence: { warnAfterMs: DAY, endAfterMs: DAY },
        // A visitor who keeps trying while the bridge is away is not what limits are for.
        limits: {
          perVisitor: { linesPerMinute: 10_000, burst: 10_000, linesPerDay: 10_000 },
          perAddress: { conversationsPerHour: 10_000, linesPerMinute: 10_000 },
        },
      },
    },
  };
}

/** What these settings take from the environment, for a bridge that keeps its store in `data`. */
export function environmentFor({ data, assistantUrl, deskUrl, deskSecret }: Around): Record<string, string> {
  return {
    BRIDGE_DATA: data,
    ASSISTANT_URL: assistantUrl,
    DESK_URL: deskUrl,
    DESK_SECRET: deskSecret,
    CHAT_KEY: demoAccount.chatApiKey,
    CHAT_TOKEN: demoAccount.chatToken,
    HANDOFF_KEY: demoAccount.handoffApiKey,
  };
}

interface Around {
  data: string;
  assistantUrl: string;
  deskUrl: string;
  deskSecret: string;
}
type Environment = Record<string, string | undefined>;
