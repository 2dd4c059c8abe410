// What Chatwoot tells an API inbox's webhook, as news. The shapes are those of its `webhook_data`.
import { createHash } from "node:crypto";
import * as z from "zod";
import { CallError } from "../call.ts";
import { wallTime } from "../clock.ts";
import { jsonOf, PictureAddress } from "./connector-body.ts";
import { nameIn } from "./connector-files.ts";
import { isRecent, isSigned } from "./connector-signature.ts";
import type { Delivery, RemoteFile, VendorNews } from "./connector.ts";

/** Verified bytes → news. Rejects what is not signed with one of the secrets; what it does not know to be public is no news. */
export function receiveChatwoot(secrets: string[], { headers, body }: Delivery): VendorNews[] {
  const timestamp = headers.get("x-chatwoot-timestamp") ?? "";
  const signature = (headers.get("x-chatwoot-signature") ?? "").replace(/^sha256=/, "");
  if (!isSigned(secrets, [`${timestamp}.`, body], signature, "hex")) throw new CallError("forged", "chatwoot: no signature matches");
  if (!isRecent(timestamp, wallTime())) throw new CallError("forged", "chatwoot: outside the time window");
  const event = Event.safeParse(jsonOf("chatwoot", body));
  if (!event.success) return []; // other kinds of events, and messages that no agent wrote to the visitor
  // A delivery has a name of its own that survives repeats; the body stands in for it where a proxy has taken it away.
  const name = headers.get("x-chatwoot-delivery") ?? createHash("sha256").update(body).digest("base64url");
  return newsIn(event.data, name);
}

/** An assignee comes with a picture; a message's sender without. */
const Person = z.object({ id: z.int(), name: z.string(), type: z.literal("user"), avatar_url: PictureAddress });
const Conversation = z.object({ id: z.int(), contact_inbox: z.object({ source_id: z.string() }) });
const Replaced = z.object({ previous_value: z.unknown(), current_value: z.unknown() });

/** A place on the map and a contact are attachments as well, the one with an address, the other without. */
const Attachment = z.object({ file_type: z.string(), data_url: z.url().nullish().catch(null) });
const FILES = new Set(["image", "audio", "video", "file"]);

/** What a person has written to the visitor, and nobody else. */
const Words = z.object({
  private: z.literal(false),
  content_type: z.literal("text"),
  content: z.string().nullish(),
  attachments: z.array(Attachment).nullish(),
  sender: Person,
});

const Event = z.discriminatedUnion("event", [
  Words.extend({ event: z.literal("message_created"), id: z.int(), message_type: z.literal("outgoing"), conversation: Conversation }),
  Conversation.extend({
    event: z.literal("conversation_updated"),
    changed_attributes: z.array(z.record(z.string(), Replaced)),
    meta: z.object({ assignee: Person.nullish(), team: z.object({ name: z.string() }).nullish() }),
  }),
  Conversation.extend({ event: z.literal("conversation_status_changed"), status: z.literal("resolved") }),
  z.object({
    event: z.enum(["conversation_typing_on", "conversation_typing_off"]),
    user: Person,
    is_private: z.literal(false),
    conversation: Conversation,
  }),
]);

/** A conversation is over once: it may be opened again there, and is none of ours then. */
export const overNow = (ref: string): VendorNews => ({ chat: { ref }, id: `resolved:${ref}`, type: "ended" });

/** Whose a conversation is, as it is shown itself. */
export const Assignee = z
  .object({ id: z.int(), name: z.string(), thumbnail: PictureAddress })
  .transform(({ thumbnail, ...assignee }) => ({ ...assignee, avatar_url: thumbnail }));

/** A message as it is listed. */
export const Listed = z.looseObject({ id: z.int(), message_type: z.int(), source_id: z.string().nullish() });
const OUTGOING = 1;

/** Up to which message a conversation was looked through, whose it was then, and whether it was over. */
export interface Seen {
  message: number;
  assignee: number | null;
  isOver: boolean;
}

export const atFirst: Seen = { message: 0, assignee: null, isOver: false };

