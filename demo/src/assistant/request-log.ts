import type { Place } from "./credentials.ts";

export type Route = "create" | "respond" | "close" | "handoff_state" | "conversations";

/** One request as it arrived, whatever became of it. */
export interface LoggedRequest extends Place {
  at: number;
  route: Route;
  method: string;
  path: string;
  query: Record<string, string>;
  /** Lower-case names; the values of credentials are replaced. */
  headers: Record<string, string>;
  /** Parsed if it was JSON, else the text; `null` when there was none. */
  body: unknown;
  correlationId: string;
  conversationId: string | null;
  /** A turn that arrived although its conversation had already been handed off. */
  afterHandoff: boolean;
  /** The faults that were applied to it. */
  faults: string[];
  /** `null` until answered, and for ever when the answer was cut off. */
  status: number | null;
}

const secret = /key|token|authorization|cookie/;
const mask = "***";
const kept = 20_000;

/** Remembers the most recent requests, without any credential. */
export function createRequestLog() {
  const requests: LoggedRequest[] = [];

  return {
    add(request: LoggedRequest): LoggedRequest {
      if (requests.length >= kept) requests.splice(0, requests.length - kept + 1);
      requests.push(request);
      return request;
    },
    list: (): readonly LoggedRequest[] => requests,
    clear: () => void requests.splice(0),
  };
}

export function masked(headers: Headers): Record<string, string> {
  return Object.fromEntries([...headers].map(([name, value]) => [name, secret.test(name) ? mask : value]));
}
