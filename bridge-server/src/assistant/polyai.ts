// PolyAI's Chat API and Handoff API, v1. No turn is ever asked twice from here: the platform would take it twice.
import { CallError, excerptOf, type Call, type CallErrorKind, type CallRequest } from "../call.ts";
import { systemClock, type Clock } from "../clock.ts";
import { newId } from "../random.ts";
import type { Answer, Assistant, ContextAnswer, Start, Turn } from "./assistant.ts";
import { chatIn, dataIn, isBody, isForeign, isGreetingUnfinished, readAnswer, type Body } from "./polyai-answer.ts";
import { addressOf, type PolyaiSettings } from "./polyai-settings.ts";
import { complaintIn, translated, type Operation } from "./polyai-errors.ts";

const CLOSE_MS = 10_000;

/** One agent on PolyAI. `log` hears of every request, and of answers that are not what they should be. */
export function createPolyai(settings: PolyaiSettings, call: Call, { log = () => {}, clock = systemClock }: PolyaiOptions = {}): Assistant {
  const chatKeys = { "X-API-KEY": settings.chatApiKey, "X-TOKEN": settings.chatToken };
  const handoffKey = { "x-api-key": settings.handoffApiKey ?? settings.chatApiKey };

  const ms = () => clock.now().getTime();

  return { begin, answer, end, context };

  async function begin({ sharedId, language, page, attributes = {}, identity, through }: Start): Promise<Answer> {
    const channel = through?.channel ?? settings.channel;
    const body = await ask("create", {
      ...chat("create", "POST"),
      body: {
        integration_attributes: {
          ...named("told_", attributes),
          shared_id: sharedId,
          ...(identity && verified(identity)),
          ...(page && { page_url: page.url, page_title: page.title }),
          ...(language !== null && { language }),
          ...(through && { visitor_address: through.address }),
        },
        ...(settings.variant !== undefined && { variant_id: settings.variant }),
        ...(channel !== null && { channel }),
        ...spoken(language),
      },
      deadlineMs: settings.turnBudgetMs,
    });
    const name = chatIn(body);
    if (name === null) {
      odd("create", "no_conversation_id");
      throw new CallError("unclear", "polyai: create was answered without a conversation_id");
    }
    return { chat: name, ...read("create", body), more: isGreetingUnfinished(body) };
  }

  async function answer({ chat: name, text, language }: Turn): Promise<Answer> {
    const body = await ask("respond", {
      ...chat("respond", "POST"),
      body: { conversation_id: name, ...(text !== null && { message: text }), ...spoken(language) },
      deadlineMs: settings.turnBudgetMs,
    });
    const named = chatIn(body);
    // Records are never mixed: what we asked is what was answered (U18).
    if (named !== null && named !== name) odd("respond", "another_conversation_id");
    return { chat: name, ...read("respond", body) };
  }

  async function end(name: string): Promise<void> {
    const close = () => ask("close", { ...chat("close", "PUT"), body: { conversation_id: name }, deadlineMs: CLOSE_MS });
    try {
      await close().catch((error: unknown) => (isServerFault(error) ? close() : Promise.reject(error)));
    } catch (error) {
      if (!isAlreadyOver(error)) throw error;
    }
  }

  async function context({ chat: name, sharedId }: { chat: string | null; sharedId: string }): Promise<ContextAnswer> {
    const until = ms() + settings.contextBudgetMs;
    // Given both, the platform looks at `shared_id` only; so the second name is a second question.
    const first = await look("shared_id", sharedId);
    if (first.state === "found" || name === null) return first;
    const second = await look("id", name);
    return second.state === "missing" ? first : second;

    async function look(source: "shared_id" | "id", value: string): Promise<ContextAnswer> {
      const to = address(settings.handoffVersion, "handoff_state");
      to.searchParams.set(source, value);
      const deadlineMs = Math.max(1, until - ms());
      const body = await ask("handoff_state", { to, method: "GET", headers: handoffKey, deadlineMs }).catch(missing);
      if (body === null) return { state: "missing" };
      if (isForeign(body, { chat: name, sharedId: source === "shared_id" ? sharedId : null })) {
        odd("handoff_state", "context_of_another_conversation");
        return { state: "foreign" };
      }
      return { state: "found", source, data: dataIn(body) };
    }
  }

  /** One request, logged with its correlation ids. */
  async function ask(operation: Operation, request: CallRequest): Promise<Body> {
    const correlationId = `baton-${newId()}`;
    const started = ms();
    const done = { event: "assistant_called" as const, operation, correlationId };
    try {
      const answer = await call({ ...request, headers: { ...request.headers, "X-PolyAI-Correlation-Id": correlationId } });
      const body = answer.body ?? (operation === "close" ? {} : null); // of a close, nothing is read
      if (!isBody(body)) throw senseless("unclear", "not an object");
      if (body["success"] === false) throw senseless("refused", "success is false");
      log({ ...done, level: "info", status: answer.status, ms: elapsed(), ...theirs(answer.headers) });
      return body;

      function senseless(kind: CallErrorKind, what: string): CallError {
        const { status, headers } = answer;
        const excerpt = excerptOf(JSON.stringify(answer.body), request);
        const name = `${request.method} ${request.to.host}${request.to.pathname} ${status}: ${what}`;
        return new CallError(kind, name, { answer: { status, headers, excerpt, retryAfterMs: null } });
      }
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      const failure = translated(error, operation);
      const { code, id } = failure.complaint;
      log({
        ...done,
        level: "warn",
        kind: failure.kind,
        ms: elapsed(),
        ...(failure.answer && { status: failure.answer.status, ...theirs(failure.answer.headers) }),
        ...(code !== null && { code }),
        ...(id !== null && { errorId: id }),
      });
      throw failure;
    }

    function elapsed(): number {
      return ms() - started;
    }
  }

  function read(operation: Operation, body: Body) {
    const answer = readAnswer(body);
    if (answer.next?.type === "hand_off" && answer.next.destination === null) odd(operation, "no_destination");
    return answer;
  }

  function odd(operation: Operation, because: Oddity): void {
    log({ event: "assistant_odd", level: "warn", operation, because });
  }

  function spoken(language: string | null) {
    return settings.sendLanguage && language !== null ? { asr_lang_code: language, tts_lang_code: language } : {};
  }

  function chat(operation: "create" | "respond" | "close", method: "POST" | "PUT") {
    return { to: address(settings.chatVersion, `chat/${operation}`), method, headers: chatKeys };
  }

  function address(version: string, path: string): URL {
    return addressOf(settings, version, path);
  }
}

