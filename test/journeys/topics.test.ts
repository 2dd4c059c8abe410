import { expect, test } from "vitest";
import { startRig } from "./rig.ts";

// A topic that its owner gave a handoff, in every form in which it reaches a chat.

const trade = [
  { destination: "trade", to: { connector: "second", queue: "trade" } },
  { destination: "support", to: { connector: "desk", queue: "support" } },
];

test("H1 an offer is a question like any other: the visitor stays with the assistant until it is taken", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  await rig.says(visitor, "a question about my invoice");
  expect(visitor.phase).toBe("automated");
  expect(rig.desk.chats).toEqual([]);
  await rig.says(visitor, "yes please");
  await visitor.reaches("queued");
  expect(rig.desk.chat().request.requested).toMatchObject({ destination: "billing", reason: "billing_question", by: "assistant" });
});

test("H1 H2 a direct handoff with an empty answer: nothing empty is shown, and the visitor hears that a person is asked for", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  const before = visitor.said().length;
  await rig.says(visitor, "direct handoff");
  await visitor.reaches("queued");
  expect(visitor.said().slice(before)).toEqual(["visitor: direct handoff"]);
  expect(visitor.types()).toContain("handoff_initiated");
  expect(rig.desk.chat().request.utterance).toBe(null);
});

test.for([
  ["a parcel for my business", "secondDesk", "trade"],
  ["a parcel for home", "desk", "support"],
] as const)("H3 %s: one topic, and the destination alone decides where it goes", async ([said, desk, queue]) => {
  await using rig = await startRig({ site: { routes: trade } });
  const visitor = await rig.visitor();
  await rig.says(visitor, said);
  await visitor.reaches("queued");
  expect(rig[desk].chat().request.destination).toMatchObject({ queue });
  expect(rig[desk === "desk" ? "secondDesk" : "desk"].chats).toEqual([]);
});

test("H4 a turn that does something else besides shows it, and hands off once", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  await rig.says(visitor, "text me and connect me");
  await visitor.reaches("queued");
  await visitor.hears("sent you the return label");
  expect(JSON.stringify(visitor.entries)).toContain("https://shop.example/label");
  expect(rig.desk.chats).toHaveLength(1);
  expect(rig.desk.chat().request).toMatchObject({
    context: { data: { notes: "label sent" } },
    utterance: expect.stringContaining("return label"),
  });
});

test.for(["salesforce", "zendesk", "nice", "amazon connect", "genesys", "webex", "five9"])(
  "H5 a tool's block for %s leads to the connector that the site chose for it, or by the default route",
  async (platform) => {
    const destination = `${platform.replace(" ", "_")}_integration`;
    const routes = [
      { destination, to: { connector: "second", queue: "from PolyAI" } },
      { destination: "another_integration", to: { connector: "second", queue: "another" } },
    ];
    for (const site of [{ routes }, {}]) {
      await using rig = await startRig({ site });
      const visitor = await rig.visitor();
      await rig.says(visitor, `hand me to ${platform}`);
      await visitor.reaches("queued");
      const [asked, other] = site.routes ? [rig.secondDesk, rig.desk] : [rig.desk, rig.secondDesk];
      expect(asked.chat().request.destination).toMatchObject({ queue: site.routes ? "from PolyAI" : "general" });
      expect(other.chats).toEqual([]);
    }
  },
);

test("H6 an assistant that refuses out of hours ends the chat: no handoff failed, and nobody was asked", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  await rig.says(visitor, "call me at night");
  await visitor.reaches("ended");
  await visitor.hears("closed at this hour");
  expect(visitor.types()).not.toContain("handoff_initiated");
  expect(rig.desk.chats).toEqual([]);
  expect((await rig.handoffs(`id=${visitor.conversation}`)).status).toBe(404);
});

test("K1 all of it works without a page: a client that sends lines and reads JSON is handed off like any other", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor({ follows: false });
  await rig.says(visitor, "I want a refund", "A-1001");
  const { body } = await visitor.get<{ messages: { type: string; phase?: string }[] }>("entries?after=0");
  expect(body.messages[0]).toMatchObject({ type: "hello", phase: "queued" });
  expect(rig.desk.chat().request.requested).toMatchObject({ destination: "refunds" });
});
