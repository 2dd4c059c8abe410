import type { Answer, Rich } from "../assistant/assistant.ts";
import { CallError } from "../call.ts";
import { pause } from "../clock.ts";
import type { AssistantMove, Fact, Line, LostAnswer } from "../conversation/facts.ts";
import type { HandoffId, In } from "../conversation/lifecycle.ts";
import { failpoint, failpointsAround } from "../failpoint.ts";
import type { Job } from "../store/store.ts";
import { lookOnce } from "./handoff-tasks.ts";
import { during, mayPass, withinBudget, type Outcome, type Outside, type TaskRules } from "./task.ts";

type Greet = { task: "greet" };
type Ask = { task: "ask_assistant"; line: Line };
type End = { task: "end_assistant_chat"; chat: string };

const TURN_WAITS = [1_000, 4_000];
const TURN_BUDGET_MS = 20_000;
const END_WAITS = [1_000, 5_000, 30_000, 120_000];
const END_BUDGET_MS = 10 * 60_000;
/** Between looks for an answer that was announced, and how many looks. */
const COLLECT_WAITS = [1_000, 2_000, 4_000, 8_000, 15_000];

export const assistantTasks: {
  greet: TaskRules<Greet>;
  ask_assistant: TaskRules<Ask>;
  end_assistant_chat: TaskRules<End>;
} = {
  greet: {
    async run(_, job, outside) {
      const { lifecycle } = job;
      if (lifecycle.phase !== "automated" || lifecycle.assistantChat !== null) return null;
      return answered(await begin(job, lifecycle.sharedId, outside), null, lifecycle.sharedId, job, outside);
    },
    // A beginning may be repeated: at worst an empty chat is left behind upstream, which times out.
    again: (error, job, { clock }) => (mayPass(error) ? withinBudget(error, job, clock.now(), TURN_WAITS, TURN_BUDGET_MS) : null),
    giveUp: () => null, // the first line begins the chat instead, and says so if that fails too
  },

  ask_assistant: {
    async run({ line }, job, outside) {
      failpoint("T5 lease taken");
      const { lifecycle } = job;
      if (lifecycle.phase !== "automated") return { type: "line_missed", line: line.id };
      // It may have been asked already, and asking twice may do a thing twice. Where there never was a chat it cannot have been.
      if (job.lost > 0 && (lifecycle.assistantChat !== null || (await hadAnotherChat(job, outside))))
        return afterLostAnswer(line, lifecycle, job, outside);
      return ask(line, lifecycle, job, outside);
    },
    again(error, job, { clock }) {
      const neverArrived = error.kind === "too_fast" || error.kind === "unreachable";
      return neverArrived ? withinBudget(error, job, clock.now(), TURN_WAITS, TURN_BUDGET_MS) : null;
    },
    giveUp({ line }, error, { lifecycle }) {
      return lifecycle.phase === "automated" ? lost(line, lifecycle, whyLost(error)) : null;
    },
  },

  end_assistant_chat: {
    async run({ chat }, { key }, outside) {
      await outside.site(key.site).assistant.end(chat);
      failpoint("H12 assistant's chat closed");
      return null;
    },
    again: (error, job, { clock }) => (mayPass(error) ? withinBudget(error, job, clock.now(), END_WAITS, END_BUDGET_MS) : null),
    giveUp: () => null, // it times out upstream; the failure is in the log
  },
};

