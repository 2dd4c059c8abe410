import { expect, test } from "vitest";
import { startRig } from "./rig.ts";

test("a refund: the assistant asks, hands over, a person answers, passes on to a colleague and ends; the visitor rates", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  await visitor.hears("Hello, and welcome");
  await rig.says(visitor, "I want a refund", "A-1001");
  await visitor.reaches("queued");

  const chat = rig.desk.chat();
  expect(chat.request).toMatchObject({
    site: "shop",
    destination: { queue: "refunds", urgent: false },
    requested: { destination: "refunds", reason: "customer_refund", by: "assistant" },
    isVisitorWaiting: true,
    visitor: { language: "en" },
    utterance: expect.stringContaining("passing you over"),
    context: { source: "shared_id", data: { customer_name: "Ada Moreau", order_id: "A-1001", successfully_identified: true } },
  });
  expect(chat.request.transcript.map(({ by, text }) => `${by}: ${text.slice(0, 15)}`)).toEqual([
    "assistant: Hello, and welc",
    "visitor: I want a refund",
    "assistant: I am sorry it d",
    "visitor: A-1001",
    "assistant: Thank you, I ha",
  ]);

  await rig.desk.joins("Kim");
  await visitor.reaches("live");
  await rig.desk.says("Kim", "Hello Ada, the teapot?");
  await rig.settle();
  await rig.says(visitor, "Yes, the spout drips.");
  expect(chat.lines.map(({ by, text }) => `${by}: ${text}`)).toEqual(["visitor: Yes, the spout drips."]);

  await rig.desk.send("chat.transferred", { to: "Sam" });
  await rig.desk.joins("Sam");
  await rig.desk.says("Sam", "I have sent your refund.");
  await rig.desk.send("chat.ended");
  await rig.settle();
  await visitor.reaches("ended");
  expect(await visitor.rate(5)).toMatchObject({ status: 200 });
  await rig.settle();

  expect(visitor.types().join(" ")).toBe(
    "said said said said said handoff_initiated queued queue_moved live agent_joined said said transferred agent_joined said ended rated",
  );
  expect(visitor.said().slice(5)).toEqual([
    "Kim: Hello Ada, the teapot?",
    "visitor: Yes, the spout drips.",
    "Sam: I have sent your refund.",
  ]);
  expect(rig.simulator.counts()).toMatchObject({ creates: 1, responds: 2, respondsAfterHandoff: 0, closes: 1 });
});
