import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import * as z from "zod";
import type { Conversation, Name } from "../store/store.ts";
import type { ConversationQuery, ListedConversation } from "../store/conversation-list.ts";
import { listedView } from "./handoff-list.ts";
import type { HandoffParts } from "./handoffs.ts";
import { Beginning, cursorFrom, cursorText, page, queryOf, Text, utc } from "./list-query.ts";
import { mergedLines } from "../export/merged-lines.ts";
import { conversationsBy, mustBe } from "./operators.ts";
import { Refusal } from "./problem.ts";

/** What a list of conversations may be asked for. */
export const ConversationListQuery = z.strictObject({
  site: Text.optional(),
  phase: z.enum(["automated", "handoff_initiated", "queued", "live", "failed", "ended"]).optional(),
  /** What its id begins with, or another of its names in full. */
  text: Beginning.optional(),
  ...page,
});
export const ConversationPlace = z.strictObject({ site: Text.optional() });
export const LinesQuery = z.strictObject({
  site: Text.optional(),
  /** The number of the last line that is known. */
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(2_000).default(500),
});
const Cursor = z.tuple([z.iso.datetime(), z.string(), z.string()]);

type Parts = Pick<HandoffParts, "bridge" | "whoIs" | "sites">;

/** Conversations for operators. A visitor reads only their own, by other routes: these are asked first, and let a visitor's token pass. */
export function conversationRoutes({ bridge, whoIs, sites }: Parts) {
  const app = new Hono<{ Bindings: HttpBindings }>();
  const byName = conversationsBy(bridge);

  app.get("/conversations", async (c) => {
    mustBe("viewer", whoIs(c));
    const { conversations, next } = await bridge.conversations(await wanted(c.req.query()));
    return c.json({ conversations: conversations.map(listed), next: next && cursorText([next.beganAt, next.site, next.id]) });
  });

  /** `:id` is any of its names. */
  app.get("/conversations/:id", async (c) => {
    mustBe("viewer", whoIs(c));
    const conversation = await find(c.req.param("id"), queryOf(ConversationPlace, c.req.query()).site);
    const { key } = conversation;
    const [visitor, names, { handoffs }] = await Promise.all([
      bridge.visitorNow(key),
      bridge.names(key),
      bridge.handoffs.page({ site: key.site, conversation: key.id, limit: 200 }),
    ]);
    const { lifecycle, beganAt, lastAt, seenAt } = conversation;
    return c.json({
      site: key.site,
      id: key.id,
      phase: lifecycle.phase,
      ended_by: lifecycle.phase === "ended" ? lifecycle.by : null,
      language: visitor.language,
      page: visitor.page,
      told: visitor.attributes ?? {},
      visitor: visitor.identity ? { id: visitor.identity.id, name: visitor.identity.name, email: visitor.identity.email } : null,
      channel: visitor.reached?.channel ?? null,
      began_at: beganAt,
      last_at: lastAt,
      seen_at: seenAt,
      names: names.map((name) => named(key.site, name)),
      handoffs: handoffs.map(listedView),
    });
  });

  /** The assistant's part and the person's in one. Whoever is no operator may be the visitor. */
  app.get("/conversations/:id/transcript", async (c, next) => {
    if (whoIs(c) === null) return next();
    const { site, after, limit } = queryOf(LinesQuery, c.req.query());
    const { key } = await find(c.req.param("id"), site);
    const [visitor, entries] = await Promise.all([bridge.visitor(key), bridge.entriesAfter(key, 0)]); // from the first, for the language
    const lines = mergedLines(entries, { name: visitor.identity?.name ?? null, language: visitor.language });
    const rest = lines.filter(({ seq }) => seq > after);
    const shown = rest.slice(0, limit);
    return c.json({ site: key.site, conversation: key.id, lines: shown, next: rest.length > limit ? (shown.at(-1)?.seq ?? null) : null });
  });

  return app;

  async function wanted(given: Record<string, string>): Promise<ConversationQuery> {
    const { cursor, since, until, text, ...rest } = queryOf(ConversationListQuery, given);
    const [beganAt, site, id] = cursor === undefined ? [] : cursorFrom(cursor, Cursor);
    const before = beganAt !== undefined && site !== undefined && id !== undefined ? { beganAt, site, id } : undefined;
    const begins = text === undefined ? undefined : { begins: text, or: (await known(text))?.key ?? null };
    return { ...rest, since: utc(since), until: utc(until), before, text: begins };
  }

  async function known(name: string, site?: string) {
    const here = sites.filter((one) => site === undefined || one.name === site).map((one) => one.name);
    return (await byName(here, undefined, name)) ?? byName(here, name, undefined);
  }

  async function find(id: string, site: string | undefined): Promise<Conversation> {
    const found = await known(id, site);
    const conversation = found && (await bridge.read(found.key));
    if (!conversation) throw new Refusal("not_found", "no conversation goes by this id");
    return conversation;
  }

  /** A name as the outside knows it: two sites' vendors and assistants may use the same ones, so the store keeps them apart by the site. */
  function named(site: string, { kind, value, handoff }: Name) {
    const outside = kind === "vendor_chat" || kind === "assistant_chat" ? value.slice(site.length + 1) : value;
    const studio = kind === "assistant_chat" ? (sites.find(({ name }) => name === site)?.studioPage(outside) ?? null) : null;
    return { kind: KINDS[kind] ?? kind, value: outside, handoff: handoff ?? null, studio_url: studio };
  }
}

const KINDS: Partial<Record<Name["kind"], string>> = { assistant_chat: "assistant_conversation_id", vendor_chat: "chat" };

/** A conversation in a list, as others see it. */
function listed({ site, id, phase, endedBy, language, beganAt, lastAt, handoffs, state }: ListedConversation) {
  return { site, id, phase, ended_by: endedBy, language, began_at: beganAt, last_at: lastAt, handoffs, state };
}
