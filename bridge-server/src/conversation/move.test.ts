import { expect, test } from "vitest";
import type { HandoffId, Lifecycle, LifecycleEvent } from "./lifecycle.ts";
import { move, vendorChatName } from "./move.ts";

const policy = { queueWaitMs: 600, colleagueWaitMs: 120, abandonAfterMs: 90, silenceWarnAfterMs: 300, closeAssistantChat: true };
const handoff = "h1" as HandoffId;
const vendorChat = { connector: "desk", ref: "7" };
const story = { assistantChat: "CONV-1", sharedId: "s1", tried: [], fallbacksUsed: 0, unread: ["u1"], accepted: false };
const automated: Lifecycle = { phase: "automated", assistantChat: "CONV-1", sharedId: "s1", fallbacksUsed: 0 };
const initiated: Lifecycle = { phase: "handoff_initiated", handoff, story, target: null };
const queued: Lifecycle = { phase: "queued", handoff, story, vendorChat, position: null, waitSeconds: null };
const live: Lifecycle = {
  phase: "live",
  handoff,
  story: { ...story, unread: [], accepted: true },
  vendorChat,
  agent: { id: null, name: "Kim" },
  absences: 0,
};
const failed: Lifecycle = { phase: "failed", handoff, story, reason: "no_route" };

const expired: LifecycleEvent = { type: "wait_expired", handoff };
const refused: LifecycleEvent = { type: "handoff_failed", handoff, reason: "vendor_refused" };
const ended: LifecycleEvent = { type: "conversation_ended", by: "visitor" };
const closed: LifecycleEvent = { type: "vendor_closed", handoff, back: null };
const accepted: LifecycleEvent = { type: "handoff_accepted", handoff, vendorChat, position: 3, waitSeconds: 60 };
const again: LifecycleEvent = { type: "fallback_started", handoff, sharedId: "s2", fallbacksUsed: 1 };

// What moving from one phase to another owes the outside world. A dot: nothing.
test.for<[string, Lifecycle, LifecycleEvent, string]>([
  ["a wish for a person", automated, { type: "handoff_requested", handoff, fallbacksUsed: 0 }, "open_handoff watch_the_clock+600"],
  ["an acceptance", initiated, accepted, "watch_visitor+90"],
  ["a person", queued, { type: "agent_joined", handoff, agent: { id: null, name: "Kim" } }, "end_assistant_chat"],
  ["nobody in time, not even a chat", initiated, expired, "start_fallback"],
  ["nobody in time, in a queue", queued, expired, "close_handoff start_fallback"],
  ["a refusal in the middle of it", live, refused, "close_handoff start_fallback"],
  ["a desk that closes a queue", queued, closed, "start_fallback"],
  ["a desk that hangs up", live, closed, "·"],
  ["a visitor who leaves the assistant", automated, ended, "end_assistant_chat"],
  ["a visitor who leaves the queue", queued, ended, "close_handoff end_assistant_chat"],
  ["a visitor who leaves a person", live, ended, "close_handoff"],
  ["a visitor who leaves a failure", failed, ended, "end_assistant_chat"],
  ["the assistant anew", failed, again, "end_assistant_chat greet watch_silence+300"],
  ["the assistant anew after a person was there", { ...failed, story: { ...story, accepted: true } }, again, "greet watch_silence+300"],
  ["the assistant after the person", live, { ...closed, back: "s2" }, "greet watch_silence+300"],
])("%s owes what it should", ([, from, event, owed]) => {
  const jobs = move(from, event, policy).jobs.map(({ task, afterMs }) => task.task + (afterMs === undefined ? "" : `+${afterMs}`));
  expect(jobs.join(" ") || "·").toBe(owed);
});

test("what a connector keeps behind a chat's name is no part of the name, so that news finds it and it is nobody else's", () => {
  const kept: LifecycleEvent = { ...accepted, vendorChat: { connector: "desk", ref: "7\nthe first token" } };
  expect(move(initiated, kept, policy).names).toEqual([{ kind: "vendor_chat", value: vendorChatName(vendorChat), handoff }]);
  expect(move(queued, { ...kept, vendorChat: { connector: "desk", ref: "7\nanother token" } }, policy).jobs).toEqual([]);
});

test("an event that does not apply changes nothing and owes nothing", () => {
  expect(move(live, expired, policy)).toEqual({ lifecycle: live, entries: [], notes: [], jobs: [], names: [], turns: 0 });
});

test("A5 a failure says why, to the visitor and to operators", () => {
  const { entries, notes } = move(initiated, refused, policy);
  expect(entries).toEqual([{ type: "phase_changed", phase: "failed", reason: "vendor_refused", handoff }]);
  expect(notes).toEqual([{ type: "handoff_failed", handoff, cause: "vendor_refused" }]);
});

test("M4 a place in the queue is shown as far as the desk tells it", () => {
  expect(move(initiated, accepted, policy).entries).toContainEqual({ type: "queue_moved", position: 3, waitSeconds: 60 });
  expect(move(initiated, { ...accepted, position: null, waitSeconds: null }, policy).entries.map(({ type }) => type)).toEqual([
    "phase_changed",
  ]);
  expect(move(queued, { type: "queue_moved", handoff, position: 1, waitSeconds: null }, policy).entries).toEqual([
    { type: "queue_moved", position: 1, waitSeconds: null },
  ]);
});

test("a chat that was accepted is found by its name from then on, a new automated conversation by its shared id", () => {
  expect(move(initiated, accepted, policy).names).toEqual([{ kind: "vendor_chat", value: vendorChatName(vendorChat), handoff }]);
  expect(move(failed, again, policy).names).toEqual([{ kind: "shared_id", value: "s2" }]);
});

test("A7 every end says by whom, and what became of the handoff", () => {
  expect(move(queued, ended, policy).notes).toEqual([
    { type: "handoff_ended", handoff, by: "visitor", wasLive: false },
    { type: "conversation_ended", by: "visitor" },
  ]);
  expect(move(live, closed, policy).notes).toContainEqual({ type: "handoff_ended", handoff, by: "agent", wasLive: true });
  expect(move(failed, { type: "conversation_ended", by: "fallback" }, policy).notes).toContainEqual({
    type: "fell_back",
    handoff,
    to: ["goodbye"],
  });
});

test("going back to the assistant marks what nobody read", () => {
  expect(move(failed, again, policy).entries).toEqual([
    { type: "delivery", lines: ["u1"], state: "undelivered" },
    { type: "phase_changed", phase: "automated" },
  ]);
});
