import { createHmac } from "node:crypto";
import type { Answered, Asked, Deed, DeskView, Handwriting, VendorDouble } from "@baton/bridge-server/conformance";
import type { Delivery, VendorChat } from "@baton/bridge-server/connector";
import slack from "@baton/bridge-server/connectors/slack";
import { doubleOverHttp } from "./over-http.ts";
import { saidIn } from "./notes.ts";

export const proof = "Slack's own SDK (signatures); its documentation";

const token = "xoxb-a-token";
const bot = "UBOT";
const secrets = { new: "the-signing-secret", old: "the-secret-before", stranger: "somebody-elses" };
const channels = { refunds: "C0REFUNDS" };

interface Message {
  channel: string;
  ts: string;
  thread_ts?: string;
  text: string;
  blocks?: { type: string; text?: { text: string } }[];
  metadata?: { event_type: string; event_payload: { name: string } };
}

/** A workspace with one channel. It posts what is posted twice, cuts what is too long, and answers 200 to what it refuses. */
export default async function slackDouble(): Promise<VendorDouble> {
  const messages: Message[] = [];
  const ended = new Set<string>();
  let clock = Math.floor(Date.now() / 1000);
  const nextTs = () => `${++clock}.000100`;

  return doubleOverHttp({
    answer,
    connect: ({ url, call }, isKnown) =>
      slack.connect(
        {
          token: isKnown ? token : "xoxb-revoked",
          secrets: [secrets.new, secrets.old],
          channel: "C0GENERAL",
          channels,
          api: `${url}/api/`,
        },
        call,
      ),
    abilities: slack.abilities,
    desk: () => messages.filter(({ thread_ts }) => thread_ts === undefined).map(viewOf),
    platform: { style: "webhook", about: (chat, deed, how) => happens(chat, deed).map((body) => signed(body, how)) },
    cannot: {
      C13: "a thread stays in its channel: whoever takes over presses Accept",
      C24: "a channel has no queue with places",
      C25: "Slack keeps no state of a thread: a line that crosses with End is still shown in it, and opens nothing",
      C32: "Slack does not tell apps who is typing",
    },
  });

  function answer({ path, query, headers, body }: Asked): Answered {
    const no = (error: string) => ({ status: 200, body: { ok: false, error } });
    if (headers.get("authorization") !== `Bearer ${token}`) return no("invalid_auth");
    const json = body === "" ? ({} as Message) : (JSON.parse(body) as Message);
    const channel = query.get("channel") ?? json.channel;
    switch (path.replace("/api/", "")) {
      case "auth.test":
        return { status: 200, body: { ok: true, user_id: bot } };
      case "conversations.info":
        return { status: 200, body: { ok: true, channel: { id: channel, name: "refunds", is_member: true } } };
      case "conversations.history":
        return listed(messages.filter((one) => one.channel === channel && one.thread_ts === undefined).toReversed(), query);
      case "conversations.replies": {
        const ts = query.get("ts") ?? "";
        const thread = messages.filter((one) => one.channel === channel && (one.ts === ts || one.thread_ts === ts));
        if (thread.length === 0) return no("thread_not_found");
        return listed(
          thread.filter((one) => one.ts === ts || Number(one.ts) > Number(query.get("oldest") ?? 0)),
          query,
        );
      }
      case "chat.postMessage": {
        if (json.thread_ts !== undefined && !messages.some(({ ts }) => ts === json.thread_ts)) return no("thread_not_found");
        const message = { ...json, text: json.text.slice(0, 40_000), ts: nextTs() };
        messages.push(message);
        return { status: 200, body: { ok: true, channel, ts: message.ts, message } };
      }
      case "chat.update": {
        const message = messages.find(({ ts }) => ts === json.ts);
        if (!message) return no("message_not_found");
        Object.assign(message, json);
        return { status: 200, body: { ok: true, channel, ts: json.ts } };
      }
      default:
        return no("unknown_method");
    }
  }

  function viewOf({ channel, ts, text, blocks = [] }: Message): DeskView {
    const replies = messages.filter(({ thread_ts }) => thread_ts === ts);
    const isBrief = ({ metadata }: Message) => /brief|context/.test(metadata?.event_payload.name ?? "");
    const notes = replies.filter(isBrief).map((reply) => shown(reply.text));
    const card = blocks[0]?.text?.text ?? text;
    return {
      ref: `${channel}/${ts}`,
      isWaiting: blocks.some(({ type }) => type === "actions") && !ended.has(ts),
      queue: Object.entries(channels).find(([, id]) => id === channel)?.[0] ?? null,
      urgent: card.includes("*Urgent*"),
      reason: /Reason: (\S+)/.exec(card)?.[1] ?? null,
      before: saidIn([notes.join("\n")]),
      lines: replies.filter((reply) => !isBrief(reply)).map((reply) => shown(reply.text)),
      contexts: notes,
      typing: [],
    };
  }

  /** Bodies as Slack posts them. Everything in the channel is told, the bot's own posts included. */
  function happens({ ref }: VendorChat, deed: Deed): string[] {
    const [channel = "", thread_ts = ""] = ref.split("/");
    const event = (more: object) =>
      JSON.stringify({
        type: "event_callback",
        event_id: `Ev${nextTs()}`,
        authorizations: [{ team_id: "T1", user_id: bot, is_bot: true }],
        event: { type: "message", channel, thread_ts, parent_user_id: bot, ts: nextTs(), ...more },
      });
    const reply = (text: string) => event({ user: "USAM", text: hidden(text) });
    const press = (deed: string, name = "Sam") => {
      const payload = {
        type: "block_actions",
        user: { id: `U${name.toUpperCase()}`, name, username: name },
        container: { type: "message", channel_id: channel, message_ts: thread_ts },
        actions: [{ action_id: `baton_${deed}`, action_ts: nextTs(), type: "button" }],
      };
      return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
    };
    switch (deed.deed) {
      case "picks_up":
        return [press("accept", deed.agent)];
      case "says":
        return [reply(deed.text)];
      case "leaves":
        return [press("leave")];
      case "finds_nobody":
        return [press("decline")];
      case "hangs_up":
        ended.add(thread_ts);
        return [press("end")];
      case "writes_a_private_note":
        return [reply(`// ${deed.text}`), event({ user: "USAM", text: "Talk about something else", parent_user_id: "UKIM" })];
      case "sends_a_file": // unknown to its connector, which takes none
      case "does_something_new":
        return [
          event({ subtype: "message_changed", message: { text: "Changed" } }),
          event({ type: "reaction_added", user: "USAM", reaction: "eyes" }),
        ];
      case "echoes":
        return [event({ user: bot, bot_id: "B1", app_id: "A1", text: hidden(deed.line.text) })];
      case "passes_on":
      case "moves_up":
      case "types":
        return [];
    }
  }
}

/** Slack keeps metadata to itself unless it is asked for. */
function listed(found: Message[], query: URLSearchParams): Answered {
  const messages = found.slice(0, Number(query.get("limit"))).map((message) => structuredClone(message));
  if (query.get("include_all_metadata") !== "true") for (const message of messages) delete message.metadata;
  return { status: 200, body: { ok: true, messages, has_more: false } };
}

const hidden = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const shown = (text: string) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

export function signed(body: string, { signedBy = "new", secondsAgo = 0 }: Handwriting = {}): Delivery {
  const timestamp = String(Math.floor(Date.now() / 1000) - secondsAgo);
  const signature = createHmac("sha256", secrets[signedBy]).update(`v0:${timestamp}:${body}`).digest("hex");
  const headers = new Headers({ "x-slack-request-timestamp": timestamp, "x-slack-signature": `v0=${signature}` });
  return { headers, body: Buffer.from(body), url: "https://bridge.test/v1/hooks/shop/slack" };
}
