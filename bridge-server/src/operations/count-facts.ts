import type { Counter, Histogram } from "prom-client";
import type { Clock } from "../clock.ts";
import { topicStateOf } from "../conversation/handoff.ts";
import type { HandoffId } from "../conversation/lifecycle.ts";
import type { EntryBody, NoteBody } from "../conversation/records.ts";
import type { ConversationKey, Job, Note, Store } from "../store/store.ts";
import { kept, type Labels } from "./labels.ts";
import type { Measure } from "./measure.ts";

/** What facts are counted with. */
export interface Instruments {
  turnsAsked: Counter<"site">;
  turnsAnswered: Counter<"site">;
  turnsLost: Counter<"site" | "why">;
  turnSeconds: Histogram<"site">;
  conversations: Counter<"site">;
  conversationsHandedOff: Counter<"site">;
  handoffs: Counter<"site" | "state" | "handoff_to" | "handoff_reason">;
  handoffFailures: Counter<"site" | "handoff_to" | "cause">;
  handoffTries: Counter<"site" | "cause">;
  topicStates: Counter<"site" | "handoff_to" | "topic_state">;
  contextsIncomplete: Counter<"site" | "handoff_to">;
  fallbacks: Counter<"site" | "kind">;
  queuedSeconds: Histogram<"site" | "handoff_to">;
  acceptedSeconds: Histogram<"site" | "handoff_to">;
  inQueueSeconds: Histogram<"site" | "handoff_to">;
  jobsParked: Counter<"task">;
}

type Parts = { instruments: Instruments; store: Store; clock: Clock; labels: Labels };

