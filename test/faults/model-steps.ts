import { automated, type HandoffId } from "@baton/bridge-server/conversation/lifecycle";
import { act, arrive, newsFrom, passOn } from "./model-news.ts";
import { orderFact, ordersIn } from "./model-orders.ts";
import { abandon, answersTo, answersToAsking, goOn, report, takeUp } from "./model-work.ts";
import { pageTells } from "./model-told.ts";
import { change, may, newId, policy, record, rules, spend, tell } from "./model.ts";
import type { Answer, ModelEvent, ModelJob, ModelSite, Moment, Subject, Fate, World } from "./model.ts";

/** A person cannot be reached: another desk is asked, then a message is taken. */
export const deskThenMessage: ModelSite = {
  fallback: [
    { to: "destination", destination: "second" },
    { to: "leave_message", connector: "second", queue: null },
  ],
  afterAgent: "end",
  rules,
  policy,
};
/** A person cannot be reached, or has hung up: the assistant goes on. */
export const backToAssistant: ModelSite = { fallback: [{ to: "assistant" }], afterAgent: "assistant", rules, policy };

/** A conversation that has just begun. */
export function beginning(site: ModelSite, subject: Subject, left: World["left"]): World {
  const empty = { runs: [], jobs: [], chats: [], lines: [], marks: [], facts: [], parked: [], onTheWay: [], sent: [], told: [] };
  const counts = { nextJob: 1, nextId: 1, begun: 0, entryCount: 0 };
  const now = momentOf({ lifecycle: automated(""), ...empty, isWarned: false, left, ...counts }, site, subject);
  const token = { hash: "", expiresAt: "" };
  const visitor = { language: null, page: null };
  record(now, "began", { type: "conversation_began", sharedId: "s0", token, visitor, greet: true });
  return now.world;
}

/**
 * What may happen next. Workers are prompt: while something is due, nothing else happens but what is under way already,
 * unless a trouble is spent on a worker that is late.
 */
export function eventsOf(world: World, subject: Subject): ModelEvent[] {
  const work = workOf(world, subject);
  return hasDueWork(world) && !may("slow", world) ? work : [...work, ...outsideOf(world)];
}

/** From outside the bridge: the visitor, the desks, and time. */
function outsideOf(world: World): ModelEvent[] {
  const { lifecycle, left } = world;
  const events: ModelEvent[] = [];
  if (lifecycle.phase !== "ended") {
    if (left.lines > 0) events.push({ do: "says" });
    if (left.wishes > 0) events.push({ do: "asks_for_a_person" });
    events.push({ do: "leaves" });
    if (lifecycle.phase === "failed" && lifecycle.story.fallbacksUsed === 2) events.push({ do: "leaves_a_message" });
  }
  if (left.tellings > 0) events.push({ do: "page_tells" });
  events.push(...ordersIn(world));
  for (const job of world.jobs)
    if (isDeadline(job) && !job.isClaimed) events.push({ do: "works", job: job.id, answer: "nobody", fate: "reports" });
  for (const chat of world.chats) {
    for (const type of newsFrom(chat, may("lies", world))) {
      events.push({ do: "acts", ref: chat.ref, type, isLate: false });
      if (may("lies", world) && !chat.did.includes(type)) events.push({ do: "acts", ref: chat.ref, type, isLate: true });
    }
  }
  for (const news of world.onTheWay.keys()) events.push({ do: "arrives", news });
  if (may("lies", world)) for (const sent of world.sent.keys()) events.push({ do: "is_sent_again", sent });
  return events;
}

function workOf(world: World, subject: Subject): ModelEvent[] {
  const events: ModelEvent[] = [];
  for (const job of world.jobs) {
    if (isDeadline(job) || !isClaimable(job, world)) continue;
    const answers = answersTo(job, world, subject.lost({ ...job, attempt: job.attempt + 1 }));
    for (const answer of answers) for (const fate of fatesOf(job, answer, world)) events.push({ do: "works", job: job.id, answer, fate });
    if (may("crashes", world) && (job.task.task === "ask_assistant" || job.task.task === "open_handoff"))
      events.push({ do: "dies_first", job: job.id });
  }
  for (const [run, { outcome, job }] of world.runs.entries()) {
    if (outcome.type !== "begun") events.push({ do: "reports", run });
    else
      for (const answer of answersToAsking(world))
        for (const fate of fatesOf(job, answer, world)) events.push({ do: "goes_on", run, answer, fate });
    const isIts = world.jobs.some(({ id, attempt, isClaimed }) => id === job.id && attempt === job.attempt && isClaimed);
    if (may("crashes", world) && isIts) events.push({ do: "dies", run }, { do: "stalls", run });
  }
  for (const [news, { ref }] of world.parked.entries()) {
    const isNext = world.parked.findIndex((one) => one.ref === ref) === news;
    if (isNext && world.chats.some((chat) => chat.ref === ref && chat.isKnown)) events.push({ do: "is_passed_on", news });
  }
  return events;
}

