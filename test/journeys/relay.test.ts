import { expect, test } from "vitest";
import { startRig, type Rig } from "./rig.ts";
import type { Visitor } from "./visitor.ts";

// F14–F19: what is said and done between a visitor and a desk that is busy, down, early, late or repeats itself.

const told = (rig: Rig) => rig.desk.chat().lines.map(({ text }) => text);
const idOf = (visitor: Visitor, text: string) => {
  const entry = visitor.entries.find(({ body }) => body.type === "said" && body.text === text)?.body;
  return entry?.type === "said" ? entry.id : "";
};

test("F14 a desk that is busy and then down gets every line once, in order", async () => {
  await using rig = await startRig();
  const visitor = await rig.live();
  rig.desk.willAnswer("busy", 503, "drops_the_answer", 500);
  for (const text of ["one", "two", "three"]) await visitor.say(text);
  await rig.pass(60_000);
  expect(told(rig)).toEqual(["one", "two", "three"]);
  expect(visitor.deliveries()).toEqual({});
});

test("F14 a line that has not arrived after five seconds is marked, and marked again when it has", async () => {
  await using rig = await startRig();
  const visitor = await rig.live();
  await rig.desk.goesDown();
  await visitor.say("hello?");
  await rig.pass(4_900);
  expect(visitor.deliveries()).toEqual({});
  await rig.pass(200);
  await visitor.until(() => visitor.deliveries()[idOf(visitor, "hello?")] === "delayed", "a mark");
  await rig.pass(60_000);
  await rig.desk.comesBack();
  await rig.pass(60_000);
  expect(visitor.deliveries()).toEqual({ [idOf(visitor, "hello?")]: "delivered" });
  expect(visitor.types().filter((type) => type === "delivery")).toHaveLength(2);
  expect(told(rig)).toEqual(["hello?"]);
});

test("F14 a desk that asks for patience keeps no line marked as late for ever", async () => {
  await using rig = await startRig();
  const visitor = await rig.live();
  rig.desk.willAnswer("busy", "busy", "busy", "busy", "busy", "busy");
  await visitor.say("hello?");
  await rig.pass(120_000);
  expect(["delivered", undefined]).toContain(visitor.deliveries()[idOf(visitor, "hello?")]);
  expect(told(rig)).toEqual(["hello?"]);
});

test("F15 a line that the desk refuses is marked, and the next ones go on", async () => {
  await using rig = await startRig();
  const visitor = await rig.live();
  rig.desk.willAnswer(422);
  await rig.says(visitor, "refused", "taken");
  expect(visitor.deliveries()).toEqual({ [idOf(visitor, "refused")]: "undelivered" });
  expect(told(rig)).toEqual(["taken"]);
});

test("I-11 lines that were still on their way when the agent hung up are marked, each once", async () => {
  await using rig = await startRig();
  const visitor = await rig.live();
  rig.desk.willAnswer(503);
  for (const text of ["one", "two"]) await visitor.say(text);
  await rig.settle();
  await rig.desk.send("chat.ended");
  await rig.pass(60_000);
  await visitor.reaches("ended");
  expect(visitor.deliveries()).toEqual({ [idOf(visitor, "one")]: "undelivered", [idOf(visitor, "two")]: "undelivered" });
  expect(told(rig)).toEqual([]);
});

test("F16 a hundred deliveries of the same news are one line", async () => {
  await using rig = await startRig();
  const visitor = await rig.live();
  const statuses = await Promise.all(
    Array.from({ length: 100 }, () => rig.desk.send("agent.said", { text: "Once.", agent: { name: "Kim" } }, { id: "evt-1" })),
  );
  await rig.settle();
  expect(new Set(statuses)).toEqual(new Set([204]));
  await visitor.hears("Once.");
  expect(visitor.said().filter((line) => line.endsWith("Once."))).toHaveLength(1);
});

test("F17 a desk that tells of a person after the person has spoken makes no difference", async () => {
  await using rig = await startRig();
  const visitor = await rig.queued();
  await rig.desk.says("Kim", "Hello, I am Kim.");
  await rig.desk.joins("Kim");
  await rig.settle();
  await visitor.hears("I am Kim");
  expect(visitor.types().slice(-3)).toEqual(["live", "agent_joined", "said"]);
});

test("F18 news that overtakes the answer to its own request waits for it", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  rig.desk.willAnswer("holds");
  await rig.says(visitor, "I want a refund", "A-1001");
  // The desk's agent is faster than the desk's answer: it knows the chat's name, the bridge does not yet.
  await rig.desk.send("agent.joined", { chat: "desk-1", agent: { name: "Kim" } });
  await rig.desk.send("agent.said", { chat: "desk-1", agent: { name: "Kim" }, text: "That was quick." });
  await rig.pass(29_000);
  expect(visitor.phase).toBe("handoff_initiated");
  rig.desk.release();
  await rig.pass(10_000);
  await visitor.hears("That was quick.");
  await visitor.reaches("live");
});

test("F19 news about a chat that is over has no effect, and is answered as any other", async () => {
  await using rig = await startRig();
  const visitor = await rig.live();
  await visitor.leave();
  await rig.settle();
  const { length } = visitor.entries;
  for (const status of [await rig.desk.says("Kim", "Are you still there?"), await rig.desk.joins("Sam"), await rig.desk.send("chat.ended")])
    expect(status).toBe(204);
  await rig.pass(60_000);
  expect(visitor.entries).toHaveLength(length);
});

