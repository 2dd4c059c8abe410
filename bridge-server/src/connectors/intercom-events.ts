// What Intercom tells of a conversation, as news. Each notification brings the conversation with the part that was just added to it.
import * as z from "zod";
import { CallError } from "../call.ts";
import { jsonOf } from "./connector-body.ts";
import { nameIn } from "./connector-files.ts";
import { isSigned } from "./connector-signature.ts";
import type { Agent, Delivery, VendorNews } from "./connector.ts";

interface Known {
  secrets: string[];
  /** The teammate that the bridge acts as. */
  admin: string;
  /** What the owner calls a team, by its id: notifications have no names of teams. */
  teamNames: Map<string, string>;
}

/**
 * Verified bytes → news. Only what a person among the teammates did to the conversation is any, by kinds of parts that are known to be
 * public. There is no window of time: Intercom delivers late what it could not deliver, and what comes again bears the same id.
 */
export function receiveIntercom({ secrets, admin, teamNames }: Known, { headers, body }: Delivery): VendorNews[] {
  const signature = (headers.get("x-hub-signature") ?? "").replace(/^sha1=/, "");
  if (!isSigned(secrets, [body], signature, "hex", "sha1")) throw new CallError("forged", "intercom: no signature matches");
  const told = Notification.safeParse(jsonOf("intercom", body));
  if (!told.success) return []; // other topics, the visitor's own lines among them
  const { id, conversation_parts } = told.data.data.item;
  return conversation_parts.conversation_parts.flatMap((part) => {
    const about = { chat: { ref: id }, id: `part:${part.id}` };
    return said(part, about).concat(assigned(part, about, admin, teamNames), ended(part, about));
  });
}

/** A text as Intercom's notes show it: nothing in it is markup, and lines that are set in stay so. */
export function asNote(text: string): string {
  const plain = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return plain.replaceAll(/^ +/gm, (indent) => "&nbsp;".repeat(indent.length)).replaceAll("\n", "<br>");
}

const Somebody = z.object({ type: z.string(), id: z.string().nullish(), name: z.string().nullish() });
const Part = z.object({
  id: z.string(),
  part_type: z.string(),
  body: z.string().nullish(),
  assigned_to: Somebody.nullish(),
  author: Somebody.extend({ from_ai_agent: z.boolean().nullish() }),
  attachments: z.array(z.object({ url: z.url(), name: z.string().nullish() })).nullish(),
});
const Notification = z.object({
  topic: z.string().startsWith("conversation.admin."),
  data: z.object({
    item: z.object({ id: z.string(), conversation_parts: z.object({ conversation_parts: z.array(Part) }) }),
  }),
});

type Part = z.infer<typeof Part>;
type About = Pick<VendorNews, "chat" | "id">;

/** A reply may open or close the conversation in the same step. A note never does any of these. */
const REPLIES = new Set(["comment", "open", "close"]);

/** Whoever speaks has joined, assigned or not. Joining again changes nothing. */
function said(part: Part, { chat, id }: About): VendorNews[] {
  if (!REPLIES.has(part.part_type) || !isPerson(part.author)) return [];
  const agent = agentOf(part.author);
  const text = part.body ?? "";
  const lines: VendorNews[] = text === "" ? [] : [{ chat, id, type: "agent_said", agent, text, format: formatOf(text) }];
  for (const [n, { url, name }] of (part.attachments ?? []).entries()) {
    const file = { name: name || nameIn(url), url };
    lines.push({ chat, id: `${id}:file:${n}`, type: "agent_said", agent, text: "", format: "plain", file });
  }
  return lines.length === 0 ? [] : [{ chat, id: `${id}:joined`, type: "agent_joined", agent }, ...lines];
}

/** Nobody accepts a conversation in Intercom: it is assigned, to a teammate, a team or nobody. */
function assigned({ assigned_to: to, author }: Part, { chat, id }: About, admin: string, teamNames: Map<string, string>): VendorNews[] {
  if (!to) return [];
  const about = { chat, id: `${id}:assigned` };
  if (to.type === "nobody_admin") return [{ ...about, type: "agent_left" }];
  if (to.type === "admin") {
    const name = to.name ?? (author.id === to.id ? author.name : null); // a mere reference has no name
    return [{ ...about, type: "agent_joined", agent: agentOf({ ...to, name }) }];
  }
  // The bridge's own step, and a workflow's, is how the conversation came to its queue.
  const isPassedOn = to.type === "team" && isPerson(author) && author.id !== admin;
  return isPassedOn ? [{ ...about, type: "transferred", to: teamNames.get(to.id ?? "") ?? null }] : [];
}

/** Whoever closed it, a workflow too. */
function ended({ part_type }: Part, { chat, id }: About): VendorNews[] {
  return part_type === "close" ? [{ chat, id: `${id}:ended`, type: "ended" }] : [];
}

function isPerson({ type, from_ai_agent }: Part["author"]): boolean {
  return type === "admin" && from_ai_agent !== true;
}

function agentOf({ id, name }: z.infer<typeof Somebody>): Agent {
  return { id: id ?? null, name: name ?? "Agent" };
}

/** Notifications of version 2.15 and later hold plain text, and earlier ones paragraphs. */
function formatOf(body: string): "html" | "plain" {
  return /^<(p|div|ul|ol|pre|h[1-6])\b[^>]*>.*<\/\w+>\s*$/s.test(body) ? "html" : "plain";
}
