// What Twilio tells of a conversation and of the tasks for it, as news. Both come as signed forms to one address.
import * as z from "zod";
import { CallError } from "../call.ts";
import { isFromTwilio } from "./connector-twilio.ts";
import type { Delivery, RemoteFile, VendorNews } from "./connector.ts";
import { filesIn } from "./twilio-flex-files.ts";

interface Known {
  accountSid: string;
  authTokens: string[];
  /** What the owner calls a task queue, by its SID. */
  queueNames: Map<string, string>;
}

/** What a workspace has to tell of. */
export const HEARD_OF_TASKS = ["reservation.accepted", "task-queue.entered", "workflow.timeout"];

const VISITOR = "visitor-";

/** The visitor's name among a conversation's participants: it says nothing of who they are, as Twilio asks. */
export const identityOf = (handoff: string) => `${VISITOR}${handoff}`;

/** A text that may be JSON. What is not is nothing. */
export function fromJson(text: string | null | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return null; // whoever else writes attributes may write anything
  }
}

/** Verified form → news. Twilio signs no time of sending: what comes again bears the same id. */
export function receiveFlex({ accountSid, authTokens, queueNames }: Known, { headers, body, url }: Delivery): VendorNews[] {
  const form = new URLSearchParams(Buffer.from(body).toString());
  if (!isFromTwilio(authTokens, url, form, headers.get("x-twilio-signature") ?? ""))
    throw new CallError("forged", "twilio-flex: the signature does not fit");
  if (form.get("AccountSid") !== accountSid) return [];
  const told = Object.fromEntries(form);
  return [...newsOfConversation(told), ...newsOfTask(told, queueNames)];
}

const OfConversation = z.object({ EventType: z.string().startsWith("on"), ConversationSid: z.string().startsWith("CH") });
const Message = z.object({
  MessageSid: z.string(),
  Author: z.string(),
  Body: z.string().default(""),
  Media: z.string().optional(),
  ChatServiceSid: z.string().optional(),
  Source: z.literal("SDK"),
});
const Participant = z.object({ ParticipantSid: z.string(), Identity: z.string().min(1), LastReadMessageIndex: z.string().optional() });
const OfTask = z.object({ EventType: z.string(), TaskSid: z.string(), TaskAttributes: z.string() });
const Chat = z.object({ conversationSid: z.string().startsWith("CH") });
const Accepted = z.object({ ReservationSid: z.string(), WorkerSid: z.string(), WorkerAttributes: z.string().optional() });
const Worker = z.object({ full_name: z.string().min(1) });

type Told = Record<string, string>;

/** People write in Flex's pages, which is what "SDK" says; programs, ours among them, do not. Flex has no notes in a conversation. */
function newsOfConversation(told: Told): VendorNews[] {
  const about = OfConversation.safeParse(told).data;
  if (!about) return [];
  const chat = { ref: about.ConversationSid };
  const message = Message.safeParse(told).data;
  const participant = Participant.safeParse(told).data;
  switch (about.EventType) {
    case "onMessageAdded":
      return message && !message.Author.startsWith(VISITOR) ? said(message, chat) : [];
    case "onParticipantRemoved":
      if (!participant || participant.Identity.startsWith(VISITOR)) return [];
      return [{ chat, id: `${participant.ParticipantSid}:left`, type: "agent_left" }];
    case "onParticipantUpdated":
      if (!participant?.LastReadMessageIndex || participant.Identity.startsWith(VISITOR)) return [];
      return [{ chat, id: `${participant.ParticipantSid}:read:${participant.LastReadMessageIndex}`, type: "agent_read" }];
    case "onConversationStateUpdated":
      return told["StateTo"] === "closed" ? [overNow(chat.ref)] : [];
    default:
      return [];
  }
}

function said({ MessageSid: id, Body, Media, ChatServiceSid }: z.infer<typeof Message>, chat: VendorNews["chat"]): VendorNews[] {
  return lines(id, Body, filesIn(ChatServiceSid, fromJson(Media)), chat);
}

/** Its author is a name to sign in with. Whoever has accepted the task has said their own. */
function lines(id: string, text: string, files: RemoteFile[], chat: VendorNews["chat"]): VendorNews[] {
  const line = (id: string, text: string, file?: RemoteFile): VendorNews => {
    return { chat, id, type: "agent_said", agent: null, text, format: "plain", ...(file && { file }) };
  };
  const shown = files.map((file, n) => line(`${id}:file:${n}`, "", file));
  return text === "" ? shown : [line(id, text), ...shown];
}

export const overNow = (ref: string): VendorNews => ({ chat: { ref }, id: `${ref}:closed`, type: "ended" });

/** A message as it is listed, which says who has written it, and not with what. */
export const Written = z.object({
  sid: z.string(),
  index: z.int(),
  author: z.string().nullish(),
  participant_sid: z.string().nullish(),
  body: z.string().nullish(),
  attributes: z.string().nullish(),
  media: z.array(z.object({ sid: z.string(), filename: z.string().nullish() })).nullish(),
});

/** Up to which message a conversation was looked through, and whether it was over by then. */
export interface Seen {
  index: number;
  isOver: boolean;
}

export const atFirst: Seen = { index: -1, isOver: false };

/** What people have said since, and that it is over, under the names that a webhook gives them. Programs are no participants. */
export function newsSince(
  seen: Seen,
  { ref, service, isClosed }: { ref: string; service: string; isClosed: boolean },
  newestFirst: z.infer<typeof Written>[],
): { news: VendorNews[]; next: Seen } {
  const fresh = newestFirst.filter(({ index }) => index > seen.index).toReversed();
  const peoples = fresh.filter(({ author, participant_sid: participant }) => participant && author && !author.startsWith(VISITOR));
  const news = peoples.flatMap(({ sid, body, media }) => {
    const files = filesIn(
      service,
      (media ?? []).map(({ sid: Sid, filename: Filename }) => ({ Sid, Filename })),
    );
    return lines(sid, body ?? "", files, { ref });
  });
  return {
    news: isClosed && !seen.isOver ? [...news, overNow(ref)] : news,
    next: { index: fresh.at(-1)?.index ?? seen.index, isOver: isClosed },
  };
}

/**
 * Tasks of all channels come here; those that are chats name their conversation. A task that is cancelled says nothing of the visitor: it
 * may have called a second agent, while the first one talks on.
 */
function newsOfTask(told: Told, queueNames: Map<string, string>): VendorNews[] {
  const task = OfTask.safeParse(told).data;
  const ref = Chat.safeParse(fromJson(task?.TaskAttributes)).data?.conversationSid;
  if (!task || ref === undefined) return [];
  const about = { chat: { ref }, id: task.TaskSid };
  const accepted = Accepted.safeParse(told).data;
  switch (task.EventType) {
    case "reservation.accepted": {
      if (!accepted) return [];
      const name = Worker.safeParse(fromJson(accepted.WorkerAttributes)).data?.full_name ?? "Agent";
      return [{ ...about, id: accepted.ReservationSid, type: "agent_joined", agent: { id: accepted.WorkerSid, name } }];
    }
    // The visitor's first task enters one as well, when there is nobody yet to be passed on by: then the bridge thinks nothing of it.
    case "task-queue.entered": {
      const queue = told["TaskQueueSid"] ?? "";
      return [{ ...about, id: `${task.TaskSid}:${queue}`, type: "transferred", to: queueNames.get(queue) ?? null }];
    }
    case "workflow.timeout":
      return [{ ...about, id: `${task.TaskSid}:timeout`, type: "failed", reason: "nobody_available" }];
    default:
      return [];
  }
}
