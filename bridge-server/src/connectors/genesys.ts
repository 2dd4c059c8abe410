// Genesys Cloud, through Open Messaging. What to set up is in genesys.md; what is told and found is read in genesys-events.ts, and the
// set-up is looked at in genesys-findings.ts.
import * as z from "zod";
import { CallError } from "../call.ts";
import { machineMs, wallTime } from "../clock.ts";
import { newId } from "../random.ts";
import { secretSetting } from "../secret-setting.ts";
import { beginningOf, briefOf, lateNote, pagesInVisitorsName, type Room } from "./connector-brief.ts";
import { unlessGone } from "./connector-repeats.ts";
import { createToken, Granted } from "./connector-token.ts";
import { defineConnector, type HandoffRequest, type Line, type VendorChat } from "./connector.ts";
import {
  atFirst,
  Conversation,
  idsOfAgents,
  idsOfVisitor,
  isOver,
  Messages,
  newsSince,
  receiveGenesys,
  unseenIn,
  type Seen,
} from "./genesys-events.ts";
import { examineGenesys } from "./genesys-findings.ts";

/** Genesys states no limits for either; these are ours. What agents should know goes before them as messages: a conversation has no notes that can be written from here. */
const PAGE = 4_000;
const ROOM: Room = { attributes: { count: 25, valueLength: 500, bytes: 4_000 }, noteLength: 3 * PAGE };
/** How many messages are asked for at once. */
const BATCH = 100;

