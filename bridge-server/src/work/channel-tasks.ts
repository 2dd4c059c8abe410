import { conversationKey, standingOf, threadKey, wishesIn, type AnswerVisitor, type TakeMessage } from "../bridge-threads.ts";
import { CallError } from "../call.ts";
import type { ChannelNews, Thread } from "../channels/channel.ts";
import type { RemoteFile } from "../connectors/connector.ts";
import { filled, wordsOf, type Sentences } from "../channels/sentences.ts";
import type { Reached } from "../conversation/facts.ts";
import type { Lifecycle } from "../conversation/lifecycle.ts";
import type { EntryBody } from "../conversation/records.ts";
import { idFor } from "../random.ts";
import type { ConversationKey, Job, Recorded } from "../store/store.ts";
import { takeFiles, textPages, withFile, type Page } from "./channel-files.ts";
import { during, mayBeMended, withinBudget, type Outside, type SiteChannel, type TaskRules } from "./task.ts";

type Tell = { task: "tell_visitor"; entries: EntryBody[] };
type Said = { id: string; thread: Thread; text: string; files?: RemoteFile[] };

const TELL_WAITS = [1_000, 5_000, 15_000, 60_000, 5 * 60_000, 15 * 60_000];
const TELL_BUDGET_MS = 24 * 60 * 60_000;
/** What nobody knows to have arrived is looked for once it has had the time to. */
const SURELY_LISTED_MS = 15_000;

/** It answers their own word. */
const EVEN_AFTER_STOP: ReadonlySet<keyof Sentences> = new Set(["stopped", "help"]);

interface ChannelTasks {
  tell_visitor: TaskRules<Tell>;
  answer_visitor: TaskRules<AnswerVisitor>;
  take_message: TaskRules<TakeMessage>;
}

/** What goes to visitors without a browser, and what comes from them. */
export const channelTasks: ChannelTasks = {
  tell_visitor: {
    async run({ entries }, job, outside) {
      const { site } = job.key;
      const { reached } = await outside.bridge.visitor(job.key);
      if (!reached) return null;
      const { channel, sentences } = channelAt(reached.channel, site, outside);
      const told = await Promise.all(entries.map((entry) => withFile(entry, channel, job, outside)));
      const words = wordsOf(
        told.flatMap(({ said }) => said),
        sentences,
      );
      const pages = [...textPages(words, channel), ...told.flatMap(({ files }) => files)];
      return pages.length === 0 ? null : tellUnlessOut(pages, reached, job, outside);
    },
    again: tellAgain,
    giveUp: notTold,
  },

  answer_visitor: {
    async run({ channel, thread, sentence }, job, outside) {
      const { title, sentences, channel: found } = channelAt(channel, job.key.site, outside);
      const pages = textPages(filled(sentences[sentence], { title }), found);
      const to = { channel, ...thread };
      if (!EVEN_AFTER_STOP.has(sentence)) return tellUnlessOut(pages, to, job, outside);
      await tell(pages, to, job, outside);
      return null;
    },
    again: tellAgain,
    giveUp: notTold,
  },

  take_message: {
    async run({ channel, news, operator }, job, outside) {
      const { bridge, log } = outside;
      const notes = await bridge.notes(job.key);
      if (operator !== undefined && !wishesIn(notes).some(({ body }) => body.message === news.id)) return null; // it came to nothing
      const { conversation } = standingOf(notes);
      const current: ConversationKey | null = conversation === null ? null : { site: job.key.site, id: conversation };
      switch (news.type) {
        case "said":
          await hear(news, channel, current, job, outside);
          return null;
        case "opted_in": {
          const before = notes.findIndex(({ body }) => body.type === "opted_in" && body.message === news.id);
          const wasOut = standingOf(notes.slice(0, before)).hasOptedOut;
          if (!wasOut && news.otherwise !== null) await hear({ ...news, text: news.otherwise }, channel, current, job, outside);
          else await answer("started", news, channel, job, outside);
          return null;
        }
        case "help_asked":
          await answer("help", news, channel, job, outside);
          return null;
        case "opted_out": // a person goes on writing to nobody, unless they hear of it
          if (current) {
            const by = operator === undefined ? "visitor" : "operator";
            await bridge.happened(current, `message:${news.id}`, { type: "conversation_ended", by }, during(job));
          }
          await answer("stopped", news, channel, job, outside);
          return null;
        case "undelivered":
          log({
            event: "visitor_not_reached",
            level: "warn",
            site: job.key.site,
            channel,
            code: news.why,
            ...(current && { conversation: current.id }),
          });
          if (current)
            await bridge.note(
              current,
              `message:${news.id}`,
              { type: "visitor_missed", what: { ref: news.ref }, why: news.why },
              during(job),
            );
          return null;
      }
    },
    again: tellAgain, // only files that are fetched call anybody, and those do for seconds
    giveUp({ channel, news }, error, { id, key }, { log }) {
      log({ event: "message_not_taken", level: "error", site: key.site, channel, job: id, kind: news.type, error: error.message });
      return null;
    },
  },
};

