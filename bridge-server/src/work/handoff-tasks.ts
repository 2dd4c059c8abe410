import type { ContextAnswer } from "../assistant/assistant.ts";
import { CallError } from "../call.ts";
import { pause } from "../clock.ts";
import { chooseFallback, offerPhone, phoneName, type Fallback } from "../conversation/fallback.ts";
import type { AskedBy, ContextLook, Fact, Offer, StoredContext } from "../conversation/facts.ts";
import type { FailureReason, HandoffId, In, Target } from "../conversation/lifecycle.ts";
import type { NoteBody } from "../conversation/records.ts";
import { referenceOf } from "../conversation/reference.ts";
import { needsContext, route } from "../conversation/routing.ts";
import { failureStateIn, topicStateIn } from "../conversation/topic-state.ts";
import { failpointsAround } from "../failpoint.ts";
import type { Job, Note } from "../store/store.ts";
import { contextOf, initiated, requestOf, visitorOf, type Initiated } from "./handoff-request.ts";
import { transcriptFor } from "./desk-lines.ts";
import { during, mayPass, tryUntilMended, withinBudget, type Outcome, type Outside, type TaskRules } from "./task.ts";

type Open = { task: "open_handoff"; handoff: HandoffId };
type Withdraw = { task: "withdraw_handoff"; handoff: HandoffId; tries: number };
type Fetch = { task: "fetch_context"; handoff: HandoffId; chat: string | null; sharedId: string; required?: string[] };
type Fall = { task: "start_fallback"; handoff: HandoffId };

const OPEN_WAITS = [1_000, 2_000, 4_000, 8_000];
/** Between looks beside the opening: PolyAI may write the state a moment after it signals the handoff. */
const CONTEXT_WAITS = [250, 750, 2_000];
/** A route that depends on the context is worth waiting a little longer for. */
const CONTEXT_FOR_ROUTE_MS = 3_000;
const LATE_WAITS = [3_000, 5_000, 10_000, 20_000, 20_000];
const LATE_BUDGET_MS = 60_000;
const AVAILABILITY_MS = 1_000;

export const handoffTasks: {
  open_handoff: TaskRules<Open>;
  withdraw_handoff: TaskRules<Withdraw>;
  fetch_context: TaskRules<Fetch>;
  start_fallback: TaskRules<Fall>;
} = {
  open_handoff: {
    async run({ handoff }, job, outside) {
      const { lifecycle } = job;
      if (lifecycle.phase !== "handoff_initiated" || lifecycle.handoff !== handoff) return inDoubt(handoff, job.attempt - 1);
      const target = lifecycle.target ?? (await findTarget(lifecycle, job, outside));
      if (target === null) return null;
      return "type" in target ? target : open(handoff, target, job, outside);
    },
    again(error, job, outside) {
      const { openWithinMs } = outside.site(job.key.site).handoff;
      return mayPass(error) ? withinBudget(error, job, outside.clock.now(), OPEN_WAITS, openWithinMs) : null;
    },
    giveUp({ handoff }, error, { attempt }) {
      return mayPass(error) ? inDoubt(handoff, attempt) : failed(handoff, "vendor_refused", attempt - 1);
    },
  },

  withdraw_handoff: {
    run: ({ handoff, tries }, job, outside) => withdraw(handoff, tries, job, outside),
    again: tryUntilMended,
    giveUp: () => null, // it is on the desk's side alone now, and the failure is in the log
  },

  fetch_context: {
    async run({ handoff, chat, sharedId, required = [] }, job, outside) {
      const { site } = job.key;
      const look = await lookOnce({ chat, sharedId }, site, outside);
      if (look.state === "found") {
        const { context } = look;
        const { by } = initiated(await outside.bridge.notes(job.key), handoff);
        if (tellsOfFailure(by, context, site, outside)) return { type: "failure_state_found", handoff, context };
        return { type: "context_found", handoff, context, required };
      }
      if (look.state !== "missing" && look.state !== "unavailable") return null;
      const spent = outside.clock.now().getTime() - Date.parse(job.since);
      const laterMs = LATE_WAITS[Math.min(job.attempt, LATE_WAITS.length) - 1] ?? 0;
      if (spent + laterMs < LATE_BUDGET_MS) return { laterMs, because: "context_not_there" };
      return required.length > 0 ? { type: "context_missed", handoff, state: look.state, required } : null;
    },
    again: () => 0, // `lookOnce` has no failures, only findings: only a bug or the store can have been in the way
    giveUp: () => null,
  },

  start_fallback: {
    async run({ handoff }, job, outside) {
      const { lifecycle } = job;
      if (lifecycle.phase !== "failed" || lifecycle.handoff !== handoff) return null;
      return fallBack(lifecycle, job, outside);
    },
    again: () => 0, // calls nobody, so it may be done again
    giveUp: () => null,
  },
};

