import { expect, test } from "vitest";
import { startRig } from "./rig.ts";

// D2, I-8: from the handoff's flag on, the automated agent is never asked again. Proven by the platform's own log.

test("D2 a second tab, a message in flight and a reload do not bring the assistant back into a handoff", async () => {
  await using rig = await startRig({ simulator: { options: { turnDelayMs: 1_000 } } });
  const visitor = await rig.visitor({ follows: false });
  await rig.pass(1_000);
  await visitor.follow();
  await visitor.say("I want a refund");
  await rig.pass(1_000);
  await visitor.hears("order number");

  // While the turn that will hand off is being thought about, the visitor goes on typing, in two tabs, and reloads one.
  await visitor.say("A-1001");
  await rig.settle();
  await visitor.say("hello?");
  visitor.unfollow();
  await Promise.all([visitor.say("are you there?"), visitor.say("from the other tab")]);
  await visitor.follow();
  await rig.pass(30_000);
  await visitor.reaches("queued");
  await rig.says(visitor, "and after");
  await rig.desk.joins("Kim");
  await rig.settle();
  await rig.says(visitor, "and to Kim");
  await rig.pass(120_000);

  expect(rig.simulator.counts()).toMatchObject({ creates: 1, responds: 2, respondsAfterHandoff: 0 });
  const chat = rig.desk.chat();
  const inTranscript = chat.request.transcript.filter(({ by }) => by === "visitor").map(({ text }) => text);
  expect([inTranscript[0], inTranscript[1], ...inTranscript.slice(2).toSorted(), ...chat.lines.map(({ text }) => text)]).toEqual([
    "I want a refund",
    "A-1001",
    "are you there?",
    "from the other tab",
    "hello?",
    "and after",
    "and to Kim",
  ]);
});

test("F09 an answer that is still on its way when the visitor has gone to a person is never shown", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  rig.simulator.addFault({ kind: "latency", route: "respond", ms: 20_000 });
  await visitor.say("how are you?");
  await rig.settle();
  await visitor.askForPerson();
  await rig.pass(2_000);
  await visitor.reaches("queued");
  await rig.pass(60_000);
  expect(visitor.said()).toHaveLength(2);
  expect(rig.simulator.respondCount()).toBe(1);
  expect(rig.desk.chat().request.transcript.at(-1)).toMatchObject({ by: "visitor", text: "how are you?" });
});

test("F09 a late answer that hands off itself does not open a second handoff", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  rig.simulator.addFault({ kind: "latency", route: "respond", ms: 5_000 });
  await visitor.say("I want a refund for A-1001");
  await rig.settle();
  await visitor.askForPerson();
  await rig.pass(10_000);
  expect(rig.desk.chats).toHaveLength(1);
  expect((await rig.handoffs(`id=${visitor.conversation}`)).body.handoffs).toMatchObject([
    { requested_by: "visitor", reason: "visitor_request" },
  ]);
});

test("F11 a turn that the network delivered twice makes one handoff and one answer", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  await rig.says(visitor, "I want a refund");
  rig.simulator.addFault({ kind: "duplicate_delivery", route: "respond", times: 1 });
  await rig.says(visitor, "A-1001");
  await rig.pass(60_000);
  // The second delivery is told that the chat is over. The first one's answer is lost, so nobody can know that it handed off.
  expect(rig.desk.chats).toEqual([]);
  expect(visitor.types().filter((type) => type === "assistant_restarted")).toHaveLength(1);
  expect(visitor.said().filter((line) => line.startsWith("assistant:"))).toHaveLength(3);
});

test("F11 two tabs asking for a person at the same moment get one", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  await Promise.all([visitor.askForPerson(), visitor.askForPerson(), visitor.askForPerson()]);
  await rig.pass(2_000);
  await visitor.reaches("queued");
  expect(rig.desk.told.filter(({ type }) => type === "handoff.requested")).toHaveLength(1);
});

test("I-7 lines said at once are asked one after the other, in the order they were taken", async () => {
  await using rig = await startRig({ simulator: { options: { parallelTurns: "refuse", turnDelayMs: 500 } } });
  const visitor = await rig.visitor({ follows: false });
  await rig.pass(500);
  await visitor.follow();
  await Promise.all(["echo one", "echo two", "echo three", "echo four"].map((text) => visitor.say(text)));
  await rig.pass(5_000);
  const taken = visitor.said().flatMap((line) => /^visitor: echo (.*)$/.exec(line)?.[1] ?? []);
  expect(taken).toHaveLength(4);
  await visitor.hears(taken[3]!, 6);
  expect(visitor.said().flatMap((line) => /^assistant: (one|two|three|four)$/.exec(line)?.[1] ?? [])).toEqual(taken);
  expect(rig.simulator.respondCount()).toBe(4);
});

test("U20 the assistant's chat is closed upstream once, when a person has accepted", async () => {
  await using rig = await startRig();
  const visitor = await rig.queued();
  expect(rig.simulator.counts().closes).toBe(0);
  await rig.desk.joins("Kim");
  await rig.desk.send("agent.left");
  await rig.desk.joins("Sam");
  await visitor.leave();
  await rig.pass(60_000);
  expect(rig.simulator.counts().closes).toBe(1);
});

test.for([404, 409, 410] as const)("D5 a close upstream that is answered with %d is done", async (status) => {
  await using rig = await startRig();
  rig.simulator.addFault({ kind: "status", route: "close", status });
  await rig.live();
  await rig.pass(60_000);
  expect(rig.simulator.counts().closes).toBe(1);
});