/** What no webhook may have told: who has it now, what agents have said since, and that it is over. */
export function newsSince(
  seen: Seen,
  { ref, isOver, assignee }: { ref: string; isOver: boolean; assignee: z.infer<typeof Assignee> | null },
  listed: z.infer<typeof Listed>[],
): { news: VendorNews[]; next: Seen } {
  const chat = { ref };
  const fresh = listed.filter(({ id }) => id > seen.message);
  const isNew = assignee !== null && assignee.id !== seen.assignee;
  const joined: VendorNews[] = isNew
    ? [{ chat, id: `assigned:${seen.message}:${assignee.id}`, type: "agent_joined", agent: agentOf(assignee) }]
    : [];
  const said = fresh.flatMap((message) => {
    const words = message.message_type === OUTGOING ? Words.safeParse(message).data : undefined;
    return words ? saidBy(words.sender, { ...words, id: message.id }, chat) : [];
  });
  return {
    news: [...joined, ...said, ...(isOver && !seen.isOver ? [overNow(ref)] : [])],
    next: { message: Math.max(seen.message, ...fresh.map(({ id }) => id)), assignee: assignee?.id ?? null, isOver },
  };
}

function newsIn(event: z.infer<typeof Event>, name: string): VendorNews[] {
  const { id, contact_inbox } = "conversation" in event ? event.conversation : event;
  const chat = { ref: `${id}/${contact_inbox.source_id}` };
  switch (event.event) {
    case "message_created":
      return saidBy(event.sender, event, chat);
    case "conversation_updated":
      return changesIn(event).map((change): VendorNews => Object.assign(change, { chat, id: `${name}:${change.type}` }));
    case "conversation_status_changed":
      return [overNow(chat.ref)];
    case "conversation_typing_on":
    case "conversation_typing_off":
      return [{ chat, id: name, type: "agent_typing", on: event.event === "conversation_typing_on" }];
  }
}

/** By the message, not the delivery: Chatwoot is known to send one message in two deliveries (its issue 11901). */
function saidBy(sender: z.infer<typeof Person>, message: Said, chat: VendorNews["chat"]): VendorNews[] {
  const agent = agentOf(sender);
  const idOf = (n: number) => (n === 0 ? `message:${message.id}` : `message:${message.id}:${n}`);
  return saidIn(message).map((said, n): VendorNews =>
    Object.assign(said, { chat, id: idOf(n), type: "agent_said" as const, agent, format: "markdown" as const }),
  );
}

type Said = z.infer<typeof Words> & { id: number };

/** The words, with the addresses of what is no file, and then each file. */
function saidIn({ content, attachments }: Said) {
  const at = (attachments ?? []).flatMap(({ file_type, data_url }) => (data_url ? [{ url: data_url, isFile: FILES.has(file_type) }] : []));
  const text = [content, ...at.filter(({ isFile }) => !isFile).map(({ url }) => url)].filter(Boolean).join("\n");
  const files: RemoteFile[] = at.filter(({ isFile }) => isFile).map(({ url }) => ({ name: nameIn(url), url }));
  return [...(text === "" ? [] : [{ text }]), ...files.map((file) => ({ text: "", file }))];
}

type Change =
  | { type: "agent_joined"; agent: ReturnType<typeof agentOf> }
  | { type: "agent_left" }
  | { type: "transferred"; to: string | null };

/** Nobody accepts a conversation in Chatwoot: it is assigned. Going to another team, it may lose its agent in the same step. */
function changesIn({ changed_attributes, meta }: Extract<z.infer<typeof Event>, { event: "conversation_updated" }>): Change[] {
  const changed = new Map(changed_attributes.flatMap((one) => Object.entries(one)));
  const team = changed.get("team_id");
  const assignee = changed.get("assignee_id");
  const isPassedOn = team !== undefined && team.previous_value !== null && team.current_value !== null;
  const changes: Change[] = isPassedOn ? [{ type: "transferred", to: meta.team?.name ?? null }] : [];
  if (assignee && meta.assignee) changes.push({ type: "agent_joined", agent: agentOf(meta.assignee) });
  else if (assignee && assignee.previous_value !== null && !isPassedOn) changes.push({ type: "agent_left" });
  return changes;
}

function agentOf({ id, name, avatar_url: picture }: Omit<z.infer<typeof Person>, "type">) {
  return { id: String(id), name, ...(picture && { picture }) };
}
