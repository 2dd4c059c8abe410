import { expect, test } from "vitest";
import { operatorAt } from "./operator.ts";
import { startRig, type RigOptions } from "./rig.ts";

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

test("M5 a visitor who leaves while the desk's key is wrong: the desk hears of it once the key is mended", async () => {
  await using rig = await startRig();
  const visitor = await rig.queued();
  rig.desk.willAnswer(401, 403);
  expect((await visitor.leave()).status).toBe(200);
  await rig.pass(600_000);
  expect(rig.desk.chat().closed).toBe(1);
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

const HOUR = 60 * 60_000;
const hotline = { label: "Hotline", number: "+41445556677" };

/** A visitor whom no desk takes, and who is offered something else. */
async function offered(options: RigOptions = {}) {
  const rig = await startRig({ ...options, site: { fallback: [{ to: "leave_message", connector: "second" }], ...options.site } });
  rig.desk.willAnswer(403);
  const visitor = await rig.visitor();
  await rig.says(visitor, "I want a refund", "A-1001");
  await visitor.hears((body) => body.type === "offers");
  await rig.settle();
  return { rig, visitor, [Symbol.asyncDispose]: () => rig.stop() };
}

test.each([
  ["a message to be left", { fallback: [{ to: "leave_message", connector: "second" }] }],
  ["a number to call", { fallback: [{ to: "phone", ...hotline }] }],
  ["a route that is a number to call", { routes: [{ destination: "refunds", to: { phone: hotline } }], fallback: [] }],
] satisfies [string, RigOptions["site"]][])(
  "L5 who goes away at %s has left a day later, and is forgotten when the days are over",
  async (_, site) => {
    await using shop = await offered({ site, kept: { retention: { messages: 30 } } });
    const { rig, visitor } = shop;
    await rig.jump(23 * HOUR);
    await rig.settle();
    expect(visitor.phase).toBe("failed");
    await rig.jump(2 * HOUR);
    await visitor.hears((body) => body.type === "phase_changed" && body.phase === "ended" && body.by === "visitor_gone");
    expect((await visitor.leaveMessage("Am I too late?")).body).toMatchObject({ code: "ended" });
    const [handoff] = (await rig.handoffs(`id=${visitor.conversation}`)).body.handoffs;
    expect(handoff!.history.filter(({ step }) => step === "fell_back")).toHaveLength(1);
    expect(await rig.onDisk()).toContain("I want a refund");
    await rig.jump(31 * 24 * HOUR);
    await rig.pass(HOUR);
    expect(await rig.onDisk()).not.toContain("I want a refund");
  },
);

test("who comes back within the day may still take what was offered", async () => {
  await using shop = await offered();
  const { rig, visitor } = shop;
  await rig.jump(23 * HOUR);
  expect((await visitor.leaveMessage("Please call me about the teapot.")).status).toBe(200);
  await rig.settle();
  await rig.jump(2 * HOUR);
  expect(rig.secondDesk.chat().request.utterance).toBe("Please call me about the teapot.");
  expect(visitor.types().filter((type) => type === "ended")).toHaveLength(1);
});

test("who has found a person since the offers is not sent away when those expire", async () => {
  await using shop = await offered();
  const { rig, visitor } = shop;
  const [handoff] = (await rig.handoffs(`id=${visitor.conversation}`)).body.handoffs;
  expect((await operatorAt(rig).steer(handoff!.id, "retry", { id: "press-1" })).status).toBe(200);
  await rig.settle();
  await rig.desk.joins("Kim");
  await rig.settle();
  await visitor.reaches("live");
  await rig.jump(25 * HOUR);
  await rig.settle();
  expect(visitor.phase).toBe("live");
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
