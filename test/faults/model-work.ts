import { chooseFallback } from "@baton/bridge-server/conversation/fallback";
import type { Fact, StoredContext } from "@baton/bridge-server/conversation/facts";
import type { FailureReason, HandoffId, In, Target, VendorChat } from "@baton/bridge-server/conversation/lifecycle";
import { route } from "@baton/bridge-server/conversation/routing";
import { attach, inWords, knownOf, openingOf } from "./model-told.ts";
import { change, endJob, holds, may, newId, record } from "./model.ts";
import type { Answer, ModelJob, Moment, Outcome, Run, Fate, World } from "./model.ts";

// What a worker does with each job, as the tasks in bridge-server/src/work do it, but for waiting.

/** What may come of a job's call. `nobody`: it makes none, and reports at once. */
export function answersTo({ task }: ModelJob, world: World, lost: number): Answer[] {
  const { lifecycle } = world;
  switch (task.task) {
    case "greet":
      return lifecycle.phase === "automated" && lifecycle.assistantChat === null ? ["greets"] : ["nobody"];
    case "ask_assistant":
      if (lifecycle.phase !== "automated" || isUnsure(lost, world)) return ["nobody"];
      return lifecycle.assistantChat === null ? ["begins"] : answersToAsking(world);
    case "open_handoff":
      if (lifecycle.phase !== "handoff_initiated" || lifecycle.handoff !== task.handoff) return ["nobody"];
      if (world.chats.some(({ handoff, isOpen }) => handoff === task.handoff && isOpen)) return ["accepts", "refuses"]; // rule C2
      return [
        "accepts",
        "refuses",
        ...(mayTellFailure(lifecycle, world) ? (["tells_failure"] as const) : []),
        ...(may("crashes", world) ? (["accepts_unheard", "accepts_unheard_at_last"] as const) : []),
      ];
    case "tell_agent": {
      if (!("vendorChat" in lifecycle) || lifecycle.handoff !== task.handoff) return ["nobody"];
      const desk = world.chats.find(({ ref }) => ref === lifecycle.vendorChat.ref);
      if (!desk?.isOpen) return ["refuses"];
      return may("lies", world) && !desk.got.includes(task.line.id) ? ["takes", "refuses"] : ["takes"];
    }
    case "attach_context":
      if (!("vendorChat" in lifecycle) || lifecycle.handoff !== task.handoff) return ["nobody"];
      return [world.chats.some(({ ref, isOpen }) => ref === lifecycle.vendorChat.ref && isOpen) ? "takes" : "refuses"];
    default:
      return ["nobody"];
  }
}

export const answersToAsking = (world: World): Answer[] => [
  "answers",
  ...(world.left.handoffs > 0 ? (["hands_off"] as const) : []),
  "ends",
  ...(may("crashes", world) ? (["no_answer"] as const) : []),
];

/** Only of a handoff that the assistant asked for, and looked for before anybody is asked. */
function mayTellFailure({ handoff, target }: In<"handoff_initiated">, { marks }: World): boolean {
  return target === null && marks.includes(`asked ${handoff}`);
}

/** It may have been asked already. Where there never was a chat it cannot have been. */
function isUnsure(lost: number, { lifecycle, marks }: World): boolean {
  if (lost === 0 || lifecycle.phase !== "automated") return false;
  return lifecycle.assistantChat !== null || marks.some(isMove);
}

export const isMove = (mark: string) => /^(?:automated|handoff_initiated|queued|live|failed|ended) /.test(mark);

/** Takes a job up and makes its first call. Whoever calls nobody has reported when this returns. */
export function takeUp(now: Moment, job: ModelJob, answer: Answer, fate: Fate): void {
  const claimed: ModelJob = { ...job, attempt: job.attempt + 1, isClaimed: true };
  change(now, { jobs: now.world.jobs.map((one) => (one.id === job.id ? claimed : one)) });
  const outcome = run(now, claimed, now.subject.lost(claimed), answer);
  const told = outcome.type === "fact" ? outcome.fact : null;
  const isFromNoCall = told?.type === "failure_state_found" || (told?.type === "handoff_failed" && told.reason === "no_route");
  becomeOf(now, { job: claimed, outcome, isStale: false }, isFromNoCall ? "reports" : fate);
}

