// What Live Helper Chat answers when it is asked what is new in a chat, as news.
import * as z from "zod";
import type { Agent, VendorChat, VendorNews } from "./connector.ts";

/** Who wrote a message: 0 is the visitor, -1 the system, with what operators write to each other, -2 a robot; the rest are operators. */
const VISITOR_OR_LESS = 0;
const SYSTEM = -1;

const Media = z.object({ id: z.coerce.number(), upload_name: z.string(), size: z.coerce.number().optional(), url: z.url() });
const Message = z.object({
  id: z.coerce.number(),
  msg: z.string(),
  meta_msg: z.string().nullish(),
  time: z.coerce.number(),
  user_id: z.coerce.number(),
  name_support: z.string().nullish(),
  media: z.array(Media).nullish(),
});

/** A chat as it is, and what was said in it since the last look. */
export const Told = z.object({
  messages: z.array(Message),
  typing: z.boolean(),
  /** The operator's whose it is; 0: nobody's. */
  user_id: z.number(),
  plain_user_name: z.string().nullish(),
  dep_id: z.number(),
  /** Whether it was over before the messages were read: then these are all that there will be. */
  isOver: z.boolean(),
});
export type Told = z.infer<typeof Told>;

/** How a chat was at the last look: what changes without a message is told by the difference. */
export interface Seen {
  message: number;
  user: number;
  department: number | null;
  typing: boolean;
}

export const atFirst: Seen = { message: 0, user: 0, department: null, typing: false };

const Accepted = z.object({
  content: z.object({ accept_action: z.object({ user_id: z.coerce.number(), name_support: z.string().nullish() }) }),
});

/**
 * What has happened since, in order. `null` is a chat that was deleted. What only the chat's own fields tell has its place where the
 * system last said something, since it does so whenever it changes them.
 */
export function newsSince(seen: Seen, told: Told | null, chat: VendorChat, names: Map<number, string>): { news: VendorNews[]; next: Seen } {
  if (told === null) return { news: [{ chat, id: "ended", type: "ended" }], next: seen };
  const { messages, user_id: user, dep_id: department, typing, isOver } = told;
  const next: Seen = { message: messages.at(-1)?.id ?? seen.message, user, department, typing };
  const spoken = messages.findLastIndex((message) => message.user_id === SYSTEM);
  const taken = messages.findIndex((message) => acceptedBy(message) !== null);
  const atEnd = spoken === -1 ? messages.length : spoken;
  const news: VendorNews[] = typing === seen.typing ? [] : [{ chat, id: `typing:${next.message}`, type: "agent_typing", on: typing }];
  for (const [at, message] of [...messages, null].entries()) {
    if (at === (taken === -1 ? atEnd : taken)) news.push(...passedOn(seen, next, chat, names), ...takenOver(seen, told, chat));
    if (at === atEnd && isOver) news.push(overNow(next, chat));
    if (message) news.push(...newsOf(message, chat));
  }
  return { news, next };
}

/** Another department has it, or nobody any more. Who has it now says so in a message. */
function passedOn(seen: Seen, { message, user, department }: Seen, chat: VendorChat, names: Map<number, string>): VendorNews[] {
  if (seen.department !== null && department !== seen.department && department !== null)
    return [{ chat, id: `passed on:${message}`, type: "transferred", to: names.get(department) ?? null }];
  return seen.user > 0 && user === 0 ? [{ chat, id: `left:${message}`, type: "agent_left" }] : [];
}

/** An operator can come to have a chat without accepting it, as when a colleague gives it to them. */
function takenOver(seen: Seen, { messages, user_id: user, plain_user_name: name }: Told, chat: VendorChat): VendorNews[] {
  const id = String(user);
  if (user <= 0 || user === seen.user || messages.some((message) => acceptedBy(message)?.id === id)) return [];
  return [{ chat, id: `taken:${user}:${messages.at(-1)?.id ?? seen.message}`, type: "agent_joined", agent: { id, name: name || "Agent" } }];
}

/** A chat that is closed and that nobody ever had was closed because nobody came. */
function overNow({ user }: Seen, chat: VendorChat): VendorNews {
  return user > 0 ? { chat, id: "ended", type: "ended" } : { chat, id: "nobody", type: "failed", reason: "nobody_available" };
}

function newsOf(message: z.infer<typeof Message>, chat: VendorChat): VendorNews[] {
  const { id, msg, user_id, name_support, media } = message;
  const about = { chat, id: `message:${id}` };
  const agent = acceptedBy(message);
  if (agent) return [{ ...about, type: "agent_joined", agent }];
  if (user_id <= VISITOR_OR_LESS) return [];
  const text = media?.length ? msg.replaceAll(/\[file=[^\]]*\]/g, "").trim() : msg;
  const by = { id: String(user_id), name: name_support || "Agent" };
  const said = { ...about, type: "agent_said" as const, agent: by, format: "plain" as const };
  const news: VendorNews[] = text === "" ? [] : [{ ...said, text }];
  for (const { id: file, upload_name: name, url } of media ?? [])
    news.push({ ...said, id: `${about.id}:file:${file}`, text: "", file: { name, url } });
  return news;
}

/** Accepting is a message of the system's, whose words are in the operator's language. */
function acceptedBy({ user_id, meta_msg, name_support }: z.infer<typeof Message>): Agent | null {
  if (user_id !== SYSTEM || !meta_msg) return null;
  const told = Accepted.safeParse(fromJson(meta_msg)).data?.content.accept_action;
  return told ? { id: String(told.user_id), name: told.name_support || name_support || "Agent" } : null;
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // extensions write what they like there
  }
}
