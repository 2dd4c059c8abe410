// Amazon Connect: each visitor is a chat contact. What to set up is in amazon-connect.md; news is read in amazon-connect-events.ts, and the
// set-up is looked at in amazon-connect-findings.ts.
import * as z from "zod";
import { CallError } from "../call.ts";
import { machineMs, wallTime } from "../clock.ts";
import { newId } from "../random.ts";
import { secretSetting } from "../secret-setting.ts";
import { atFirst, frameIn, newestOf, newsSince, overNow, Page, SUBSCRIPTION, type Item, type Seen } from "./amazon-connect-events.ts";
import { examineConnect } from "./amazon-connect-findings.ts";
import { roleOfMachine } from "./amazon-connect-role.ts";
import { createSigner } from "./amazon-connect-signer.ts";
import { beginningOf, briefOf, lateNote, pagesInVisitorsName, type Room } from "./connector-brief.ts";
import { bytesAt, linkedBytes } from "./connector-files.ts";
import { unlessGone } from "./connector-repeats.ts";
import { createTokens } from "./connector-token.ts";
import { defineConnector, type Batch, type LinkedFile, type VendorChat } from "./connector.ts";

/** It takes 16,384 bytes, three to a character. */
const LONGEST_FIRST_MESSAGE = 5_400;
/** Attributes take 32,768 bytes in all, and are kept with the contact for years. */
const ROOM: Room = { attributes: { count: 30, valueLength: 500, bytes: 8_000 }, noteLength: 5_200 };
const LONGEST_MESSAGE = 1_024;
/** How long a connection's token lives. */
const DAY_SECONDS = 86_400;
const PAGE = 100;

const uuid = z.uuid({ error: "is no id of Amazon Connect's: it is the last part of an ARN" });

