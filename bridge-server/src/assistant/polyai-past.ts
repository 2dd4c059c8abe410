// PolyAI's Conversations API, which is read in every form that its pages describe, because they contradict each other.
import type { Call } from "../call.ts";
import { CallError } from "../call.ts";
import type { Past, PastConversation } from "./past.ts";
import { field, isBody, type Body } from "./polyai-answer.ts";
import { addressOf, buildHost, type PolyaiSettings } from "./polyai-settings.ts";
import { translated } from "./polyai-errors.ts";

/** Always said: the default is 5 by one page and 1000 by another. */
const PAGE = 200;
/** A platform that repeats itself is not followed for ever. */
const MOST_PAGES = 500;
const DEADLINE_MS = 30_000;
const MOST_METRICS = 40;

/** What one agent's conversations were, as its platform tells it. Errors are `CallError`s. */
export function createPolyaiPast(settings: PolyaiSettings, call: Call): Past {
  const { conversationsVersion: version, environment } = settings;
  const headers = { "x-api-key": settings.conversationsApiKey ?? settings.chatApiKey };

  return {
    async *between(from, to) {
      let next: Record<string, string> = {};
      const seen = new Set<string>();
      for (let n = 0; n < MOST_PAGES; n++) {
        const url = addressOf(settings, version, "conversations");
        const asked = { start_time: from.toISOString(), end_time: to.toISOString(), client_env: environment, limit: String(PAGE), ...next };
        for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
        const answer = await ask(url);
        const rows = Array.isArray(answer) ? answer : isBody(answer) ? field(answer, "conversations") : null; // some samples have a bare array
        if (!Array.isArray(rows)) throw new CallError("unclear", "polyai: the list of conversations is none");
        yield rows.map(pastOf).filter((one) => one !== null);
        const after = isBody(answer) ? nextOf(answer) : null;
        const name = JSON.stringify(after);
        if (after === null || rows.length === 0 || seen.has(name)) return;
        seen.add(name);
        next = after;
      }
    },

    async one(chat) {
      // The quickstart's place, which the reference does not list; then the reference's, on the other family of hosts.
      const places = [addressOf(settings, version, `conversations/${encodeURIComponent(chat)}`), buildHost(settings, chat)];
      for (const place of places) {
        if (place === null) continue;
        const answer = await ask(place).catch(unlessGone);
        const found = isBody(answer) ? pastOf(answer) : null;
        if (found) return found;
      }
      return null;
    },
  };

  async function ask(to: URL): Promise<unknown> {
    try {
      return (await call({ to, method: "GET", headers, deadlineMs: DEADLINE_MS })).body;
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      throw translated(error, "conversations");
    }
  }
}

/** A cursor wins over an offset; `null` on the last page. */
function nextOf(answer: Body): Record<string, string> | null {
  const cursor = field(answer, "cursor");
  if (typeof cursor === "string" && cursor !== "") return { cursor };
  if (cursor === null) return null;
  const offset = field(answer, "next_offset");
  return typeof offset === "number" ? { offset: String(offset) } : null;
}

/** One of the list, or one that was asked for by name: snake case there, camel case here. `null`: it says not what it is. */
function pastOf(row: unknown): PastConversation | null {
  if (!isBody(row)) return null;
  const chat = textIn(row, "id", "conversation_id");
  const startedAt = instant(textIn(row, "started_at", "created_at"));
  if (chat === null || startedAt === null) return null;
  const turns = field(row, "turns");
  const count = numberIn(row, "num_turns") ?? (Array.isArray(turns) ? turns.length : null);
  const state = field(row, "state");
  const sharedId = isBody(state) ? field(state, "shared_id") : null;
  return {
    chat,
    sharedId: typeof sharedId === "string" && sharedId !== "" ? sharedId : null,
    startedAt,
    isUnderWay: field(row, "in_progress") === true,
    handoff: handoffIn(row),
    turns: count,
    hasTranscript: (Array.isArray(turns) && turns.length > 0) || !count,
    seconds: numberIn(row, "total_duration", "duration"),
    metrics: metricsIn(field(row, "metrics")),
  };
}

/** A boolean beside two strings by the schema, an object by the prose, and metrics for whoever sets neither. */
function handoffIn(row: Body): PastConversation["handoff"] {
  const told = field(row, "handoff");
  const metrics = metricsIn(field(row, "metrics"));
  const metric = (name: string) => (typeof metrics[name] === "string" ? metrics[name] : null);
  const within = isBody(told) ? told : {};
  const destination = textIn(within, "destination") ?? textIn(row, "handoff_destination") ?? metric("HANDOFF_TO");
  const reason = textIn(within, "reason") ?? textIn(row, "handoff_reason") ?? metric("HANDOFF_REASON");
  const isHandedOff = isBody(told) || told === true || told === "true" || (told !== false && (destination ?? reason) !== null);
  return isHandedOff ? { destination, reason } : null;
}

/** Handoffs, satisfaction and how it went. Others may hold whatever a flow has written. */
function metricsIn(told: unknown): Record<string, string | string[]> {
  if (!isBody(told)) return {};
  const known = Object.entries(told).flatMap(([name, value]): [string, string | string[]][] => {
    if (!/^(HANDOFF|CSAT|CALL|CHAT)_[A-Z_]{1,40}$/.test(name)) return [];
    if (Array.isArray(value)) return [[name, value.map(String).slice(0, 20)]];
    return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
      ? [[name, String(value).slice(0, 200)]]
      : [];
  });
  return Object.fromEntries(known.slice(0, MOST_METRICS));
}

function textIn(row: Body, ...names: string[]): string | null {
  const values = names.map((name) => field(row, name));
  return values.find((value): value is string => typeof value === "string" && value !== "") ?? null;
}

function numberIn(row: Body, ...names: string[]): number | null {
  return names.map((name) => field(row, name)).find((value): value is number => typeof value === "number") ?? null;
}

/** Without a zone it is UTC (U23). */
function instant(text: string | null): string | null {
  if (text === null) return null;
  const at = Date.parse(/[zZ]|[+-]\d\d:?\d\d$/.test(text) || !text.includes("T") ? text : `${text}Z`);
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}

function unlessGone(error: unknown): null {
  if (error instanceof CallError && error.kind === "gone") return null;
  throw error;
}
