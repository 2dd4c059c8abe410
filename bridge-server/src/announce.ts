// Signed webhooks to other systems: every state of every handoff, and every end. The format is described in announce.md.
import type { Bridge } from "./bridge.ts";
import type { Call } from "./call.ts";
import { wallTime } from "./clock.ts";
import type { Receiver } from "./config-announce.ts";
import type { Announced } from "./conversation/facts.ts";
import { handoffsOf, topicStateOf, type HandoffRecord } from "./conversation/handoff.ts";
import { shownRef } from "./conversation/lifecycle.ts";
import { newId } from "./random.ts";
import { sign } from "./standard-webhooks.ts";
import type { ConversationKey } from "./store/store.ts";

/** A receiver that has not answered by then is asked again. */
const DEADLINE_MS = 15_000;

/** Tells other systems what they have asked to be told of. */
export interface Announcer {
  /** Who is told when something like this happens on a site, by name. `""`: on none of them. */
  toldOn(site: string, type: Announced["type"]): string[];
  /** Resolves when the receiver has answered 2xx. Rejects with a `CallError`; one that is no longer configured has nothing to be told. */
  tell(to: string, event: Announcement | AlertAnnouncement): Promise<void>;
  /** The same with an event that tells of nothing, for whoever wants to know whether a receiver takes what is signed like this. */
  test(to: string): Promise<void>;
}

/** What the receiver gets. `id` is the same at every attempt; `timestamp` says when it happened, not when it was sent. */
export interface Announcement {
  id: string;
  type: Announced["type"];
  timestamp: string;
  data: AnnouncementData;
}

/** The same of an alert. */
export type AlertAnnouncement = Omit<Announcement, "data"> & { data: AlertData };

export function createAnnouncer(receivers: Record<string, Receiver>, call: Call): Announcer {
  return {
    toldOn: (site, type) =>
      Object.entries(receivers)
        .filter(([, { events, sites }]) => events.includes(type) && (site === "" || (sites?.includes(site) ?? true)))
        .map(([name]) => name),
    tell: (to, { id, ...event }) => send(to, id, event),
    test: (to) => send(to, newId(), { type: "announcement.tested", timestamp: wallTime().toISOString(), data: null }),
  };

  async function send(to: string, id: string, event: Sent): Promise<void> {
    const receiver = Object.hasOwn(receivers, to) ? receivers[to] : undefined;
    if (!receiver) return;
    if ("webhook" in receiver) {
      const body = { text: sentenceOf(event) };
      // Slack says "ok", which is no JSON.
      const to = new URL(receiver.webhook.reveal());
      await call({ to, isPathSecret: true, method: "POST", body, deadlineMs: DEADLINE_MS, bytes: 1_000 });
      return;
    }
    const body = JSON.stringify(event);
    const secrets = receiver.secrets.map((secret) => secret.reveal());
    const headers = { "content-type": "application/json", ...sign(secrets, id, body, wallTime()) };
    await call({ to: new URL(receiver.url), method: "POST", headers, body, deadlineMs: DEADLINE_MS });
  }
}

/** An announcement, or the test of whether one would arrive. */
type Sent = Omit<Announcement, "id"> | Omit<AlertAnnouncement, "id"> | { type: "announcement.tested"; timestamp: string; data: null };

/** For people, who read it in passing. Nothing in it is markup of Slack's. */
function sentenceOf(event: Sent): string {
  const { data } = event;
  if (data === null) return "The bridge reaches this channel.";
  if ("alert" in data) return plain(event.type === "alert.over" ? `Over: ${data.alert}.` : `Alert: ${data.alert}. ${data.says}`);
  const about = [data.handoff?.destination, data.cause, data.site].filter(Boolean).join(" · ");
  return plain(`${event.type}: ${about} (${data.handoff?.id ?? data.conversation})`);
}

const plain = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** Of an alert. `says` is a sentence for people; `null`: it is over. */
export interface AlertData {
  alert: string;
  says: string | null;
}

interface AnnouncementData {
  site: string;
  conversation: string;
  shared_id: string | null;
  assistant_conversation_id: string | null;
  cause: string | null;
  /** How the handoff stood at that moment, if it is about one. */
  handoff: ReturnType<typeof outline> | null;
}

/** What is told of `announced`, which happened at `at` by the store's clock, as everything stood then. */
export async function announcementData(
  bridge: Pick<Bridge, "notes">,
  key: ConversationKey,
  { handoff, cause }: Announced,
  at: string,
): Promise<AnnouncementData> {
  const before = (await bridge.notes(key)).filter((note) => note.at <= at);
  const records = handoffsOf(before);
  const record = handoff === null ? undefined : records.find((one) => one.handoff === handoff);
  const began = before.find(({ body }) => body.type === "conversation_began")?.body;
  const sharedId = began?.type === "conversation_began" ? began.sharedId : null;
  return {
    site: key.site,
    conversation: key.id,
    shared_id: record?.sharedId ?? records.at(-1)?.sharedId ?? sharedId,
    assistant_conversation_id: record?.assistantChat ?? records.at(-1)?.assistantChat ?? null,
    cause,
    handoff: record ? outline(record) : null,
  };
}

/** What is told of an alert, from what was noted of it by then. `at`: by the store's clock. */
export async function alertData(bridge: Pick<Bridge, "notes">, key: ConversationKey, alert: string, at: string): Promise<AlertData> {
  const noted = (await bridge.notes(key)).findLast((note) => note.at <= at)?.body;
  return { alert, says: noted?.type === "alert_fired" ? noted.says : null };
}

function outline(record: HandoffRecord) {
  const { handoff, state, stage, by, destination, reason, route, vendorChat, agent } = record;
  return {
    id: handoff,
    state,
    topic_state: topicStateOf(record),
    stage,
    requested_by: by,
    destination,
    reason,
    route: route && {
      connector: route.connector,
      queue: route.queue,
      urgent: route.urgent,
      ...(route.phone && { phone: route.phone }),
    },
    chat: vendorChat && { ...vendorChat, ref: shownRef(vendorChat.ref) },
    agent,
  };
}
