import { expect, test } from "vitest";
import { decide } from "./decide.ts";
import type { Fact } from "./facts.ts";
import { automated, type HandoffId, type Lifecycle } from "./lifecycle.ts";
import { vendorChatName } from "./move.ts";

const policy = { queueWaitMs: 600, colleagueWaitMs: 120, abandonAfterMs: 90, silenceWarnAfterMs: 300, closeAssistantChat: true };
const handoff = "h1" as HandoffId;
const vendorChat = { connector: "desk", ref: "7" };
const erased: Lifecycle = { phase: "ended", by: "erasure" };

const asked = { type: "person_requested", next: { handoff, by: "visitor", destination: null, reason: null } } as const;
const target = { name: "refunds", connector: "desk", queue: "refunds", urgent: true };
const routed = { type: "routed", handoff, target, because: "route", context: { state: "none" } } as const;
const accepted = { type: "handoff_accepted", handoff, vendorChat, position: null, waitSeconds: null } as const;
const of = { connector: "desk", queue: "refunds", urgent: true };

test.each([
  ["was asked for a person", [routed], { chats: [], unsure: [] }, { task: "forget_handoff", handoff, of }],
  ["has accepted", [routed, accepted], { chats: [], unsure: [] }, { task: "forget_chat", vendorChat }],
  [
    "has accepted, having been asked before,",
    [routed, accepted],
    { chats: [], unsure: [{ handoff, of }] },
    { task: "forget_chat", vendorChat },
  ],
  ["was known to have been asked", [routed], { chats: [], unsure: [{ handoff, of }] }, { task: "forget_handoff", handoff, of }],
  ["was known to have accepted", [routed, accepted], { chats: [vendorChat], unsure: [] }, { task: "forget_chat", vendorChat }],
])("I-19 a desk that %s when the erasure is written down is told to forget, once", (_, facts: Fact[], noted, owed) => {
  const present = [asked, ...facts].reduce((lifecycle: Lifecycle, fact) => decide(lifecycle, fact, policy).lifecycle, automated("s"));
  const { jobs, erases } = decide(present, { type: "erasure_asked", by: "visitor", ...noted }, policy);
  expect(jobs.map(({ task }) => task).filter(({ task }) => task === "forget_chat" || task === "forget_handoff")).toEqual([owed]);
  expect(erases).toEqual(owed.task === "forget_chat" ? [`vendor-chat:${vendorChatName(vendorChat)}`] : []);
});

test("F42 I-19 a desk that takes an erased conversation a moment too late is told to forget it, and what it says is known to belong there, so that it waits for no other", () => {
  const { lifecycle, entries, names, jobs } = decide(erased, accepted, policy);
  expect([lifecycle, entries]).toEqual([erased, []]);
  expect(names).toEqual([{ kind: "vendor_chat", value: vendorChatName(vendorChat), handoff }]);
  expect(jobs.map(({ task }) => task)).toContainEqual({ task: "forget_chat", vendorChat });
});
