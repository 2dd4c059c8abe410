import { decide } from "@baton/bridge-server/conversation/decide";
import type { Fact } from "@baton/bridge-server/conversation/facts";
import { automated, type HandoffId, type Lifecycle } from "@baton/bridge-server/conversation/lifecycle";
import type { Decision } from "@baton/bridge-server/conversation/move";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { seedOf } from "../seed.ts";

// Whatever happens, in whatever order: most of these facts are late, foreign or repeated where they strike.

const policy = { queueWaitMs: 1, colleagueWaitMs: 1, abandonAfterMs: 1, silenceWarnAfterMs: 1, closeAssistantChat: true };
/** Stands for whatever is under way when the fact strikes. */
const CURRENT = "current" as HandoffId;
const handoffs = ["h1", "h2"] as HandoffId[];
const target = { name: "desk", connector: "desk", queue: null, urgent: false };
const found = { source: "id" as const, at: "now", data: {} };

const handoff = fc.constantFrom(...handoffs, CURRENT, CURRENT, CURRENT, CURRENT, CURRENT, CURRENT);
const sharedId = fc.constantFrom("s0", "s1", CURRENT, CURRENT, CURRENT, CURRENT);
const chat = fc.constantFrom("c1", "c2");
const line = fc.uuid();
const agent = fc.constantFrom({ id: "kim", name: "Kim" }, { id: null, name: "Sam" });
const asked = fc.record({
  handoff: fc.uuid().map((id) => id as HandoffId),
  by: fc.constant("assistant" as const),
  destination: fc.constant(null),
  reason: fc.constant(null),
});
const next = fc.oneof(
  { weight: 3, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.constant({ type: "end" as const }) },
  { weight: 3, arbitrary: asked.map((rest) => ({ type: "hand_off" as const, ...rest })) },
);

const fact: fc.Arbitrary<Fact> = fc.oneof(
  { weight: 6, arbitrary: line.map((id) => ({ type: "visitor_said" as const, id, text: `words ${id}` })) },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant("assistant_answered" as const),
      id: fc.uuid(),
      to: fc.option(line),
      sharedId,
      chat,
      text: fc.constantFrom("", "Answer"),
      rich: fc.constant(null),
      next,
    }),
  },
  fc.record({ type: fc.constant("assistant_chat_over" as const), sharedId, newSharedId: fc.uuid() }),
  fc.record({ type: fc.constant("answer_lost" as const), to: line, sharedId, why: fc.constant("unclear" as const) }),
  fc.record({
    type: fc.constant("agent_said" as const),
    id: fc.uuid(),
    handoff,
    agent: fc.option(agent),
    text: fc.constant("Hi"),
    format: fc.constant("plain" as const),
  }),
  fc.record({ type: fc.constant("line_missed" as const), line }),
  asked.map((rest) => ({ type: "person_requested" as const, next: rest })),
  fc.record({ type: fc.constant("fallback_requested" as const), next: asked, fallbacksUsed: fc.nat(3) }),
  fc
    .record({ asked, id: fc.uuid(), handoff, did: fc.constantFrom("retried" as const, "rerouted" as const, "closed" as const) })
    .map(({ asked: next, id, handoff: name, did }) => ({
      type: "steered" as const,
      id,
      handoff: name,
      operator: "kim",
      how: did === "closed" ? { did, message: "Bye" } : { did, next, utterance: null },
    })),
  handoff.map((name) => ({ type: "routed" as const, handoff: name, target, because: "", context: { state: "missing" as const } })),
  handoff.map((name) => ({ type: "context_found" as const, handoff: name, context: found })),
  handoff.map((name) => ({ type: "failure_state_found" as const, handoff: name, context: found })),
  handoff.map((name) => ({ type: "context_missed" as const, handoff: name, state: "missing" as const, required: ["order"] })),
  handoff.map((name) => ({ type: "offers_made" as const, handoff: name, offers: [{ type: "leave_message" as const }], fallbacksUsed: 1 })),
  line.map((id) => ({ type: "message_left" as const, id, name: null, email: "a@b.c", phone: null, text: "Call me" })),
  fc.constant<Fact>({ type: "silence_noticed" as const, endsInSeconds: 1 }),
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant("handoff_accepted" as const),
      handoff,
      vendorChat: fc.nat(1_000).map((n) => ({ connector: "desk", ref: String(n) })),
      position: fc.constant(null),
      waitSeconds: fc.constant(null),
    }),
  },
  { weight: 4, arbitrary: fc.record({ type: fc.constant("agent_joined" as const), handoff, agent }) },
  handoff.map((name) => ({ type: "agent_left" as const, handoff: name })),
  handoff.map((name) => ({ type: "transferred" as const, handoff: name, to: null })),
  fc.record({ type: fc.constant("vendor_closed" as const), handoff, back: fc.option(fc.uuid()) }),
  handoff.map((name) => ({ type: "wait_expired" as const, handoff: name })),
  handoff.map((name) => ({ type: "offers_expired" as const, handoff: name })),
  fc.record({ type: fc.constant("absence_expired" as const), handoff, absence: fc.nat(3) }),
  fc.record({ type: fc.constant("handoff_failed" as const), handoff, reason: fc.constant("vendor_refused" as const) }),
  fc.record({ type: fc.constant("fallback_started" as const), handoff, sharedId: fc.uuid(), fallbacksUsed: fc.nat(3) }),
  {
    weight: 1,
    arbitrary: fc.constantFrom<Fact>(
      ...(["visitor", "silence", "visitor_gone"] as const).map((by) => ({ type: "conversation_ended" as const, by })),
    ),
  },
);

