// What Zendesk tells: its Conversations webhook, which knows of messages, and a trigger's webhook, which knows of solved tickets.
import { createHash } from "node:crypto";
import * as z from "zod";
import { CallError } from "../call.ts";
import { wallTime } from "../clock.ts";
import { jsonOf, PictureAddress } from "./connector-body.ts";
import { nameIn } from "./connector-files.ts";
import { isKnownWord, isRecent, isSigned } from "./connector-signature.ts";
import type { Delivery, VendorNews } from "./connector.ts";

interface Secrets {
  secrets: string[];
  ticketSecrets: string[];
}

/** Verified bytes → news, whichever of the two webhooks sent them. What is not positively an agent's is no news. */
export function receiveZendesk({ secrets, ticketSecrets }: Secrets, { headers, body }: Delivery): VendorNews[] {
  const signature = headers.get("x-zendesk-webhook-signature");
  if (signature !== null) {
    const timestamp = headers.get("x-zendesk-webhook-signature-timestamp") ?? "";
    if (!isSigned(ticketSecrets, [timestamp, body], signature, "base64")) throw new CallError("forged", "zendesk: no signature matches");
    const seconds = String(Math.floor(Date.parse(timestamp) / 1000));
    if (!isRecent(seconds, wallTime())) throw new CallError("forged", "zendesk: outside the time window");
    return solved(body, headers.get("x-zendesk-webhook-invocation-id"));
  }
  if (!isKnownWord(secrets, headers.get("x-api-key") ?? ""))
    throw new CallError("forged", "zendesk: x-api-key is not the webhook's secret");
  const told = Told.safeParse(jsonOf("zendesk", body));
  if (!told.success) throw new CallError("refused", "zendesk: the body holds no events");
  return told.data.events.flatMap(newsIn); // several in one delivery, in the order in which they happened
}

/** The tag by which a ticket names its conversation. */
export const ticketTag = (conversation: string) => `baton_conversation_${conversation}`;

const Told = z.object({ events: z.array(z.looseObject({ type: z.string() })) });
const Conversation = z.object({ id: z.string() });
const Author = z.object({
  type: z.literal("business"),
  displayName: z.string().nullish(),
  avatarUrl: PictureAddress,
  subtypes: z.array(z.string()).nullish(),
});

const Event = z.discriminatedUnion("type", [
  z.object({
    id: z.string(),
    type: z.literal("conversation:message"),
    payload: z.object({
      conversation: Conversation,
      message: z.object({
        id: z.string(),
        author: Author,
        source: z.object({ type: z.literal("zd:agentWorkspace") }), // ours, and other bots', come from elsewhere
        content: z.object({
          type: z.string(),
          text: z.string().nullish(),
          mediaUrl: z.url().nullish(),
          altText: z.string().nullish(), // what a file is called, unless somebody has described it
        }),
        metadata: z.record(z.string(), z.unknown()).nullish(),
      }),
    }),
  }),
  z.object({
    id: z.string(),
    type: z.enum(["conversation:typing", "conversation:read"]),
    payload: z.object({ conversation: Conversation, activity: z.object({ type: z.string(), author: Author }) }),
  }),
  z.object({
    id: z.string(),
    type: z.literal("switchboard:releaseControl"),
    payload: z.object({ conversation: Conversation, reason: z.enum(["ticketClosed", "transferToEmail"]) }), // without one, it was us
  }),
]);

function newsIn(told: unknown): VendorNews[] {
  const read = Event.safeParse(told);
  if (!read.success) return [];
  const event = read.data;
  const about = { id: event.id, chat: { ref: event.payload.conversation.id } };
  switch (event.type) {
    case "conversation:message":
      return said(about, event.payload.message);
    case "conversation:typing":
      return [{ ...about, type: "agent_typing", on: event.payload.activity.type === "typing:start" }];
    case "conversation:read":
      return [{ ...about, type: "agent_read" }];
    case "switchboard:releaseControl":
      return [{ ...about, type: "ended" }];
  }
}

type Message = Extract<z.infer<typeof Event>, { type: "conversation:message" }>["payload"]["message"];

/** Nobody "accepts" in Zendesk: whoever speaks has joined. Joining again changes nothing. */
function said({ id, chat }: Pick<VendorNews, "id" | "chat">, { author, content, metadata }: Message): VendorNews[] {
  if (author.subtypes?.some((subtype) => subtype !== "agent")) return [];
  const { text, mediaUrl: url, altText } = content;
  if (!text && !url) return [];
  const file = url ? { file: { name: altText || nameIn(url), url } } : {};
  const agentId = metadata?.["__zendesk_msg.agent.id"];
  const { displayName: name, avatarUrl: picture } = author;
  const agent = { id: typeof agentId === "string" ? agentId : null, name: name ?? "Agent", ...(picture && { picture }) };
  return [
    { id: `${id}:joined`, chat, type: "agent_joined", agent },
    { id, chat, type: "agent_said", agent, text: text ?? "", format: "plain", ...file },
  ];
}

const Ticket = z.object({ status: z.string(), tags: z.string() });

/** Solving releases nothing for days, so a trigger tells of it. */
function solved(body: Uint8Array, invocation: string | null): VendorNews[] {
  const ticket = Ticket.safeParse(jsonOf("zendesk", body));
  if (!ticket.success) throw new CallError("refused", "zendesk: the trigger's body must be as zendesk.md says");
  const conversation = /(?:^|[\s,])baton_conversation_(\w+)/.exec(ticket.data.tags)?.[1];
  if (conversation === undefined || !/^(solved|closed)$/i.test(ticket.data.status)) return [];
  const id = invocation ?? createHash("sha256").update(body).digest("base64url");
  return [{ id: `ticket:${id}`, chat: { ref: conversation }, type: "ended" }];
}
