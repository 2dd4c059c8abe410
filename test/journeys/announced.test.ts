import { expect, test } from "vitest";
import { startRig } from "./rig.ts";

// An answer that was announced is collected; the line that it answers was heard, and is never put again (I-6, D7).

test.for([
  ["429", { kind: "status", route: "respond", status: 429, retryAfter: { seconds: 1 }, skip: 1, times: 1 }, "answered"],
  [
    "503 that says when to come back",
    { kind: "status", route: "respond", status: 503, retryAfter: { seconds: 1 }, skip: 1, times: 1 },
    "answered",
  ],
  ["410", { kind: "status", route: "respond", status: 410, skip: 1, times: 1 }, "lost"],
  ["403", { kind: "status", route: "respond", status: 403, skip: 1, times: 1 }, "lost"],
] as const)("a %s while an announced answer is collected does not ask the question again", async ([, fault, end]) => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  rig.simulator.addFault(fault as Parameters<typeof rig.simulator.addFault>[0]);
  await visitor.say("is it in stock?");
  await rig.pass(60_000);
  const asked = rig.simulator.requests().filter(({ route, body }) => route === "respond" && JSON.stringify(body).includes("in stock"));
  expect(asked).toHaveLength(1);
  const isLost = visitor.entries.some(({ body }) => body.type === "answer_lost");
  expect(isLost).toBe(end === "lost");
  expect(rig.simulator.createCount()).toBe(1);
});

test("F08 a chat that is over, and a new one that cannot be begun: the line is marked, not forgotten", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  rig.simulator.addFault({ kind: "status", route: "respond", status: 410, times: 1 });
  rig.simulator.addFault({ kind: "status", route: "create", status: 401 });
  await visitor.say("hello?");
  await visitor.hears((body) => body.type === "answer_lost");
});

test("a desk that died does not hold up the next one", async () => {
  await using rig = await startRig({
    site: {
      routes: [
        { destination: "refunds", to: { connector: "desk", queue: "refunds" } },
        { destination: "elsewhere", to: { connector: "second" } },
      ],
      fallback: [{ to: "destination", destination: "elsewhere" }, { to: "goodbye" }],
      handoff: { queueWaitMs: 60_000 },
    },
  });
  const visitor = await rig.queued();
  await rig.desk.goesDown();
  await visitor.say("is anybody there?");
  await rig.pass(90_000);
  await rig.desk.comesBack();
  expect(rig.secondDesk.chats).toHaveLength(1);
});
