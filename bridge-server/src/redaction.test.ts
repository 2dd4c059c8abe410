import { expect, test } from "vitest";
import { RedactionSetting } from "./config-redaction.ts";
import type { Connector, HandoffRequest } from "./connectors/connector.ts";
import { createRedaction, redactedConnector } from "./redaction.ts";

// L6: what is configured is taken out of texts before they leave, and no text keeps the bridge busy with it.

const all = createRedaction({ cards: true, emails: true, phones: true, patterns: [] });

test.each([
  ["my card is 4111 1111 1111 1111, thanks", "my card is [card], thanks"],
  ["5500-0000-0000-0004", "[card]"],
  ["mail ada.b+c@example.co.uk now", "mail [email] now"],
  ["call +44 (0)20 7946-0018 today", "call [phone] today"],
  ["order 12345, at 10:30, costs 12.50", "order 12345, at 10:30, costs 12.50"],
  ["0b51c2f4-4111-4111-8111-111111111111", "0b51c2f4-4111-4111-8111-111111111111"],
])("L6 of %j it leaves %j", (given, left) => {
  expect(all.text(given)).toBe(left);
});

test("a number that only looks like a card's stays", () => {
  expect(createRedaction({ cards: true, emails: false, phones: false, patterns: [] }).text("4111 1111 1111 1112")).toBe(
    "4111 1111 1111 1112",
  );
});

test("patterns of one's own leave their name, in every text at whatever depth", () => {
  const { patterns } = RedactionSetting.parse({ patterns: [{ name: "account", pattern: "acc-\\d{4}", ignoreCase: true }] });
  const { deep } = createRedaction({ cards: false, emails: false, phones: false, patterns });
  expect(deep({ a: ["ACC-1234 $1"], "acc-1234": { n: 1, no: null } })).toEqual({ a: ["[account] $1"], "acc-1234": { n: 1, no: null } });
});

test.each(["(a+)+\\1", "(?<=x)y", "("])("a pattern that could keep the bridge busy is no setting: %s", (pattern) => {
  expect(RedactionSetting.safeParse({ patterns: [{ name: "x", pattern }] }).success).toBe(false);
});

test("T28 the time it takes grows with a text as its length does, whatever the text", () => {
  const { patterns } = RedactionSetting.parse({ patterns: [{ name: "evil", pattern: "(a+)+$" }] });
  const { text } = createRedaction({ cards: true, emails: true, phones: true, patterns });
  const cost = (length: number) => {
    const texts = ["a", "1", "1 ", "a.", "@", "a@", "+(1"].map((one) => one.repeat(length / one.length));
    const before = process.threadCpuUsage(); // not what the clock says: others work on this machine too
    for (let rounds = 1; ; rounds++) {
      for (const one of texts) text(`${one}!`);
      const { user, system } = process.threadCpuUsage(before);
      if (user + system > 100_000) return (user + system) / rounds; // far more than the steps of some milliseconds in which it is told
    }
  };
  cost(2_000);
  expect(cost(16_000) / cost(2_000)).toBeLessThan(32); // eight times as long; a square would be 64
});

test("L6 a desk that is asked for a person reads nothing that was to be taken out, and where to route and whom to answer stay", async () => {
  const opened: HandoffRequest[] = [];
  const desk: Pick<Connector, "open"> = {
    open: async (request) => (opened.push(request), { chat: { ref: "7" }, position: null, waitSeconds: null, dropped: [] }),
  };
  const said = "write to bob@example.com";
  const file = { name: said, type: "image/png", size: 7, url: "https://chat.example.com/f/1" };
  const request: HandoffRequest = {
    handoff: "h1",
    site: "shop",
    destination: { queue: "refunds", urgent: false },
    requested: { destination: "refunds", reason: said, by: "assistant" },
    isVisitorWaiting: true,
    visitor: { name: "Ada", email: "ada@example.com", language: null, page: null, attributes: { note: said } },
    ids: { conversation: "c", sharedId: "s", assistantChat: null },
    utterance: said,
    context: { source: "id", at: "2026-11-23T10:00:00.000Z", data: { note: said }, topicState: said },
    transcript: [{ id: "l1", by: "visitor", name: null, text: said, at: "2026-11-23T10:00:00.000Z", file }],
  };
  await redactedConnector(desk as Connector, all, /(no link)/).open(request);
  const left = JSON.stringify(request).replaceAll("bob@example.com", "[email]");
  expect(opened).toEqual([JSON.parse(left)]);
});
