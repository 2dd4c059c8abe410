import type { Fact } from "@baton/bridge-server/conversation/facts";
import { automated, type HandoffId } from "@baton/bridge-server/conversation/lifecycle";
import { agentLineId } from "@baton/bridge-server/work/news-tasks";
import { orderFact, ordersIn } from "./model-orders.ts";
import { abandon, answersTo, answersToAsking, goOn, report, takeUp } from "./model-work.ts";
import { change, may, newId, policy, record, rules } from "./model.ts";
import type { Answer, DeskChat, ModelEvent, ModelJob, ModelSite, Moment, News, NewsType, Subject, Fate, World } from "./model.ts";

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
  const empty = { runs: [], jobs: [], chats: [], lines: [], marks: [], facts: [], parked: [], onTheWay: [], sent: [] };
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

/** What a desk may do next; with a lie to spare it says some of it once more, in other words. */
function newsFrom({ isOpen, agent, joins, did }: DeskChat, mayLie: boolean): NewsType[] {
  if (!isOpen) return mayLie && did.includes("ended") && did.filter((type) => type === "ended").length < 2 ? ["ended"] : [];
  const types: NewsType[] = ["ended"];
  if (agent === null && joins < 2) types.push("agent_joined");
  if (agent !== null) types.push("agent_left");
  if (agent !== null && joins === 1) types.push("transferred");
  if (joins === 0) types.push("failed");
  if (!did.includes("agent_said")) types.push("agent_said");
  if (mayLie && did.at(-1) === "agent_left") types.push("agent_left");
  return types;
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

function act(now: Moment, { ref, type, isLate }: Extract<ModelEvent, { do: "acts" }>): Moment {
  const chat = now.world.chats.find((one) => one.ref === ref)!; // events are made of what is there
  const isLie = isLate || !chat.isOpen || (type === "agent_left" && chat.agent === null);
  if (isLie) spend(now, "lies");
  const { agent } = newsOf(chat, type);
  const isGone = type === "agent_left" || type === "transferred";
  const after: DeskChat = {
    ...chat,
    news: chat.news + 1,
    agent: isGone ? null : agent,
    joins: chat.joins + (type === "agent_joined" ? 1 : 0),
    isOpen: chat.isOpen && type !== "ended" && type !== "failed",
    did: [...chat.did, type],
  };
  change(now, { chats: now.world.chats.map((one) => (one === chat ? after : one)) });
  const news = newsOf(chat, type);
  if (!isLate) return arrive(now, news);
  change(now, { onTheWay: [...now.world.onTheWay, news] });
  return now;
}

/** What a desk says next, if it says this. */
export function newsOf({ ref, news, agent, joins }: DeskChat, type: NewsType): News {
  return { id: `n${news + 1}`, ref, type, agent: type === "agent_joined" ? (joins === 0 ? "Kim" : "Sam") : agent, job: null };
}

/** The bridge has it. It waits behind older news of the same chat, and for the chat's name to be known. */
function arrive(now: Moment, news: News): Moment {
  const heard = { ...news, job: now.world.nextJob };
  change(now, { nextJob: now.world.nextJob + 1 });
  const isKnown = now.world.chats.some(({ ref, isKnown }) => ref === news.ref && isKnown);
  if (isKnown && !now.world.parked.some(({ ref }) => ref === news.ref)) return passOn(now, heard);
  change(now, { parked: [...now.world.parked, heard] });
  return now;
}

function passOn(now: Moment, { id, ref, type, agent }: News): Moment {
  const { connector, handoff } = now.world.chats.find((chat) => chat.ref === ref)!; // news names a chat that has been
  return tell(now, `news:${connector}:${ref}:${id}`, factOf());

  function factOf(): Fact {
    switch (type) {
      case "agent_joined":
        return { type, handoff, agent: { id: null, name: agent ?? "" } };
      case "agent_said":
        return {
          type,
          handoff,
          id: agentLineId(handoff, id),
          agent: agent === null ? null : { id: null, name: agent },
          text: id,
          format: "plain",
        };
      case "agent_left":
        return { type, handoff };
      case "transferred":
        return { type, handoff, to: null };
      case "ended":
        return { type: "vendor_closed", handoff, back: now.site.afterAgent === "assistant" ? newId(now) : null };
      case "failed":
        return { type: "handoff_failed", handoff, reason: "nobody_available" };
    }
  }
}

/** Writes down what somebody outside has sent, who may send it again. */
function tell(now: Moment, factId: string, fact: Fact): Moment {
  record(now, factId, fact);
  change(now, { sent: [...now.world.sent, { factId, fact }] });
  return now;
}

function spend(now: Moment, kind: keyof World["left"]): void {
  const { left } = now.world;
  const isTrouble = kind === "crashes" || kind === "lies" || kind === "slow";
  change(now, { left: { ...left, [kind]: left[kind] - 1, ...(isTrouble && { trouble: left.trouble - 1 }) } });
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
  if (task.task === "tell_agent") return answer === "takes" && may("crashes", world) ? ["reports", "dies"] : ["reports"];
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
  return ["says", "asks_for_a_person", "leaves", "leaves_a_message", "orders", "acts", "arrives", "is_sent_again"].includes(event.do);
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