export default defineConnector({
  settings: z.strictObject({
    /** As in the address bar: `mypurecloud.de` of `https://apps.mypurecloud.de`. */
    region: z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, { error: "is the part of the address after apps., such as mypurecloud.com" }),
    /** An OAuth client with the grant Client Credentials. */
    client: z.strictObject({ id: z.string().min(1), secret: secretSetting() }),
    /** The id of the Open Messaging integration. */
    integration: z.string().min(1),
    /** The integration's signature secret token, and while it is being changed the one before. */
    secrets: z.array(secretSetting()).min(1).max(2),
    /** Where this connector takes its webhooks: `https://<bridge>/v1/hooks/<site>/<connector>`. */
    webhook: z.url({ protocol: /^https?$/ }),
    /** Which queue a name is: whether somebody is on it, how long it takes, and what a visitor who is passed on reads. */
    queues: z.record(z.string(), z.string().min(1)).default({}),
    /** Between looks at who is in a conversation, which no webhook tells. Each counts against 300 calls a minute. */
    lookEverySeconds: z.number().min(1).max(60).default(5),
    /** Elsewhere only for tests. */
    api: z.url({ protocol: /^https?$/ }).optional(),
  }),

  abilities: { typing: true, read: true, files: true, maxLineLength: PAGE },

  connect({ region, client, integration, secrets, webhook, queues, lookEverySeconds, api }, call) {
    const queueNames = new Map(Object.entries(queues).map(([name, id]) => [id, name]));
    const token = createToken(grant, machineMs);
    const inbound = `/api/v2/conversations/messages/${integration}/inbound/open`;

    return {
      async availability({ queue }) {
        const id = queueOf(queue);
        if (id === null) return { state: "unknown", waitSeconds: null };
        const filter = { type: "or", predicates: [{ type: "dimension", dimension: "queueId", operator: "matches", value: id }] };
        const asked = await ask("POST", "/api/v2/analytics/queues/observations/query", { filter, metrics: ["oOnQueueUsers"] });
        const counts = (Observed.parse(asked).results ?? []).flatMap(({ data }) => (data ?? []).map(({ stats }) => stats?.count ?? 0));
        return { state: counts.some((count) => count > 0) ? "open" : "closed", waitSeconds: null };
      },

      async open(request) {
        const { handoff, visitor, destination, isVisitorWaiting, site } = request;
        const { attributes, note, dropped } = briefOf(request, ROOM);
        const said = { ...attributes, baton_site: site, baton_queue: destination.queue ?? "", baton_urgent: String(destination.urgent) };
        // The first thing said calls somebody. Said again it only says so again, and tells which conversation it is.
        const conversation = await post(handoff, {
          name: `opening:${newId()}`,
          text: wordsOf(request),
          at: wallTime().toISOString(),
          nickname: visitor.name ?? "Visitor",
          attributes: { ...said, ...(!isVisitorWaiting && { baton_visitor_has_gone: "true" }) },
        });
        await noteOnce({ ref: refOf(handoff, conversation) }, `brief:${handoff}`, note);
        return { chat: { ref: refOf(handoff, conversation) }, position: null, waitSeconds: await waitIn(destination.queue), dropped };
      },

      attach: (chat, context) => noteOnce(chat, `context:${context.at}`, lateNote(context, ROOM.noteLength)),

      async say(chat, line, isRepeat) {
        const { visitor, conversation } = partsOf(chat);
        const now = await look(conversation);
        // A message would begin anew what agents have ended.
        if (isOver(now)) throw new CallError("gone", "genesys: the conversation is over");
        if (isRepeat && (await namesIn(conversation, now)).has(line.id)) return;
        const came = await post(visitor, { name: line.id, text: line.text, at: line.at, nickname: line.name, file: line.file });
        if (came === conversation) return;
        await disconnect(came); // it was ended in between
        throw new CallError("gone", "genesys: the conversation is over");
      },

      async signal(chat, signal) {
        const { visitor, conversation } = partsOf(chat);
        const time = wallTime().toISOString();
        if (signal.type === "typing") {
          if (!signal.on) return; // it is told that somebody types, and lapses by itself
          const event = { channel: { from: { id: visitor, idType: "Opaque" }, time }, events: [{ eventType: "Typing" }] };
          return void (await ask("POST", `${inbound}/event`, event));
        }
        const id = idsOfAgents(await look(conversation)).at(-1);
        if (id === undefined) return;
        const receipt = { id, channel: { to: { id: visitor, idType: "Opaque" }, time }, status: "Read", isFinalReceipt: true };
        await ask("POST", `${inbound}/receipt`, receipt);
      },

      close,

      /** Genesys erases by requests of its own, which take a person's identifiers and days. */
      async forget(chat) {
        await close(chat);
        return "by_hand";
      },

      examine: () => examineGenesys({ webhook, integration }, (path) => ask("GET", path)),

      inbound: {
        style: "webhook_and_look",
        receive: async (delivery) => ({ news: receiveGenesys({ secrets, integration }, delivery), reply: null }),
        lookAgainMs: lookEverySeconds * 1_000,
        async look(from, chat, signal) {
          const { visitor, conversation } = partsOf(chat);
          const seen = from === null ? atFirst : (JSON.parse(from) as Seen); // as the last look wrote it
          const now = await look(conversation, signal);
          const messages = await messagesOf(conversation, unseenIn(now, seen), signal);
          const { news, next } = newsSince(seen, now, messages, { visitor, queueNames });
          return { news, cursor: JSON.stringify(next) };
        },
      },
    };

    async function close(chat: VendorChat): Promise<void> {
      const { conversation } = partsOf(chat);
      await unlessGone(async () => {
        if (!isOver(await look(conversation))) await disconnect(conversation);
      });
    }

    /** Which conversation it has come to. Nobody is told of it but whoever asks. */
    async function post(visitor: string, { name, text, at, nickname, attributes, file }: Post): Promise<string> {
      const channel = {
        from: { id: visitor, idType: "Opaque", ...(nickname && { nickname }) },
        time: at,
        messageId: name,
        ...(attributes && { metadata: { customAttributes: attributes } }),
      };
      const said = file ? { content: [{ contentType: "Attachment", attachment: attachmentOf(file) }] } : { text };
      const taken = Posted.parse(await ask("POST", `${inbound}/message?prefetchConversationId=true`, { channel, ...said }));
      if (taken.conversationId) return taken.conversationId;
      throw new CallError("unclear", "genesys: it did not say which conversation the message has come to");
    }

    async function noteOnce(chat: VendorChat, name: string, text: string): Promise<void> {
      const { visitor, conversation } = partsOf(chat);
      const pages = pagesInVisitorsName(text, PAGE);
      if (pages.length === 0) return;
      const there = await namesIn(conversation, await look(conversation));
      for (const [n, page] of pages.entries()) {
        const called = `${name}:${n}`;
        if (!there.has(called)) await post(visitor, { name: called, text: page, at: wallTime().toISOString() });
      }
    }

    /** What was said with a name of ours, among the newest. Where nothing but the opening was, nobody needs to be asked. */
    async function namesIn(id: string, conversation: Conversation): Promise<Set<string>> {
      const ids = idsOfVisitor(conversation);
      if (ids.length <= 1) return new Set();
      const messages = await messagesOf(id, ids.slice(-BATCH));
      return new Set(messages.flatMap(({ normalizedMessage }) => normalizedMessage?.channel?.messageId ?? []));
    }

    async function messagesOf(id: string, ids: string[], signal?: AbortSignal): Promise<Messages> {
      const messages: Messages = [];
      for (let at = 0; at < ids.length; at += BATCH) {
        const batch = ids.slice(at, at + BATCH);
        messages.push(...Messages.parse(await ask("POST", `/api/v2/conversations/messages/${id}/messages/bulk`, batch, signal)).entities);
      }
      return messages;
    }

    async function look(id: string, signal?: AbortSignal): Promise<Conversation> {
      return Conversation.parse(await ask("GET", `/api/v2/conversations/messages/${id}`, undefined, signal));
    }

    async function disconnect(id: string): Promise<void> {
      await ask("PATCH", `/api/v2/conversations/messages/${id}`, { state: "disconnected" });
    }

    /** An estimate, and only where Genesys has one: whoever waits is not kept waiting for it. */
    async function waitIn(queue: string | null): Promise<number | null> {
      const id = queueOf(queue);
      if (id === null) return null;
      const estimated = await ask("GET", `/api/v2/routing/queues/${id}/mediatypes/message/estimatedwaittime`).catch((error: unknown) => {
        if (error instanceof CallError) return null;
        throw error;
      });
      return Estimated.safeParse(estimated).data?.results[0]?.estimatedWaitTimeSeconds ?? null;
    }

    function queueOf(name: string | null): string | null {
      return (name !== null && Object.hasOwn(queues, name) ? queues[name] : null) ?? null;
    }

    async function ask(method: "GET" | "POST" | "PATCH", path: string, body?: object, signal?: AbortSignal): Promise<unknown> {
      const to = new URL(path, api ?? `https://api.${region}`);
      return token.with(async (bearer) => {
        const headers = { authorization: `Bearer ${bearer}` };
        return (await call({ to, method, headers, ...(body && { body }), ...(signal && { signal }) })).body;
      });
    }

    async function grant() {
      const authorization = `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString("base64")}`;
      const headers = { authorization, "content-type": "application/x-www-form-urlencoded" };
      const to = new URL("/oauth/token", api ?? `https://login.${region}`);
      return Granted.parse((await call({ to, method: "POST", headers, body: "grant_type=client_credentials" })).body);
    }
  },
});