function becomeOf(now: Moment, run: Run, fate: Fate): void {
  if (fate === "reports" && run.outcome.type !== "begun") return report(now, run);
  if (fate !== "dies") change(now, { runs: [...now.world.runs, run] });
  if (fate === "dies" || fate === "stalls") abandon(now, run.job);
}

/** Its lease has run out: it is anybody's again. */
export function abandon(now: Moment, { id, attempt }: ModelJob): void {
  const isIts = (one: ModelJob) => one.id === id && one.attempt === attempt;
  change(now, { jobs: now.world.jobs.map((one) => (isIts(one) ? { ...one, isClaimed: false } : one)) });
}

function run(now: Moment, job: ModelJob, lost: number, answer: Answer): Outcome {
  const { task } = job;
  const { world } = now;
  const { lifecycle } = world;
  switch (task.task) {
    case "greet":
      if (lifecycle.phase !== "automated" || lifecycle.assistantChat !== null) return nothing;
      return { type: "answer", to: null, sharedId: lifecycle.sharedId, chat: begin(now, lifecycle.sharedId), text: "Hello", next: null };
    case "ask_assistant":
      if (lifecycle.phase !== "automated") return fact({ type: "line_missed", line: task.line.id });
      if (isUnsure(lost, world)) return fact(lostAnswer(task.line.id, lifecycle.sharedId));
      if (lifecycle.assistantChat !== null) return ask(now, task.line.id, lifecycle.sharedId, lifecycle.assistantChat, answer);
      return { type: "begun", line: task.line.id, sharedId: lifecycle.sharedId, chat: begin(now, lifecycle.sharedId) };
    case "open_handoff":
      return open(now, job, task.handoff, answer);
    case "withdraw_handoff":
      return withdraw(now, task.handoff);
    case "tell_agent": {
      if (!("vendorChat" in lifecycle) || lifecycle.handoff !== task.handoff) return missed(world, task.line.id, task.handoff);
      const { ref } = lifecycle.vendorChat;
      now.calls.push(`say ${ref} ${task.line.id}`);
      if (answer === "refuses") return fact({ type: "delivery_changed", line: task.line.id, state: "undelivered" });
      const take = (got: readonly string[]) => (got.includes(task.line.id) ? got : [...got, task.line.id]);
      change(now, { chats: world.chats.map((chat) => (chat.ref === ref ? { ...chat, got: take(chat.got) } : chat)) });
      return nothing;
    }
    case "close_handoff":
      now.calls.push(`close ${task.vendorChat.ref}`);
      change(now, { chats: world.chats.map((chat) => (chat.ref === task.vendorChat.ref ? { ...chat, isOpen: false } : chat)) });
      return nothing;
    case "end_assistant_chat":
      now.calls.push(`end ${task.chat}`);
      return nothing;
    case "deliver_message":
      now.calls.push(`open ${task.id}`);
      return nothing;
    case "start_fallback":
      return lifecycle.phase === "failed" && lifecycle.handoff === task.handoff ? fact(fallBack(now, lifecycle)) : nothing;
    case "watch_the_clock":
      return fact({ type: "wait_expired", handoff: task.handoff });
    case "watch_for_colleague":
      return fact({ type: "absence_expired", handoff: task.handoff, absence: task.absence });
    case "watch_offers":
      return fact({ type: "offers_expired", handoff: task.handoff });
    case "watch_visitor":
      if (lifecycle.phase !== "queued" || lifecycle.handoff !== task.handoff) return nothing;
      return fact({ type: "conversation_ended", by: "visitor_gone" });
    case "watch_silence":
      if (lifecycle.phase !== "automated") return nothing;
      if (world.isWarned) return fact({ type: "conversation_ended", by: "silence" });
      record(now, `silence:${world.entryCount}`, { type: "silence_noticed", endsInSeconds: 0 });
      return { type: "later" };
    case "mail_transcript": // nobody asks for it here
    case "fetch_context": // contexts are found at once here
    case "announce": // nobody is told here
    case "tell_visitor": // everybody has a browser
    case "forget_exports":
    case "forget_files":
    case "forget_chat":
    case "forget_handoff":
      return nothing; // nobody asks for an erasure here
    case "attach_context":
      if ("vendorChat" in lifecycle && lifecycle.handoff === task.handoff) attach(now, lifecycle.vendorChat, task.context);
      return nothing;
  }
}

