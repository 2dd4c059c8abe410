// A Slack channel as the desk: one thread for each visitor. What to set up is in slack.md; what comes in is read in slack-events.ts.
import * as z from "zod";
import { CallError, type CallErrorKind } from "../call.ts";
import { wallTime } from "../clock.ts";
import { secretSetting } from "../secret-setting.ts";
import { briefOf, lateNote, pagesOf, type Room } from "./connector-brief.ts";
import { unlessGone } from "./connector-repeats.ts";
import {
  badFinding,
  defineConnector,
  type Batch,
  type Context,
  type HandoffRequest,
  type VendorChat,
  type VendorFinding,
} from "./connector.ts";
import { asTold, escaped, newsIn, receiveSlack } from "./slack-events.ts";
import { isSlacks, isThere, uploadTo } from "./slack-files.ts";
import { envelopesFrom } from "./slack-socket.ts";

/** Slack advises 4,000 characters and cuts at 40,000: a page leaves room for what has to be escaped. */
const PAGE = 3_500;
/** What is remembered of what was told, in case that its acknowledgement was lost. */
const LAST = 20;
const ROOM: Room = { attributes: null, noteLength: 4 * PAGE };

export default defineConnector({
  settings: z
    .strictObject({
      /** The bot's token, `xoxb-…`. */
      token: secretSetting(),
      /** The app's signing secret, and while it is being changed the one before. */
      secrets: z.array(secretSetting()).min(1).max(5).optional(),
      /** The app's own token, `xapp-…`, for Socket Mode, where Slack cannot reach the bridge. Then there are no `secrets`. */
      appToken: secretSetting(z.string().startsWith("xapp-", "begins with xapp-: the app's own token, not the bot's")).optional(),
      /** The id of the channel where visitors appear whose route names none of `channels`. */
      channel: z.string().min(1),
      /** Which channel a route's `queue` is, by id. */
      channels: z.record(z.string(), z.string().min(1)).default({}),
      /** Elsewhere only for tests and for GovSlack. */
      api: z.url({ protocol: /^https?$/ }).default("https://slack.com/api/"),
    })
    .refine(
      ({ secrets, appToken }) => (secrets === undefined) !== (appToken === undefined),
      "wants secrets, or an appToken for Socket Mode, and not both",
    ),

  abilities: { files: true, maxLineLength: 4_000 },
  queues: ({ channels }) => Object.keys(channels),

  connect({ token, secrets, appToken, channel: anyChannel, channels, api }, call, hold) {
    const everyChannel = new Set([anyChannel, ...Object.values(channels)]);

    return {
      async open(request) {
        const { note, dropped } = briefOf(request, ROOM);
        const { queue } = request.destination;
        const channel = (queue !== null && Object.hasOwn(channels, queue) ? channels[queue] : null) ?? anyChannel;
        const known = await cardOf(channel, request.handoff);
        const ref = `${channel}/${known ?? (await post({ channel, ...cardFor(request), metadata: named("baton_handoff", request.handoff) }))}`;
        const there = known === null ? new Set<string>() : await namesIn(ref, "0");
        await sayMissing(ref, pagesOf(note, PAGE), `${request.handoff}:brief`, there);
        return { chat: { ref }, position: null, waitSeconds: null, dropped };
      },

      async attach({ ref }, context: Context) {
        await sayMissing(ref, pagesOf(lateNote(context, ROOM.noteLength), PAGE), `context:${context.at}`, await namesIn(ref, "0"));
      },

      async say({ ref }, line, isRepeat) {
        const since = String(Date.parse(line.at) / 1000 - 60); // it was said before it was sent; clocks may differ
        if (isRepeat && (await namesIn(ref, since)).has(line.id)) return;
        if (line.file && isRepeat && isThere(await repliesIn(ref, since), line, line.file)) return;
        if (line.file && (await uploadTo({ call, ask, tell }, partsOf(ref), line.file))) return;
        await sayIn(ref, line.text, line.id);
      },

      async fetchFile(_, { url }, maxBytes) {
        if (!isSlacks(url, api)) throw new CallError("refused", "slack: the file is kept elsewhere");
        const headers = { authorization: `Bearer ${token}` };
        return (await call({ to: new URL(url), method: "GET", headers, bytes: maxBytes })).body as Uint8Array; // as was asked for
      },

      close: ({ ref }) => unlessGone(() => closeCard(partsOf(ref))), // somebody may have deleted it

      examine,

      inbound:
        secrets !== undefined
          ? { style: "webhook", receive: async (delivery) => receiveSlack(secrets, delivery) }
          : { style: "listen", scope: "account", listen },
    };

    /** It says that nobody waits, and has no buttons any more. */
    async function closeCard({ channel, ts }: ReturnType<typeof partsOf>): Promise<void> {
      const { messages } = Messages.parse(await ask("conversations.replies", { channel, ts, limit: "1", include_all_metadata: "true" }));
      const [card] = messages;
      if (!card) return;
      const blocks = [
        ...(card.blocks ?? []).filter(({ type }) => type === "section").slice(0, 1),
        section("_The visitor is no longer waiting._"),
      ];
      await tell("chat.update", {
        channel,
        ts,
        text: "The visitor is no longer waiting.",
        blocks,
        ...(card.metadata && { metadata: card.metadata }),
      });
    }

    /** Slack sends again what nobody has acknowledged, but not for long: what was said meanwhile is found in the threads. */
    async function* listen(from: string | null, _: VendorChat | null, signal: AbortSignal): AsyncGenerator<Batch> {
      let { since, told } = from === null ? atFirst() : (JSON.parse(from) as Kept); // as the last one wrote it
      const cursor = () => JSON.stringify({ since, told } satisfies Kept);
      const known = new Set(told);
      const missed = () => (from === null ? Promise.resolve([]) : saidSince(since));
      if (from === null) yield { news: [], cursor: cursor() };
      for await (const { payload, isFound, acknowledge } of envelopesFrom({ newUrl, missed }, hold, signal)) {
        const news = newsIn(payload).filter(({ id }) => !known.has(id));
        if (isFound) for (const { id } of news) known.add(id);
        since = news.reduce((latest, { id }) => later(latest, id), since);
        told = [...told, ...news.map(({ id }) => id)].slice(-LAST);
        if (news.length > 0) yield { news, cursor: cursor() };
        acknowledge(); // only now is it safe
      }
    }

    async function newUrl(): Promise<string> {
      const request = { to: new URL("apps.connections.open", api), method: "POST" as const };
      return Connection.parse(await understood("apps.connections.open", request, appToken)).url;
    }

    async function saidSince(oldest: string): Promise<unknown[]> {
      const all: unknown[] = [];
      for (const channel of everyChannel) {
        const { messages } = Messages.parse(await ask("conversations.history", { channel, limit: "200", include_all_metadata: "true" }));
        const threads = messages.filter(
          ({ metadata, latest_reply }) => metadata?.event_type === "baton_handoff" && Number(latest_reply ?? 0) > Number(oldest),
        );
        for (const { ts } of threads.toReversed()) {
          all.push(...(await repliesIn(`${channel}/${ts}`, oldest)).map((reply) => asTold(channel, reply)));
        }
      }
      return all;
    }

    /** Slack has no idempotency key. What carries a name of ours is found by it, among the newest two hundred. */
    async function cardOf(channel: string, handoff: string): Promise<string | null> {
      const { messages } = Messages.parse(await ask("conversations.history", { channel, limit: "200", include_all_metadata: "true" }));
      return messages.find(({ metadata }) => metadata?.event_payload.name === handoff)?.ts ?? null;
    }

    async function repliesIn(ref: string, oldest: string) {
      const { channel, ts } = partsOf(ref);
      const asked = { channel, ts, oldest, limit: "999", include_all_metadata: "true" };
      return Messages.parse(await ask("conversations.replies", asked)).messages;
    }

    async function namesIn(ref: string, oldest: string): Promise<Set<string>> {
      const messages = await repliesIn(ref, oldest);
      return new Set(messages.flatMap(({ metadata }) => metadata?.event_payload.name ?? []));
    }

    async function sayMissing(ref: string, pages: string[], name: string, there: Set<string>): Promise<void> {
      for (const [n, page] of pages.entries()) if (!there.has(`${name}:${n}`)) await sayIn(ref, page, `${name}:${n}`);
    }

    async function sayIn(ref: string, text: string, name: string): Promise<void> {
      const { channel, ts } = partsOf(ref);
      await post({ channel, thread_ts: ts, text: escaped(text), ...LITERALLY, metadata: named("baton_line", name) });
    }

    async function post(message: object): Promise<string> {
      return Posted.parse(await tell("chat.postMessage", message)).ts;
    }

    async function examine(): Promise<VendorFinding[]> {
      try {
        await ask("auth.test", {});
        const findings: VendorFinding[] = [];
        if (appToken !== undefined) await newUrl();
        for (const channel of everyChannel) {
          const { name, is_member: isMember } = Channel.parse(await ask("conversations.info", { channel })).channel;
          if (!isMember) findings.push(badFinding(`The bot is not in the channel ${name}.`, `Invite it there: /invite, then its name.`));
        }
        return findings.length > 0 ? findings : [{ state: "good", says: "The bot is in every channel it needs.", next: null }];
      } catch (error) {
        if (!(error instanceof CallError)) throw error;
        return [
          badFinding(
            `Slack says no (${error.message}).`,
            "Compare token, scopes and channel ids with slack.md, and install the app again.",
          ),
        ];
      }
    }

    async function ask(method: string, asked: Record<string, string>): Promise<unknown> {
      return understood(method, { to: new URL(`${method}?${new URLSearchParams(asked).toString()}`, api), method: "GET" });
    }

    async function tell(method: string, body: object): Promise<unknown> {
      return understood(method, { to: new URL(method, api), method: "POST", body });
    }

    /** Slack answers 200 to nearly everything, and means it only with `ok`. */
    async function understood(
      method: string,
      request: Pick<Parameters<typeof call>[0], "to" | "method" | "body">,
      by = token,
    ): Promise<unknown> {
      const headers = { authorization: `Bearer ${by}`, "content-type": "application/json; charset=utf-8" };
      const { body } = await call({ ...request, headers });
      const answer = Answer.parse(body);
      if (!answer.ok) throw new CallError(kindOf(answer.error ?? ""), `slack: ${method}: ${answer.error ?? "not ok"}`);
      return body;
    }
  },
});

