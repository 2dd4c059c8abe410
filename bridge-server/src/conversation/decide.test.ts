import { expect, test } from "vitest";
import { decide } from "./decide.ts";
import type { Fact } from "./facts.ts";
import { automated, type HandoffId, type In, type Lifecycle } from "./lifecycle.ts";
import type { Decision, Policy } from "./move.ts";

const policy: Policy = { queueWaitMs: 600, colleagueWaitMs: 120, abandonAfterMs: 90, silenceWarnAfterMs: 300, closeAssistantChat: true };
const handoff = "h1" as HandoffId;
const vendorChat = { connector: "desk", ref: "7" };
const kim = { id: "kim", name: "Kim" };
const target = { name: "desk", connector: "desk", queue: null, urgent: false };
const talking: In<"automated"> = { phase: "automated", assistantChat: "CONV-1", sharedId: "s1", fallbacksUsed: 0 };
const story = { assistantChat: "CONV-1", sharedId: "s1", tried: ["desk"], fallbacksUsed: 0, unread: [], accepted: false };
const initiated: Lifecycle = { phase: "handoff_initiated", handoff, story, target: null };
const queued: In<"queued"> = { phase: "queued", handoff, story, vendorChat, position: null, waitSeconds: null };
const live: In<"live"> = { phase: "live", handoff, story: { ...story, accepted: true }, vendorChat, agent: kim, absences: 0 };
const failed: In<"failed"> = { phase: "failed", handoff, story: { ...story, unread: ["u1"] }, reason: "waited_too_long" };

const after = (lifecycle: Lifecycle, fact: Fact) => decide(lifecycle, fact, policy);
const owed = ({ jobs }: Decision) => jobs.map(({ task, afterMs }) => (afterMs === undefined ? task.task : `${task.task} in ${afterMs}`));
const seen = ({ entries }: Decision) => entries.map((entry) => (entry.type === "phase_changed" ? entry.phase : entry.type));
const noted = ({ notes }: Decision) => notes.map(({ type }) => type);
const answer = {
  type: "assistant_answered",
  id: "a1",
  to: "l1",
  sharedId: "s1",
  chat: "CONV-1",
  text: "One moment.",
  rich: null,
  next: null,
} as const;
const handOff = { type: "hand_off", handoff, by: "assistant", destination: "refunds", reason: "why" } as const;

test("a conversation begins with a greeting owed, and with names by which it is found", () => {
  const fact: Fact = {
    type: "conversation_began",
    sharedId: "s1",
    token: { hash: "hash", expiresAt: "then" },
    visitor: { language: "en", page: null },
    greet: true,
  };
  const first = after(automated(""), fact);
  expect(owed(first)).toEqual(["greet", "watch_silence in 300"]);
  expect(first.names.map(({ kind }) => kind)).toEqual(["token", "shared_id"]);
  const again = after(talking, { ...fact, greet: false });
  expect([owed(again), again.lifecycle, again.notes]).toEqual([[], talking, []]);
  expect(again.names.map(({ kind }) => kind)).toEqual(["token"]);
});

test("D1 the assistant's last words and its handoff are one fact: words first, and somebody is asked at once", () => {
  const decision = after(talking, { ...answer, next: handOff });
  expect(seen(decision)).toEqual(["said", "handoff_initiated"]);
  expect(owed(decision)).toEqual(["open_handoff", "watch_the_clock in 600"]);
  expect(decision.notes).toEqual([
    {
      type: "handoff_initiated",
      handoff,
      by: "assistant",
      destination: "refunds",
      reason: "why",
      utterance: "One moment.",
      assistantChat: "CONV-1",
      sharedId: "s1",
    },
  ]);
  expect(decision.names).toEqual([{ kind: "handoff", value: handoff, handoff }]);
});

