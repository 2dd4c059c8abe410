// Salesforce Messaging for In-App and Web, as a custom client. What to set up is in salesforce.md; news is read in salesforce-events.ts.
import { importPKCS8, SignJWT } from "jose";
import * as z from "zod";
import { CallError } from "../call.ts";
import { machineMs, wallTime } from "../clock.ts";
import { idFor, newId } from "../random.ts";
import { secretSetting } from "../secret-setting.ts";
import { briefOf, chosen, lateNote, pagesInVisitorsName, type Room } from "./connector-brief.ts";
import { unlessGone } from "./connector-repeats.ts";
import { createTokens } from "./connector-token.ts";
import { defineConnector, type Batch, type HandoffRequest, type LinkedFile, type VendorChat } from "./connector.ts";
import { messageWithFile } from "./salesforce-files.ts";
import { BAD_KEY, examineSalesforce } from "./salesforce-findings.ts";
import { atFirst, Entry, entryIn, isOver, namesIn, newestOf, newsSince, overNow, type Seen } from "./salesforce-events.ts";

/** Salesforce states no limit for a message of this API; this one is ours, and so is that of the brief. A parameter takes 255 characters unless its owner says otherwise. */
const PAGE = 3_000;
const NOTE_LENGTH = 3 * PAGE;
/** What Salesforce lists at most. */
const ENTRIES = 50;
/** A token lives for an hour unless its owner says otherwise; one that is refused is asked for again in any case. */
const TOKEN_SECONDS = 1_800;
/** How long the word that a visitor is ours is good for: it is used at once. */
const IDENTITY_SECONDS = 600;
/** Salesforce sends a ping every half minute. */
const SILENCE_MS = 90_000;

