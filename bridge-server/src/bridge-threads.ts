import { hash } from "node:crypto";
import type { ChannelNews, Thread } from "./channels/channel.ts";
import type { EntryBody, NoteBody } from "./conversation/records.ts";
import type { ConversationKey, Decide, Note } from "./store/store.ts";

/** What came over a channel waits under its thread until it can be told to the conversation that is under way there. */
export type TakeMessage = { task: "take_message"; channel: string; news: ChannelNews };

/**
 * Who has opted out, and which conversation is under way, is noted under a key of the thread's own, so that both outlive each
 * conversation and its erasure. Of the numbers it keeps a fingerprint only.
 */
export function threadKey(site: string, channel: string, { ours, theirs }: Thread): ConversationKey {
  return { site, id: `thread:${channel}/${hash("sha256", JSON.stringify([ours, theirs]), "hex").slice(0, 32)}` };
}

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
  const choice = notes.findLast(({ body }) => body.type === "opted_out" || body.type === "opted_in")?.body;
  const joined = notes.findLast(({ body }) => body.type === "conversation_joined")?.body;
  return { hasOptedOut: choice?.type === "opted_out", conversation: joined?.type === "conversation_joined" ? joined.conversation : null };
}

/** Notes something under a thread's key, or anything else that is not said in a conversation. */
export const noting =
  (note: NoteBody): Decide =>
  (lifecycle) => ({ lifecycle, entries: [], notes: [note], jobs: [], names: [], turns: 0 });

/** Everything that a visitor without a browser may have to be told of. Their own lines they know. */
export function toTell({ id }: ConversationKey, entries: EntryBody[]): EntryBody[] {
  return channelOf({ id }) === null ? [] : entries.filter((entry) => entry.type !== "said" || entry.by !== "visitor");
}
