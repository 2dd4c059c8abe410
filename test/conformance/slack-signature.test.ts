import slack from "@baton/bridge-server/connectors/slack";
import { verifySlackRequest } from "@slack/bolt";
import { expect, test } from "vitest";
import { signed } from "../doubles/slack.ts";

// Slack's own library and our connector must believe the same deliveries. The stand-in signs by itself, after the documentation.
const secret = "the-signing-secret";
const body = JSON.stringify({ type: "url_verification", challenge: "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P" });
const connector = slack.connect({ token: "t", secrets: [secret], channel: "C1", channels: {}, api: "https://slack.com/api/" }, () =>
  Promise.reject(new Error("receiving calls nobody")),
);

test.each([
  ["genuine", signed(body), true],
  ["changed", { ...signed(body), body: Buffer.from(body.replace("3eZ", "4eZ")) }, false],
  ["a stranger's", signed(body, { signedBy: "stranger" }), false],
  ["old", signed(body, { secondsAgo: 400 }), false],
])("a delivery that is %s is the same to Slack's own library and to the connector", async (_, delivery, isBelieved) => {
  const { inbound } = connector;
  if (inbound.style !== "webhook") throw new Error("Slack delivers");
  const ours = await inbound.receive(delivery).then(
    ({ reply }) => reply?.body ?? "",
    (error: { kind: string }) => error.kind,
  );
  expect(ours).toBe(isBelieved ? (JSON.parse(body) as { challenge: string }).challenge : "forged");
  expect(theirs(delivery)).toBe(isBelieved);
});

function theirs({ headers, body: raw }: ReturnType<typeof signed>): boolean {
  const [signature, timestamp] = ["x-slack-signature", "x-slack-request-timestamp"].map((name) => headers.get(name) ?? "");
  try {
    verifySlackRequest({
      signingSecret: secret,
      body: Buffer.from(raw).toString(),
      headers: { "x-slack-signature": signature!, "x-slack-request-timestamp": Number(timestamp) },
    });
    return true;
  } catch {
    return false;
  }
}
