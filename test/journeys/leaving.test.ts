import { expect, test } from "vitest";
import { startRig } from "./rig.ts";

// Who goes, when, and what that ends.

test("M5 a visitor who leaves the queue gives up the place, and the handoff is abandoned", async () => {
  await using rig = await startRig();
  const visitor = await rig.queued();
  expect((await visitor.leave()).status).toBe(200);
  await rig.settle();
  await visitor.reaches("ended");
  expect(rig.desk.chat().closed).toBe(1);
  expect(rig.simulator.counts().closes).toBe(1);
  expect((await rig.handoffs(`id=${visitor.conversation}`)).body.handoffs).toMatchObject([{ stage: "abandoned", cause: "visitor" }]);
});

test("M5 a visitor who has gone without a word is not kept in the queue; one who listens is", async () => {
  await using rig = await startRig({ site: { handoff: { abandonAfterMs: 60_000, queueWaitMs: 3_600_000 } } });
  const visitor = await rig.queued();
  await rig.pass(180_000);
  expect(visitor.phase).toBe("queued");
  visitor.unfollow();
  await rig.settle();
  await rig.pass(90_000);
  expect(rig.desk.chat().closed).toBe(1);
  await visitor.follow();
  await visitor.hears((body) => body.type === "phase_changed" && body.by === "visitor_gone");
});

test("M5 a bridge that was down for long gives everybody in the queue the time to come back", async () => {
  await using rig = await startRig({ site: { handoff: { abandonAfterMs: 60_000, queueWaitMs: 3_600_000 } } });
  const visitor = await rig.queued();
  visitor.unfollow();
  await rig.restart(600_000);
  await rig.pass(30_000);
  await visitor.follow();
  await rig.pass(120_000);
  expect([visitor.phase, rig.desk.chat().closed]).toEqual(["queued", 0]);
  visitor.unfollow();
  await rig.pass(90_000);
  expect(rig.desk.chat().closed).toBe(1);
});

test("M8 a visitor who was cut off for a moment keeps the place, and hears what was missed once", async () => {
  await using rig = await startRig({ site: { handoff: { abandonAfterMs: 60_000 } } });
  const visitor = await rig.queued();
  visitor.unfollow();
  await rig.pass(40_000);
  await rig.desk.send("queue.moved", { position: 0 });
  await rig.desk.joins("Kim");
  await rig.desk.says("Kim", "Hello?");
  await rig.settle();
  await visitor.follow();
  await visitor.hears("Hello?");
  expect(visitor.phase).toBe("live");
});

test("A2 the visitor asks for a person: the site's own destination, and a reason of its own", async () => {
  await using rig = await startRig({
    site: { person: { destination: "people" }, routes: [{ destination: "people", to: { connector: "second", queue: "people" } }] },
  });
  const visitor = await rig.visitor();
  await visitor.askForPerson();
  await rig.pass(2_000);
  await visitor.reaches("queued");
  expect(rig.secondDesk.chat().request).toMatchObject({
    destination: { queue: "people" },
    requested: { destination: "people", reason: "visitor_request", by: "visitor" },
    utterance: null,
  });
});

test("A2 a person can be had with the platform down", async () => {
  await using rig = await startRig();
  await rig.simulator.refuseConnections();
  const visitor = await rig.visitor();
  await visitor.askForPerson();
  await rig.pass(10_000);
  await visitor.reaches("queued");
});

test("a site that does not offer a person gives none", async () => {
  await using rig = await startRig({ site: { person: { offered: false } } });
  const visitor = await rig.visitor();
  expect(await visitor.askForPerson()).toMatchObject({ status: 404, body: { code: "not_found" } });
  expect(visitor.messages[0]).toMatchObject({ type: "hello", site: { mayAskForPerson: false } });
});

test("U1 a visitor who says nothing for long is warned, then the conversation ends, upstream too", async () => {
  await using rig = await startRig({ site: { silence: { warnAfterMs: 60_000, endAfterMs: 30_000 } } });
  const visitor = await rig.visitor();
  await rig.says(visitor, "hello");
  await rig.pass(61_000);
  await visitor.hears((body) => body.type === "silence_warning" && body.endsInSeconds === 30);
  await rig.pass(31_000);
  await visitor.hears((body) => body.type === "phase_changed" && body.by === "silence");
  expect(rig.simulator.counts().closes).toBe(1);
});

test("U1 a visitor who answers the warning goes on, and is warned again only after another silence", async () => {
  await using rig = await startRig({ site: { silence: { warnAfterMs: 60_000, endAfterMs: 30_000 } } });
  const visitor = await rig.visitor();
  await rig.pass(61_000);
  await rig.says(visitor, "hello");
  await rig.pass(55_000);
  expect(visitor.types().filter((type) => type === "silence_warning")).toHaveLength(1);
  await rig.pass(10_000);
  expect(visitor.types().filter((type) => type === "silence_warning")).toHaveLength(2);
});

test("nobody who waits for a person is sent away for being silent", async () => {
  await using rig = await startRig({ site: { silence: { warnAfterMs: 10_000, endAfterMs: 10_000 } } });
  const visitor = await rig.queued();
  await rig.pass(120_000);
  expect(visitor.phase).toBe("queued");
});

test("a line that was waiting for its turn when the assistant said goodbye is marked", async () => {
  await using rig = await startRig({ simulator: { options: { turnDelayMs: 1_000 } } });
  const visitor = await rig.visitor({ follows: false });
  await rig.pass(1_000);
  await visitor.follow();
  await visitor.say("goodbye");
  await visitor.say("oh, one more thing");
  await rig.pass(10_000);
  await visitor.reaches("ended");
  expect(Object.values(visitor.deliveries())).toEqual(["undelivered"]);
});

test("F21 M7 a bridge that is stopped and started in the middle of it goes on where it was", async () => {
  await using rig = await startRig();
  const visitor = await rig.queued();
  await rig.restart();
  await rig.desk.joins("Kim");
  await rig.desk.says("Kim", "Hello?");
  await rig.settle();
  await visitor.follow();
  await visitor.hears("Hello?");
  await rig.says(visitor, "I am here");
  expect(rig.desk.chat().lines.map(({ text }) => text)).toEqual(["I am here"]);
  expect(rig.desk.chats).toHaveLength(1);
});

test("U1 a visitor who is back from a person is warned of silence once", async () => {
  await using rig = await startRig({
    site: { silence: { warnAfterMs: 60_000, endAfterMs: 30_000 }, handoff: { afterAgent: "assistant" } },
  });
  const visitor = await rig.live();
  await rig.desk.send("chat.ended");
  await visitor.reaches("automated");
  await rig.pass(70_000);
  await visitor.hears((body) => body.type === "silence_warning");
  await rig.pass(10_000);
  expect(visitor.types().filter((type) => type === "silence_warning")).toHaveLength(1);
});
