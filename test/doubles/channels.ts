import type { ChannelDouble } from "@baton/bridge-server/conformance/channel-conformance";
import { pigeonDouble } from "./pigeons.ts";
import { twilioDouble } from "./twilio-sms.ts";

/** Every channel with its stand-in: ours, and one that only tests know, so that the core knows none. */
export const channelDoubles: Record<string, () => Promise<ChannelDouble>> = {
  "twilio-sms": () => twilioDouble(),
  pigeons: () => pigeonDouble(),
};