/** The world after an event, and what showed of it. */
export function step(world: World, event: ModelEvent, site: ModelSite, subject: Subject): Moment {
  const now = momentOf(world, site, subject);
  if (hasDueWork(world) && isFromOutside(event, world)) spend(now, "slow");
  switch (event.do) {
    case "says": {
      const id = `l${world.lines.length + 1}`;
      change(now, { lines: [...world.lines, { id, asked: 0, isSettled: false }] });
      spend(now, "lines");
      return tell(now, `line:${id}`, { type: "visitor_said", id, text: id });
    }
    case "asks_for_a_person": {
      spend(now, "wishes");
      const next = { handoff: newId(now) as HandoffId, by: "visitor" as const, destination: null, reason: "visitor_request" };
      return tell(now, `person:${world.left.wishes}`, { type: "person_requested", next });
    }
    case "page_tells":
      return pageTells(now);
    case "leaves":
      return tell(now, "leave", { type: "conversation_ended", by: "visitor" });
    case "leaves_a_message":
      return tell(now, "message:m", { type: "message_left", id: "m", name: null, email: "a@b.c", phone: null, text: "m" });
    case "orders": {
      const next = newId(now);
      const { factId, fact } = orderFact(event, next, world);
      spend(now, "orders");
      if (event.did === "rerouted") change(now, { marks: [...now.world.marks, `fallback ${next}`] });
      return tell(now, factId, fact);
    }
    case "works": {
      const job = world.jobs.find(({ id }) => id === event.job)!; // events are made of what is there
      takeUp(now, job, event.answer, event.fate);
      pay(now, event);
      if (job.task.task === "tell_agent" && event.answer === "refuses" && isOpenFor(job, world)) spend(now, "lies");
      return now;
    }
    case "dies_first":
      spend(now, "crashes");
      change(now, { jobs: world.jobs.map((job) => (job.id === event.job ? { ...job, attempt: job.attempt + 1 } : job)) });
      return now;
    case "goes_on":
    case "reports":
    case "dies":
    case "stalls": {
      const run = world.runs[event.run]!; // events are made of what is there
      if (event.do !== "stalls") change(now, { runs: world.runs.filter((one) => one !== run) });
      if (event.do === "reports") report(now, run);
      else if (event.do === "goes_on") {
        goOn(now, run, event.answer, event.fate);
        pay(now, event);
      } else {
        spend(now, "crashes");
        abandon(now, run.job);
      }
      return now;
    }
    case "acts":
      return act(now, event);
    case "arrives": {
      const news = world.onTheWay[event.news]!; // events are made of what is there
      change(now, { onTheWay: world.onTheWay.filter((one) => one !== news) });
      return arrive(now, news);
    }
    case "is_passed_on": {
      const news = world.parked[event.news]!; // events are made of what is there
      change(now, { parked: world.parked.filter((one) => one !== news) });
      return passOn(now, news);
    }
    case "is_sent_again": {
      const { factId, fact } = world.sent[event.sent]!; // events are made of what is there
      record(now, factId, fact);
      if (now.decided.length > 0) spend(now, "lies");
      return now;
    }
  }
}

function pay(now: Moment, { answer, fate }: { answer: Answer; fate: Fate }): void {
  if (answer === "hands_off") spend(now, "handoffs");
  if (answer === "no_answer" || answer.startsWith("accepts_unheard") || fate === "dies" || fate === "stalls") spend(now, "crashes");
  if (fate === "is_slow" && answer !== "begins") spend(now, "slow");
}

/** One trouble at a call is enough: an answer that is lost is lost at once. */
function fatesOf({ task }: ModelJob, answer: Answer, world: World): Fate[] {
  if (answer === "nobody" || answer === "no_answer" || answer.startsWith("accepts_unheard")) return ["reports"];
  if (answer === "begins") return ["is_slow"];
  if (task.task === "tell_agent" || task.task === "attach_context")
    return answer === "takes" && may("crashes", world) ? ["reports", "dies"] : ["reports"];
  return [
    "reports",
    ...(may("slow", world) ? (["is_slow"] as const) : []),
    ...(may("crashes", world) && answer !== "refuses" ? (["dies", "stalls"] as const) : []),
  ];
}

function hasDueWork(world: World): boolean {
  const isKnown = (ref: string) => world.chats.some((chat) => chat.ref === ref && chat.isKnown);
  return world.jobs.some((job) => !isDeadline(job) && isClaimable(job, world)) || world.parked.some(({ ref }) => isKnown(ref));
}
const isDeadline = ({ task }: ModelJob) => task.task.startsWith("watch_");

function isFromOutside(event: ModelEvent, { jobs }: World): boolean {
  if (event.do === "works") return jobs.some((job) => job.id === event.job && isDeadline(job));
  return ["says", "asks_for_a_person", "page_tells", "leaves", "leaves_a_message", "orders", "acts", "arrives", "is_sent_again"].includes(
    event.do,
  );
}

function isClaimable(job: ModelJob, { jobs }: World): boolean {
  return !job.isClaimed && !(job.lane && jobs.some(({ id, lane }) => lane === job.lane && id < job.id));
}
function isOpenFor({ task }: ModelJob, { chats }: World): boolean {
  return task.task === "tell_agent" && chats.some(({ handoff, isOpen }) => handoff === task.handoff && isOpen);
}
function momentOf(world: World, site: ModelSite, subject: Subject): Moment {
  return { world, site, subject, entries: [], calls: [], decided: [], isAskedTooLate: false };
}