test("I-8 from a handoff until an explicit return the assistant is neither asked nor heard", () => {
  always(({ before, after, entries, jobs }) => {
    if (before.phase === "automated" || after.phase === "automated") return;
    expect(jobs.filter(({ task }) => task.task === "ask_assistant" || task.task === "greet")).toEqual([]);
    expect(entries.filter((entry) => entry.type === "said" && entry.by === "assistant")).toEqual([]);
  });
});

test("only a fallback, or a vendor that hangs up where the site wants it, brings the assistant back", () => {
  always(({ before, after, fact }) => {
    if (before.phase !== "automated" && after.phase === "automated") expect(["fallback_started", "vendor_closed"]).toContain(fact.type);
  });
});

test("I-11 every line that was taken is asked, or told, or kept until somebody reads it", () => {
  always(({ fact, entries, jobs, after }) => {
    if (fact.type !== "visitor_said") return;
    const ways = [
      jobs.some(({ task }) => task.task === "ask_assistant" && task.line.id === fact.id),
      jobs.some(({ task }) => task.task === "tell_agent" && task.line.id === fact.id),
      after.phase === "failed" && after.story.unread.includes(fact.id),
    ];
    expect(ways.filter(Boolean)).toHaveLength(entries.length);
  });
});

test("I-11 what nobody has read by the time a handoff is given up is marked, unless a desk has it", () => {
  always(({ before, after, entries, fact }) => {
    if (!("story" in before) || "story" in after || before.story.unread.length === 0) return;
    const marked = entries.flatMap((entry) => (entry.type === "delivery" && entry.state === "undelivered" ? entry.lines : []));
    const hasDesk = "vendorChat" in before && after.phase === "ended";
    expect(marked).toEqual(hasDesk || fact.type === "message_left" ? [] : before.story.unread);
  });
});

test("I-10 every way into a failure owes a fallback, once", () => {
  always(({ before, after, jobs }) => {
    const owed = jobs.filter(({ task }) => task.task === "start_fallback");
    expect(owed).toHaveLength(after.phase === "failed" && before.phase !== "failed" ? 1 : 0);
  });
});

test("an ended conversation stays ended: nothing is said in it, and only what is still open elsewhere is closed", () => {
  always(({ before, after, entries, jobs }) => {
    if (before.phase !== "ended") return;
    expect(after).toBe(before);
    expect(entries.filter(({ type }) => type !== "delivery" && type !== "rated")).toEqual([]);
    expect(jobs.filter(({ task }) => task.task !== "close_handoff" && task.task !== "end_assistant_chat")).toEqual([]);
  });
});

test("I-9 a vendor's chat is closed once when it is left, and a chat that is not ours at once", () => {
  always(({ before, after, fact, jobs }) => {
    const closed = jobs.flatMap(({ task }) => (task.task === "close_handoff" ? [task.vendorChat] : []));
    const left = "vendorChat" in before && !("vendorChat" in after) && fact.type !== "vendor_closed" ? [before.vendorChat] : [];
    const isStranger =
      fact.type === "handoff_accepted" && !("vendorChat" in after && after.vendorChat.ref === fact.vendorChat.ref) ? [fact.vendorChat] : [];
    expect(closed).toEqual([...left, ...isStranger]);
  });
});

test("U20 the assistant's own chat is closed once: when a person has accepted, or when it is given up", () => {
  always(({ before, after, jobs, fact }) => {
    const closed = jobs.flatMap(({ task }) => (task.task === "end_assistant_chat" ? [task.chat] : []));
    const isAccepted = "story" in before && !before.story.accepted && (!("story" in after) || after.story.accepted);
    const isLeft = before.phase === "automated" && after.phase === "ended" && after.by !== "assistant";
    const chat = "story" in before ? before.story.assistantChat : before.phase === "automated" ? before.assistantChat : null;
    if (fact.type !== "assistant_answered") expect(closed).toEqual((isAccepted || isLeft) && chat !== null ? [chat] : []);
    else expect(closed.length).toBeLessThanOrEqual(1);
  });
});

/** Plays many histories, and shows `check` every step of each. */
function always(check: (step: Step) => void): void {
  fc.assert(
    fc.property(fc.array(fact, { minLength: 1, maxLength: 40 }), (history) => {
      let lifecycle = automated("s0");
      for (const told of history) {
        const fact = aboutNow(told, lifecycle);
        const { lifecycle: after, ...decision } = decide(lifecycle, fact, policy);
        check({ before: lifecycle, after, fact, ...decision });
        lifecycle = after;
      }
    }),
    { numRuns: 400, seed: seedOf("HISTORY") },
  );
}

function aboutNow(fact: Fact, lifecycle: Lifecycle): Fact {
  const names = {
    ...("handoff" in fact && fact.handoff === CURRENT && "handoff" in lifecycle && { handoff: lifecycle.handoff }),
    ...("sharedId" in fact && fact.sharedId === CURRENT && "sharedId" in lifecycle && { sharedId: lifecycle.sharedId }),
  };
  return { ...fact, ...names } as Fact; // the same kind of fact, with other names in it
}

interface Step extends Omit<Decision, "lifecycle"> {
  before: Lifecycle;
  after: Lifecycle;
  fact: Fact;
}
