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
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  headers?: Record<string, string>;
  /** Sent as JSON, unless it is a string, which is sent as it is. */
  body?: unknown;
  /** For the whole call, connecting included. */
  deadlineMs?: number;
  signal?: AbortSignal;
}

export interface CallAnswer {
  status: number;
  headers: Record<string, string>;
  /** Parsed JSON; `null` when the answer was empty. */
  body: unknown;
}

/** One call to another company's system. Rejects with a `CallError` for anything but a 2xx with JSON or nothing. */
export type Call = (request: CallRequest) => Promise<CallAnswer>;
