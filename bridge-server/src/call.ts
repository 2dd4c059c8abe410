// The one door to other companies' systems: deadline, size, addresses, no redirects, errors by kind.
import { Pool, type Dispatcher } from "undici";
import { systemClock, wallTime, type Clock } from "./clock.ts";
import { createConnector, NOT_PUBLIC, type EgressOptions } from "./egress.ts";
import { failpoint, writtenPoint } from "./failpoint.ts";

/** So much of an answer that is no good is read. */
export const ERROR_BYTES = 16 * 1024;
const EXCERPT = 1024;
const TOO_LARGE = "too large";
const LONGEST_WAIT_MS = 30_000;
const DEFAULT_WAIT_MS = 5_000;

/**
 * Makes calls over kept connections: at most `connections` to each of the `origins` used last.
 * Each call is one request, never sent again and never redirected. `deadlineMs` holds from connecting to the last byte.
 */
export function createCall({
  deadlineMs = 30_000,
  maxBytes = 1024 * 1024,
  allowPrivate = false,
  connections = 64,
  origins = 64,
  clock = systemClock,
  resolve,
}: CallOptions = {}): Call & { close(): Promise<void> } {
  const connect = createConnector({ allowPrivate, resolve });
  const pools = new Map<string, Pool>();
  let closed = false;

  const call: Call = async (request) => {
    const { to, method } = request;
    const name = `${method} ${to.host}${request.isPathSecret ? "/…" : to.pathname}`;
    if (to.protocol !== "https:" && !(allowPrivate && to.protocol === "http:")) throw new CallError("refused", `${name}: not https`);
    if (closed) throw new CallError("unreachable", `${name}: shutting down`);

    const limits = { deadlineMs: request.deadlineMs ?? deadlineMs, maxBytes: request.bytes ?? maxBytes, clock };
    const heard = await exchange(poolFor(to.origin), request, limits);
    if (heard.status === 0) throw new CallError(kindOfSilence(heard), `${name}: ${heard.fault}`);
    if (heard.status >= 300) throw failure(name, request, heard);
    if (heard.fault === TOO_LARGE && request.bytes !== undefined) throw new CallError("refused", `${name}: ${TOO_LARGE}`); // so it is the next time
    if (heard.fault !== null) throw new CallError("unclear", `${name} ${heard.status}: ${heard.fault}`);
    return { status: heard.status, headers: heard.headers, body: parsed(name, request, heard) };
  };
  return Object.assign(call, { close });

  /** Cuts what is under way. */
  async function close() {
    closed = true;
    await Promise.all([...pools.values()].map((pool) => pool.destroy()));
    pools.clear();
  }

  function poolFor(origin: string): Pool {
    // Deadlines are ours, for the whole call; undici's are per byte.
    const pool = pools.get(origin) ?? new Pool(origin, { connect, connections, headersTimeout: 0, bodyTimeout: 0, allowH2: false });
    pools.delete(origin);
    pools.set(origin, pool); // the map's order is the order of use
    for (const [leastUsed, idle] of pools) {
      if (pools.size <= origins) break;
      pools.delete(leastUsed);
      void idle.close(); // after the calls under way
    }
    return pool;
  }
}