/** Asks the vendor for a person. `open` may be repeated, so a lost attempt is simply made again. */
async function open(handoff: HandoffId, target: Target, job: Job, outside: Outside): Promise<Outcome> {
  const { key } = job;
  const destination = { queue: target.queue, urgent: target.urgent };
  const { connector, abilities } = connectorOf(target.connector, key.site, outside);
  const { inbound } = connector;
  const notes = await outside.bridge.notes(key);
  const asked = initiated(notes, handoff);
  if ((await availability()) === "closed") return failed(handoff, "nobody_available", job.attempt - 1);
  const transcript = await transcriptFor(handoff, abilities, job, outside);
  const request = requestOf(key, notes, asked, { destination, context: contextOf(notes, asked), transcript });
  try {
    const opening = () => connector.open(request);
    const { chat, position, waitSeconds, dropped } = await failpointsAround("H6 opening written", opening, "H7 opening answered");
    // Before anybody learns of the chat: an acceptance that nobody listens to would be a handoff that nobody answers.
    const isHeard = inbound.style === "webhook_and_look" || (inbound.style === "listen" && inbound.scope === "chat");
    if (isHeard) await outside.bridge.listens(key, target.connector, chat.ref);
    if (dropped.length > 0) {
      outside.log({ event: "context_dropped", level: "warn", conversation: key.id, handoff, fields: dropped });
      await outside.bridge.happened(key, `job:${job.id}:dropped`, { type: "context_dropped", handoff, keys: dropped });
    }
    return { type: "handoff_accepted", handoff, vendorChat: { connector: target.connector, ref: chat.ref }, position, waitSeconds };
  } catch (error) {
    if (error instanceof CallError)
      await outside.bridge.happened(
        key,
        `job:${job.id}:try:${job.attempt}`,
        { type: "try_failed", handoff, cause: error.kind },
        during(job),
      );
    throw error;
  }

  /** An honest "closed" saves the visitor a wait; not knowing never does harm. */
  async function availability(): Promise<string> {
    const answer = connector.availability(destination).catch(() => null); // a desk that cannot say is asked in earnest by `open`
    const known = await Promise.race([answer, pause(outside.clock, AVAILABILITY_MS).then(() => null)]);
    return known?.state ?? "unknown";
  }
}

/** Nobody waits for it any more. Whether the desk has it nobody knows, once a try had no answer. */
const inDoubt = (handoff: HandoffId, tries: number): Fact | null => (tries === 0 ? null : failed(handoff, "vendor_unreachable", tries));

/** `doubtfulTries`: those before an honest no, which may have been taken all the same. */
const failed = (handoff: HandoffId, reason: FailureReason, doubtfulTries: number): Fact => ({
  type: "handoff_failed",
  handoff,
  reason,
  ...(doubtfulTries > 0 && { doubtfulTries }),
});

