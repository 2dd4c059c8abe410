import { expect, test } from "vitest";
import { followHandoffs, operatorAt } from "./operator.ts";
import { startRig } from "./rig.ts";

// A1–A8, L: operators see every handoff, in lists and as each changes.

test("A1 A5 every handoff is in one list, the latest first, and filters find those that failed", async () => {
  await using rig = await startRig({ site: { fallback: [{ to: "phone", label: "Shop", number: "+442071838750" }] } });
  const waiting = await rig.queued();
  rig.desk.isAvailable("closed");
  const failing = await rig.visitor();
  await failing.askForPerson();
  await rig.pass(5_000);
  await failing.reaches("failed");
  const { list } = operatorAt(rig);
  const { body } = await list("");
  expect(body.handoffs.map(({ conversation, stage }) => [conversation, stage])).toEqual([
    [failing.conversation, "failed"],
    [waiting.conversation, "queued"],
  ]);
  expect((await list("stage=failed")).body.handoffs).toMatchObject([
    { conversation: failing.conversation, cause: "nobody_available", state: "handoff_failed", connector: "desk", fell_back_to: ["phone"] },
  ]);
  expect((await list("topic_state=customer_refund&destination=refunds&site=shop&limit=1")).body.handoffs).toHaveLength(1);
  expect((await list(`text=${waiting.conversation.slice(0, 8)}`)).body.handoffs).toMatchObject([{ conversation: waiting.conversation }]);
  expect((await list(`since=${encodeURIComponent(rig.clock.now().toISOString())}&stage=queued`)).body.handoffs.length).toBeLessThan(2);
});

test("a list goes on where its page ended", async () => {
  await using rig = await startRig();
  const all = [await rig.queued(), await rig.queued(), await rig.queued()].map(({ conversation }) => conversation).toReversed();
  const { list } = operatorAt(rig);
  const first = (await list("limit=2")).body;
  const second = (await list(`limit=2&cursor=${first.next}`)).body;
  expect([first, second].map(({ handoffs }) => handoffs.map(({ conversation }) => conversation))).toEqual([all.slice(0, 2), all.slice(2)]);
  expect(second.next).toBeNull();
});

test.for([
  ["stage=lost", "stage: "],
  ["limit=0", "limit: "],
  ["limit=1000", "limit: "],
  ["since=yesterday", "since: is no time"],
  ["text=abc", "text: is too short"],
  ["colour=red", "colour: is no filter of this list"],
  ["cursor=made-up", "cursor: write the `next` of the page before"],
] as const)("a list that is asked for with %s says what is wrong", async ([query, detail]) => {
  await using rig = await startRig();
  expect(await operatorAt(rig).list(query)).toMatchObject({
    status: 400,
    body: { code: "invalid", detail: expect.stringContaining(detail) },
  });
});

test("T18 nobody reads lists or changes without an operator's key", async () => {
  await using rig = await startRig();
  const visitor = await rig.queued();
  for (const path of ["handoffs", "handoffs/events"]) {
    for (const key of ["", "wrong", visitor.token]) {
      expect((await fetch(`${rig.url}/v1/${path}`, { headers: { "x-api-key": key } })).status).toBe(401);
    }
  }
});

test("A3 A4 A5 each state is told as it comes, and whoever was away hears what was missed, and nothing twice", async () => {
  await using rig = await startRig();
  const { change } = (await operatorAt(rig).list("")).body;
  const stream = await followHandoffs(rig, change);
  const visitor = await rig.queued();
  await stream.hears(({ stage }) => stage === "queued");
  const last = stream.heard().at(-1)!;
  expect(last).toMatchObject({ conversation: visitor.conversation, destination: "refunds", connector: "desk" });
  stream.stop();
  await rig.desk.joins("Kim");
  await rig.settle();
  const again = await followHandoffs(rig, last.change);
  await again.hears(({ stage }) => stage === "live");
  await rig.desk.send("chat.ended");
  await again.hears(({ stage }) => stage === "ended");
  expect(again.heard().map(({ stage }) => stage)).toEqual(["live", "ended"]);
  again.stop();
});

test("I-19 a handoff that is erased is told as erased, and nothing else of it is", async () => {
  await using rig = await startRig();
  const visitor = await rig.live();
  const { change } = (await operatorAt(rig).list("")).body;
  const stream = await followHandoffs(rig, change);
  await visitor.erase();
  await stream.hears(({ stage }) => stage === "erased");
  expect(stream.heard().at(-1)).toMatchObject({ conversation: visitor.conversation, destination: null, shared_id: null, agent: null });
  stream.stop();
});

test("whoever has heard of more changes than there are is told that they were counted anew", async () => {
  await using rig = await startRig();
  await rig.queued();
  const stream = await followHandoffs(rig, 1_000_000);
  await stream.restarted;
  stream.stop();
});

test("a bridge that stops ends its streams, and the next goes on where they were", async () => {
  await using rig = await startRig();
  await rig.queued();
  const { change } = (await operatorAt(rig).list("")).body;
  const stream = await followHandoffs(rig, change);
  await rig.restart();
  await stream.ended;
  await rig.desk.joins("Kim");
  const again = await followHandoffs(rig, change);
  await again.hears(({ stage }) => stage === "live");
  again.stop();
});