/** One turn: begins the chat where there is none, asks once, and waits for what was announced. */
async function ask(line: Line, lifecycle: In<"automated">, job: Job, outside: Outside): Promise<Outcome> {
  const { assistant, whenOver } = outside.site(job.key.site);
  const { language = (await outside.bridge.visitor(job.key)).language } = lifecycle;
  let { assistantChat: chat, sharedId } = lifecycle;
  for (let restarts = 0; ; restarts++) {
    try {
      if (chat === null) {
        const beginning = await begin(job, sharedId, outside);
        const { lifecycle: now } = await outside.bridge.happened(
          job.key,
          `job:${job.id}:begin:${restarts}`,
          answered({ ...beginning, text: "", rich: NOTHING }, null, sharedId, job, outside), // the greeting would answer words it has not heard
          during(job),
        );
        if (now.phase !== "automated" || now.sharedId !== sharedId) return { type: "line_missed", line: line.id };
        if (now.assistantChat !== beginning.chat) return null; // our lease has run out: another has begun a chat, and asks there
        chat = beginning.chat;
      }
      const asked = { chat, text: line.text, language };
      const answer = await failpointsAround("T6 question written", () => assistant.answer(asked), "T7 answer read");
      return await follow(answer, chat);
    } catch (error) {
      if (error instanceof CallError && error.kind === "unclear" && chat !== null) {
        const { id, key } = job;
        outside.log({
          event: "call_failed",
          level: "warn",
          job: id,
          task: job.task,
          conversation: key.id,
          kind: error.kind,
          error: error.message,
        });
        return afterLostAnswer(line, { ...lifecycle, assistantChat: chat, sharedId }, job, outside);
      }
      if (!(error instanceof CallError)) throw error;
      if (error.kind !== "gone") {
        // The job still names the conversation that is over: what is concluded from here on is about the one begun since.
        const isConcluded = sharedId !== lifecycle.sharedId && assistantTasks.ask_assistant.again(error, job, outside) === null;
        if (isConcluded) return lost(line, { ...lifecycle, sharedId }, whyLost(error));
        throw error;
      }
      if (restarts > 0) return lost(line, { ...lifecycle, sharedId }, "unavailable"); // never a loop (F08)
      if (whenOver === "end") return { type: "conversation_ended", by: "assistant" };
      if (whenOver === "handoff")
        return {
          type: "person_requested",
          next: { handoff: newHandoff(outside), by: "assistant", destination: null, reason: "assistant_over" },
        };
      const newSharedId = outside.newId();
      const over: Fact = { type: "assistant_chat_over", sharedId, newSharedId };
      const { lifecycle: now } = await outside.bridge.happened(job.key, `job:${job.id}:over:${sharedId}`, over, during(job));
      if (now.phase !== "automated") return { type: "line_missed", line: line.id };
      if (now.sharedId !== newSharedId) return null; // another has begun anew, and asks there
      sharedId = newSharedId;
      chat = null;
    }
  }

  /** Reports what was said so far and collects the rest, as long as some was announced. */
  async function follow(first: Answer, chat: string): Promise<Outcome> {
    let answer = first;
    let hasSpoken = false;
    for (const [look, waitMs] of COLLECT_WAITS.entries()) {
      if (!answer.more || answer.next !== null) break;
      if (answer.text !== "") {
        hasSpoken = true;
        const part = answered(answer, line.id, sharedId, job, outside, look);
        const { lifecycle: now } = await outside.bridge.happened(job.key, `job:${job.id}:part:${look}`, part, during(job));
        if (now.phase !== "automated") return null;
      }
      await pause(outside.clock, waitMs);
      const { lifecycle: now } = (await outside.bridge.read(job.key)) ?? job;
      if (now.phase !== "automated" || now.sharedId !== sharedId) return null; // no turn after somebody took over (I-8)
      const next = await collect(chat);
      if (next === "over") return lost(line, { ...lifecycle, sharedId }, "unclear");
      answer = next ?? { ...answer, text: "", rich: NOTHING };
    }
    const isSilent = answer.text === "" && answer.next === null && isEmpty(answer.rich) && (answer.more || !hasSpoken);
    return isSilent
      ? lost(line, { ...lifecycle, sharedId }, "unavailable")
      : answered(answer, line.id, sharedId, job, outside, COLLECT_WAITS.length);
  }

  /** What was announced; `null`: not now. The line itself was heard, so nothing that goes wrong here may ask it again (I-6). */
  async function collect(chat: string): Promise<Answer | "over" | null> {
    try {
      return await assistant.answer({ chat, text: null, language: null });
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      outside.log({
        event: "call_failed",
        level: "warn",
        job: job.id,
        task: job.task,
        conversation: job.key.id,
        kind: error.kind,
        error: error.message,
      });
      return mayPass(error) ? null : "over";
    }
  }
}