/** A desk makes one chat of one handoff, so asking again tells which one it has; being accepted too late, it is closed. */
async function withdraw(handoff: HandoffId, tries: number, job: Job, outside: Outside): Promise<Fact | null> {
  const { key } = job;
  const notes = await outside.bridge.notes(key);
  const routed = notes.findLast(({ body }) => body.type === "routed" && body.handoff === handoff)?.body;
  const neverArrived = notes.filter(
    ({ body }) => body.type === "try_failed" && body.handoff === handoff && (body.cause === "unreachable" || body.cause === "too_fast"),
  );
  if (routed?.type !== "routed" || neverArrived.length >= tries) return null;
  const { connector, queue, urgent } = routed;
  const asked = initiated(notes, handoff);
  const desk = connectorOf(connector, key.site, outside);
  const transcript = await transcriptFor(handoff, desk.abilities, job, outside);
  const request = requestOf(key, notes, asked, { destination: { queue, urgent }, context: null, transcript });
  const { chat } = await desk.connector.open(request);
  return { type: "handoff_accepted", handoff, vendorChat: { connector, ref: chat.ref }, position: null, waitSeconds: null };
}

/** Looks for the context for a moment, then decides where the handoff goes. Both are written down before anybody is asked. */
async function findTarget(lifecycle: In<"handoff_initiated">, job: Job, outside: Outside): Promise<Target | Fact | null> {
  const { key } = job;
  await outside.readDestinations();
  const { rules, handoff: waits } = outside.site(key.site);
  const { handoff, story } = lifecycle;
  const notes = await outside.bridge.notes(key);
  const asked = initiated(notes, handoff);
  const known = contextOf(notes, asked);
  const waitMs = needsContext(rules) ? Math.max(waits.contextWaitMs, CONTEXT_FOR_ROUTE_MS) : waits.contextWaitMs;
  const context: ContextLook = known ? { state: "found", context: known } : await lookFor(asked, waitMs, job, outside);
  if (context.state === "found" && tellsOfFailure(asked.by, context.context, key.site, outside))
    return { type: "failure_state_found", handoff, context: context.context };
  const routed = route(rules, {
    destination: asked.destination,
    reason: asked.reason,
    data: context.state === "found" ? context.context.data : null,
    language: visitorOf(notes).language,
    at: outside.clock.now(),
    tried: story.tried,
    inUse: numbersInUse(notes),
  });
  if (routed.route === null) {
    outside.log({ event: "no_route", level: "warn", conversation: key.id, handoff, because: routed.because });
    return { type: "handoff_failed", handoff, reason: routed.cause === "out_of_hours" ? "out_of_hours" : "no_route" };
  }
  if (routed.unknown) {
    outside.log({ event: "unknown_destination", level: "warn", site: key.site, handoff, because: routed.because, hint: routed.hint ?? "" });
  }
  const { because, name } = routed;
  if ("phone" in routed.route) return { type: "led_to_phone", handoff, name, phone: routed.route.phone, because, context };
  const target: Target = { ...routed.route, name };
  const required = routed.required.filter((field) => field !== "reason" || asked.reason === null);
  const fact: Fact = { type: "routed", handoff, target, because, context, required };
  const { lifecycle: now } = await outside.bridge.happened(key, `job:${job.id}:routed`, fact, during(job));
  return now.phase === "handoff_initiated" && now.handoff === handoff ? target : null; // nobody is asked for a visitor who has gone
}

/** A few looks within `waitMs`. Whatever comes of it, the handoff goes on. */
async function lookFor({ assistantChat, sharedId }: Initiated, waitMs: number, job: Job, outside: Outside): Promise<ContextLook> {
  if (assistantChat === null) return { state: "none" };
  const end = outside.clock.now().getTime() + waitMs;
  let last: ContextLook = { state: "missing" };
  for (const wait of [...CONTEXT_WAITS, Infinity]) {
    const left = end - outside.clock.now().getTime();
    const late = pause(outside.clock, left).then((): ContextLook => ({ state: "unavailable" }));
    last = await Promise.race([lookOnce({ chat: assistantChat, sharedId }, job.key.site, outside), late]);
    const mayAppear = last.state === "missing" || last.state === "unavailable";
    if (!mayAppear || outside.clock.now().getTime() + wait >= end) break;
    await pause(outside.clock, wait);
  }
  if (last.state !== "found") outside.log({ event: "context_not_found", level: "warn", conversation: job.key.id, state: last.state });
  return last;
}

