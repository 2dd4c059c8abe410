// What Genesys tells: its webhook of what is said to the visitor, and a conversation's own record of who was in it.
import * as z from "zod";
import { CallError } from "../call.ts";
import { wallTime } from "../clock.ts";
import { jsonOf } from "./connector-body.ts";
import { nameIn } from "./connector-files.ts";
import { isRecent, isSigned } from "./connector-signature.ts";
import type { Agent, Delivery, RemoteFile, VendorNews } from "./connector.ts";

const Attachment = z.object({ url: z.url(), filename: z.string().nullish() });
const Content = z.object({
  attachment: Attachment.nullish().catch(null),
  quickReply: z.object({ text: z.string() }).nullish().catch(null),
  template: z
    .object({ body: z.object({ text: z.string() }) })
    .nullish()
    .catch(null),
});
/** As it is in the webhook, and as it is kept with the conversation: the id is Genesys' own in both. */
const Said = z.object({
  id: z.string().min(1),
  type: z.enum(["Text", "Structured"]),
  direction: z.literal("Outbound"),
  /** Left out where Genesys does not tell. What a flow says by itself is no agent's. */
  originatingEntity: z.literal("Human").nullish(),
  text: z.string().nullish(),
  content: z.array(Content).nullish(),
});
const Typed = z.object({
  id: z.string().min(1),
  type: z.literal("Event"),
  direction: z.literal("Outbound"),
  events: z.array(z.object({ typing: z.object({ type: z.enum(["On", "Off"]) }).nullish() })),
});
/** `to` is the visitor, by the name that we gave. */
const Delivered = z.object({ channel: z.object({ id: z.string(), to: z.object({ id: z.string().min(1) }), time: z.iso.datetime() }) });

/** Verified bytes → news. The time that Genesys has signed is the message's own, which it sends again for 85 seconds at most. */
export function receiveGenesys({ secrets, integration }: Known, { headers, body }: Delivery): VendorNews[] {
  const signature = headers.get("x-hub-signature-256") ?? "";
  const isTheirs = signature.startsWith("sha256=") && isSigned(secrets, [body], signature.slice("sha256=".length), "base64");
  if (!isTheirs) throw new CallError("forged", "genesys: no signature matches");
  const told = jsonOf("genesys", body);
  const about = Delivered.safeParse(told);
  if (!about.success) throw new CallError("refused", "genesys: the body is none of an open messaging integration");
  const { id, to, time } = about.data.channel;
  const seconds = String(Math.floor(Date.parse(time) / 1_000));
  if (!isRecent(seconds, wallTime())) throw new CallError("forged", "genesys: outside the time window");
  return id === integration ? [...saidIn(told, to.id, null), ...typedIn(told, to.id)] : [];
}

interface Known {
  secrets: string[];
  integration: string;
}

/** What a person has said, with each of their files; nothing where it is anything else. */
function saidIn(told: unknown, visitor: string, agent: Agent | null): VendorNews[] {
  const read = Said.safeParse(told);
  if (!read.success) return [];
  const { id, text, content } = read.data;
  const parts = content ?? [];
  const words = [
    text,
    ...parts.map(({ template }) => template?.body.text),
    ...parts.map(({ quickReply }) => quickReply && `– ${quickReply.text}`),
  ];
  const whole = words.filter(Boolean).join("\n");
  const news = (name: string, more: { text: string; file?: RemoteFile }): VendorNews => ({
    chat: { ref: visitor },
    id: `message:${name}`,
    type: "agent_said",
    agent,
    format: "plain",
    ...more,
  });
  const files = parts.flatMap(({ attachment }) => attachment ?? []);
  return [
    ...(whole === "" ? [] : [news(id, { text: whole })]),
    ...files.map(({ url, filename }, n) => news(`${id}:${n}`, { text: "", file: { name: filename || nameIn(url), url } })),
  ];
}

function typedIn(told: unknown, visitor: string): VendorNews[] {
  const read = Typed.safeParse(told);
  const typing = read.data?.events.findLast((event) => event.typing)?.typing;
  return read.success && typing
    ? [{ chat: { ref: visitor }, id: `event:${read.data.id}`, type: "agent_typing", on: typing.type === "On" }]
    : [];
}

const Participant = z.object({
  id: z.string(),
  name: z.string().nullish(),
  purpose: z.string().nullish(),
  state: z.string().nullish(),
  startTime: z.string().nullish(),
  connectedTime: z.string().nullish(),
  endTime: z.string().nullish(),
  disconnectType: z.string().nullish(),
  user: z.object({ id: z.string() }).nullish(),
  queue: z.object({ id: z.string() }).nullish(),
  messages: z.array(z.object({ messageId: z.string() })).nullish(),
});
type Participant = z.infer<typeof Participant>;

/** A conversation's record. Whoever comes back has another place in it. */
export const Conversation = z.object({ participants: z.array(Participant) });
export type Conversation = z.infer<typeof Conversation>;

