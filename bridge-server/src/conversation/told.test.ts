import { expect, test } from "vitest";
import { decide } from "./decide.ts";
import type { Fact, Told, VisitorFacts } from "./facts.ts";
import { automated, type HandoffId, type Lifecycle } from "./lifecycle.ts";
import type { Policy } from "./move.ts";
import type { NoteBody } from "./records.ts";
import { forgetting } from "./retention.ts";
import { visitorIn } from "./told.ts";

const policy: Policy = { queueWaitMs: 600, colleagueWaitMs: 120, abandonAfterMs: 90, silenceWarnAfterMs: 300, closeAssistantChat: true };
const handoff = "h1" as HandoffId;
const story = { assistantChat: "CONV-1", sharedId: "s1", tried: ["desk"], fallbacksUsed: 0, unread: [], accepted: false };
const vendorChat = { connector: "desk", ref: "7" };
const phases: Lifecycle[] = [
  automated("s1"),
  { phase: "handoff_initiated", handoff, story, target: null },
  { phase: "queued", handoff, story, vendorChat, position: null, waitSeconds: null },
  { phase: "live", handoff, story, vendorChat, agent: null, absences: 0 },
  { phase: "failed", handoff, story, reason: "waited_too_long" },
  { phase: "ended", by: "visitor" },
];
const told: Extract<Fact, { type: "page_told" }> = { type: "page_told", at: "then", attributes: { plan: "gold", basket: null } };
const began = (visitor: Partial<VisitorFacts> = {}): NoteBody => ({
  type: "conversation_began",
  sharedId: "s1",
  visitor: { language: "en", page: null, ...visitor },
});
const visitorAfter = (attributes: Record<string, string>, ...since: Told[]) =>
  visitorIn([began({ attributes }), ...since.map((one): NoteBody => ({ type: "page_told", attributes: one }))].map((body) => ({ body })));

test("what a page tells while the chat runs is noted until that is over, and given to whoever has been asked for", () => {
  const after = phases.map((lifecycle) => decide(lifecycle, told, policy));
  expect(after.map(({ lifecycle }) => lifecycle)).toEqual(phases);
  expect(after.map(({ notes }) => notes.length)).toEqual([1, 1, 1, 1, 1, 0]);
  const context = { source: "page", at: "then", data: { told_not_proven: told.attributes } };
  const job = { task: { task: "attach_context", handoff, context } };
  expect(after.map(({ jobs }) => jobs)).toEqual([[], [job], [job], [job], [], []]);
  expect(after.flatMap(({ entries }) => entries)).toEqual([]);
});

test("a name that every object knows is as good as any other", () => {
  expect(visitorAfter({ constructor: "1" }, { plan: "gold" })?.attributes).toEqual({ constructor: "1", plan: "gold" });
});

test("of the same name the last counts, what was taken back is gone, and of more than twenty the oldest go", () => {
  expect(visitorAfter({ plan: "silver", basket: "3" }, { plan: "gold" }, { basket: null, page: "cart" })).toEqual({
    language: "en",
    page: null,
    attributes: { plan: "gold", page: "cart" },
  });
  expect(visitorAfter({ plan: "gold" }, { plan: null })).toEqual({ language: "en", page: null });
  const twenty = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`a${n}`, "1"]));
  expect(Object.keys(visitorAfter(twenty, { a0: "2", b: "1" })?.attributes ?? {})).toEqual([
    ...Array.from({ length: 18 }, (_, n) => `a${n + 2}`),
    "a0",
    "b",
  ]);
  expect(visitorIn([])).toBeNull();
});

test("what a page has told is forgotten with who the visitor is", () => {
  const { note } = forgetting.contact;
  expect(note(began({ attributes: { name: "Ada" } }))).toEqual(began());
  expect(note({ type: "page_told", attributes: { name: "Ada" } })).toEqual({ type: "page_told", attributes: {} });
  const nothing: NoteBody = { type: "page_told", attributes: {} };
  expect(note(nothing)).toBe(nothing);
});
