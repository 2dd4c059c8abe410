import { expect, test } from "vitest";
import { handoffsOf } from "./handoff.ts";
import type { HandoffId } from "./lifecycle.ts";
import type { NoteBody } from "./records.ts";

const one = "one" as HandoffId;
const two = "two" as HandoffId;
const asked = {
  by: "assistant",
  destination: "refunds",
  reason: "customer_refund",
  utterance: "One moment.",
  assistantChat: "CONV-1",
  sharedId: "s1",
} as const;
const initiated = (handoff: HandoffId): NoteBody => ({ type: "handoff_initiated", handoff, ...asked });
const kim = { id: "kim", name: "Kim" };
const context = { source: "shared_id" as const, at: "later", data: { order_id: "A-1001" } };

const fold = (...notes: NoteBody[]) => handoffsOf(notes.map((body, index) => ({ at: `t${index + 1}`, body })));
const steps = (...notes: NoteBody[]) => fold(...notes)[0]!.history.map(({ step, state, at, cause }) => [step, state, at, cause]);

test("A1 a handoff that went well, with the time of every step", () => {
  const notes: NoteBody[] = [
    { type: "conversation_began", sharedId: "s1", visitor: { language: null, page: null } },
    initiated(one),
    { type: "context", handoff: one, look: { state: "missing" } },
    { type: "routed", handoff: one, connector: "desk", queue: "refunds", urgent: true, because: "a rule" },
    { type: "try_failed", handoff: one, cause: "too_fast" },
    { type: "queued", handoff: one, vendorChat: { connector: "desk", ref: "7" } },
    { type: "context", handoff: one, look: { state: "found", context } },
    { type: "handoff_completed", handoff: one, agent: kim },
    { type: "agent_changed", handoff: one, agent: null },
    { type: "agent_changed", handoff: one, agent: { id: "sam", name: "Sam" } },
    { type: "handoff_ended", handoff: one, by: "agent", wasLive: true },
    { type: "conversation_ended", by: "agent" },
  ];
  expect(fold(...notes)).toMatchObject([
    {
      ...asked,
      handoff: one,
      state: "handoff_completed",
      stage: "ended",
      cause: "agent",
      route: { connector: "desk", queue: "refunds", urgent: true, because: "a rule" },
      vendorChat: { connector: "desk", ref: "7" },
      agent: { name: "Sam" },
      contextState: "found",
      context,
    },
  ]);
  expect(steps(...notes)).toEqual([
    ["initiated", "handoff_initiated", "t2", null],
    ["retried", "handoff_initiated", "t5", "too_fast"],
    ["queued", "handoff_initiated", "t6", null],
    ["completed", "handoff_completed", "t8", null],
    ["agent_left", "handoff_completed", "t9", null],
    ["transferred", "handoff_completed", "t10", null],
    ["ended", "handoff_completed", "t11", "agent"],
  ]);
});

test("A4 standing in a queue is not yet a completed handoff", () => {
  const [record] = fold(initiated(one), { type: "queued", handoff: one, vendorChat: { connector: "desk", ref: "7" } });
  expect(record).toMatchObject({ state: "handoff_initiated", stage: "queued" });
});

test("A6 a failed handoff keeps its cause, and the one that followed it is a record of its own", () => {
  const records = fold(initiated(one), { type: "handoff_failed", handoff: one, cause: "vendor_unreachable" }, initiated(two), {
    type: "handoff_completed",
    handoff: two,
    agent: kim,
  });
  expect(records.map(({ handoff, state, cause }) => [handoff, state, cause])).toEqual([
    [one, "handoff_failed", "vendor_unreachable"],
    [two, "handoff_completed", null],
  ]);
});

test("M5 a visitor who left the queue has abandoned it; the fallback that was offered is told", () => {
  expect(fold(initiated(one), { type: "handoff_ended", handoff: one, by: "visitor_gone", wasLive: false })).toMatchObject([
    { stage: "abandoned", cause: "visitor_gone" },
  ]);
  const offered: NoteBody[] = [
    initiated(one),
    { type: "handoff_failed", handoff: one, cause: "no_route" },
    { type: "fell_back", handoff: one, to: ["leave_message", "phone"] },
    { type: "message_left", handoff: one, id: "m" },
  ];
  expect(steps(...offered).map(([step, , , cause]) => [step, cause])).toEqual([
    ["initiated", null],
    ["failed", "no_route"],
    ["fell_back", "leave_message, phone"],
    ["message_left", null],
  ]);
});

test("a note about a handoff that nobody began is no record", () => {
  expect(fold({ type: "handoff_failed", handoff: one, cause: "no_route" })).toEqual([]);
});
