import twilio from "@baton/bridge-server/channels/twilio-sms";
import flex from "@baton/bridge-server/connectors/twilio-flex";
import { knownSecret } from "@baton/bridge-server/secret";
import { expect, test } from "vitest";
import { validateRequest } from "twilio/lib/webhooks/webhooks.js";
import { hook, workflow, workspace } from "../doubles/twilio-flex-shapes.ts";
import { accountSid, authTokens, signed } from "../doubles/twilio-sms.ts";

// Twilio's own library, our channel and our connector must believe the same deliveries.
const form = {
  AccountSid: accountSid,
  EventType: "onMessageAdded",
  ConversationSid: `CH${"a1".repeat(16)}`,
  Source: "SDK",
  Author: "sam_40example_2Etest",
  MessageSid: `SM${"b2".repeat(16)}`,
  From: "+15552223333",
  To: "+15550001111",
  SmsStatus: "received",
  Body: "Ünïcode & = + 🙂",
  zz: "",
  A: "a",
};
const ours = "https://chat.example.com/v1/channels/sms";
const nobody = () => Promise.reject(new Error("receiving calls nobody"));
const keys = { accountSid, authTokens: [knownSecret(authTokens.new)] };
const channel = twilio.connect(twilio.settings.parse({ ...keys, api: "https://api.example.com" }), nobody, ours);
const { inbound } = flex.connect(flex.settings.parse({ ...keys, webhook: hook, workspace, workflow }), nobody);

test.each([
  ["genuine", ours, ours, "new"],
  ["signed with the standard port", "https://chat.example.com:443/v1/channels/sms", ours, "new"],
  ["signed without the port that it came by", ours, "https://chat.example.com:443/v1/channels/sms", "new"],
  ["sent with a query", `${ours}?a=b&c=%20d`, `${ours}?a=b&c=%20d`, "new"],
  ["for another address", "https://chat.example.com/v1/channels/other", ours, "new"],
  ["with another query", `${ours}?a=b`, `${ours}?a=c`, "new"],
  ["a stranger's", ours, ours, "stranger"],
] as const)(
  "a delivery that is %s is the same to Twilio's own library, to the channel and to Flex's connector",
  async (_, signedFor, url, signedBy) => {
    const { headers, body } = signed(signedFor, form, { signedBy });
    const believed = validateRequest(authTokens.new, headers.get("x-twilio-signature") ?? "", url, form);
    if (inbound.style === "listen") throw new Error("Flex calls us");
    for (const { receive } of [channel, inbound]) {
      const heard = receive({ headers, body, url }).then(({ news }) => news.length);
      if (believed) expect(await heard).toBe(1);
      else await expect(heard).rejects.toMatchObject({ kind: "forged" });
    }
  },
);