function theirs(headers: Record<string, string>): { theirCorrelationId?: string } {
  const { id } = complaintIn(null, headers);
  return id === null ? {} : { theirCorrelationId: id };
}

function missing(error: unknown): null {
  if (error instanceof CallError && error.kind === "gone") return null;
  throw error;
}

function isServerFault(error: unknown): boolean {
  return error instanceof CallError && (error.answer?.status ?? 0) >= 500;
}

function isAlreadyOver(error: unknown): boolean {
  return error instanceof CallError && (error.kind === "gone" || error.answer?.status === 409);
}

/** What is logged of PolyAI: names, numbers and codes. Words, context and keys have no field here. */
interface PolyaiOptions {
  log?: PolyaiLog;
  clock?: Clock;
}

export type PolyaiLog = (
  event:
    | {
        event: "assistant_called";
        level: "info" | "warn";
        operation: Operation;
        /** Ours; PolyAI repeats it as theirs, or names its own. */
        correlationId: string;
        theirCorrelationId?: string;
        status?: number;
        kind?: CallErrorKind;
        code?: string;
        errorId?: string;
        ms: number;
      }
    | { event: "assistant_odd"; level: "warn"; operation: Operation; because: Oddity },
) => void;

type Oddity = "no_conversation_id" | "another_conversation_id" | "context_of_another_conversation" | "no_destination";

/** What a site has signed has names of its own, so that a flow can tell it from what a page has only said. */
function verified({ id, name, email, attributes }: NonNullable<Start["identity"]>): Record<string, string> {
  return {
    ...named("verified_", attributes),
    verified_id: id,
    ...(name !== null && { verified_name: name }),
    ...(email !== null && { verified_email: email }),
  };
}

function named(prefix: string, attributes: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`${prefix}${name}`, value]));
}
