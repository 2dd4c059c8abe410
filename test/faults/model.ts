import { decide } from "@baton/bridge-server/conversation/decide";
import type { FallbackStep } from "@baton/bridge-server/conversation/fallback";
import type { Fact, Task } from "@baton/bridge-server/conversation/facts";
import type { HandoffId, Lifecycle } from "@baton/bridge-server/conversation/lifecycle";
import type { Decision, Policy } from "@baton/bridge-server/conversation/move";
import type { EntryBody, NoteBody } from "@baton/bridge-server/conversation/records";
import type { Rules } from "@baton/bridge-server/conversation/routing";

// What the model knows of the world: the real `decide`, and around it everything that it decides about, each as small as it can be.

/** One conversation with everything around it. Never changed in place: a step makes the next one. */
export interface World {
  lifecycle: Lifecycle;
  jobs: readonly ModelJob[];
  /** Work that has been started and not reported. Several for one job, once a lease has run out under a slow worker. */
  runs: readonly Run[];
  chats: readonly DeskChat[];
  lines: readonly { id: string; asked: number; isSettled: boolean }[];
  /** What readers of the entries go by: who said or became what, in order. */
  marks: readonly string[];
  /** Which facts are written down. */
  facts: readonly string[];
  /** News that the bridge has and cannot tell yet (in order), and news that is still on its way (in any order). */
  parked: readonly News[];
  onTheWay: readonly News[];
  /** What a sender that heard no answer might send once more. */
  sent: readonly { factId: string; fact: Fact }[];
  /** What the page has said of the visitor since the conversation began, in order. */
  told: readonly string[];
  isWarned: boolean;
  /** What of each kind may still happen. */
  left: Budget;
  nextJob: number;
  nextId: number;
  begun: number;
  entryCount: number;
}

export type Trouble = "crashes" | "lies" | "slow";
export interface Budget {
  lines: number;
  wishes: number;
  handoffs: number;
  /** What a page says of the visitor while the chat runs. */
  tellings: number;
  /** What an operator does by hand. */
  orders: number;
  /** Workers that die or are overtaken, answers that are lost on their way back. */
  crashes: number;
  /** News that is late, repeated, said twice in other words; lines that a desk will not take. */
  lies: number;
  /** Calls that take so long that other things happen meanwhile. */
  slow: number;
  /** Of the last three, together. */
  trouble: number;
}

export interface ModelJob {
  id: number;
  task: Task;
  lane: string | null;
  attempt: number;
  putBack: number;
  isClaimed: boolean;
}

export interface Run {
  job: ModelJob;
  outcome: Outcome;
  /** The assistant was asked for a conversation that has since gone on without it. */
  isStale: boolean;
}

export type Answer =
  | "greets"
  | "begins"
  | "answers"
  | "hands_off"
  | "ends"
  | "no_answer"
  | "accepts"
  | "accepts_unheard"
  | "accepts_unheard_at_last"
  | "refuses"
  /** What the assistant has stored says that its handoff has failed. */
  | "tells_failure"
  | "takes"
  | "nobody";

/** What a worker will report. Names are given when it does. */
export type Outcome =
  | { type: "fact"; fact: Fact }
  | { type: "answer"; to: string | null; sharedId: string; chat: string; text: string; next: "hand_off" | "end" | null }
  | { type: "begun"; line: string; sharedId: string; chat: string }
  | { type: "later" }
  | { type: "nothing" };

/** A vendor's side of a handoff. It makes one chat of one handoff, however often it is asked: rule C2 of the connectors. */
export interface DeskChat {
  ref: string;
  connector: string;
  handoff: HandoffId;
  isOpen: boolean;
  /** The bridge has the name written down. */
  isKnown: boolean;
  agent: string | null;
  joins: number;
  news: number;
  did: readonly NewsType[];
  transcript: readonly string[];
  got: readonly string[];
  /** What the page has said of the visitor, as it came: in the request, and after it. */
  knows: readonly string[];
}

export type NewsType = "agent_joined" | "agent_said" | "agent_left" | "transferred" | "ended" | "failed";
export interface News {
  id: string;
  ref: string;
  type: NewsType;
  agent: string | null;
  /** Of the job that keeps it. */
  job: number | null;
}

/** One thing that can happen next. Jobs are named by their ids, runs and news by their places. */
export type ModelEvent =
  | { do: "says" | "asks_for_a_person" | "page_tells" | "leaves" | "leaves_a_message" }
  | { do: "orders"; did: "retried" | "rerouted" | "closed"; handoff: string }
  | { do: "works"; job: number; answer: Answer; fate: Fate }
  | { do: "dies_first"; job: number }
  | { do: "goes_on"; run: number; answer: Answer; fate: Fate }
  | { do: "reports" | "dies" | "stalls"; run: number }
  | { do: "acts"; ref: string; type: NewsType; isLate: boolean }
  | { do: "arrives"; news: number }
  | { do: "is_passed_on"; news: number }
  | { do: "is_sent_again"; sent: number };

/** What becomes of a worker whose call was answered. `is_slow`: it will say so later. `stalls`: not before its lease has run out. */
export type Fate = "reports" | "is_slow" | "dies" | "stalls";

export interface ModelSite {
  fallback: FallbackStep[];
  afterAgent: "end" | "assistant";
  rules: Rules;
  policy: Policy;
}

/** What is put to the test. A defect is planted by wrapping one of these. */
export interface Subject {
  decide(lifecycle: Lifecycle, fact: Fact, policy: Policy): Decision;
  /** How often a job's claimers are said to have vanished. */
  lost(job: ModelJob): number;
  remembersFacts: boolean;
}
export const realSubject: Subject = { decide, lost: (job) => job.attempt - 1 - job.putBack, remembersFacts: true };