/** Messages as they are asked for by their ids. */
export const Messages = z.object({
  entities: z.array(
    z.object({
      id: z.string(),
      normalizedMessage: z
        .looseObject({ channel: z.object({ messageId: z.string().nullish(), time: z.string().nullish() }).nullish() })
        .nullish(),
    }),
  ),
});
export type Messages = z.infer<typeof Messages>["entities"];

const isVisitor = ({ purpose }: Participant) => purpose === "customer" || purpose === "external";
const isAgent = ({ purpose }: Participant) => purpose === "agent" || purpose === "user";
const isGone = ({ state, endTime }: Participant) => state === "disconnected" || state === "terminated" || Boolean(endTime);
const messageIds = (participants: Participant[]) =>
  participants.flatMap(({ messages }) => (messages ?? []).map(({ messageId }) => messageId));

/** The visitor's last stay is over, and with it the conversation: what they say next would begin another. */
export function isOver({ participants }: Conversation): boolean {
  const last = participants.findLast(isVisitor);
  return last !== undefined && isGone(last);
}

/** What the visitor's side has said, by Genesys' own ids. */
export const idsOfVisitor = ({ participants }: Conversation) => messageIds(participants.filter(isVisitor));
/** The same of agents. */
export const idsOfAgents = ({ participants }: Conversation) => messageIds(participants.filter(isAgent));

/** Of each agent's stay, how many of their messages were told; of everything else that was told, its id. */
export interface Seen {
  messages: Record<string, number>;
  told: string[];
}

export const atFirst: Seen = { messages: {}, told: [] };

/** Which of the agents' messages a look has not told yet. */
export function unseenIn({ participants }: Conversation, seen: Seen): string[] {
  return participants.filter(isAgent).flatMap((one) => messageIds([one]).slice(seen.messages[one.id] ?? 0));
}

/** What has happened since, in the order in which it did. `messages` are those that `unseenIn` names. */
export function newsSince(
  seen: Seen,
  conversation: Conversation,
  messages: Messages,
  { visitor, queueNames }: Place,
): { news: VendorNews[]; next: Seen } {
  const { participants } = conversation;
  const agents = participants.filter((one) => isAgent(one) && one.connectedTime);
  const bodies = new Map(messages.map(({ id, normalizedMessage }) => [id, normalizedMessage]));
  const chat = { ref: visitor };
  const happened: { at: string; news: VendorNews[] }[] = [];
  const happens = (at: string | null | undefined, ...news: VendorNews[]) => happened.push({ at: at ?? "", news });
  const first = agents[0]?.connectedTime ?? "~"; // after every time

  for (const queue of participants) {
    if (queue.purpose !== "acd" || (queue.startTime ?? "") <= first) continue; // it was waited in before anybody came
    const to = queueNames.get(queue.queue?.id ?? "") ?? queue.name ?? null;
    happens(queue.startTime, { chat, id: `passed on:${queue.id}`, type: "transferred", to });
  }
  for (const one of agents) {
    const agent = { id: one.user?.id ?? null, name: one.name || "Agent" };
    happens(one.connectedTime, { chat, id: `joined:${one.id}`, type: "agent_joined", agent });
    for (const id of messageIds([one]).slice(seen.messages[one.id] ?? 0)) {
      const told = bodies.get(id);
      happens(told?.channel?.time, ...saidIn(told, visitor, agent));
    }
    if (isGone(one) && !isOver(conversation)) happens(leftAt(one, participants), { chat, id: `left:${one.id}`, type: "agent_left" });
  }
  if (isOver(conversation))
    happens(
      "~",
      agents.length > 0 ? { chat, id: "over", type: "ended" } : { chat, id: "over", type: "failed", reason: "nobody_available" },
    );

  const inOrder = happened.toSorted((one, other) => (one.at < other.at ? -1 : Number(one.at > other.at))).flatMap(({ news }) => news);
  const news = inOrder.filter(({ id }) => !seen.told.includes(id));
  const places = news.filter(({ type }) => type !== "agent_said").map(({ id }) => id);
  const counts = agents.map((one) => [one.id, messageIds([one]).length] as const).filter(([, count]) => count > 0);
  return { news, next: { messages: Object.fromEntries(counts), told: [...seen.told, ...places] } };
}

interface Place {
  visitor: string;
  queueNames: Map<string, string>;
}

/** Whoever passes a visitor on is told to have left after that, however the two were written down. */
function leftAt({ endTime, connectedTime, disconnectType }: Participant, participants: Participant[]): string {
  const left = endTime ?? "";
  if (disconnectType !== "transfer") return left;
  const passedTo = participants.find(({ purpose, startTime }) => purpose === "acd" && (startTime ?? "") > (connectedTime ?? ""));
  return passedTo?.startTime && passedTo.startTime > left ? passedTo.startTime : left;
}
