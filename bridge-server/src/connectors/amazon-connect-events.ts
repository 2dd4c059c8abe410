// What a chat's transcript holds, and what its WebSocket says besides, as news.
import * as z from "zod";
import type { VendorNews } from "./connector.ts";

const EVENT = "application/vnd.amazonaws.connect.event";
const FORMATS: Record<string, "plain" | "markdown"> = { "text/plain": "plain", "text/markdown": "markdown" };

const Item = z.object({
  Id: z.string(),
  AbsoluteTime: z.string(),
  ContentType: z.string().nullish(),
  Content: z.string().nullish(),
  ParticipantId: z.string().nullish(),
  ParticipantRole: z.string().nullish(),
  DisplayName: z.string().nullish(),
  Attachments: z
    .array(z.object({ AttachmentId: z.string(), AttachmentName: z.string().nullish(), Status: z.string().nullish() }))
    .nullish(),
});
export type Item = z.infer<typeof Item>;

/** One page of a transcript. */
export const Page = z.object({ Transcript: z.array(Item), NextToken: z.string().nullish() });

/** Up to where a transcript was read, whether anybody had come by then, and which agents were there. */
export interface Seen {
  after: string | null;
  someoneCame: boolean;
  agents: string[];
}

export const atFirst: Seen = { after: null, someoneCame: false, agents: [] };

/** What has happened since, in order. The item that was read last may be among the new ones. */
export function newsSince(seen: Seen, items: Item[], ref: string): { news: VendorNews[]; next: Seen } {
  const at = items.findIndex(({ Id }) => Id === seen.after);
  const since = items.slice(at + 1);
  const someoneCame = seen.someoneCame || since.some(isAgentComing);
  let { agents } = seen;
  const news = since.flatMap((item) => {
    agents = agentsAfter(agents, item);
    return newsOf(item, ref, { someoneCame, agents });
  });
  return { news, next: { after: since.at(-1)?.Id ?? seen.after, someoneCame, agents } };
}

/** A chat that nobody was ever in has ended because nobody came. */
export function overNow(ref: string, someoneCame: boolean): VendorNews {
  const about = { chat: { ref }, id: "over" };
  return someoneCame ? { ...about, type: "ended" } : { ...about, type: "failed", reason: "nobody_available" };
}

const isAgent = ({ ParticipantRole: role }: Item) => role === "AGENT";
const isAgentComing = (item: Item) => isAgent(item) && item.ContentType === `${EVENT}.participant.joined`;
const isAgentGoing = (item: Item) => isAgent(item) && item.ContentType === `${EVENT}.participant.left`;

function agentsAfter(agents: string[], item: Item): string[] {
  if (!isAgentComing(item) && !isAgentGoing(item)) return agents;
  const id = item.ParticipantId ?? item.DisplayName ?? "";
  const others = agents.filter((one) => one !== id);
  return isAgentComing(item) ? [...others, id] : others;
}

/** `agents`: who is there after it. That one goes is news when nobody is left. */
function newsOf(item: Item, ref: string, { someoneCame, agents }: Omit<Seen, "after">): VendorNews[] {
  const { Id, ContentType = "", Content, DisplayName, ParticipantId } = item;
  const about = { chat: { ref }, id: `item:${Id}` };
  const agent = { id: ParticipantId ?? null, name: DisplayName || "Agent" };
  switch (ContentType) {
    case `${EVENT}.participant.joined`:
      return isAgent(item) ? [{ ...about, type: "agent_joined", agent }] : [];
    case `${EVENT}.participant.left`:
      return isAgentGoing(item) && agents.length === 0 ? [{ ...about, type: "agent_left" }] : [];
    case `${EVENT}.transfer.succeeded`:
      return [{ ...about, type: "transferred", to: null }];
    case `${EVENT}.chat.ended`:
      return [overNow(ref, someoneCame)];
  }
  // Flows and bots talk for themselves, and visitors come back as they were. A supervisor who has stepped in is seen by the visitor.
  if (!isAgent(item) && item.ParticipantRole !== "SUPERVISOR") return [];
  const files = (item.Attachments ?? []).filter(({ Status }) => Status === "APPROVED");
  const format = Object.hasOwn(FORMATS, ContentType ?? "") ? FORMATS[ContentType ?? ""] : undefined;
  const said = (id: string, text: string, file?: { name: string; url: string }): VendorNews => ({
    ...about,
    id,
    type: "agent_said",
    agent,
    text,
    format: format ?? "plain",
    ...(file && { file }),
  });
  if (files.length > 0)
    return files.map(({ AttachmentId: url, AttachmentName: name }, n) => said(`${about.id}:${n}`, "", { name: name || "file", url }));
  return format && Content ? [said(about.id, Content)] : [];
}

const Frame = z.object({ topic: z.string(), content: z.unknown() });
const Passing = z.object({
  Id: z.string().nullish(),
  ContentType: z.string().nullish(),
  ParticipantRole: z.string().nullish(),
  MessageMetadata: z
    .object({ MessageId: z.string().nullish(), Receipts: z.array(z.object({ ReadTimestamp: z.string().nullish() })).nullish() })
    .nullish(),
});

/** Asks for everything about the chat. */
export const SUBSCRIPTION = JSON.stringify({ topic: "aws/subscribe", content: { topics: ["aws/chat"] } });

/** `news`: what only the WebSocket tells, and no transcript keeps. `item`: the transcript has something new, and this is it, as far as can be told. */
export function frameIn(text: string, ref: string): { news: VendorNews[] } | { item: Item | null } {
  const frame = Frame.safeParse(fromJson(text));
  if (!frame.success || frame.data.topic === "aws/heartbeat") return { news: [] };
  const content = typeof frame.data.content === "string" ? fromJson(frame.data.content) : frame.data.content;
  const { Id, ContentType, ParticipantRole, MessageMetadata } = Passing.safeParse(content).data ?? {};
  if (ContentType === `${EVENT}.typing`)
    return { news: ParticipantRole === "AGENT" ? [{ chat: { ref }, id: `typing:${Id}`, type: "agent_typing", on: true }] : [] };
  if (!MessageMetadata) return { item: Item.safeParse(content).data ?? null };
  const isRead = MessageMetadata.Receipts?.some(({ ReadTimestamp }) => ReadTimestamp) ?? false;
  return { news: isRead ? [{ chat: { ref }, id: `read:${MessageMetadata.MessageId}`, type: "agent_read" }] : [] };
}

/** The newest that an agent has said, if it is there. */
export const newestOf = (items: Item[]) =>
  items.findLast((item) => isAgent(item) && Object.hasOwn(FORMATS, item.ContentType ?? ""))?.Id ?? null;

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // what cannot be read is nothing that anybody has said
  }
}
