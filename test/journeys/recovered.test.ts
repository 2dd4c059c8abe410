import { expect, test } from "vitest";
import { startRig } from "./rig.ts";

test.for([
  ["the answer was lost on its way", { kind: "answer_lost", route: "respond", times: 1 }],
  ["the platform answered 500 after it had taken the line", { kind: "status", route: "respond", status: 500, processed: true, times: 1 }],
] as const)("a handoff is found although %s: the visitor is passed on, with the context, and asked nothing twice", async ([, fault]) => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  await rig.says(visitor, "I want a refund");
  rig.simulator.addFault(fault as Parameters<typeof rig.simulator.addFault>[0]);
  await visitor.say("A-1001");
  await visitor.reaches("queued");
  expect(rig.simulator.respondCount()).toBe(2);
  expect(visitor.entries.filter(({ body }) => body.type === "answer_lost")).toEqual([]);
  const [handoff] = (await rig.handoffs(`id=${visitor.conversation}`)).body.handoffs;
  expect(handoff).toMatchObject({
    requested_by: "assistant",
    reason: "customer_refund",
    context: { state: "found", data: { order_id: "A-1001" } },
  });
  expect(rig.log).toContainEqual(expect.objectContaining({ event: "handoff_recovered" }));
});
