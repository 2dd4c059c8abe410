// What Salesforce's conversations hold, entry by entry, as they are listed and as they are streamed.
import * as z from "zod";
import type { VendorNews } from "./connector.ts";

const Participant = z.object({ role: z.string(), subject: z.string().nullish() });
const Titled = z.object({ title: z.string() });
const Link = z.object({ url: z.string() });

/** `entryPayload` is an object where entries are listed, and its JSON as text where they are streamed. */
export const Entry = z.object({
  identifier: z.string(),
  entryPayload: z.unknown(),
  sender: Participant.nullish(),
  senderDisplayName: z.string().nullish(),
  transcriptedTimestamp: z.number(),
});
export type Entry = z.infer<typeof Entry>;

const Content = z.object({
  text: z.string().nullish(),
  attachments: z.array(z.object({ name: z.string(), url: z.string() })).nullish(),
  links: z.array(Link).nullish(),
  linkItem: z.object({ url: z.string(), titleItem: Titled }).nullish(),
  optionItems: z.array(z.object({ titleItem: Titled })).nullish(),
});

const Payload = z.discriminatedUnion("entryType", [
  z.object({
    entryType: z.literal("Message"),
    abstractMessage: z.object({ id: z.string(), staticContent: Content.nullish(), choices: Content.nullish() }),
  }),
  z.object({
    entryType: z.literal("ParticipantChanged"),
    entries: z.array(z.object({ operation: z.string(), displayName: z.string().nullish(), participant: Participant })),
  }),
  z.object({
    entryType: z.literal("RoutingResult"),
    routingType: z.string(),
    failureType: z.string(),
    estimatedWaitTime: z.object({ estimatedWaitTimeInSeconds: z.number().nullish() }).nullish(),
    routingConfigurationDetails: z.object({ queueId: z.string().nullish() }).nullish(),
  }),
  z.object({ entryType: z.literal("QueuePosition"), position: z.int().positive() }),
  z.object({ entryType: z.literal("SessionStatusChanged"), sessionStatus: z.string() }),
  z.object({ entryType: z.enum(["TypingStartedIndicator", "TypingStoppedIndicator", "ReadAcknowledgement"]) }),
]);
type Payload = z.infer<typeof Payload>;

/** What kept entries were told, up to when; where the stream had got to; and whether anybody had come by then. */
export interface Seen {
  event: string | null;
  since: number;
  told: string[];
  someoneCame: boolean;
}

export const atFirst: Seen = { event: null, since: 0, told: [], someoneCame: false };

/** Of the last moment there are fewer than these. */
const REMEMBERED = 100;

export interface Place {
  conversation: string;
  /** What the owner calls a queue, by its id. */
  queueNames: Map<string, string>;
}

/** What has happened since, in order; an entry that was told is none. */
export function newsSince(seen: Seen, entries: Entry[], place: Place): { news: VendorNews[]; next: Seen } {
  const fresh = entries.filter(({ identifier }) => !seen.told.includes(identifier));
  const someoneCame = seen.someoneCame || fresh.some(isAgentComing);
  const since = Math.max(seen.since, ...fresh.map(({ transcriptedTimestamp }) => transcriptedTimestamp));
  const told = [...seen.told, ...fresh.map(({ identifier }) => identifier)].slice(-REMEMBERED);
  return { news: fresh.flatMap((entry) => newsOf(entry, place, someoneCame)), next: { ...seen, since, told, someoneCame } };
}

/** A conversation that nobody was ever in has ended because nobody came. */
export function overNow(conversation: string, someoneCame: boolean): VendorNews {
  const about = { chat: { ref: conversation }, id: "over" };
  return someoneCame ? { ...about, type: "ended" } : { ...about, type: "failed", reason: "nobody_available" };
}

/** Whether the newest that is told of the session is its end: what the visitor says next would begin another. */
export function isOver(entries: Entry[]): boolean {
  const last = entries.map(payloadOf).findLast((payload) => payload?.entryType === "SessionStatusChanged");
  return last?.entryType === "SessionStatusChanged" && last.sessionStatus === "Ended";
}

/** By the ids that the sender gave. */
export function namesIn(entries: Entry[]): Set<string> {
  return new Set(entries.map(payloadOf).flatMap((payload) => (payload?.entryType === "Message" ? [payload.abstractMessage.id] : [])));
}

/** The newest that an agent has said. */
export function newestOf(entries: Entry[]): string | null {
  return entries.findLast((entry) => isAgent(entry.sender) && payloadOf(entry)?.entryType === "Message")?.identifier ?? null;
}