export default defineConnector({
  settings: z
    .strictObject({
      region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, { error: "is no region: write it as in eu-central-1" }),
      instance: uuid,
      /** The flow that visitors come into, where a route's `queue` names none of `flows`. */
      flow: uuid,
      flows: z.record(z.string(), uuid).default({}),
      /** An access key of a user that may do what amazon-connect.md lists. */
      key: z.strictObject({ id: z.string().min(1), secret: secretSetting(), session: secretSetting().optional() }).optional(),
      /** Instead of a key: what Amazon lets the machine or container do that the bridge runs on. */
      role: z.literal("machine").optional(),
      /** Which queue a name is: whether somebody is there. */
      queues: z.record(z.string(), uuid).default({}),
      /** Elsewhere only for tests. */
      api: z.url({ protocol: /^https?$/ }).optional(),
    })
    .refine(({ key, role }) => (key === undefined) !== (role === undefined), {
      path: ["key"],
      error: "wants either this or `role`, and not both",
    }),

  abilities: { typing: true, read: true, files: true, maxLineLength: LONGEST_MESSAGE },

  connect({ region, instance, flow, flows, key, queues, api }, call, hold) {
    const sign = createSigner(key ? written(key) : roleOfMachine(wallTime), region, wallTime);
    const tokens = createTokens(connected, machineMs, 403);

    return {
      async availability({ queue }) {
        const id = queue !== null && Object.hasOwn(queues, queue) ? queues[queue] : undefined;
        if (id === undefined) return { state: "unknown", waitSeconds: null };
        const wanted = { Filters: { Queues: [id], Channels: ["CHAT"] }, CurrentMetrics: [{ Name: "AGENTS_STAFFED", Unit: "COUNT" }] };
        const { MetricResults: results } = Metrics.parse(await ask("POST", `/metrics/current/${instance}`, wanted));
        const isStaffed = (results ?? []).some(({ Collections: all }) => (all ?? []).some(({ Value: value }) => (value ?? 0) > 0));
        return { state: isStaffed ? "open" : "closed", waitSeconds: null };
      },

      /** One call, which Amazon takes once for one handoff. */
      async open(request) {
        const { handoff, site, visitor, destination, isVisitorWaiting } = request;
        const { queue, urgent } = destination;
        const { attributes, note, dropped } = briefOf(request, ROOM);
        const route = { baton_site: site, baton_queue: queue ?? "", baton_urgent: String(urgent) };
        const started = await ask("PUT", "/contact/chat", {
          InstanceId: instance,
          ContactFlowId: (queue !== null && Object.hasOwn(flows, queue) ? flows[queue] : null) ?? flow,
          ParticipantDetails: { DisplayName: beginningOf(visitor.name ?? "Visitor", 256) },
          Attributes: { ...attributes, ...route, ...(!isVisitorWaiting && { baton_visitor_has_gone: "true" }) },
          InitialMessage: { ContentType: "text/plain", Content: pagesInVisitorsName(note, LONGEST_FIRST_MESSAGE).join("") },
          SupportedMessagingContentTypes: ["text/plain", "text/markdown"],
          ClientToken: handoff,
        });
        const { ContactId: contact, ParticipantToken: participant } = Started.parse(started);
        return { chat: { ref: `${contact}\n${participant}` }, position: null, waitSeconds: null, dropped };
      },

      async attach(chat, context) {
        for (const [n, text] of pagesInVisitorsName(lateNote(context, ROOM.noteLength), LONGEST_MESSAGE).entries())
          await write(chat, text, `context:${context.at}:${n}`);
      },

      async say(chat, line) {
        const isUploaded = line.file ? await upload(chat, line.id, line.file) : false;
        if (!isUploaded) await write(chat, line.text, line.id);
      },

      async signal(chat, signal) {
        if (signal.type === "typing") {
          if (signal.on) await take(chat, "event", { ContentType: `${EVENT}.typing`, ClientToken: newId() }); // it lapses by itself
          return;
        }
        const { Transcript: newest } = Page.parse(await take(chat, "transcript", { MaxResults: 20, SortOrder: "ASCENDING" }));
        const id = newestOf(newest);
        if (id === null) return;
        const Content = JSON.stringify({ messageId: id });
        await take(chat, "event", { ContentType: `${EVENT}.message.read`, Content, ClientToken: newId() });
      },

      async close(chat) {
        await unlessGone(() => take(chat, "disconnect", { ClientToken: `close:${partsOf(chat).contact}` }));
      },

      async fetchFile(chat, { url: id }, maxBytes) {
        const { Url: url } = Downloadable.parse(await take(chat, "attachment", { AttachmentId: id }));
        return bytesAt(new URL(url), call, maxBytes);
      },

      examine: () => examineConnect(instance, [flow, ...Object.values(flows)], (path) => ask("GET", path)),

      inbound: {
        style: "listen",
        scope: "chat",
        listen: (from, chat, signal) =>
          // What an earlier version has written says less.
          chat === null ? nothing() : listen({ ...atFirst, ...(JSON.parse(from ?? "{}") as Partial<Seen>) }, chat, signal),
      },
    };

    /** The WebSocket says that there is something, and the transcript what: so nothing is lost between one connection and the next. */
    async function* listen(begun: Seen, chat: VendorChat, signal: AbortSignal): AsyncGenerator<Batch> {
      const { contact, participant } = partsOf(chat);
      let seen = begun;
      const opened = await begin(participant, signal);
      if (opened === "over") return void (yield over());
      const { socket, connection } = opened;
      let isRefused = false;
      try {
        socket.send(SUBSCRIPTION);
        yield await whatIsNew(null);
        for await (const text of socket.messages) {
          const told = frameIn(text, contact);
          if ("news" in told && told.news.length === 0) continue;
          const batch = "news" in told ? { news: told.news, cursor: JSON.stringify(seen) } : await whatIsNew(told.item);
          yield batch;
          if (batch.news.some(({ type }) => type === "ended" || type === "failed")) return;
        }
      } finally {
        await socket.close();
      }
      if (isRefused) yield over();

      /** Once the chat is over its transcript is refused. What was said last has come by the WebSocket, and is read to its end. */
      async function whatIsNew(item: Item | null): Promise<Batch> {
        const items = await transcriptAfter(seen.after, connection, signal).catch((error: unknown) => {
          if (!(error instanceof CallError && error.kind === "gone")) throw error;
          isRefused = true;
          void socket.close();
          return item ? [item] : [];
        });
        const { news, next } = newsSince(seen, items, contact);
        seen = next;
        return { news, cursor: JSON.stringify(seen) };
      }

      function over(): Batch {
        return { news: [overNow(contact, seen.someoneCame)], cursor: JSON.stringify(seen) };
      }
    }

    async function begin(participant: string, signal: AbortSignal) {
      const asked = await post("connection", { Type: ["WEBSOCKET", "CONNECTION_CREDENTIALS"] }, participant, signal).catch(
        (error: unknown) => {
          if (error instanceof CallError && error.kind === "gone") return null;
          throw error;
        },
      );
      if (asked === null) return "over" as const;
      const { Websocket: at, ConnectionCredentials: credentials } = Opened.parse(asked);
      return { socket: await hold.socket({ to: new URL(at.Url), signal }), connection: credentials.ConnectionToken };
    }

    async function transcriptAfter(after: string | null, connection: string, signal: AbortSignal) {
      const start = after === null ? { ScanDirection: "BACKWARD" } : { ScanDirection: "FORWARD", StartPosition: { Id: after } };
      let items: z.infer<typeof Page>["Transcript"] = [];
      let NextToken: string | null | undefined = null;
      do {
        const asked = { MaxResults: PAGE, SortOrder: "ASCENDING", ...start, ...(NextToken && { NextToken }) };
        const page: z.infer<typeof Page> = Page.parse(await post("transcript", asked, connection, signal));
        items = after === null ? [...page.Transcript, ...items] : [...items, ...page.Transcript];
        NextToken = page.NextToken;
      } while (NextToken);
      return items;
    }

    async function write(chat: VendorChat, text: string, name: string): Promise<void> {
      await take(chat, "message", { ContentType: "text/plain", Content: text, ClientToken: name });
    }

    /** `false`: Amazon does not take such a file, or the instance takes none, or it cannot be had. */
    async function upload(chat: VendorChat, name: string, file: LinkedFile): Promise<boolean> {
      const about = { ContentType: file.type, AttachmentSizeInBytes: file.size, AttachmentName: file.name, ClientToken: name };
      const started = await take(chat, "start-attachment-upload", about).catch((error: unknown) => {
        if (error instanceof CallError && (error.kind === "refused" || error.kind === "gone")) return null;
        throw error;
      });
      const body = started === null ? null : await linkedBytes(file, call);
      if (body === null) return false;
      const { AttachmentId: id, UploadMetadata: upload } = Uploadable.parse(started);
      await call({ to: new URL(upload.Url), method: "PUT", headers: upload.HeadersToInclude ?? {}, body });
      await take(chat, "complete-attachment-upload", { AttachmentIds: [id], ClientToken: name });
      return true;
    }

    /** As the visitor. */
    async function take(chat: VendorChat, path: string, body: object): Promise<unknown> {
      return tokens.with(partsOf(chat).participant, (connection) => post(path, body, connection));
    }

    async function connected(participant: string) {
      const asked = await post("connection", { Type: ["CONNECTION_CREDENTIALS"] }, participant);
      return { access_token: Connected.parse(asked).ConnectionCredentials.ConnectionToken, expires_in: DAY_SECONDS };
    }

    /** To the participants' service, which takes a token and no signature, and refuses that of whoever is in no chat any more. */
    async function post(path: string, body: object, bearer: string, signal?: AbortSignal): Promise<unknown> {
      const to = new URL(`/participant/${path}`, api ?? `https://participant.connect.${region}.amazonaws.com`);
      try {
        return (await call({ to, method: "POST", headers: { "x-amz-bearer": bearer }, body, ...(signal && { signal }) })).body;
      } catch (cause) {
        if (!(cause instanceof CallError && cause.answer?.status === 403)) throw cause;
        throw new CallError("gone", `amazon-connect: ${path}: the chat is over`, { cause, answer: cause.answer });
      }
    }

    async function ask(method: "GET" | "POST" | "PUT", path: string, body?: object): Promise<unknown> {
      const to = new URL(path, api ?? `https://connect.${region}.amazonaws.com`);
      return (await call(await sign({ to, method, ...(body && { body: JSON.stringify(body) }) }))).body;
    }
  },
});