/** One look at what the assistant stored. It has no failures, only findings. */
export async function lookOnce(of: { chat: string | null; sharedId: string }, site: string, outside: Outside): Promise<ContextLook> {
  let answer: ContextAnswer;
  try {
    answer = await failpointsAround("H3 context asked for", () => outside.site(site).assistant.context(of), "H4 context read");
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    const isForbidden = error.kind === "refused";
    outside.log({ event: "context_refused", level: isForbidden ? "error" : "warn", site, kind: error.kind, error: error.message });
    return { state: isForbidden ? "forbidden" : "unavailable" };
  }
  if (answer.state !== "found") return { state: answer.state };
  const topicState = topicStateIn(answer.data, outside.site(site).handoff.stateKeys);
  const context: StoredContext = { source: answer.source, at: outside.clock.now().toISOString(), data: answer.data, topicState };
  return { state: "found", context };
}

/** Only of a handoff that the assistant asked for: who is asked afterwards, by hand or as a fallback, is none of its topic's business. */
function tellsOfFailure(by: AskedBy, { data }: StoredContext, site: string, outside: Outside): boolean {
  return by === "assistant" && failureStateIn(data, outside.site(site).handoff) !== null;
}

async function fallBack({ handoff, story, reason }: In<"failed">, job: Job, outside: Outside): Promise<Fact> {
  const notes = await outside.bridge.notes(job.key);
  const tried = [...story.tried, ...numbersInUse(notes).map(phoneName)];
  const circumstances = { fallbacksUsed: story.fallbacksUsed, tried };
  await outside.readDestinations();
  const { fallback } = outside.site(job.key.site);
  if (reason === "by_phone") {
    const led = notes.findLast(({ body }) => body.type === "led_to_phone" && body.handoff === handoff)?.body;
    if (led?.type !== "led_to_phone") throw new Error(`handoff ${handoff} was never led to a phone`); // it is noted with the reason
    const { offers, used } = offerPhone(led.phone, fallback, circumstances);
    return { type: "offers_made", handoff, offers: offers.map((offer) => offered(offer, handoff)), fallbacksUsed: used };
  }
  const step = chooseFallback(fallback, circumstances);
  switch (step.type) {
    case "destination": {
      const next = {
        handoff: outside.newId() as HandoffId,
        by: "fallback" as const,
        destination: step.destination,
        reason: initiated(notes, handoff).reason,
      };
      return { type: "fallback_requested", next, fallbacksUsed: step.used };
    }
    case "assistant":
      return { type: "fallback_started", handoff, sharedId: outside.newId(), fallbacksUsed: step.used };
    case "goodbye":
      return { type: "conversation_ended", by: "fallback" };
    case "offers":
      return { type: "offers_made", handoff, offers: step.offers.map((offer) => offered(offer, handoff)), fallbacksUsed: step.used };
  }
}

const offered = (offer: Extract<Fallback, { type: "offers" }>["offers"][number], handoff: HandoffId): Offer =>
  offer.to === "phone" ? { type: "phone", label: offer.label, number: offer.number, reference: referenceOf(handoff) } : { type: offer.to };

/** Both ends of a channel that the visitor is on. */
function numbersInUse(notes: Note<NoteBody>[]): string[] {
  const began = notes.find(({ body }) => body.type === "conversation_began")?.body;
  const reached = began?.type === "conversation_began" ? began.visitor.reached : undefined;
  return reached ? [reached.ours, reached.theirs] : [];
}

export function connectorOf(name: string, site: string, outside: Outside) {
  const found = outside.site(site).connectors[name];
  if (!found) throw new CallError("refused", `the site ${site} has no connector ${name}`); // it was taken out of the configuration since
  return found;
}

/** Who takes what visitors leave when nobody can come. */
export function deskForLeft(
  to: "leave_message" | "callback",
  site: string,
  outside: Outside,
): { connector: string; queue: string | null; urgent: boolean } {
  const step = outside.site(site).fallback.find((one) => one.to === to);
  if (!step || !("connector" in step)) throw new CallError("refused", `the site ${site} has no ${to} any more`);
  return { connector: step.connector, queue: step.queue, urgent: false };
}