/** One request, and what came back until it ended, failed or was cut. */
function exchange(pool: Pool, request: CallRequest, { deadlineMs, maxBytes, clock }: Limits): Promise<Heard> {
  const { to, method, body, signal } = request;
  // Handlers instead of `pool.request`: they tell whether the request was sent, and cost no stream and no signal per call.
  return new Promise((resolve) => {
    let controller: Dispatcher.DispatchController | null = null;
    let settled = false;
    let status = 0;
    let headers: Record<string, string> = {};
    let size = 0;
    const chunks: Buffer[] = [];
    const written = writtenPoint();
    const cancel = clock.after(deadlineMs, () => settle(`no ${status === 0 ? "" : "whole "}answer in ${deadlineMs} ms`));
    const giveUp = () => settle("given up");
    if (signal?.aborted) return giveUp();
    signal?.addEventListener("abort", giveUp, { once: true });

    pool.dispatch(
      { path: to.pathname + to.search, method, headers: headersOf(request), body: sentOf(body) },
      {
        onRequestStart(started) {
          if (settled) started.abort(new Error("given up before it was sent"));
          else controller = started;
        },
        onRequestSent: () => failpoint(written),
        onResponseStart(_, statusCode, received) {
          if (statusCode < 200) return;
          status = statusCode;
          headers = flat(received);
        },
        onResponseData(_, chunk) {
          chunks.push(chunk);
          size += chunk.length;
          if (size > (status < 300 ? maxBytes : ERROR_BYTES)) settle(TOO_LARGE);
        },
        onResponseEnd: () => settle(null),
        onResponseError: (_, error) => settle(codeOf(error)),
      },
    );

    function settle(fault: string | null) {
      if (settled) return;
      settled = true;
      cancel();
      signal?.removeEventListener("abort", giveUp);
      resolve({ sent: controller !== null, status, headers, bytes: Buffer.concat(chunks), fault });
      if (fault !== null) controller?.abort(new Error(fault));
    }
  });
}

function headersOf({ headers = {}, body, bytes }: CallRequest): Record<string, string> {
  const named = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  return {
    ...(!named.has("accept") && { accept: bytes === undefined ? "application/json" : "*/*" }),
    ...(body !== undefined && !named.has("content-type") && { "content-type": "application/json" }),
    ...headers,
  };
}

function sentOf(body: unknown): string | Uint8Array | null {
  if (body === undefined) return null;
  return typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body);
}

/** Content decides, not its declared type: gateways get that wrong, and an error page never parses. */
function parsed(name: string, request: CallRequest, heard: Heard): unknown {
  if (request.bytes !== undefined) return heard.bytes;
  const text = heard.bytes.toString();
  if (text.trim() === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes what it read.
    throw new CallError("unclear", `${name} ${heard.status}: not JSON`, { answer: answerOf(request, heard, null) });
  }
}

/** What an answer that is none means to whoever asked. */
export function failure(
  name: string,
  request: Pick<CallRequest, "headers">,
  heard: Pick<Heard, "status" | "headers" | "bytes">,
): CallError {
  const { status, headers } = heard;
  const asked = retryAfter(headers);
  const retryAfterMs = status === 429 ? (asked ?? DEFAULT_WAIT_MS) : asked;
  return new CallError(kindOf(status, asked), `${name} ${status}`, { answer: answerOf(request, heard, retryAfterMs) });
}

function kindOf(status: number, retryAfterMs: number | null): CallErrorKind {
  if (status === 429) return "too_fast";
  if (status === 503) return retryAfterMs === null ? "unreachable" : "too_fast";
  if (status === 408 || status >= 500) return "unclear";
  return status === 404 || status === 410 ? "gone" : "refused";
}

/** What may be done where nobody answered. */
export function kindOfSilence({ sent, fault }: Pick<Heard, "sent" | "fault">): CallErrorKind {
  if (sent) return "unclear";
  // What our own rules forbid does not get better by waiting.
  return fault === NOT_PUBLIC || fault === "UND_ERR_INVALID_ARG" ? "refused" : "unreachable";
}

/** Bounded, and measured by their clock where they tell it; `null` when absent or senseless. */
function retryAfter({ "retry-after": asked = "", date = "" }: Record<string, string>): number | null {
  const theirNow = Date.parse(date);
  const ms = /^\d+$/.test(asked)
    ? Number(asked) * 1000
    : Date.parse(asked.endsWith(" GMT") ? asked : "") - (Number.isNaN(theirNow) ? wallTime().getTime() : theirNow);
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), LONGEST_WAIT_MS);
}

