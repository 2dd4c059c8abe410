import { expect, onTestFinished, test } from "vitest";
import { createCall } from "../call.ts";
import { startStandIn, type Answered } from "../conformance/stand-in.ts";
import { knownSecret } from "../secret.ts";
import twilio from "./twilio-sms.ts";

const thread = { ours: "+15550001111", theirs: "+15552223333" };
const doubt = { since: "2026-11-23T10:00:00Z", known: [] };

test.for<[string, Answered]>([
  ["Twilio's own", { status: 404, body: { code: 20404, message: "Not found", status: 404 } }],
  ["a gateway's in front of it", { status: 404 }],
  ["one that is for good", { status: 410 }],
])("a 404 says nothing about the visitor, nobody has opted out by it: %s", async ([, answer]) => {
  const channel = await channelWhere(answer);
  await expect(channel.send(thread, "Hello", null)).rejects.toMatchObject({ kind: "refused" });
  await expect(channel.send(thread, "Hello", doubt)).rejects.toMatchObject({ kind: "refused" }); // it is searched first
});

async function channelWhere(answer: Answered) {
  const platform = await startStandIn(() => answer);
  const call = createCall({ allowPrivate: true });
  onTestFinished(async () => void (await Promise.all([call.close(), platform.close()])));
  const settings = { accountSid: `AC${"a1".repeat(16)}`, authTokens: [knownSecret("the-auth-token")], api: platform.url };
  return twilio.connect(twilio.settings.parse(settings), call, "https://bridge.test/v1/channels/sms");
}
