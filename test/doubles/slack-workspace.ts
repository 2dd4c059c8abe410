import type { Answered, Asked, Deed, DeskView } from "@baton/bridge-server/conformance";
import type { VendorChat } from "@baton/bridge-server/connector";
import { saidIn } from "./notes.ts";

const token = "xoxb-a-token";
const bot = "UBOT";
const channels = { refunds: "C0REFUNDS" };

interface Message {
  channel: string;
  ts: string;
  thread_ts?: string;
  text: string;
  user: string;
  bot_id?: string;
  parent_user_id?: string;
  files?: { id: string; name: string; mimetype: string; size: number; url_private: string }[];
  blocks?: { type: string; text?: { text: string } }[];
  metadata?: { event_type: string; event_payload: { name: string } };
}

/** What Slack tells of, and in which of its ways: both have a shape of their own when it delivers. */
export interface Told {
  type: "events_api" | "interactive";
  payload: object;
}

/** A workspace with one channel. It posts what is posted twice, cuts what is too long, and answers 200 to what it refuses. */
export function createWorkspace() {
  const messages: Message[] = [];
  const ended = new Set<string>();
  const uploads = new Map<string, { name: string; size: number; type: string | null }>();
  const contents = new Map<string, string>();
  let home = "http://nobody-has-asked-yet";
  let clock = Math.floor(Date.now() / 1000);
  const nextTs = () => `${++clock}.000100`;

  return {
    settings: (isKnown: boolean, url: string) => ({
      token: isKnown ? token : "xoxb-revoked",
      channel: "C0GENERAL",
      channels,
      api: `${url}/api/`,
    }),
    answer,
    happens,
    desk: () => messages.filter(({ thread_ts }) => thread_ts === undefined).map(viewOf),
    cannot: {
      C13: "a thread stays in its channel: whoever takes over presses Accept",
      C24: "a channel has no queue with places",
      C25: "Slack keeps no state of a thread: a line that crosses with End is still shown in it, and opens nothing",
      C32: "Slack does not tell apps who is typing",
    },
  };

  function answer({ method, path, query, headers, body, bytes }: Asked): Answered {
    const no = (error: string) => ({ status: 200, body: { ok: false, error } });
    home = `http://${headers.get("host")}`;
    const upload = uploads.get(/^\/upload\/v1\/(.+)$/.exec(path)?.[1] ?? "");
    if (upload) {
      const isForm = headers.get("content-type")?.startsWith("multipart/form-data"); // it takes bytes, or a form with them
      if (isForm ? !body.includes("\r\n\r\n") : bytes.length !== upload.size) return { status: 400 };
      upload.type = headers.get("content-type") ?? "";
      return { status: 200, bytes: Buffer.from(`OK - ${upload.size}`) };
    }
    const kept = path.startsWith("/files-pri/") ? contents.get(path) : undefined;
    if (kept !== undefined) {
      const isKnown = headers.get("authorization") === `Bearer ${token}`;
      return isKnown ? { status: 200, bytes: Buffer.from(kept) } : { status: 302, headers: { location: "/login" } };
    }
    if (headers.get("authorization") !== `Bearer ${token}`) return no("invalid_auth");
    const json = body.startsWith("{") ? (JSON.parse(body) as Message) : ({} as Message);
    const channel = query.get("channel") ?? json.channel;
    switch (path.replace("/api/", "")) {
      case "auth.test":
        return { status: 200, body: { ok: true, user_id: bot } };
      case "conversations.info":
        return { status: 200, body: { ok: true, channel: { id: channel, name: "refunds", is_member: true } } };
      case "conversations.history":
        return listed(
          messages
            .filter((one) => one.channel === channel && one.thread_ts === undefined)
            .map((card) =>
              Object.assign(structuredClone(card), { latest_reply: messages.findLast(({ thread_ts }) => thread_ts === card.ts)?.ts }),
            )
            .toReversed(),
          query,
        );
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
        const message = { ...json, text: json.text.slice(0, 40_000), ts: nextTs(), user: bot, bot_id: "B1" };
        messages.push(message);
        return { status: 200, body: { ok: true, channel, ts: message.ts, message } };
      }
      case "files.getUploadURLExternal": {
        const file_id = `F${nextTs()}`;
        const asked = method === "GET" ? query : new URLSearchParams(body); // JSON it does not take
        uploads.set(file_id, { name: asked.get("filename") ?? "", size: Number(asked.get("length")), type: null });
        return { status: 200, body: { ok: true, upload_url: `${home}/upload/v1/${file_id}`, file_id } };
      }
      case "files.completeUploadExternal": {
        const { files, channel_id, thread_ts } = completed(headers, body);
        const shared = files.flatMap(({ id }) => {
          const { name, size, type } = uploads.get(id) ?? { name: "", size: 0, type: null };
          return type === null ? [] : [{ id, name, size, mimetype: type, url_private: `${home}/files-pri/${id}/${name}` }];
        });
        if (shared.length < files.length) return no("file_not_found");
        messages.push({ channel: channel_id, thread_ts, ts: nextTs(), text: "", user: bot, bot_id: "B1", files: shared });
        return { status: 200, body: { ok: true, files: shared } };
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
    const replies = messages.filter(({ thread_ts, bot_id }) => thread_ts === ts && bot_id !== undefined);
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
      lines: replies.filter((reply) => !isBrief(reply) && !reply.files).map((reply) => shown(reply.text)),
      files: replies.flatMap(({ files = [] }) => files.map(({ name, mimetype: type, size }) => ({ name, type, size }))),
      contexts: notes,
      typing: [],
    };
  }

  /** Bodies as Slack posts them. Everything in the channel is told, the bot's own posts included. */
  function happens({ ref }: VendorChat, deed: Deed): Told[] {
    const [channel = "", thread_ts = ""] = ref.split("/");
    const event = (more: object): Told => {
      const told = { type: "message", channel, thread_ts, parent_user_id: bot, ts: nextTs(), ...more };
      const authorizations = [{ team_id: "T1", user_id: bot, is_bot: true }];
      return { type: "events_api", payload: { type: "event_callback", event_id: `Ev${nextTs()}`, authorizations, event: told } };
    };
    const reply = (text: string) => {
      const told = event({ user: "USAM", text: hidden(text) });
      messages.push((told.payload as { event: Message }).event);
      return told;
    };
    const press = (deed: string, name = "Sam") => {
      const payload = {
        type: "block_actions",
        user: { id: `U${name.toUpperCase()}`, name, username: name },
        container: { type: "message", channel_id: channel, message_ts: thread_ts },
        actions: [{ action_id: `baton_${deed}`, action_ts: nextTs(), type: "button" }],
      };
      return { type: "interactive" as const, payload };
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
      case "sends_a_file": {
        const path = `/files-pri/T1-F${nextTs()}/${deed.name}`;
        contents.set(path, deed.content);
        const size = Buffer.byteLength(deed.content);
        const files = [{ id: "F1", name: deed.name, mimetype: "application/pdf", size, url_private: `${home}${path}` }];
        return [event({ subtype: "file_share", user: "USAM", text: "", upload: false, files })];
      }
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

interface Completed {
  files: { id: string; title: string }[];
  channel_id: string;
  thread_ts: string;
}

/** It takes JSON, or a form with JSON in it. */
function completed(headers: Headers, body: string): Completed {
  if (headers.get("content-type")?.startsWith("application/json")) return JSON.parse(body) as Completed;
  const { files = "[]", ...form } = Object.fromEntries(new URLSearchParams(body));
  return { ...form, files: JSON.parse(files) } as Completed;
}

/** Slack keeps metadata to itself unless it is asked for. */
function listed(found: Message[], query: URLSearchParams): Answered {
  const messages = found.slice(0, Number(query.get("limit"))).map((message) => structuredClone(message));
  if (query.get("include_all_metadata") !== "true") for (const message of messages) delete message.metadata;
  return { status: 200, body: { ok: true, messages, has_more: false } };
}

const hidden = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const shown = (text: string) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
