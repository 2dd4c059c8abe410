import { expect, test } from "vitest";
import { decide } from "./decide.ts";
import type { Fact } from "./facts.ts";
import { automated, type HandoffId, type Lifecycle } from "./lifecycle.ts";
import type { Steering } from "./steering.ts";

const policy = { queueWaitMs: 600, colleagueWaitMs: 120, abandonAfterMs: 90, silenceWarnAfterMs: 300, closeAssistantChat: true };
const handoff = "h1" as HandoffId;
const later = "h2" as HandoffId;
const vendorChat = { connector: "desk", ref: "7" };
const story = { assistantChat: "CONV-1", sharedId: "s1", tried: ["desk"], fallbacksUsed: 1, unread: ["u1"], accepted: false };
const waiting = { handoff, story, vendorChat };
const automatedAgain = automated("s2", 1);
const initiated: Lifecycle = { phase: "handoff_initiated", handoff, story, target: null };
const queued: Lifecycle = { phase: "queued", ...waiting, position: null, waitSeconds: null };
const live: Lifecycle = { phase: "live", ...waiting, agent: { id: null, name: "Kim" }, absences: 0 };
const failed: Lifecycle = { phase: "failed", handoff, story, reason: "vendor_unreachable" };
const ended: Lifecycle = { phase: "ended", by: "visitor" };

const asked = (did: "retried" | "rerouted"): Steering => ({
  did,
  next: { handoff: later, by: "operator", destination: "billing", reason: "why" },
  utterance: "One moment.",
});
const closed: Steering = { did: "closed", message: "Please call us." };

function steered(lifecycle: Lifecycle, how: Steering, about = handoff) {
  const fact: Fact = { type: "steered", id: "press-1", handoff: about, operator: "sam", how };
  const { lifecycle: after, jobs, ...decision } = decide(lifecycle, fact, policy);
  return { ...decision, after, owed: jobs.map(({ task }) => task.task) };
}

// What can be done about a handoff by hand, and what about an earlier one of the same conversation. A dot: nothing, it is refused.
test.for<[string, Lifecycle, HandoffId, string, string, string]>([
  ["the assistant has the conversation again", automatedAgain, handoff, "handoff_initiated", "handoff_initiated", "·"],
  ["a desk is being asked", initiated, handoff, "·", "handoff_initiated", "ended"],
  ["the visitor waits in a queue", queued, handoff, "·", "handoff_initiated", "ended"],
  ["a person is there", live, handoff, "·", "·", "ended"],
  ["it has failed", failed, handoff, "handoff_initiated", "handoff_initiated", "ended"],
  ["the conversation is over", ended, handoff, "·", "·", "·"],
  ["a later one waits", queued, "h0" as HandoffId, "·", "·", "·"],
  ["a later one is with a person", live, "h0" as HandoffId, "·", "·", "·"],
  ["a later one has failed, too", failed, "h0" as HandoffId, "handoff_initiated", "handoff_initiated", "·"],
])("while %s, retrying, rerouting and closing lead where they may", ([, from, about, ...expected]) => {
  const after = [asked("retried"), asked("rerouted"), closed].map((how) => {
    const { after, notes } = steered(from, how, about);
    expect(notes.some(({ type }) => type === "steered")).toBe(after !== from);
    return after === from ? "·" : after.phase;
  });
  expect(after).toEqual(expected);
});

test("A6 a handoff that failed is asked for once more, as it was, and whoever did it is noted", () => {
  const { after, notes, names, owed, entries } = steered(failed, asked("retried"));
  expect(after).toMatchObject({ handoff: later, story: { tried: [], fallbacksUsed: 0, unread: ["u1"] } });
  expect(notes).toEqual([
    { type: "steered", handoff, id: "press-1", operator: "sam", did: "retried", destination: "billing", next: later },
    expect.objectContaining({ type: "handoff_initiated", handoff: later, by: "operator", operator: "sam", utterance: "One moment." }),
  ]);
  expect(names).toEqual([{ kind: "handoff", value: later, handoff: later }]);
  expect(owed).toEqual(["open_handoff", "watch_the_clock"]);
  expect(entries).toEqual([{ type: "phase_changed", phase: "handoff_initiated", handoff: later }]);
});

test("I-9 whoever waits in a queue and is sent elsewhere leaves it: its chat is closed, and its handoff is over", () => {
  const { notes, owed } = steered(queued, asked("rerouted"));
  expect(owed).toEqual(["close_handoff", "open_handoff", "watch_the_clock"]);
  expect(notes).toContainEqual({ type: "handoff_ended", handoff, by: "operator", wasLive: false });
});

test("I-9 a desk that is being asked while the visitor is sent elsewhere has its chat closed when it accepts", () => {
  const { after, entries } = steered(initiated, asked("rerouted"));
  expect(entries).toEqual([{ type: "phase_changed", phase: "handoff_initiated", handoff: later }]);
  const accepted = decide(after, { type: "handoff_accepted", handoff, vendorChat, position: null, waitSeconds: null }, policy);
  expect(accepted.lifecycle).toBe(after);
  expect(accepted.jobs).toEqual([{ task: { task: "close_handoff", vendorChat } }]);
});

test("closing says the operator's last word before the end, and takes the fallback's place", () => {
  const { entries, notes, owed } = steered(failed, closed);
  expect(entries).toEqual([
    { type: "said", id: "by-hand:press-1", by: "agent", text: "Please call us.", format: "plain" },
    { type: "delivery", lines: ["u1"], state: "undelivered" },
    { type: "phase_changed", phase: "ended", by: "operator" },
  ]);
  expect(notes.map(({ type }) => type)).toEqual(["steered", "conversation_ended"]);
  expect(owed).toEqual(["end_assistant_chat"]);
  expect(steered(live, { did: "closed", message: null }).entries).toEqual([{ type: "phase_changed", phase: "ended", by: "operator" }]);
});
