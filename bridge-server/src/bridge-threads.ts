import { hash } from "node:crypto";
import { owing } from "./bridge-jobs.ts";
import type { ChannelNews, Thread } from "./channels/channel.ts";
import type { Sentences } from "./channels/sentences.ts";
import type { EntryBody, NoteBody } from "./conversation/records.ts";
import type { ConversationKey, Decide, NewFact, Note, Recorded, Store } from "./store/store.ts";

/** What came over a channel waits under its thread until it can be told to the conversation that is under way there. */
export type TakeMessage = { task: "take_message"; channel: string; news: ChannelNews; operator?: string };

/** The bridge's own answer to a message goes out in order with its others, and holds up nothing that the visitor writes next. */
export type AnswerVisitor = { task: "answer_visitor"; channel: string; thread: Thread; sentence: keyof Sentences };

/**
 * Who has opted out, and which conversation is under way, is noted under a key of the thread's own, so that both outlive each
 * conversation and its erasure. Of the numbers it keeps a fingerprint only.
 */
export function threadKey(site: string, channel: string, { ours, theirs }: Thread): ConversationKey {
  return { site, id: `${threadsOf(channel)}${hash("sha256", JSON.stringify([ours, theirs]), "hex").slice(0, 32)}` };
}
const threadsOf = (channel: string) => `thread:${channel}/`;

/** A conversation that a message began: the same for the same message. */
export function conversationKey(site: string, channel: string, messageId: string): ConversationKey {
  return { site, id: `${channel}.${hash("sha256", JSON.stringify([site, channel, messageId]), "hex").slice(0, 32)}` };
}

/** The channel over which a conversation is held; `null` where its visitor has a browser. */
export function channelOf({ id }: Pick<ConversationKey, "id">): string | null {
  const at = id.indexOf(".");
  return at === -1 ? null : id.slice(0, at);
}

/** How a thread stands, by everything that was noted under its key. */
export function standingOf(notes: Note<NoteBody>[]): { hasOptedOut: boolean; conversation: string | null } {
  const wish = wishesIn(notes).at(-1)?.body;
  const joined = notes.findLast(({ body }) => body.type === "conversation_joined")?.body;
  return { hasOptedOut: wish?.type === "opted_out", conversation: joined?.type === "conversation_joined" ? joined.conversation : null };
}

/**
 * The wishes that hold, oldest first. What the visitor or the platform says always does; what an operator passes on holds only where
 * they have said nothing since that operator looked. The stores' `optOuts` goes by the same rule.
 */
export function wishesIn(notes: Note<NoteBody>[]): Note<WishNote>[] {
  const wishes = notes.filter(isWish);
  const theirs = wishes.filter(({ body }) => body.saw === undefined);
  return wishes.filter(({ seq, body: { saw } }) => saw === undefined || !theirs.some((one) => one.seq > saw && one.seq < seq));
}

/** Somebody who wants no more messages, and who says so. `thread` tells the same two addresses again, and neither of them. */
export interface Wish {
  thread: string;
  /** ISO 8601. */
  at: string;
  by: { visitor: true } | { platform: true } | { operator: string };
}