interface Post {
  name: string;
  text: string;
  at: string;
  nickname?: string | null | undefined;
  attributes?: Record<string, string>;
  file?: Line["file"];
}

const Posted = z.object({ conversationId: z.string().nullish() });
const Observed = z.object({
  results: z
    .array(z.object({ data: z.array(z.object({ stats: z.object({ count: z.number().nullish() }).nullish() })).nullish() }))
    .nullish(),
});
const Estimated = z.object({ results: z.array(z.object({ estimatedWaitTimeSeconds: z.number().nonnegative() })) });

/** Its webhook names the visitor, and everything else goes by the conversation. */
const refOf = (visitor: string, conversation: string) => `${visitor}\n${conversation}`;

function partsOf({ ref }: VendorChat): { visitor: string; conversation: string } {
  const [visitor = "", conversation] = ref.split("\n");
  if (!conversation) throw new CallError("refused", "genesys: the chat is none of this connector's");
  return { visitor, conversation };
}

/** What the visitor said last, as what a person there reads first. */
function wordsOf({ transcript, requested }: HandoffRequest): string {
  const last = transcript.findLast(({ by, text }) => by === "visitor" && text.trim() !== "");
  return beginningOf(last?.text ?? (requested.destination || "?"), PAGE);
}

function attachmentOf({ name, type, url }: NonNullable<Line["file"]>) {
  const kind = { image: "Image", video: "Video", audio: "Audio" }[type.split("/")[0] ?? ""] ?? "File";
  return { mediaType: kind, url, mime: type, filename: name };
}