/** Says it in the conversation that is under way, or begins one with it. Its files are for the person there. */
async function hear(said: Said, channel: string, current: ConversationKey | null, job: Job, outside: Outside): Promise<void> {
  const key = await hearWords(said, channel, current, job, outside);
  if (!key || !said.files?.length) return;
  const parts = { name: channel, channel: channelAt(channel, job.key.site, outside).channel };
  const outcome = await takeFiles({ id: said.id, files: said.files }, key, parts, job, outside);
  if (outcome === "taken") return;
  const why = outcome === "nobody_there" ? "filesForPeople" : "fileNotTaken";
  await outside.bridge.answers(job.key.site, channel, said, why, during(job));
}

/** The conversation that it belongs to, where its files may go; `null`: nowhere. */
async function hearWords(
  said: Said,
  channel: string,
  current: ConversationKey | null,
  job: Job,
  outside: Outside,
): Promise<ConversationKey | null> {
  const { bridge, log } = outside;
  const { site } = job.key;
  const isRepeat = job.attempt > 1 || job.lost > 0;
  if (isRepeat && current && (await hasHeard(current, said, outside))) return current;
  if (standingOf(await bridge.notes(job.key)).hasOptedOut) {
    log({ event: "message_after_stop", level: "info", site, channel }); // nobody could be answered, and START is theirs to say
    return null;
  }
  const under = current && (await bridge.read(current));
  const isOpen = under !== null && under.lifecycle.phase !== "ended";
  const isForAssistant = !isOpen || under.lifecycle.phase === "automated";
  if (isForAssistant && (await bridge.hasSpentTurns(site, outside.site(site).turnsPerDay))) {
    await bridge.answers(site, channel, said, "spent", during(job));
    return null;
  }
  const choice = isOpen ? await choiceOf(under.key, under.lifecycle, outside) : null;
  const hasWords = said.text !== "";
  if (isOpen && hasWords && (choice === "may_leave_message" || choice === "may_be_called")) {
    const phone = choice === "may_be_called" ? said.thread.theirs : null;
    const left = { type: "message_left" as const, id: messageId(said), name: null, email: null, phone, text: said.text };
    // A name of its own: if it comes to nothing here, the same words may still be said as a line.
    const isLeft = hasCome(await bridge.happened(under.key, `left:${said.id}`, left, during(job)));
    return isLeft ? under.key : hearWords(said, channel, current, job, outside);
  }
  if (isOpen && hasWords && choice === "nothing_to_choose")
    await bridge.happened(under.key, `message:${said.id}`, { type: "conversation_ended", by: "visitor" }, during(job));
  const goesOn = isOpen && (choice === null || !hasWords);
  const key = goesOn ? under.key : await begin(said, channel, job, outside);
  if (!hasWords) return key;
  const line = { type: "visitor_said" as const, id: said.id, text: said.text };
  const isSaid = hasCome(await bridge.happened(key, `line:${said.id}`, line, during(job)));
  return isSaid ? key : hearWords(said, channel, current, job, outside);
}

/** Whether it was in time. Else the conversation has gone on meanwhile, and what to do with it is decided anew. */
const hasCome = ({ entries, repeats }: Recorded): boolean => entries.length > 0 || repeats !== null;

async function begin({ id, thread }: Said, channel: string, job: Job, outside: Outside): Promise<ConversationKey> {
  const key = conversationKey(job.key.site, channel, id);
  await outside.bridge.note(job.key, `joined:${id}`, { type: "conversation_joined", conversation: key.id }, during(job));
  const visitor = { language: null, page: null, reached: { channel, ...thread } };
  const began = { type: "conversation_began" as const, sharedId: outside.newId(), token: null, visitor, greet: true };
  await outside.bridge.happened(key, "began", began, during(job));
  return key;
}