test("a language that the assistant goes on in is told before its words, and once until it changes", () => {
  const french = after(talking, { ...answer, next: null, language: "fr-FR" });
  expect(french.entries[0]).toEqual({ type: "language_changed", language: "fr-FR" });
  expect(seen(french).length).toBe(2);
  expect(after(french.lifecycle, { ...answer, next: null, language: "fr-FR" }).entries.length).toBe(1);
  expect(after(french.lifecycle, { ...answer, next: null }).lifecycle).toEqual(french.lifecycle);
  expect(after(french.lifecycle, { ...answer, next: null, language: "en" }).entries[0]).toEqual({
    type: "language_changed",
    language: "en",
  });
});

test("a handoff without words shows none", () => {
  expect(seen(after(talking, { ...answer, text: "", next: handOff }))).toEqual(["handoff_initiated"]);
});

test("D6 an assistant that says goodbye has ended the conversation, and is not told so", () => {
  const decision = after(talking, { ...answer, next: { type: "end" } });
  expect([seen(decision), owed(decision)]).toEqual([["said", "ended"], []]);
});

test.for([
  ["after a handoff", initiated],
  ["with a person there", live],
  ["from an automated conversation that was given up", { ...talking, sharedId: "s2" }],
  ["after the end", { phase: "ended", by: "visitor" }],
] as const)("F09 an answer that comes %s is noted and never shown", ([, lifecycle]) => {
  const decision = after(lifecycle, { ...answer, next: handOff });
  expect([decision.lifecycle, seen(decision), noted(decision)]).toEqual([lifecycle, [], ["answer_dropped"]]);
});

test("a greeting that comes too late leaves a chat behind that is closed", () => {
  expect(owed(after(live, { ...answer, to: null, chat: "CONV-9" }))).toEqual(["end_assistant_chat"]);
  expect(owed(after(live, { ...answer, to: null }))).toEqual([]);
});

test("F11 a second wish for a person changes nothing", () => {
  const next = { handoff: "h2" as HandoffId, by: "visitor" as const, destination: null, reason: null };
  for (const lifecycle of [initiated, queued, live])
    expect(after(lifecycle, { type: "person_requested", next })).toMatchObject({ lifecycle, entries: [], jobs: [], notes: [] });
});

test.for([
  ["automated", talking, ["ask_assistant"], 1],
  ["handoff_initiated", initiated, ["tell_agent"], 0],
  ["queued", queued, ["tell_agent"], 0],
  ["live", live, ["tell_agent"], 0],
  ["failed", failed, [], 0],
] as const)("what a visitor says while %s goes to whoever has to hear it", ([, lifecycle, jobs, turns]) => {
  const decision = after(lifecycle, { type: "visitor_said", id: "l1", text: "Hello?" });
  expect([seen(decision), owed(decision), decision.turns]).toEqual([["said"], jobs, turns]);
});

test("a line is unread until a person is there", () => {
  const said: Fact = { type: "visitor_said", id: "l1", text: "Hello?" };
  const unread = (lifecycle: Lifecycle) => ("story" in lifecycle ? lifecycle.story.unread : null);
  expect(unread(after(queued, said).lifecycle)).toEqual(["l1"]);
  expect(unread(after(live, said).lifecycle)).toEqual([]);
  expect(unread(after({ ...live, agent: null }, said).lifecycle)).toEqual(["l1"]);
  expect(unread(after(failed, said).lifecycle)).toEqual(["u1", "l1"]);
});

test("I-11 a line that found its chat over waits for the next desk, and is marked when there is none", () => {
  const missed: Fact = { type: "line_missed", line: "l1" };
  expect(after(failed, missed)).toMatchObject({ entries: [], lifecycle: { story: { unread: ["u1", "l1"] } } });
  expect(after(failed, { ...missed, line: "u1" }).lifecycle).toEqual(failed);
  expect(after(live, missed)).toMatchObject({ entries: [], lifecycle: live });
  for (const lifecycle of [talking, { phase: "ended", by: "agent" } as const])
    expect(after(lifecycle, missed).entries).toEqual([{ type: "delivery", lines: ["l1"], state: "undelivered" }]);
});