/**
 * Nobody knows whether the line was heard, so it is not asked again (I-6). But the platform keeps a state only of conversations that it
 * has handed off: where there is one, the answer that was lost was the handoff, and the visitor is passed on as if it had arrived.
 */
async function afterLostAnswer(line: Line, lifecycle: In<"automated">, job: Job, outside: Outside): Promise<Fact> {
  const { assistantChat: chat, sharedId } = lifecycle;
  const look = await lookOnce({ chat, sharedId }, job.key.site, outside);
  if (look.state !== "found") return lost(line, lifecycle, "unclear");
  outside.log({ event: "handoff_recovered", level: "warn", site: job.key.site, conversation: job.key.id });
  const { data } = look.context;
  const stored = typeof data["handoff"] === "object" && data["handoff"] !== null ? (data["handoff"] as Record<string, unknown>) : {}; // an object, just checked
  const destination = firstText(stored["destination"], data["handoff_to"], data["destination"]);
  const reason = firstText(stored["reason"], data["handoff_reason"]);
  return { type: "person_requested", next: { handoff: newHandoff(outside), by: "assistant", destination, reason } };
}

const firstText = (...values: unknown[]) => values.find((value): value is string => typeof value === "string" && value !== "") ?? null;

async function hadAnotherChat({ key }: Job, { bridge }: Outside): Promise<boolean> {
  const entries = await bridge.entriesAfter(key, 0);
  return entries.some(({ body }) => body.type === "phase_changed" || body.type === "assistant_restarted");
}

async function begin(job: Job, sharedId: string, outside: Outside): Promise<Answer> {
  const { reached, ...visitor } = await outside.bridge.visitorNow(job.key);
  const { assistant, channels } = outside.site(job.key.site);
  const traits = reached && channels[reached.channel]?.traits;
  return assistant.begin({
    sharedId,
    ...visitor,
    ...(reached && traits && { through: { channel: traits.assistantChannel, address: reached.theirs } }),
  });
}

function answered(answer: Answer, to: string | null, sharedId: string, job: Job, outside: Outside, part = 0): Fact {
  return {
    type: "assistant_answered",
    id: `re:${to ?? job.id}:${part}`,
    to,
    sharedId,
    chat: answer.chat,
    text: answer.text,
    rich: isEmpty(answer.rich) ? null : answer.rich,
    ...(answer.language !== null && { language: answer.language }),
    next: moveOf(answer, outside),
  };
}

function moveOf({ next }: Answer, outside: Outside): AssistantMove | null {
  if (next?.type !== "hand_off") return next;
  failpoint("H1 handoff signal read");
  return { ...next, handoff: newHandoff(outside), by: "assistant" };
}

function lost(line: Line, { sharedId }: In<"automated">, why: LostAnswer): Fact {
  return { type: "answer_lost", to: line.id, sharedId, why };
}

function whyLost({ kind, answer }: CallError): LostAnswer {
  if (kind === "unclear") return "unclear";
  if (answer?.status === 413) return "too_long";
  return kind === "refused" && answer?.status === 400 ? "refused" : "unavailable";
}

const newHandoff = ({ newId }: Outside) => newId() as HandoffId; // the one place, beside the visitor's own wish, where a handoff gets its name
const NOTHING: Rich = { suggestions: [], attachments: [], calls: [] };
const isEmpty = ({ suggestions, attachments, calls }: Rich) => suggestions.length + attachments.length + calls.length === 0;