/** It may have ended the conversation, and must not begin another one then. */
async function hasHeard(key: ConversationKey, said: Said, { bridge }: Outside): Promise<boolean> {
  const entries = await bridge.entriesAfter(key, 0);
  if (entries.some(({ body }) => body.type === "said" && body.id === said.id)) return true;
  return (await bridge.notes(key)).some(({ body }) => body.type === "message_left" && body.id === messageId(said));
}

/** What is left to a visitor whom nobody can answer and who has no form to fill in; `null` while something goes on. */
async function choiceOf(
  key: ConversationKey,
  { phase }: Lifecycle,
  { bridge }: Outside,
): Promise<"may_leave_message" | "may_be_called" | "nothing_to_choose" | null> {
  if (phase !== "failed") return null;
  const last = (await bridge.entriesAfter(key, 0)).findLast(({ body }) => body.type === "offers" || body.type === "phase_changed")?.body;
  if (last?.type !== "offers") return null;
  const offered = new Set(last.offers.map(({ type }) => type));
  return offered.has("leave_message") ? "may_leave_message" : offered.has("callback") ? "may_be_called" : "nothing_to_choose";
}

/** In the shape in which desks know such names. */
const messageId = ({ id }: Said) => idFor(id);

/** Answers a word that the platform has not answered itself. */
async function answer(
  sentence: keyof Sentences,
  news: Exclude<ChannelNews, { type: "said" | "undelivered" }>,
  channel: string,
  job: Job,
  { bridge }: Outside,
) {
  if (!news.isAnswered) await bridge.answers(job.key.site, channel, news, sentence, during(job));
}

/** Whoever wants no more messages, by their word or the platform's, has missed it. */
async function tellUnlessOut(pages: Page[], to: Reached, job: Job, outside: Outside): Promise<null> {
  const { bridge } = outside;
  const thread = threadKey(job.key.site, to.channel, to);
  if (standingOf(await bridge.notes(thread)).hasOptedOut) return missed(job, "opted_out", outside);
  try {
    await tell(pages, to, job, outside);
    return null;
  } catch (error) {
    if (!(error instanceof CallError) || error.kind !== "gone") throw error;
    await bridge.note(thread, `job:${job.id}:gone`, { type: "opted_out", message: null });
    return missed(job, "opted_out", outside);
  }
}

/** Page after page, each once: what went out before somebody broke off is noted, and what is in doubt is looked for. */
async function tell(pages: Page[], to: Reached, job: Job, outside: Outside): Promise<void> {
  const isRepeat = job.attempt > 1 || job.lost > 0;
  const told = isRepeat ? (await outside.bridge.notes(job.key)).flatMap(({ body }) => (body.type === "visitor_told" ? [body] : [])) : [];
  for (const [page, send] of pages.entries()) {
    if (told.some((one) => one.job === job.id && one.page === page)) continue;
    const doubt = isRepeat ? { since: job.since, known: told.map(({ ref }) => ref) } : null;
    const { ref } = await send({ ours: to.ours, theirs: to.theirs }, doubt);
    await outside.bridge.note(job.key, `job:${job.id}:page:${page}`, { type: "visitor_told", job: job.id, page, ref }, during(job));
    told.push({ type: "visitor_told", job: job.id, page, ref });
  }
}

async function missed({ id, key }: Job, why: string, { bridge, log }: Outside): Promise<null> {
  log({ event: "visitor_not_told", level: "info", site: key.site, conversation: key.id, job: id, because: why });
  await bridge.note(key, `job:${id}:missed`, { type: "visitor_missed", what: { job: id }, why });
  return null;
}

function notTold(_: unknown, error: CallError, { id, key }: Job, { log }: Outside): null {
  log({
    event: "visitor_not_told",
    level: "error",
    site: key.site,
    conversation: key.id,
    job: id,
    kind: error.kind,
    error: error.message,
  });
  return null;
}

/** Wrong keys and an empty account are mended by hand, and what was said meanwhile is still worth reading. */
function tellAgain(error: CallError, job: Job, { clock }: Outside): number | null {
  const wait = mayBeMended(error) ? withinBudget(error, job, clock.now(), TELL_WAITS, TELL_BUDGET_MS) : null;
  return wait === null || error.kind !== "unclear" ? wait : Math.max(wait, SURELY_LISTED_MS);
}

function channelAt(name: string, site: string, outside: Outside): SiteChannel {
  const { channels } = outside.site(site);
  const found = Object.hasOwn(channels, name) ? channels[name] : undefined;
  if (!found) throw new CallError("refused", `the site ${site} has no channel ${name}`); // it was taken out of the configuration since
  return found;
}