test("an assistant that hands off in its greeting goes on in the fallbacks; one that was spoken to starts anew", () => {
  const back: Lifecycle = { ...automated("s1", 1), assistantChat: null } as In<"automated">;
  const greeting = after(back, { ...answer, to: null, next: handOff });
  expect(greeting.lifecycle).toMatchObject({ phase: "handoff_initiated", story: { fallbacksUsed: 1 } });
  expect(after(back, { type: "visitor_said", id: "l1", text: "Hello?" }).lifecycle).toMatchObject({ fallbacksUsed: 0 });
});

test("a person who accepts closes the assistant's chat, where the site wants it, and only the first one does", () => {
  const joined: Fact = { type: "agent_joined", handoff, agent: kim };
  expect(owed(after(queued, joined))).toEqual(["end_assistant_chat"]);
  expect(owed(decide(queued, joined, { ...policy, closeAssistantChat: false }))).toEqual([]);
  expect(owed(after({ ...queued, story: { ...story, accepted: true } }, joined))).toEqual([]);
  expect(seen(after(queued, joined))).toEqual(["live", "agent_joined"]);
});

test("M6 a person who leaves is waited for, and the clock for it is set once per absence", () => {
  const alone = after(live, { type: "agent_left", handoff });
  expect([seen(alone), owed(alone)]).toEqual([["agent_left"], ["watch_for_colleague in 120"]]);
  expect(owed(after(alone.lifecycle, { type: "transferred", handoff, to: "Sam" }))).toEqual([]);
});

test("F18 a vendor that accepts after we stopped waiting is told that nobody is there; a repeated acceptance is not", () => {
  const accepted: Fact = { type: "handoff_accepted", handoff, vendorChat, position: 1, waitSeconds: null };
  for (const lifecycle of [failed, talking, { phase: "ended", by: "visitor" } as const])
    expect(owed(after(lifecycle, accepted))).toEqual(["close_handoff"]);
  expect(owed(after(queued, accepted))).toEqual([]);
  expect(owed(after(queued, { ...accepted, vendorChat: { ...vendorChat, ref: "8" } }))).toEqual(["close_handoff"]);
});

test("whoever speaks is there, even if the vendor never said that somebody joined", () => {
  const said: Fact = { type: "agent_said", id: "n1", handoff, agent: kim, text: "Hi", format: "plain" };
  expect(seen(after(queued, said))).toEqual(["live", "agent_joined", "said"]);
  expect(after(live, { ...said, agent: null }).entries).toMatchObject([{ type: "said", by: "agent", name: "Kim" }]);
  expect(noted(after(failed, said))).toEqual(["news_dropped"]);
  expect(noted(after(live, { ...said, handoff: "h0" as HandoffId }))).toEqual(["news_dropped"]);
});

test("C4 a context that was not there is looked for again; one that was found, forbidden or somebody else's is not", () => {
  const routed = (state: "missing" | "unavailable" | "forbidden" | "foreign" | "none") =>
    owed(after(initiated, { type: "routed", handoff, target, because: "", context: { state } }));
  expect([routed("missing"), routed("unavailable")]).toEqual([["fetch_context in 2000"], ["fetch_context in 2000"]]);
  expect([routed("forbidden"), routed("foreign"), routed("none")]).toEqual([[], [], []]);
});

test("a route for a handoff that is over leads nowhere", () => {
  const fact: Fact = { type: "routed", handoff: "h0" as HandoffId, target, because: "", context: { state: "missing" } };
  for (const lifecycle of [initiated, failed]) expect(after(lifecycle, fact)).toMatchObject({ lifecycle, notes: [], jobs: [] });
});

test("a message that was left takes the unread lines with it, and ends the conversation", () => {
  const decision = after(failed, { type: "message_left", id: "m1", name: null, email: "a@b.c", phone: null, text: "Call me" });
  expect(seen(decision)).toEqual(["message_left", "ended"]);
  expect(owed(decision)).toEqual(["deliver_message", "end_assistant_chat"]);
  expect(after(queued, { type: "message_left", id: "m1", name: null, email: "a@b.c", phone: null, text: "Call me" }).jobs).toEqual([]);
});

