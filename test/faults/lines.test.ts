import * as fc from "fast-check";
import { expect, test } from "vitest";
import { startRig, type Rig } from "../journeys/rig.ts";
import type { Visitor } from "../journeys/visitor.ts";
import { seedOf } from "../seed.ts";

// I-8, I-9, I-11 through the whole bridge: random stories of a visitor, an assistant and two desks that misbehave.

const step = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom("says", "says two at once", "says while the assistant is slow") },
  { weight: 3, arbitrary: fc.constantFrom("asks for a person", "wants a refund") },
  { weight: 3, arbitrary: fc.constantFrom("Kim joins", "Kim speaks", "Kim leaves") },
  { weight: 2, arbitrary: fc.constantFrom("the desk hangs up", "the desk finds nobody", "the desk refuses one", "the desk is busy once") },
  { weight: 2, arbitrary: fc.constantFrom("the desk goes down", "the desk comes back", "the bridge restarts") },
  { weight: 3, arbitrary: fc.constantFrom("a second passes", "a minute passes") },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
const sites = fc.record({
  afterAgent: fc.constantFrom("end" as const, "assistant" as const),
  fallback: fc.constantFrom("assistant", "destination", "goodbye", "leave_message"),
});

test("I-11 every line that was taken is asked, told, handed on or marked, and never twice to one desk", async () => {
  await fc.assert(
    fc.asyncProperty(sites, fc.array(step, { minLength: 3, maxLength: 14 }), async ({ afterAgent, fallback }, story) => {
      await using rig = await startRig({
        site: {
          handoff: { afterAgent, queueWaitMs: 120_000, colleagueWaitMs: 30_000 },
          routes: [{ destination: "second", to: { connector: "second", queue: null } }],
          fallback: fallbackOf[fallback as keyof typeof fallbackOf],
        },
        simulator: { rules: [{ match: /^line /, say: "I see." }] },
      });
      const visitor = await rig.visitor();
      const play = player(rig, visitor);
      for (const one of story) await play(one);
      await play("the desk comes back");
      await rig.pass(5_000);
      await visitor.leave();
      for (let hour = 0; hour < 3; hour++) await rig.jump(3_600_000);
      await rig.pass(5_000);

      expect(whereabouts(rig, visitor).filter(({ isSomewhere, isTwice }) => !isSomewhere || isTwice)).toEqual([]);
      expect(rig.simulator.respondsAfterHandoff()).toBe(0);
      expect(rig.log.filter(({ event }) => event === "job_broke")).toEqual([]);
    }),
    { numRuns: 25, seed: seedOf("LINES") },
  );
});

const fallbackOf = {
  assistant: [{ to: "assistant" as const }],
  destination: [{ to: "destination" as const, destination: "second" }],
  goodbye: [{ to: "goodbye" as const }],
  leave_message: [{ to: "leave_message" as const, connector: "second" }],
};

function player(rig: Rig, visitor: Visitor): (step: Step) => Promise<void> {
  let said = 0;
  let isDown = false;
  const say = () => visitor.say(`line ${++said}`);
  const tellBridge = async (type: string, data: Record<string, unknown> = {}) =>
    void (rig.desk.chats.length > 0 && (await rig.desk.send(type, data)));

  const steps: Record<string, () => Promise<unknown>> = {
    says: say,
    "says two at once": () => Promise.all([say(), say()]),
    async "says while the assistant is slow"() {
      rig.simulator.addFault({ kind: "latency", route: "respond", ms: 3_000, times: 1 });
      await say();
    },
    "asks for a person": () => visitor.askForPerson(),
    "wants a refund": () => visitor.say("I want a refund for A-1001"),
    "Kim joins": () => tellBridge("agent.joined", { agent: { id: "kim", name: "Kim" } }),
    "Kim speaks": () => tellBridge("agent.said", { agent: { id: "kim", name: "Kim" }, text: "Hello" }),
    "Kim leaves": () => tellBridge("agent.left"),
    "the desk hangs up": () => tellBridge("chat.ended"),
    "the desk finds nobody": () => tellBridge("chat.failed", { reason: "nobody_available" }),
    "the desk refuses one": async () => rig.desk.willAnswer(403),
    "the desk is busy once": async () => rig.desk.willAnswer("busy"),
    async "the desk goes down"() {
      if (!isDown) await rig.desk.goesDown();
      isDown = true;
    },
    async "the desk comes back"() {
      if (isDown) await rig.desk.comesBack();
      isDown = false;
    },
    async "the bridge restarts"() {
      await rig.restart();
      await visitor.follow();
    },
    "a second passes": () => rig.pass(1_000),
    "a minute passes": () => rig.pass(60_000),
  };
  return async (step) => {
    await steps[step]!(); // every step has its own line above
    await rig.settle();
  };
}

/** Where each line that the bridge has taken can be found, by everybody's own memory but the bridge's. */
function whereabouts(rig: Rig, visitor: Visitor) {
  const chats = [...rig.desk.chats, ...rig.secondDesk.chats];
  const asked = rig.simulator
    .requests()
    .flatMap(({ route, body }) => (route === "respond" ? [(body as { message?: string }).message] : []));
  const marked = visitor.entries.flatMap(({ body }) => (body.type === "delivery" && body.state === "undelivered" ? body.lines : []));
  return visitor.entries.flatMap(({ body }) => {
    if (body.type !== "said" || body.by !== "visitor") return [];
    const { id, text } = body;
    const atDesks = chats.map(({ lines, request }) => [...lines, ...request.transcript].filter((line) => line.id === id).length);
    const marks = marked.filter((line) => line === id).length;
    const isLost = visitor.entries.some((entry) => entry.body.type === "answer_lost" && entry.body.to === id);
    return [
      {
        text,
        isSomewhere: asked.includes(text) || isLost || marks > 0 || atDesks.some((count) => count > 0),
        isTwice:
          marks > 1 || atDesks.some((count) => count > 1) || (text.startsWith("line") && asked.filter((one) => one === text).length > 1),
      },
    ];
  });
}