export default defineConnector({
  settings: z.strictObject({
    /** As the deployment's code snippet has it: `https://<domain>.my.salesforce-scrt.com`. */
    url: z.url({ protocol: /^https?$/ }),
    org: z.string().regex(/^00D[A-Za-z0-9]{12}([A-Za-z0-9]{3})?$/, { error: "is no id of an organisation: it begins with 00D" }),
    /** The API name of the Embedded Service deployment, which has to be a custom client. */
    deployment: z.string().min(1),
    /** Proves that each visitor is the same one in every process: the issuer and the key that are in the deployment's keyset. */
    identity: z.strictObject({ issuer: z.string().min(1), keyId: z.string().min(1), privateKey: secretSetting() }),
    /** Which of the channel's custom parameters takes which part of the route and the context: `{ "baton_queue": "Queue" }`. */
    parameters: z.record(z.string(), z.string().min(1)).default({}),
    /** Which queue a name is: what a visitor who is passed on reads. */
    queues: z.record(z.string(), z.string().min(1)).default({}),
  }),

  abilities: { typing: true, read: true, files: true, maxLineLength: PAGE },

  connect({ url, org, deployment, identity, parameters, queues }, call, hold) {
    const room: Room = {
      attributes: { count: 30, valueLength: 255, bytes: 6_000, only: Object.keys(parameters) },
      noteLength: NOTE_LENGTH,
    };
    const queueNames = new Map(Object.entries(queues).map(([name, id]) => [id, name]));
    const tokens = createTokens(
      async (conversation) => ({ access_token: (await authorize(conversation)).accessToken, expires_in: TOKEN_SECONDS }),
      machineMs,
    );

    return {
      async open(request) {
        const conversation = nameOf(request.handoff);
        const { attributes, note, dropped } = briefOf(request, room);
        const isNew = await begin(conversation, { ...attributes, ...routeOf(request) });
        const there = isNew ? new Set<string>() : namesIn(await newest(conversation));
        await noteOnce(conversation, "brief", note, there);
        return { chat: { ref: conversation }, position: null, waitSeconds: null, dropped };
      },

      async attach({ ref }, context) {
        await noteOnce(ref, `context of ${context.at}`, lateNote(context, NOTE_LENGTH), namesIn(await newest(ref)));
      },

      async say({ ref }, line, isRepeat) {
        const entries = await newest(ref);
        // A message would begin another session.
        if (isOver(entries)) throw new CallError("gone", "salesforce: the session is over");
        const id = uuidOf(line.id);
        if (isRepeat && namesIn(entries).has(id)) return;
        const isAttached = line.file ? await attachFile(ref, id, line.file) : false;
        if (!isAttached) await write(ref, id, line.text);
      },

      async signal({ ref }, signal) {
        if (signal.type === "typing") {
          const entryType = signal.on ? "TypingStartedIndicator" : "TypingStoppedIndicator";
          return void (await ask(ref, "POST", `/conversation/${ref}/entry`, { entryType, id: newId() }));
        }
        const conversationEntryId = newestOf(await newest(ref));
        if (conversationEntryId === null) return;
        const acks = [{ id: newId(), entryType: "Read", conversationEntryId }];
        await ask(ref, "POST", `/conversation/${ref}/acknowledge-entries`, { acks });
      },

      close,

      /** What there is of a visitor are records of the organisation's own. */
      async forget(chat) {
        await close(chat);
        return "by_hand";
      },

      examine: () => examineSalesforce(deployment, () => authorize(idFor("baton: examine"))),

      inbound: {
        style: "listen",
        scope: "chat",
        listen: (from, chat, signal) =>
          chat === null ? nothing() : listen(from === null ? atFirst : (JSON.parse(from) as Seen), chat, signal),
      },
    };

    /** `false`: an earlier attempt has begun it. Its name is our own. */
    async function begin(conversationId: string, attributes: Record<string, string>): Promise<boolean> {
      const routingAttributes = Object.fromEntries(chosen(attributes, parameters));
      try {
        await ask(conversationId, "POST", "/conversation", { conversationId, esDeveloperName: deployment, routingAttributes });
        return true;
      } catch (error) {
        // Which status says that it is there already is not documented.
        if (!(error instanceof CallError && error.kind === "refused")) throw error;
        await newest(conversationId).catch(() => Promise.reject(error));
        return false;
      }
    }

    async function noteOnce(conversation: string, name: string, text: string, there: Set<string>): Promise<void> {
      for (const [n, page] of pagesInVisitorsName(text, PAGE).entries()) {
        const id = idFor(`${conversation}:${name}:${n}`);
        if (!there.has(id)) await write(conversation, id, page);
      }
    }

    async function write(conversation: string, id: string, text: string): Promise<void> {
      const message = { id, messageType: "StaticContentMessage", staticContent: { formatType: "Text", text } };
      await ask(conversation, "POST", `/conversation/${conversation}/message`, { message, esDeveloperName: deployment });
    }

    /** `false`: Salesforce does not take it, such as for its type, or it cannot be had. */
    async function attachFile(conversation: string, id: string, file: LinkedFile): Promise<boolean> {
      const form = await messageWithFile(file, { id, deployment }, call);
      if (form === null) return false;
      try {
        await ask(conversation, "POST", `/conversation/${conversation}/file`, form.body, undefined, form.headers);
        return true;
      } catch (error) {
        // Whatever it has against the file, the words are refused as well if it has anything against the chat.
        if (error instanceof CallError && (error.kind === "refused" || error.kind === "gone")) return false;
        throw error;
      }
    }

    async function close({ ref }: VendorChat): Promise<void> {
      const at = `/conversation/${ref}`;
      const query = `?esDeveloperName=${encodeURIComponent(deployment)}`;
      await unlessGone(async () => {
        if (!isOver(await newest(ref))) await ask(ref, "DELETE", `${at}/session${query}`);
        await ask(ref, "DELETE", `${at}${query}`);
      });
    }

    /** The newest entries, oldest first. */
    async function newest(conversation: string): Promise<Entry[]> {
      return entries(conversation, { direction: "FromEnd" });
    }

    async function entries(conversation: string, query: Record<string, string>, signal?: AbortSignal): Promise<Entry[]> {
      const wanted = new URLSearchParams({ limit: String(ENTRIES), ...query });
      const { conversationEntries: listed } = Listed.parse(
        await ask(conversation, "GET", `/conversation/${conversation}/entries?${wanted}`, undefined, signal),
      );
      return listed.toSorted((one, other) => one.transcriptedTimestamp - other.transcriptedTimestamp);
    }

    /** The stream first, then what came before it, so that nothing falls between. */
    async function* listen(begun: Seen, { ref: conversation }: VendorChat, signal: AbortSignal): AsyncGenerator<Batch> {
      const place = { conversation, queueNames };
      const stop = new AbortController(); // whatever comes between, no stream is left held
      let seen = begun;
      let at = begun.event;
      try {
        const { accessToken, lastEventId } = await authorize(conversation, signal);
        const headers = { authorization: `Bearer ${accessToken}`, "x-org-id": org.slice(0, 15), "last-event-id": at ?? lastEventId };
        const held = {
          to: new URL("/eventrouter/v1/sse", url),
          headers,
          signal: AbortSignal.any([signal, stop.signal]),
          silenceMs: SILENCE_MS,
        };
        const events = await hold.events(held);
        for await (const missed of entriesAfter(conversation, seen.since, signal)) yield batchOf(missed);
        for await (const event of events) {
          at = event.id ?? at;
          const told = entryIn(event, conversation);
          if (told === "closed") return void (yield { news: [overNow(conversation, seen.someoneCame)], cursor: JSON.stringify(seen) });
          if (told !== null) yield batchOf([told]);
        }
      } finally {
        stop.abort();
      }

      function batchOf(told: Entry[]): Batch {
        const { news, next } = newsSince(seen, told, place);
        seen = next;
        return { news, cursor: JSON.stringify({ ...seen, event: at }) };
      }
    }

    /** Page by page, from a moment on; that moment's own entries are among them. */
    async function* entriesAfter(conversation: string, since: number, signal: AbortSignal): AsyncGenerator<Entry[]> {
      for (let from = since; ;) {
        const page = await entries(conversation, { direction: "FromStart", ...(from > 0 && { startTimestamp: String(from) }) }, signal);
        yield page;
        const last = page.at(-1)?.transcriptedTimestamp ?? from;
        if (page.length < ENTRIES || last === from) return;
        from = last;
      }
    }

    /** As the visitor of this conversation. Each gets a token of their own, which Salesforce grants 200 times a minute. */
    async function authorize(conversation: string, signal?: AbortSignal) {
      const body = {
        orgId: org,
        esDeveloperName: deployment,
        capabilitiesVersion: "1",
        platform: "Web",
        authorizationType: "JWT",
        customerIdentityToken: await identityOf(conversation),
      };
      const to = new URL("/iamessage/api/v2/authorization/authenticated/access-token", url);
      return Authorized.parse((await call({ to, method: "POST", body, ...(signal && { signal }) })).body);
    }

    async function identityOf(subject: string): Promise<string> {
      const key = await importPKCS8(identity.privateKey.replaceAll("\\n", "\n"), "RS256").catch((cause: unknown) => {
        throw new CallError("refused", BAD_KEY, { cause });
      });
      const now = Math.floor(wallTime().getTime() / 1_000);
      const claims = new SignJWT().setProtectedHeader({ alg: "RS256", typ: "JWT", kid: identity.keyId }).setSubject(subject);
      return claims
        .setIssuer(identity.issuer)
        .setIssuedAt(now)
        .setExpirationTime(now + IDENTITY_SECONDS)
        .sign(key);
    }

    async function ask(
      conversation: string,
      method: "GET" | "POST" | "DELETE",
      path: string,
      body?: object,
      signal?: AbortSignal,
      more: Record<string, string> = {},
    ): Promise<unknown> {
      const to = new URL(`/iamessage/api/v2${path}`, url);
      return tokens.with(conversation, async (token) => {
        const headers = { ...more, authorization: `Bearer ${token}` };
        return (await call({ to, method, headers, ...(body && { body }), ...(signal && { signal }) })).body;
      });
    }
  },
});

const Authorized = z.object({ accessToken: z.string().min(1), lastEventId: z.string().default("0") });
const Listed = z.object({ conversationEntries: z.array(Entry) });

/** Salesforce takes a name of ours for a conversation, where it is a UUID in small letters. */
const nameOf = (handoff: string) => uuidOf(handoff).toLowerCase();
const uuidOf = (name: string) => (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(name) ? name : idFor(name));

function routeOf({ destination, isVisitorWaiting, site }: HandoffRequest): Record<string, string> {
  return {
    baton_site: site,
    baton_urgent: String(destination.urgent),
    ...(destination.queue && { baton_queue: destination.queue }),
    ...(!isVisitorWaiting && { baton_visitor_has_gone: "true" }),
  };
}

async function* nothing(): AsyncGenerator<Batch> {}
