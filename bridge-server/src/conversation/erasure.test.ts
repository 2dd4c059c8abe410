import { expect, test } from "vitest";
import { decide } from "./decide.ts";
import type { HandoffId, Lifecycle } from "./lifecycle.ts";
import { vendorChatName } from "./move.ts";

const policy = { queueWaitMs: 600, colleagueWaitMs: 120, abandonAfterMs: 90, silenceWarnAfterMs: 300, closeAssistantChat: true };
const handoff = "h1" as HandoffId;
const vendorChat = { connector: "desk", ref: "7" };
const erased: Lifecycle = { phase: "ended", by: "erasure" };

test("F42 I-19 a desk that takes an erased conversation a moment too late is told to forget it, and what it says is known to belong there, so that it waits for no other", () => {
  const accepted = { type: "handoff_accepted", handoff, vendorChat, position: null, waitSeconds: null } as const;
  const { lifecycle, entries, names, jobs } = decide(erased, accepted, policy);
  expect([lifecycle, entries]).toEqual([erased, []]);
  expect(names).toEqual([{ kind: "vendor_chat", value: vendorChatName(vendorChat), handoff }]);
  expect(jobs.map(({ task }) => task)).toContainEqual({ task: "forget_chat", vendorChat });
});