/** The first call was answered: what it began is written down, and the question itself is asked. */
export function goOn(now: Moment, { job, outcome }: Run, answer: Answer, fate: Fate): void {
  if (outcome.type !== "begun") return;
  const { line, sharedId, chat } = outcome;
  const begun: Fact = { type: "assistant_answered", id: `re:${job.id}:0`, to: null, sharedId, chat, text: "", rich: null, next: null };
  const factId = `job:${job.id}:begin:0`;
  if (!now.world.facts.includes(factId) && !holds(now, job)) return; // somebody else goes on with it
  record(now, factId, begun);
  const { lifecycle } = now.world;
  if (lifecycle.phase !== "automated" || lifecycle.sharedId !== sharedId) {
    return report(now, { job, outcome: fact({ type: "line_missed", line }), isStale: false });
  }
  if (lifecycle.assistantChat !== chat) return endJob(now, job);
  becomeOf(now, { job, outcome: ask(now, line, sharedId, chat, answer), isStale: false }, fate);
}

export function report(now: Moment, { job, outcome }: Run): void {
  switch (outcome.type) {
    case "nothing":
      return endJob(now, job);
    case "later": {
      const putBack = (one: ModelJob) => ({ ...one, putBack: one.putBack + 1, isClaimed: false });
      const isIts = (one: ModelJob) => one.id === job.id && one.attempt === job.attempt;
      return change(now, { jobs: now.world.jobs.map((one) => (isIts(one) ? putBack(one) : one)) });
    }
    case "fact":
      return record(now, `job:${job.id}`, outcome.fact, { job, isDone: true });
    case "answer": {
      const { to, sharedId, chat, text } = outcome;
      const asked = { by: "assistant" as const, destination: null, reason: null };
      const next =
        outcome.next === "hand_off"
          ? { type: "hand_off" as const, handoff: newId(now) as HandoffId, ...asked }
          : outcome.next && { type: outcome.next };
      const id = to === null ? `re:${job.id}:0` : `re:${to}:5`;
      record(now, `job:${job.id}`, { type: "assistant_answered", id, to, sharedId, chat, text, rich: null, next }, { job, isDone: true });
      const { marks } = now.world;
      if (next?.type === "hand_off" && marks.includes(`handoff_initiated ${next.handoff}`))
        change(now, { marks: [...marks, `asked ${next.handoff}`] });
      return;
    }
    case "begun":
      return; // it goes on first
  }
}

function begin(now: Moment, sharedId: string): string {
  now.calls.push(`begin ${sharedId}${inWords(knownOf(now.world))}`);
  change(now, { begun: now.world.begun + 1 });
  return `chat-${now.world.begun}`;
}

function ask(now: Moment, line: string, sharedId: string, chat: string, answer: Answer): Outcome {
  now.isAskedTooLate ||= now.world.lifecycle.phase !== "automated";
  now.calls.push(`ask ${chat} ${line}`);
  change(now, { lines: now.world.lines.map((one) => (one.id === line ? { ...one, asked: one.asked + 1 } : one)) });
  if (answer === "no_answer") return fact(lostAnswer(line, sharedId));
  const next = answer === "hands_off" ? "hand_off" : answer === "ends" ? "end" : null;
  return { type: "answer", to: line, sharedId, chat, text: "Answer", next };
}

function open(now: Moment, job: ModelJob, handoff: HandoffId, answer: Answer): Outcome {
  const { lifecycle } = now.world;
  if (lifecycle.phase !== "handoff_initiated" || lifecycle.handoff !== handoff) return inDoubt(handoff, job.attempt - 1);
  if (answer === "tells_failure" && lifecycle.target === null) return fact({ type: "failure_state_found", handoff, context: FAILURE });
  const target = lifecycle.target ?? findTarget(now, job, lifecycle);
  if (target === null) return fact({ type: "handoff_failed", handoff, reason: "no_route" });
  const transcript = transcriptUpTo(now.world, handoff);
  now.calls.push(openingOf(now.world, handoff, target.connector, transcript));
  if (answer === "refuses") return failed(handoff, "vendor_refused", job.attempt - 1);
  const vendorChat = holdChat(now, handoff, target.connector, transcript);
  if (answer === "accepts_unheard") return { type: "later" };
  if (answer === "accepts_unheard_at_last") return inDoubt(handoff, job.attempt);
  return fact({ type: "handoff_accepted", handoff, vendorChat, position: null, waitSeconds: null });
}

