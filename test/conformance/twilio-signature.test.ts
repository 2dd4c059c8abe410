import twilio from "@baton/bridge-server/channels/twilio-sms";
import { expect, test } from "vitest";
import { validateRequest } from "twilio/lib/webhooks/webhooks.js";
import { accountSid, authTokens, signed } from "../doubles/twilio-sms.ts";

// Twilio's own library and our channel must believe the same deliveries.
const form = {
  AccountSid: accountSid,
  MessageSid: `SM${"b2".repeat(16)}`,
  From: "+15552223333",
  To: "+15550001111",
  SmsStatus: "received",
  Body: "Ünïcode & = + 🙂",
  zz: "",
  A: "a",
};
const ours = "https://chat.example.com/v1/channels/sms";
const channel = twilio.connect(
  twilio.settings.parse({ accountSid, authTokens: [authTokens.new], api: "https://api.example.com" }),
  () => Promise.reject(new Error("receiving calls nobody")),
  ours,
);

test.each([
  ["genuine", ours, ours, "new"],
  ["signed with the standard port", "https://chat.example.com:443/v1/channels/sms", ours, "new"],
  ["signed without the port that it came by", ours, "https://chat.example.com:443/v1/channels/sms", "new"],
  ["sent with a query", `${ours}?a=b&c=%20d`, `${ours}?a=b&c=%20d`, "new"],
  ["for another address", "https://chat.example.com/v1/channels/other", ours, "new"],
  ["with another query", `${ours}?a=b`, `${ours}?a=c`, "new"],
  ["a stranger's", ours, ours, "stranger"],
] as const)("a delivery that is %s is the same to Twilio's own library and to the channel", async (_, signedFor, url, signedBy) => {
  const { headers, body } = signed(signedFor, form, { signedBy });
  const believed = await channel.receive({ headers, body, url }).then(
    ({ news }) => news.length === 1,
    () => false,
  );
  expect(believed).toBe(validateRequest(authTokens.new, headers.get("x-twilio-signature") ?? "", url, form));
});