test("F19 I-9 news of a desk that was given up does not reach the handoff that came after it", async () => {
  await using rig = await startRig({
    site: {
      handoff: { queueWaitMs: 10_000 },
      routes: [
        { destination: "refunds", to: { connector: "desk", queue: "refunds" } },
        { destination: "people", to: { connector: "second", queue: "people" } },
      ],
      fallback: [{ to: "destination", destination: "people" }],
    },
  });
  const visitor = await rig.queued();
  await rig.pass(11_000);
  expect(rig.secondDesk.chats).toHaveLength(1);
  await rig.desk.joins("Kim");
  await rig.desk.says("Kim", "Here I am after all.");
  await rig.desk.send("chat.ended");
  await rig.pass(2_000);
  expect(visitor.phase).toBe("queued");
  expect(visitor.said().join()).not.toContain("after all");
});

test("T36 T37 news of a chat of another desk, or a delivery that is not signed, changes nothing", async () => {
  await using rig = await startRig();
  const visitor = await rig.live();
  expect(await rig.desk.send("agent.said", { text: "Forged." }, { signedWith: rig.secondDesk.secret })).toBe(401);
  expect(await rig.secondDesk.send("agent.said", { chat: rig.desk.chat().ref, text: "From the other desk." })).toBe(204);
  expect(await rig.desk.send("handoff.line", { line: { id: "x", by: "visitor", name: null, text: "An echo.", at: "now" } })).toBe(204);
  await rig.pass(10_000);
  expect(visitor.said().join()).not.toMatch(/Forged|other desk|echo/);
});

test("M6 an agent leaves, a colleague comes: the visitor is not asked to begin again", async () => {
  await using rig = await startRig({ site: { handoff: { colleagueWaitMs: 60_000 } } });
  const visitor = await rig.live();
  await rig.desk.send("agent.left");
  await rig.settle();
  await rig.says(visitor, "hello?");
  await rig.pass(30_000);
  await rig.desk.joins("Sam");
  await rig.pass(120_000);
  expect(visitor.phase).toBe("live");
  expect(visitor.types().slice(-4)).toEqual(["agent_joined", "agent_left", "said", "agent_joined"]);
  expect(told(rig)).toEqual(["hello?"]);
});

test("M6 an agent leaves and nobody comes: the handoff fails with its own cause", async () => {
  await using rig = await startRig({ site: { handoff: { colleagueWaitMs: 60_000 }, fallback: [{ to: "goodbye" }] } });
  const visitor = await rig.live();
  await rig.desk.send("agent.left");
  await rig.pass(61_000);
  await visitor.hears((body) => body.type === "phase_changed" && body.reason === "agent_gone");
  expect(rig.desk.chat().closed).toBe(1);
});

test("an agent hangs up: the end, or the assistant anew where the site wants it", async () => {
  for (const [afterAgent, phase, creates] of [
    ["end", "ended", 1],
    ["assistant", "automated", 2],
  ] as const) {
    await using rig = await startRig({ site: { handoff: { afterAgent } } });
    const visitor = await rig.live();
    await rig.desk.send("chat.ended");
    await rig.settle();
    await visitor.reaches(phase);
    expect([rig.simulator.createCount(), rig.desk.chat().closed]).toEqual([creates, 0]);
  }
});

test("typing and reading go both ways, and are nowhere kept", async () => {
  await using rig = await startRig();
  const visitor = await rig.live();
  const { length } = visitor.entries;
  await visitor.post("typing", { on: true });
  await visitor.post("read", { seq: 3 });
  await rig.desk.send("agent.typing", { on: true });
  await visitor.until(() => visitor.messages.some((message) => message.type === "typing" && message.on), "typing");
  await rig.desk.send("agent.read");
  await visitor.until(() => visitor.messages.some((message) => message.type === "read"), "read");
  await rig.settle();
  expect(rig.desk.chat().typing).toEqual([true]);
  expect(visitor.entries).toHaveLength(length);
});

test.each([404, 410])(
  "F15 a desk that answers %i to a line has closed the chat: the line is marked, and the conversation ends",
  async (gone) => {
    await using rig = await startRig();
    const visitor = await rig.live();
    rig.desk.willAnswer(gone);
    await rig.says(visitor, "are you there?");
    await visitor.reaches("ended");
    expect(visitor.deliveries()).toEqual({ [idOf(visitor, "are you there?")]: "undelivered" });
  },
);

test("F15 a chat that was closed while the visitor waited goes on to the next desk, with the line", async () => {
  await using rig = await startRig({
    site: {
      routes: [{ destination: "people", to: { connector: "second", queue: "people" } }],
      fallback: [{ to: "destination", destination: "people" }],
    },
  });
  const visitor = await rig.queued();
  rig.desk.willAnswer(410);
  await rig.says(visitor, "hello?");
  await rig.pass(2_000);
  expect(rig.secondDesk.chat().request.transcript.map(({ text }) => text)).toContain("hello?");
  expect(visitor.deliveries()).toEqual({});
});

test("what an agent says goes by a name of its own, which is not the handoff's", async () => {
  await using rig = await startRig();
  const visitor = await rig.live();
  await rig.desk.says("Kim", "Hello!");
  await visitor.hears("Hello!");
  expect(idOf(visitor, "Hello!")).not.toContain(rig.desk.chat().request.handoff);
});