test("a visitor who leaves after a failure is told the truth about what nobody read", () => {
  expect(seen(after(failed, { type: "conversation_ended", by: "visitor" }))).toEqual(["delivery", "ended"]);
  expect(seen(after({ ...queued, story: failed.story }, { type: "conversation_ended", by: "visitor" }))).toEqual(["ended"]);
});

test("a line that a waiting visitor was told is not delivered is not marked again when nobody comes", () => {
  const fact: Fact = { type: "delivery_changed", line: "u1", state: "undelivered" };
  expect(after({ ...queued, story: failed.story }, fact)).toMatchObject({
    lifecycle: { phase: "queued", story: { unread: [] } },
    entries: [{ type: "delivery", lines: ["u1"], state: "undelivered" }],
  });
  expect(after({ ...queued, story: failed.story }, { ...fact, state: "delayed" }).lifecycle).toMatchObject({ story: { unread: ["u1"] } });
});

test("I-9 a desk that may have accepted without our hearing of it is asked once more, whoever has the conversation by then", () => {
  const fact: Fact = { type: "handoff_failed", handoff, reason: "vendor_unreachable", doubtfulTries: 2 };
  expect(owed(after(initiated, fact))).toEqual(["withdraw_handoff", "start_fallback"]);
  expect(owed(after(talking, fact))).toEqual(["withdraw_handoff"]);
  expect(after(talking, fact)).toMatchObject({ lifecycle: talking, entries: [] });
  const { doubtfulTries: _, ...sure } = fact;
  expect(owed(after(initiated, sure))).toEqual(["start_fallback"]);
});

test("A10 a topic that says that its handoff failed fails it while nobody is there, and the fallback begins", () => {
  const context = { source: "id" as const, at: "then", data: { handoff_state: "transfer_error" }, topicState: "transfer_error" };
  const fact: Fact = { type: "failure_state_found", handoff, context };
  const failing = after(initiated, fact);
  expect(failing.lifecycle).toMatchObject({ phase: "failed", reason: "failure_state" });
  expect([noted(failing), owed(failing)]).toEqual([["context", "handoff_failed"], ["start_fallback"]]);
  expect(owed(after(queued, fact))).toEqual(["close_handoff", "start_fallback"]);
  expect([after(live, fact).lifecycle, owed(after(live, fact))]).toEqual([live, ["attach_context"]]);
  for (const lifecycle of [failed, talking, { ...queued, handoff: "h2" as HandoffId }])
    expect(after(lifecycle, fact)).toMatchObject({ lifecycle, entries: [], jobs: [] });
});

test("F2 what should be known and is not is noted by name, once nobody looks for it any more", () => {
  const data = { customer_id: "7", order: { number: " " }, empty: null };
  const required = ["customer_id", "order.number", "empty", "never"];
  const context = { source: "id" as const, at: "then", data };
  const lacks = ({ notes }: Decision) => notes.flatMap((note) => (note.type === "context" ? [note.lacks] : []));
  const routed = (look: "missing" | "none" | typeof context) => {
    const state = typeof look === "string" ? { state: look } : { state: "found" as const, context: look };
    return after(initiated, { type: "routed", handoff, target, because: "", context: state, required });
  };
  expect(lacks(routed(context))).toEqual([["order.number", "empty", "never"]]);
  expect(lacks(routed("none"))).toEqual([required]);
  expect(lacks(routed("missing"))).toEqual([undefined]);
  expect(routed("missing").jobs).toContainEqual({ task: expect.objectContaining({ task: "fetch_context", required }), afterMs: 2_000 });
  expect(lacks(after(queued, { type: "context_found", handoff, context, required }))).toEqual([["order.number", "empty", "never"]]);
  expect(lacks(after(queued, { type: "context_missed", handoff, state: "missing", required }))).toEqual([required]);
});
