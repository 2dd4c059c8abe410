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

const Event = z.discriminatedUnion("event", [
  z.object({
    event: z.literal("message_created"),
    id: z.int(),
    message_type: z.literal("outgoing"),
    private: z.literal(false),
    content_type: z.literal("text"),
    content: z.string().nullish(),
    attachments: z.array(Attachment).nullish(),
    sender: Person,
    conversation: Conversation,
  }),
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

function newsIn(event: z.infer<typeof Event>, name: string): VendorNews[] {
  const { id, contact_inbox } = "conversation" in event ? event.conversation : event;
  const chat = { ref: `${id}/${contact_inbox.source_id}` };
  switch (event.event) {
    case "message_created": {
      const agent = agentOf(event.sender);
      // By the message, not the delivery: Chatwoot is known to send one message in two deliveries (its issue 11901).
      const idOf = (n: number) => (n === 0 ? `message:${event.id}` : `message:${event.id}:${n}`);
      return saidIn(event).map((said, n): VendorNews =>
        Object.assign(said, { chat, id: idOf(n), type: "agent_said" as const, agent, format: "markdown" as const }),
      );
    }
    case "conversation_updated":
      return changesIn(event).map((change): VendorNews => Object.assign(change, { chat, id: `${name}:${change.type}` }));
    case "conversation_status_changed":
      return [{ chat, id: name, type: "ended" }];
    case "conversation_typing_on":
    case "conversation_typing_off":
      return [{ chat, id: name, type: "agent_typing", on: event.event === "conversation_typing_on" }];
  }
}

/** The words, with the addresses of what is no file, and then each file. */
function saidIn({ content, attachments }: Extract<z.infer<typeof Event>, { event: "message_created" }>) {
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

function agentOf({ id, name, avatar_url: picture }: z.infer<typeof Person>) {
  return { id: String(id), name, ...(picture && { picture }) };
}