const Streamed = z.object({ conversationId: z.string(), conversationEntry: Entry.nullish() });

/** What one event of the stream is about: an entry of this conversation, its close, or nothing. */
export function entryIn({ type, data }: { type: string; data: string }, conversation: string): Entry | "closed" | null {
  const told = Streamed.safeParse(fromJson(data)).data;
  if (told?.conversationId !== conversation) return null;
  return type === "CONVERSATION_CLOSE_CONVERSATION" ? "closed" : (told.conversationEntry ?? null);
}

const isAgent = (participant: z.infer<typeof Participant> | null | undefined) => participant?.role === "Agent";

function isAgentComing(entry: Entry): boolean {
  const payload = payloadOf(entry);
  return payload?.entryType === "ParticipantChanged" && payload.entries.some((one) => one.operation === "add" && isAgent(one.participant));
}

function payloadOf({ entryPayload }: Entry): Payload | null {
  return Payload.safeParse(typeof entryPayload === "string" ? fromJson(entryPayload) : entryPayload).data ?? null;
}

function newsOf(entry: Entry, { conversation, queueNames }: Place, someoneCame: boolean): VendorNews[] {
  const payload = payloadOf(entry);
  const about = { chat: { ref: conversation }, id: `entry:${entry.identifier}` };
  switch (payload?.entryType) {
    case undefined:
      return [];
    case "Message": {
      // Echoes are the visitor's own, and what flows, bots and supervisors write is no agent's.
      if (!isAgent(entry.sender)) return [];
      const agent = { id: entry.sender?.subject ?? null, name: entry.senderDisplayName || "Agent" };
      const said = { ...about, type: "agent_said" as const, agent, format: "plain" as const };
      const text = textOf(payload.abstractMessage);
      const news: VendorNews[] = text === "" ? [] : [{ ...said, text }];
      for (const [n, file] of (payload.abstractMessage.staticContent?.attachments ?? []).entries())
        news.push({ ...said, id: `${about.id}:file:${n}`, text: "", file });
      return news;
    }
    case "ParticipantChanged":
      return payload.entries.flatMap(({ operation, participant, displayName }, n): VendorNews[] => {
        if (!isAgent(participant)) return [];
        const id = `${about.id}:${n}`;
        const agent = { id: participant.subject ?? null, name: displayName || "Agent" };
        if (operation === "add") return [{ ...about, id, type: "agent_joined", agent }];
        return operation === "remove" ? [{ ...about, id, type: "agent_left" }] : [];
      });
    case "RoutingResult": {
      const { routingType, failureType, estimatedWaitTime, routingConfigurationDetails: to } = payload;
      if (routingType === "Transfer" && failureType === "None")
        return [{ ...about, type: "transferred", to: queueNames.get(to?.queueId ?? "") ?? null }];
      if (routingType !== "Initial") return [];
      if (failureType !== "None") return [{ ...about, type: "failed", reason: "vendor_refused" }];
      const waitSeconds = estimatedWaitTime?.estimatedWaitTimeInSeconds ?? -1;
      return waitSeconds < 0 ? [] : [{ ...about, type: "queue_moved", position: null, waitSeconds }];
    }
    case "QueuePosition":
      return [{ ...about, type: "queue_moved", position: payload.position, waitSeconds: null }];
    case "SessionStatusChanged":
      return payload.sessionStatus === "Ended" ? [overNow(conversation, someoneCame)] : [];
    case "TypingStartedIndicator":
    case "TypingStoppedIndicator":
      return isAgent(entry.sender) ? [{ ...about, type: "agent_typing", on: payload.entryType === "TypingStartedIndicator" }] : [];
    case "ReadAcknowledgement":
      return isAgent(entry.sender) ? [{ ...about, type: "agent_read" }] : [];
  }
}

function textOf({ staticContent, choices }: { staticContent?: Told; choices?: Told }): string {
  return [writtenOf(staticContent), writtenOf(choices)].filter(Boolean).join("\n");
}

/** What cannot be shown as it is, is written: choices as a list, links as addresses. */
function writtenOf(content: Told): string {
  const { text, links, linkItem, optionItems } = content ?? {};
  const lines = [
    text,
    ...(links ?? []).map(({ url }) => url),
    linkItem && `${linkItem.titleItem.title}\n${linkItem.url}`,
    ...(optionItems ?? []).map(({ titleItem }) => `– ${titleItem.title}`),
  ];
  return lines.filter(Boolean).join("\n");
}

type Told = z.infer<typeof Content> | null | undefined;

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // what cannot be read is nothing that anybody has said
  }
}