/** What comes in over channels, and what operators see and pass on of visitors' wishes there. */
export function threadsIn({ store, record }: ThreadParts) {
  return {
    /**
     * Keeps safe what came over a channel until its conversation can be told. Whoever opts out is out as soon as this resolves.
     */
    receives: (site: string, channel: string, news: ChannelNews): Promise<void> => receives(site, channel, news),
    /** Owes the bridge's own answer to a message: one, however often it is asked for. */
    async answers(
      site: string,
      channel: string,
      { id, thread }: Message,
      sentence: keyof Sentences,
      by: Pick<NewFact, "by">,
    ): Promise<void> {
      const input: AnswerVisitor = { task: "answer_visitor", channel, thread, sentence };
      const decide = owing({ task: input.task, input, lane: "visitor" });
      await record({ key: threadKey(site, channel, thread), factId: `answer:${id}`, decide, ...by });
    },
    /** Up to `limit`, the latest first and after `before`. */
    async optOuts(site: string, channel: string, limit: number, before?: Pick<Wish, "at" | "thread">): Promise<Wish[]> {
      const begins = threadsOf(channel);
      const last = before && { at: before.at, key: { site, id: `${begins}${before.thread}` } };
      return (await store.optOuts({ site, begins, limit, ...(last && { before: last }) })).map(
        ({ key, at, body }) => wishOf(key, at, body as WishNote), // kept as they were decided, like entries
      );
    },
    /**
     * That the visitor at the other end of a thread wants no more messages; `wish: null`: not as far as anybody knows. `version` is another
     * whenever they have wished something.
     */
    async optOutOf(key: ConversationKey): Promise<{ version: number; wish: Wish | null }> {
      const notes = (await store.notes(key)) as Note<NoteBody>[];
      const wish = wishesIn(notes).at(-1);
      return {
        version: notes.findLast(isWish)?.seq ?? 0,
        wish: wish?.body.type === "opted_out" ? wishOf(key, wish.at, wish.body) : null,
      };
    },
    /**
     * An operator passes on what a visitor has said elsewhere. Nothing is sent for it. `false`: it came to nothing, because the visitor
     * or the platform has said something since `version` was seen, or another operator who saw the same was faster.
     */
    async passOnWish({ site, channel, thread, wish, version, id, operator }: PassedOn): Promise<boolean> {
      const about = { id, thread, isAnswered: true };
      const news = wish === "opted_out" ? { ...about, type: wish } : { ...about, type: wish, otherwise: null };
      await receives(site, channel, news, { operator, saw: version });
      const notes = (await store.notes(threadKey(site, channel, thread))) as Note<NoteBody>[];
      return wishesIn(notes).some(({ body }) => body.message === id);
    },
  };

  async function receives(site: string, channel: string, news: ChannelNews, by?: Required<Pick<WishNote, "operator" | "saw">>) {
    const input: TakeMessage = { task: "take_message", channel, news, ...(by && { operator: by.operator }) };
    const wish = news.type === "opted_out" || news.type === "opted_in" ? [{ type: news.type, message: news.id, ...by }] : [];
    const owed = owing({ task: input.task, input, lane: "messages" });
    const decide: Decide = (lifecycle) => ({ ...owed(lifecycle), notes: wish });
    const factId = by ? `wish:${by.saw}` : `message:${news.id}`;
    await record({ key: threadKey(site, channel, news.thread), factId, decide });
  }
}

type Message = Pick<ChannelNews, "id" | "thread">;
type WishNote = Extract<NoteBody, { type: "opted_out" | "opted_in" }>;
const isWish = (note: Note<NoteBody>): note is Note<WishNote> => note.body.type === "opted_out" || note.body.type === "opted_in";
interface ThreadParts {
  store: Pick<Store, "optOuts" | "notes">;
  record(fact: Pick<NewFact, "key" | "factId" | "decide" | "by">): Promise<Recorded>;
}

interface PassedOn {
  site: string;
  channel: string;
  thread: Thread;
  wish: WishNote["type"];
  /** Of the wish that stood when the operator looked. */
  version: number;
  /** The same for the same word. */
  id: string;
  /** By name. */
  operator: string;
}

function wishOf({ id }: ConversationKey, at: string, { message, operator }: WishNote): Wish {
  const by = operator !== undefined ? { operator } : message === null ? { platform: true as const } : { visitor: true as const };
  return { thread: id.slice(id.lastIndexOf("/") + 1), at, by };
}

/** Notes something under a thread's key, or anything else that is not said in a conversation. */
export const noting =
  (note: NoteBody): Decide =>
  (lifecycle) => ({ lifecycle, entries: [], notes: [note], jobs: [], names: [], turns: 0 });

/** Everything that a visitor without a browser may have to be told of. Their own lines they know. */
export function toTell({ id }: ConversationKey, entries: EntryBody[]): EntryBody[] {
  return channelOf({ id }) === null ? [] : entries.filter((entry) => entry.type !== "said" || entry.by !== "visitor");
}
