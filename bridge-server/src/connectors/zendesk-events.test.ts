import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { receiveZendesk } from "./zendesk-events.ts";

// The two webhooks prove themselves differently. What is common to all vendors is in the rules; the trigger's signature is not among it.
const secrets = { secrets: ["the word"], ticketSecrets: ["before", "now"] };
const ticket = (status: string, tags = "vip baton_conversation_5d8cff baton") => JSON.stringify({ status, tags });

function delivery(body: string, { secret = "now", at = new Date(), sent = body } = {}) {
  const timestamp = at.toISOString();
  const headers = new Headers({
    "x-zendesk-webhook-signature": createHmac("sha256", secret)
      .update(timestamp + body)
      .digest("base64"),
    "x-zendesk-webhook-signature-timestamp": timestamp,
    "x-zendesk-webhook-invocation-id": "invocation-1",
  });
  return { headers, body: Buffer.from(sent), url: "" };
}

test.each(["now", "before"])("a solved ticket ends its conversation, signed with the secret %s", (secret) => {
  const news = receiveZendesk(secrets, delivery(ticket("Solved"), { secret }));
  expect(news).toEqual([{ id: "ticket:invocation-1", chat: { ref: "5d8cff" }, type: "ended" }]);
});

test.each([ticket("Open"), ticket("Solved", "vip"), ticket("Solved", "not_baton_conversation_5d8cff")])("%s ends nothing", (body) => {
  expect(receiveZendesk(secrets, delivery(body))).toEqual([]);
});

test("a trigger's delivery that is old, early, changed, unsigned or a stranger's is refused", () => {
  const wrong = [
    delivery(ticket("Solved"), { at: new Date(Date.now() - 301_000) }),
    delivery(ticket("Solved"), { at: new Date(Date.now() + 301_000) }),
    delivery(ticket("Open"), { sent: ticket("Solved") }),
    delivery(ticket("Solved"), { secret: "the word" }),
    { headers: new Headers(), body: Buffer.from(ticket("Solved")), url: "" },
  ];
  for (const one of wrong) expect(() => receiveZendesk(secrets, one)).toThrow(expect.objectContaining({ kind: "forged" }));
});

test("the word of the one webhook does not open the other's door to solved tickets", () => {
  const given = { headers: new Headers({ "x-api-key": "the word" }), body: Buffer.from(ticket("Solved")), url: "" };
  expect(() => receiveZendesk(secrets, given)).toThrow(expect.objectContaining({ kind: "refused" }));
});

test.each([
  ["ticketClosed", ["ended"]],
  ["transferToEmail", ["ended"]],
  [undefined, []], // it was the bridge that let go
])("control that is released because of %s means %j", (reason, types) => {
  const event = { id: "e-1", type: "switchboard:releaseControl", payload: { conversation: { id: "5d8cff" }, reason } };
  const headers = new Headers({ "x-api-key": "the word" });
  const news = receiveZendesk(secrets, { headers, body: Buffer.from(JSON.stringify({ events: [event] })), url: "" });
  expect(news.map(({ type }) => type)).toEqual(types);
});
