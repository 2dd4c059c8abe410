// What Slack tells: events and pressed buttons; and the challenge when the app's address is entered.
import * as z from "zod";
import { CallError } from "../call.ts";
import { wallTime } from "../clock.ts";
import { isRecent, isSigned } from "./connector-signature.ts";
import type { Delivery, Received, RemoteFile, VendorNews } from "./connector.ts";

/** Verified bytes → news. Only a person's reply in a thread that the bot began is an agent's line, and only without `//`. */
export function receiveSlack(secrets: string[], { headers, body }: Delivery): Received {
  const timestamp = headers.get("x-slack-request-timestamp") ?? "";
  const signature = (headers.get("x-slack-signature") ?? "").replace(/^v0=/, "");
  if (!isSigned(secrets, [`v0:${timestamp}:`, body], signature, "hex")) throw new CallError("forged", "slack: no signature matches");
  if (!isRecent(timestamp, wallTime())) throw new CallError("forged", "slack: outside the time window");
  const told = jsonOf(body);
  const challenge = Challenge.safeParse(told);
  if (challenge.success) return { news: [], reply: { status: 200, body: challenge.data.challenge, contentType: "text/plain" } };
  return { news: newsIn(told), reply: TAKEN };
}

/** Of a pressed button, Slack shows whoever pressed it a failure for anything but 200, and any words as an answer. */
const TAKEN = { status: 200, body: "", contentType: "text/plain" };

/** What Slack tells, as news, however it came here. */
export function newsIn(told: unknown): VendorNews[] {
  const message = Message.safeParse(told);
  if (message.success) return said(message.data);
  const pressed = Pressed.safeParse(told);
  return pressed.success ? done(pressed.data) : [];
}

/** A message as it is found in a thread, told as Slack tells of one that is new. */
export function asTold(channel: string, message: { parent_user_id?: string | undefined }): unknown {
  const authorizations = [{ user_id: message.parent_user_id }]; // whoever looks there has begun the thread
  return { type: "event_callback", event_id: "", authorizations, event: { type: "message", ...message, channel } };
}

/** Text that Slack shows as it is: nobody is called by it, and nothing is linked. */
export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Events are JSON; buttons come as a form that holds JSON. */
function jsonOf(body: Uint8Array): unknown {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(body);
    return JSON.parse(text.startsWith("payload=") ? (new URLSearchParams(text).get("payload") ?? "") : text);
  } catch (cause) {
    throw new CallError("refused", "slack: the body is neither JSON nor a form with a payload", { cause });
  }
}

const Challenge = z.object({ type: z.literal("url_verification"), challenge: z.string().max(1_000) });

const Message = z.object({
  type: z.literal("event_callback"),
  event_id: z.string(),
  authorizations: z.array(z.object({ user_id: z.string().nullish() })).min(1),
  event: z.object({
    type: z.literal("message"),
    /** A file's words are words; any other kind of message is an edit, a bot's or the channel's own. */
    subtype: z.enum(["file_share", "thread_broadcast"]).nullish(),
    bot_id: z.null().optional(),
    app_id: z.null().optional(),
    user: z.string(),
    text: z.string(),
    files: z.array(z.object({ name: z.string().nullish(), url_private: z.string().nullish() })).nullish(),
    channel: z.string(),
    thread_ts: z.string(),
    ts: z.string(),
    parent_user_id: z.string(),
  }),
});

const Pressed = z.object({
  type: z.literal("block_actions"),
  user: z.object({ id: z.string(), name: z.string().nullish(), username: z.string().nullish() }),
  container: z.object({ channel_id: z.string(), message_ts: z.string() }),
  actions: z.array(z.object({ action_id: z.string(), action_ts: z.string() })),
});

function said({ authorizations, event }: z.infer<typeof Message>): VendorNews[] {
  const isOurThread = authorizations.some(({ user_id }) => user_id === event.parent_user_id);
  if (!isOurThread || event.text.trimStart().startsWith("//")) return [];
  const chat = { ref: `${event.channel}/${event.thread_ts}` };
  // By the message's own name, which a repeat and a second event about it share. Who wrote it is an id only: the button has told the name.
  const id = `message:${event.ts}`;
  const news = (name: string, what: { text: string; file?: RemoteFile }): VendorNews => {
    return { id: name, chat, type: "agent_said", agent: null, format: "plain", ...what };
  };
  const files = (event.files ?? []).flatMap(({ name, url_private: url }) => (url ? [{ name: name || "file", url }] : []));
  return [
    ...(event.text.trim() === "" ? [] : [news(id, { text: readable(event.text) })]),
    ...files.map((file, n) => news(`${id}:${n}`, { text: "", file })),
  ];
}

function done({ user, container, actions }: z.infer<typeof Pressed>): VendorNews[] {
  const chat = { ref: `${container.channel_id}/${container.message_ts}` };
  return actions.flatMap(({ action_id, action_ts }): VendorNews[] => {
    const about = { id: `${action_id}:${action_ts}`, chat };
    switch (action_id) {
      case "baton_accept":
        return [{ ...about, type: "agent_joined", agent: { id: user.id, name: user.name ?? user.username ?? "Agent" } }];
      case "baton_leave":
        return [{ ...about, type: "agent_left" }];
      case "baton_decline":
        return [{ ...about, type: "failed", reason: "nobody_available" }];
      case "baton_end":
        return [{ ...about, type: "ended" }];
      default:
        return []; // somebody else's button
    }
  });
}

/** Slack's notation as one would read it: `<https://x|words>` are words with an address, `<@U1>` is somebody. */
function readable(text: string): string {
  return text
    .replaceAll(/<(https?:[^|>]+)\|([^>]+)>/g, "$2 ($1)")
    .replaceAll(/<(https?:[^>]+)>/g, "$1")
    .replaceAll(/<mailto:[^|>]+\|([^>]+)>/g, "$1")
    .replaceAll(/<#[^|>]+\|([^>]+)>/g, "#$1")
    .replaceAll(/<[@!#][^>]*>/g, "@…")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