function answerOf(
  request: Pick<CallRequest, "headers">,
  { status, headers, bytes }: Pick<Heard, "status" | "headers" | "bytes">,
  retryAfterMs: number | null,
): FailedAnswer {
  const kept = Object.entries(headers).map(([name, value]) => [name, withoutSecrets(value, request)]);
  return { status, headers: Object.fromEntries(kept), excerpt: excerptOf(bytes.toString(), request), retryAfterMs };
}

/** What may be kept of what they said to `request`: a kilobyte, and none of the credentials, which some systems quote (T29). */
export function excerptOf(text: string, request: Pick<CallRequest, "headers">): string {
  return withoutSecrets(text, request).slice(0, EXCERPT);
}

function withoutSecrets(words: string, { headers = {} }: Pick<CallRequest, "headers">): string {
  return Object.entries(headers)
    .filter(([name]) => /key|token|auth|secret|signature|cookie/i.test(name))
    .flatMap(([, value]) => value.split(" "))
    .filter((secret) => secret.length >= 6)
    .reduce((rest, secret) => rest.replaceAll(secret, "…"), words);
}

/** Headers by their names in small letters. */
export function flat(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value = ""]) => [name.toLowerCase(), Array.isArray(value) ? value.join(", ") : value]),
  );
}

/** Never the message: the code says enough, and quotes nothing. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}

interface Heard {
  /** Whether anything may have arrived there. */
  sent: boolean;
  /** 0: no answer. */
  status: number;
  headers: Record<string, string>;
  bytes: Buffer;
  /** Why it is not whole; `null` when it is. */
  fault: string | null;
}

interface Limits {
  deadlineMs: number;
  maxBytes: number;
  clock: Clock;
}

export interface CallOptions extends Partial<EgressOptions> {
  deadlineMs?: number;
  maxBytes?: number;
  /** To one origin. */
  connections?: number;
  /** How many origins to keep connections to. */
  origins?: number;
  /** What deadlines go by. */
  clock?: Clock;
}

/** Why a call to somebody else's system failed. `kind` says what may be done about it. */
export class CallError extends Error {
  override name = "CallError";
  readonly kind: CallErrorKind;
  /** What they answered, as far as they did. */
  readonly answer: FailedAnswer | null;
  constructor(kind: CallErrorKind, message: string, { answer = null, ...options }: ErrorOptions & { answer?: FailedAnswer | null } = {}) {
    super(message, options);
    this.kind = kind;
    this.answer = answer;
  }
}

/**
 * `too_fast`: they asked us to wait. `unreachable`: nothing arrived there. `unclear`: it may have arrived.
 * `refused`: they said no. `gone`: what was named is over. `forged`: not from them.
 */
export type CallErrorKind = "too_fast" | "unreachable" | "unclear" | "refused" | "gone" | "forged";

export interface FailedAnswer {
  status: number;
  headers: Record<string, string>;
  /** The first kilobyte. */
  excerpt: string;
  /** How long they asked us to wait, bounded. */
  retryAfterMs: number | null;
}

export interface CallRequest {
  to: URL;
  /** Whoever knows the path gets in, so no message names it. The query is never named. */
  isPathSecret?: true;
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  headers?: Record<string, string>;
  /** Sent as JSON, unless it is a string or bytes, which are sent as they are. */
  body?: unknown;
  /** For the whole call, connecting included. */
  deadlineMs?: number;
  signal?: AbortSignal;
  /** Takes the answer as bytes, up to so many, and not as JSON. */
  bytes?: number;
}

export interface CallAnswer {
  status: number;
  headers: Record<string, string>;
  /** Parsed JSON; `null` when the answer was empty; or a `Uint8Array`, where bytes were asked for. */
  body: unknown;
}

/** One call to another company's system. Rejects with a `CallError` for anything but a 2xx with JSON or nothing. */
export type Call = (request: CallRequest) => Promise<CallAnswer>;
