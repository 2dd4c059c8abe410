import { CallError } from "../call.ts";
import type { Fact, LateContext, Line } from "../conversation/facts.ts";
import type { HandoffId, In, VendorChat } from "../conversation/lifecycle.ts";
import { failpoint, failpointsAround } from "../failpoint.ts";
import type { Job } from "../store/store.ts";
import { connectorOf, deskForLeft } from "./handoff-tasks.ts";
import { vendorClosed } from "./news-tasks.ts";
import { partsOf, transcriptFor, withFile } from "./desk-lines.ts";
import { visitorOf } from "./handoff-request.ts";
import { during, mayPass, SET_ASIDE, tryUntilMended, withinBudget, type Outside, type TaskRules } from "./task.ts";

type Tell = { task: "tell_agent"; handoff: HandoffId; line: Line };
type Attach = { task: "attach_context"; handoff: HandoffId; context: LateContext };
type Close = { task: "close_handoff"; vendorChat: VendorChat };
type Deliver = {
  task: "deliver_message";
  handoff: HandoffId;
  id: string;
  name: string | null;
  email: string | null;
  phone?: string | null;
  text: string;
};

const RELAY_WAITS = [500, 1_000, 1_500, 2_000, 5_000, 10_000, 30_000, 60_000];
const RELAY_BUDGET_MS = 24 * 60 * 60_000;
/** When a visitor is told that a line has not arrived yet (F14). */
const DELAYED_AFTER_MS = 5_000;

export const relayTasks: {
  tell_agent: TaskRules<Tell>;
  attach_context: TaskRules<Attach>;
  close_handoff: TaskRules<Close>;
  deliver_message: TaskRules<Deliver>;
} = {
  tell_agent: {
    async run({ handoff, line }, job, outside) {
      failpoint("V2 relay claimed");
      const { lifecycle, key } = job;
      if (!("vendorChat" in lifecycle) || lifecycle.handoff !== handoff) return missed(line, handoff, job, outside);
      const { connector, abilities } = connectorOf(lifecycle.vendorChat.connector, key.site, outside);
      const chat = { ref: lifecycle.vendorChat.ref };
      const said = { id: line.id, by: "visitor" as const, name: null, text: line.text, at: job.since };
      const { file, ...whole } = await withFile(said, line.file, abilities, job, outside);
      try {
        for (const [n, text] of partsOf(whole.text, abilities.maxLineLength).entries()) {
          const part = { ...whole, id: n === 0 ? line.id : `${line.id}:${n}`, text, ...(n === 0 && file && { file }) };
          const saying = () => connector.say(chat, part, job.attempt > 1);
          if (lifecycle.phase === "live") await failpointsAround("V3 relay written", saying, "V4 relay answered");
          else await failpointsAround("H9 rest of transcript written", saying, null);
        }
      } catch (error) {
        if (!(error instanceof CallError)) throw error;
        if (error.kind === "gone") return chatGone(lifecycle, line, job, outside);
        if (mayPass(error)) await tellOfDelay(line, job, outside);
        throw error;
      }
      return (await lastMark(line, job, outside)) === "delayed" ? { type: "delivery_changed", line: line.id, state: "delivered" } : null;
    },
    again: (error, job, { clock }) => (mayPass(error) ? withinBudget(error, job, clock.now(), RELAY_WAITS, RELAY_BUDGET_MS) : null),
    giveUp: ({ line }) => ({ type: "delivery_changed", line: line.id, state: "undelivered" }),
  },

  attach_context: {
    async run({ handoff, context }, { lifecycle, key }, outside) {
      if (!("vendorChat" in lifecycle) || lifecycle.handoff !== handoff) return null;
      await connectorOf(lifecycle.vendorChat.connector, key.site, outside).connector.attach({ ref: lifecycle.vendorChat.ref }, context);
      return null;
    },
    again: (error, job, { clock }) => (mayPass(error) ? withinBudget(error, job, clock.now(), RELAY_WAITS, 60_000) : null),
    giveUp: () => null, // the handoff goes on without it; it stays readable through the API
  },

  close_handoff: {
    async run({ vendorChat }, { key }, outside) {
      await connectorOf(vendorChat.connector, key.site, outside).connector.close({ ref: vendorChat.ref });
      failpoint("X4 other end closed");
      return null;
    },
    again: tryUntilMended,
    giveUp: () => null,
  },

  deliver_message: {
    async run({ handoff, id, name, email, phone = null, text }, job, outside) {
      const { key } = job;
      const wanted = phone === null ? "leave_message" : "callback";
      const desk = deskForLeft(wanted, key.site, outside);
      const notes = await outside.bridge.notes(key);
      const shared = notes.findLast(({ body }) => body.type === "handoff_initiated" && body.handoff === handoff)?.body;
      const { connector, abilities } = connectorOf(desk.connector, key.site, outside);
      const said = await transcriptFor(null, abilities, job, outside);
      await connector.open({
        handoff: id,
        site: key.site,
        destination: { queue: desk.queue, urgent: false },
        requested: { destination: wanted, reason: shared?.type === "handoff_initiated" ? shared.reason : null, by: "visitor" },
        isVisitorWaiting: false,
        visitor: { ...visitorOf(notes), name, email, ...(phone !== null && { phone }) },
        ids: { conversation: key.id, sharedId: shared?.type === "handoff_initiated" ? shared.sharedId : "", assistantChat: null },
        utterance: text || null,
        context: null,
        transcript: text ? [...said, { id, by: "visitor", name, text, at: job.since }] : said,
      });
      return null;
    },
    again: tryUntilMended,
    giveUp(_, error, { id, key }, { log }) {
      const about = { site: key.site, conversation: key.id, job: id };
      log({ event: "message_not_delivered", level: "error", ...about, kind: error.kind, error: error.message });
      return SET_ASIDE; // the visitor was told that it is passed on, and it is written down nowhere else
    },
  },
};