/** Turns what was decided into numbers. Nothing about a conversation is counted anywhere else. */
export function countFacts({ instruments, store, clock, labels }: Parts): Pick<Measure, "saved" | "released"> {
  const asked = kept((site) => instruments.turnsAsked.labels({ site }));
  const answered = kept((site) => instruments.turnsAnswered.labels({ site }));
  const seconds = kept((site) => instruments.turnSeconds.labels({ site }));

  return {
    saved({ key, by }, { entries, notes, jobs, turns }) {
      const { site } = key;
      if (turns > 0) asked(site).inc(turns);
      if (by?.isDone && by.job.task === "ask_assistant") countTurn(site, by.job, entries as EntryBody[]); // `bridge` is the only way in
      for (const { task, input } of jobs) if (task === "parked") instruments.jobsParked.inc({ task: nameOf(input) });
      for (const note of notes as NoteBody[]) countNote(key, note);
    },
    released({ task, key }, how) {
      if (how === "silent" && task === "ask_assistant") overtaken(key.site);
    },
  };

  function countTurn(site: string, job: Job, entries: EntryBody[]): void {
    const lost = entries.find((entry) => entry.type === "answer_lost");
    if (lost?.type === "answer_lost") return instruments.turnsLost.inc({ site, why: lost.why });
    if (!entries.some(isAnswer)) return overtaken(site);
    answered(site).inc();
    seconds(site).observe(Math.max(0, clock.now().getTime() - Date.parse(job.since)) / 1_000);
  }

  /** Somebody else took over before the assistant had answered. */
  function overtaken(site: string): void {
    instruments.turnsLost.inc({ site, why: "overtaken" });
  }

  function countNote(key: ConversationKey, note: NoteBody): void {
    const { site } = key;
    switch (note.type) {
      case "try_failed":
        return instruments.handoffTries.inc({ site, cause: note.cause });
      case "context": {
        const state = note.look.state === "found" ? topicStateOf(note.look) : null;
        if (state === null && !note.lacks) return undefined;
        return void withStory(key, note.handoff, (story) => {
          if (state !== null) instruments.topicStates.inc({ ...story.labels, topic_state: labels.topicState(state) });
          if (note.lacks) instruments.contextsIncomplete.inc(story.labels);
        });
      }
      case "fell_back":
        return note.to.forEach((kind) => instruments.fallbacks.inc({ site, kind }));
      case "conversation_began":
        return instruments.conversations.inc({ site });
      case "handoff_initiated":
        void countFirst(key);
        if (note.by === "fallback") instruments.fallbacks.inc({ site, kind: "destination" });
        return reached("initiated", note);
      case "queued":
        return void withStory(key, note.handoff, (story) => {
          reached("queued", story.initiated);
          story.took(instruments.queuedSeconds, "handoff_initiated", "queued");
        });
      case "handoff_completed":
        return void withStory(key, note.handoff, (story) => {
          reached("completed", story.initiated);
          story.took(instruments.acceptedSeconds, "handoff_initiated", "handoff_completed");
          story.took(instruments.inQueueSeconds, "queued", "handoff_completed");
        });
      case "handoff_failed":
        return void withStory(key, note.handoff, (story) => {
          reached("failed", story.initiated);
          instruments.handoffFailures.inc({ ...story.labels, cause: note.cause });
          if (!story.has("handoff_completed")) story.took(instruments.inQueueSeconds, "queued", "handoff_failed");
        });
      case "handoff_ended":
        return void withStory(key, note.handoff, (story) => {
          reached(note.wasLive ? "ended" : "abandoned", story.initiated);
          if (!note.wasLive) story.took(instruments.inQueueSeconds, "queued", "handoff_ended");
        });
      default:
        return undefined;
    }

    function reached(state: string, { destination, reason }: Initiated): void {
      instruments.handoffs.inc({
        site,
        state,
        handoff_to: labels.handoffTo(site, destination),
        handoff_reason: labels.handoffReason(reason),
      });
    }
  }

  /** Containment is about conversations: however often one is handed off, it is not contained (N3). */
  async function countFirst(key: ConversationKey): Promise<void> {
    const all = (await store.notes(key).catch(() => [])) as Note<NoteBody>[];
    if (all.filter(({ body }) => body.type === "handoff_initiated").length === 1)
      instruments.conversationsHandedOff.inc({ site: key.site });
  }

  /** A handoff's own notes tell the rest, whichever bridge wrote them down: nothing need be remembered here. */
  async function withStory(key: ConversationKey, handoff: HandoffId, count: (story: Story) => void): Promise<void> {
    const all = (await store.notes(key).catch(() => [])) as Note<NoteBody>[]; // one number less, while the store is away
    const own = all.filter(({ body }) => "handoff" in body && body.handoff === handoff);
    const initiated = own.find(({ body }) => body.type === "handoff_initiated")?.body;
    if (initiated?.type !== "handoff_initiated") return;
    const at = (type: NoteBody["type"]) => Date.parse(own.find(({ body }) => body.type === type)?.at ?? "");
    const labelled = { site: key.site, handoff_to: labels.handoffTo(key.site, initiated.destination) };
    count({
      initiated,
      labels: labelled,
      has: (type) => !Number.isNaN(at(type)),
      took(histogram, from, to) {
        const ms = at(to) - at(from);
        if (!Number.isNaN(ms)) histogram.observe(labelled, Math.max(0, ms) / 1_000);
      },
    });
  }
}

function isAnswer(entry: EntryBody): boolean {
  return (entry.type === "said" && entry.by === "assistant") || entry.type === "phase_changed"; // to hand off or to end is an answer too
}

function nameOf(parked: unknown): string {
  return typeof parked === "object" && parked !== null && "name" in parked ? String(parked.name) : "unknown";
}

interface Story {
  initiated: Initiated;
  labels: { site: string; handoff_to: string };
  has(note: NoteBody["type"]): boolean;
  /** Between two notes, where there are both. */
  took(histogram: Histogram<"site" | "handoff_to">, from: NoteBody["type"], to: NoteBody["type"]): void;
}
type Initiated = Extract<NoteBody, { type: "handoff_initiated" }>;