const EVENT = "application/vnd.amazonaws.connect.event";

const Started = z.object({ ContactId: z.string().min(1), ParticipantToken: z.string().min(1) });
const Connected = z.object({ ConnectionCredentials: z.object({ ConnectionToken: z.string().min(1) }) });
const Opened = Connected.extend({ Websocket: z.object({ Url: z.url() }) });
const Uploadable = z.object({
  AttachmentId: z.string(),
  UploadMetadata: z.object({ Url: z.url(), HeadersToInclude: z.record(z.string(), z.string()).nullish() }),
});
const Downloadable = z.object({ Url: z.url() });
const Metrics = z.object({
  MetricResults: z.array(z.object({ Collections: z.array(z.object({ Value: z.number().nullish() })).nullish() })).nullish(),
});

/** The contact that the chat began as, which stays its name, and what proves that we are the visitor. */
function partsOf({ ref }: VendorChat): { contact: string; participant: string } {
  const [contact = "", participant] = ref.split("\n");
  if (!participant) throw new CallError("refused", "amazon-connect: the chat is none of this connector's");
  return { contact, participant };
}

function written({ id, secret, session }: { id: string; secret: string; session?: string | undefined }) {
  return { accessKeyId: id, secretAccessKey: secret, ...(session && { sessionToken: session }) };
}

async function* nothing(): AsyncGenerator<Batch> {}