/** The desk has closed the chat without a word. A line that waited with the visitor goes on to wherever both go next. */
async function chatGone({ phase, handoff }: In<"queued" | "live">, line: Line, job: Job, outside: Outside): Promise<Fact> {
  const { id, key } = job;
  outside.log({ event: "chat_gone", level: "warn", job: id, conversation: key.id, handoff });
  if (phase === "live") {
    const lost: Fact = { type: "delivery_changed", line: line.id, state: "undelivered" };
    await outside.bridge.happened(key, `job:${id}:gone`, lost, during(job));
  }
  return vendorClosed(handoff, key.site, outside);
}

/** The first try after five seconds of failure tells the visitor, once: the fact's id is the job's. */
async function tellOfDelay(line: Line, job: Job, { bridge, clock }: Outside): Promise<void> {
  if (clock.now().getTime() - Date.parse(job.since) < DELAYED_AFTER_MS) return;
  await bridge.happened(job.key, `job:${job.id}:delayed`, { type: "delivery_changed", line: line.id, state: "delayed" }, during(job));
}

/** What the visitor was told of a line so far. One that was never put back was never late. */
async function lastMark(line: Line, job: Job, { bridge }: Outside): Promise<string | null> {
  if (job.attempt === 1) return null;
  const entries = await bridge.entriesAfter(job.key, 0);
  const mark = entries.findLast(({ body }) => body.type === "delivery" && body.lines.includes(line.id))?.body;
  return mark?.type === "delivery" ? mark.state : null;
}

/** Its chat is over. A later desk may have had the line in its transcript, or the visitor may know already. */
async function missed(line: Line, handoff: HandoffId, { key }: Job, { bridge }: Outside): Promise<Fact | null> {
  const entries = await bridge.entriesAfter(key, 0);
  const since = entries.slice(entries.findIndex(({ body }) => body.type === "said" && body.id === line.id) + 1);
  const isKnown = since.some(({ body }) => {
    if (body.type === "delivery") return body.state === "undelivered" && body.lines.includes(line.id);
    return body.type === "phase_changed" && body.phase === "queued" && body.handoff !== handoff;
  });
  return isKnown ? null : { type: "line_missed", line: line.id };
}