/** As a topic would store it. */
export const FAILURE: StoredContext = { source: "shared_id", at: "", data: { state: "transfer_error" }, topicState: "transfer_error" };

const inDoubt = (handoff: HandoffId, tries: number): Outcome => (tries === 0 ? nothing : failed(handoff, "vendor_unreachable", tries));
const failed = (handoff: HandoffId, reason: FailureReason, doubtfulTries: number): Outcome =>
  fact({ type: "handoff_failed", handoff, reason, ...(doubtfulTries > 0 && { doubtfulTries }) });

/** A desk that has it says which chat that is; one that never heard of it makes one, to be closed at once. */
function withdraw(now: Moment, handoff: HandoffId): Outcome {
  const routed = now.world.marks.find((mark) => mark.startsWith("routed ") && mark.endsWith(` ${handoff}`));
  const connector = routed?.split(" ")[1];
  if (connector === undefined) return nothing;
  const transcript = transcriptUpTo(now.world, handoff);
  now.calls.push(openingOf(now.world, handoff, connector, transcript));
  const vendorChat = holdChat(now, handoff, connector, transcript);
  return fact({ type: "handoff_accepted", handoff, vendorChat, position: null, waitSeconds: null });
}

function holdChat(now: Moment, handoff: HandoffId, connector: string, transcript: string[]): VendorChat {
  const ref = `${connector}-${handoff}`;
  if (!now.world.chats.some((chat) => chat.ref === ref)) {
    const quiet = { isOpen: true, isKnown: false, agent: null, joins: 0, news: 0, did: [], got: [], knows: knownOf(now.world) };
    change(now, { chats: [...now.world.chats, { ref, connector, handoff, transcript, ...quiet }] });
  }
  return { connector, ref };
}

function findTarget(now: Moment, job: ModelJob, { handoff, story }: In<"handoff_initiated">): Target | null {
  const destination = now.world.marks.includes(`fallback ${handoff}`) ? "second" : null;
  const request = { destination, reason: null, data: null, language: null, at: new Date(0), tried: story.tried, inUse: [] };
  const routed = route(now.site.rules, request);
  if (routed.route === null || "phone" in routed.route) return null; // no number stands in the model's rules
  const target = { ...routed.route, name: routed.name };
  record(now, `job:${job.id}:routed`, { type: "routed", handoff, target, because: routed.because, context: { state: "none" } });
  change(now, { marks: [...now.world.marks, `routed ${target.connector} ${handoff}`] });
  return target;
}

function fallBack(now: Moment, { handoff, story }: In<"failed">): Fact {
  const step = chooseFallback(now.site.fallback, story);
  switch (step.type) {
    case "destination": {
      const next = newId(now) as HandoffId;
      change(now, { marks: [...now.world.marks, `fallback ${next}`] });
      const asked = { handoff: next, by: "fallback" as const, destination: step.destination, reason: null };
      return { type: "fallback_requested", next: asked, fallbacksUsed: step.used };
    }
    case "assistant":
      return { type: "fallback_started", handoff, sharedId: newId(now), fallbacksUsed: step.used };
    case "goodbye":
      return { type: "conversation_ended", by: "fallback" };
    case "offers":
      return { type: "offers_made", handoff, offers: [{ type: "leave_message" }], fallbacksUsed: step.used };
  }
}

/** A later desk may have had the line in its transcript, or the visitor may know already. */
function missed({ marks }: World, line: string, handoff: HandoffId): Outcome {
  const since = marks.slice(marks.indexOf(`said ${line}`) + 1);
  const isKnown = since.some((mark) => mark === `undelivered ${line}` || (mark.startsWith("queued ") && mark !== `queued ${handoff}`));
  return isKnown ? nothing : fact({ type: "line_missed", line });
}

function transcriptUpTo({ marks }: World, handoff: HandoffId): string[] {
  const end = marks.findIndex((mark) => mark.endsWith(` ${handoff}`) && !mark.startsWith("fallback "));
  return marks.slice(0, end).flatMap((mark) => (mark.startsWith("said ") ? [mark.slice(5)] : []));
}

const nothing: Outcome = { type: "nothing" };
const fact = (fact: Fact): Outcome => ({ type: "fact", fact });
const lostAnswer = (to: string, sharedId: string): Fact => ({ type: "answer_lost", to, sharedId, why: "unclear" });