/** A visitor's words are words: no links made, nobody called, nothing emphasised. */
const LITERALLY = { mrkdwn: false, parse: "none", link_names: false, unfurl_links: false, unfurl_media: false };

const Answer = z.object({ ok: z.boolean(), error: z.string().nullish() });
const Connection = z.object({ url: z.url({ protocol: /^wss?$/ }) });
const Posted = z.object({ ts: z.string() });
const Channel = z.object({ channel: z.object({ name: z.string(), is_member: z.boolean() }) });
const Metadata = z.object({ event_type: z.string(), event_payload: z.looseObject({ name: z.string().nullish() }) });
const Messages = z.object({
  messages: z.array(
    z.looseObject({
      ts: z.string(),
      parent_user_id: z.string().optional(),
      latest_reply: z.string().nullish(),
      metadata: Metadata.nullish().catch(null),
      blocks: z.array(z.looseObject({ type: z.string() })).nullish(),
    }),
  ),
});

/** How far it was heard: the newest message by its time, and what was told last, which may not have been acknowledged. */
interface Kept {
  since: string;
  told: string[];
}

/** Clocks may differ. */
const atFirst = (): Kept => ({ since: String(wallTime().getTime() / 1000 - 60), told: [] });

/** Of two times, as Slack names messages by them, the one that has come last. A pressed button has another name. */
function later(since: string, id: string): string {
  const ts = /^message:([\d.]+)/.exec(id)?.[1];
  return ts !== undefined && Number(ts) > Number(since) ? ts : since;
}