/** A step under way: the world as it changes, and what shows of it outside. */
export interface Moment {
  world: World;
  site: ModelSite;
  subject: Subject;
  entries: EntryBody[];
  calls: string[];
  decided: { from: Lifecycle; fact: Fact; decision: Decision }[];
  /** Calls to the assistant that were begun while somebody else had the conversation. */
  isAskedTooLate: boolean;
}

const HOOK = "desk";
export const policy: Policy = { queueWaitMs: 1, colleagueWaitMs: 1, abandonAfterMs: 1, silenceWarnAfterMs: 1, closeAssistantChat: true };
const to = (connector: string) => ({ connector, queue: null, urgent: false });
const anyTime = { reason: null, context: {}, language: null, hours: null, outsideHours: null };
export const rules: Rules = {
  routes: [{ destination: "second", when: anyTime, to: to("second") }],
  defaultRoute: { to: to(HOOK), hours: null },
  hours: {},
};

/** Writes a fact down as the store does: once, with everything that follows from it. */
export function record(now: Moment, factId: string, fact: Fact, by?: { job: ModelJob; isDone: boolean }): void {
  const { world, subject } = now;
  const isKnown = subject.remembersFacts && world.facts.includes(factId);
  if (by && !isKnown && !holds(now, by.job)) return;
  if (by?.isDone) endJob(now, by.job);
  if (isKnown) return;
  const from = world.lifecycle;
  const decision = subject.decide(from, fact, now.site.policy);
  now.decided.push({ from, fact, decision });
  now.entries.push(...decision.entries);
  let { nextJob, isWarned } = world;
  const jobs = decision.jobs.map(({ task }) => ({ id: nextJob++, task, lane: laneOf(task), attempt: 0, putBack: 0, isClaimed: false }));
  const last = decision.entries.at(-1);
  if (last) isWarned = last.type === "silence_warning";
  const to = decision.lifecycle;
  const isOver = from.phase === "automated" && !(to.phase === "automated" && to.sharedId === from.sharedId);
  const chats = decision.names.reduce(
    (chats, { kind, value }) =>
      kind === "vendor_chat" ? chats.map((chat) => (`${chat.connector}/${chat.ref}` === value ? { ...chat, isKnown: true } : chat)) : chats,
    world.chats,
  );
  now.world = {
    ...now.world,
    lifecycle: to,
    facts: world.facts.includes(factId) ? world.facts : [...world.facts, factId],
    jobs: [...now.world.jobs, ...jobs],
    runs: isOver ? now.world.runs.map((run) => ({ ...run, isStale: true })) : now.world.runs,
    lines: settled(world.lines, decision.entries),
    marks: [...world.marks, ...decision.entries.flatMap(markOf)],
    entryCount: world.entryCount + decision.entries.length,
    chats,
    told: [...world.told, ...decision.notes.flatMap(toldIn)],
    nextJob,
    isWarned,
  };
}

/** Writes down what somebody outside has sent, who may send it again. */
export function tell(now: Moment, factId: string, fact: Fact): Moment {
  record(now, factId, fact);
  change(now, { sent: [...now.world.sent, { factId, fact }] });
  return now;
}

export function spend(now: Moment, kind: keyof World["left"]): void {
  const { left } = now.world;
  const isTrouble = kind === "crashes" || kind === "lies" || kind === "slow";
  change(now, { left: { ...left, [kind]: left[kind] - 1, ...(isTrouble && { trouble: left.trouble - 1 }) } });
}

export const may = (kind: Trouble, { left }: World) => left[kind] > 0 && left.trouble > 0;

export function change(now: Moment, changed: Partial<World>): void {
  now.world = { ...now.world, ...changed };
}

export function newId(now: Moment): string {
  change(now, { nextId: now.world.nextId + 1 });
  return nameOf(now.world.nextId);
}
/** Hexadecimal, because a reference for the phone is made of it. */
export const nameOf = (n: number) => n.toString(16).padStart(16, "0");

/** Whether nobody else has taken it up since, ended it or put it back. */
export function holds({ world }: Moment, { id, attempt, putBack }: ModelJob): boolean {
  return world.jobs.some((job) => job.id === id && job.attempt === attempt && job.putBack === putBack);
}

/** Ends a job that is still this claimer's. */
export function endJob(now: Moment, { id, attempt }: ModelJob): void {
  change(now, { jobs: now.world.jobs.filter((job) => job.id !== id || job.attempt !== attempt) });
}

function settled(lines: World["lines"], entries: EntryBody[]): World["lines"] {
  const lost = entries.flatMap((entry) => (entry.type === "answer_lost" ? [entry.to] : []));
  return lost.length === 0 ? lines : lines.map((line) => (lost.includes(line.id) ? { ...line, isSettled: true } : line));
}

function markOf(entry: EntryBody): string[] {
  if (entry.type === "said" && entry.by === "visitor") return [`said ${entry.id}`];
  if (entry.type === "phase_changed") return [`${entry.phase} ${entry.handoff ?? ""}`];
  if (entry.type === "message_left") return ["message_left "];
  return entry.type === "delivery" && entry.state === "undelivered" ? entry.lines.map((line) => `undelivered ${line}`) : [];
}

const toldIn = (note: NoteBody): string[] =>
  note.type === "page_told" ? Object.values(note.attributes).filter((value) => value !== null) : [];

/** As the bridge's own: one question to the assistant at a time, and what a desk sees in the order it was said. */
function laneOf(task: Task): ModelJob["lane"] {
  if (task.task === "greet" || task.task === "ask_assistant") return "assistant";
  const isRelay = task.task === "open_handoff" || task.task === "tell_agent" || task.task === "attach_context";
  return isRelay ? `vendor ${task.handoff}` : null;
}