function kindOf(error: string): CallErrorKind {
  if (error === "ratelimited" || error === "rate_limited") return "too_fast";
  if (/^(internal_error|fatal_error|service_unavailable|request_timeout)$/.test(error)) return "unclear";
  return /^(message_not_found|thread_not_found)$/.test(error) ? "gone" : "refused";
}

const named = (event_type: string, name: string) => ({ event_type, event_payload: { name } });

/** What a channel sees of a visitor before anybody has opened the thread. */
function cardFor({ requested, destination, visitor, isVisitorWaiting }: HandoffRequest) {
  const who = escaped(visitor.name ?? "A visitor");
  const title = isVisitorWaiting ? `*${who} is waiting for a person*` : `*${who} has left a message*`;
  const why = `Reason: ${escaped(requested.reason ?? requested.destination)}`;
  const text = [destination.urgent ? `:rotating_light: *Urgent* ${title}` : title, why].join("\n");
  const how = "Reply in the thread: the visitor reads every line, but those that begin with `//`.";
  const buttons = {
    type: "actions",
    elements: [button("Accept", "accept"), button("Let go", "leave"), button("Nobody can", "decline"), button("End chat", "end")],
  };
  return { text, blocks: [section(text), ...(isVisitorWaiting ? [section(how), buttons] : [])] };
}

const section = (text: string) => ({ type: "section", text: { type: "mrkdwn", text } });
const button = (text: string, deed: string) => ({ type: "button", text: { type: "plain_text", text }, action_id: `baton_${deed}` });

function partsOf(ref: string): { channel: string; ts: string } {
  const [channel = "", ts = ""] = ref.split("/");
  return { channel, ts };
}
