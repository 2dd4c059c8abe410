import type { Context } from "hono";
import type { ProblemCode } from "../protocol.ts";

/** What went wrong with a request, to be answered as RFC 9457 says. Thrown by handlers, answered in one place. */
export class Refusal extends Error {
  override name = "Refusal";
  readonly code: ProblemCode;
  readonly retryAfter: number | null;
  constructor(code: ProblemCode, detail: string, retryAfter: number | null = null) {
    super(detail);
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

const STATUS: Record<ProblemCode, [status: number, title: string]> = {
  outdated: [426, "This page runs an old version of the chat"],
  unauthorized: [401, "Whoever asks is not known here"],
  forbidden: [403, "This is for somebody else to do"],
  forbidden_origin: [403, "This page may not show the chat"],
  consent_required: [403, "The visitor has not agreed yet"],
  unknown_site: [404, "There is no such site"],
  not_found: [404, "There is nothing here"],
  invalid: [400, "The request could not be understood"],
  too_large: [413, "The request is too large"],
  wrong_kind: [415, "This kind of file is not taken here"],
  nobody_there: [409, "Nobody is there to take a file"],
  conflict: [422, "This does not go together with what is there already"],
  changed_meanwhile: [409, "Somebody else has changed this meanwhile"],
  too_fast: [429, "Too many requests"],
  too_much_today: [429, "The assistant has no turns left today"],
  ended: [409, "The conversation is over"],
  busy: [503, "The bridge cannot take this just now"],
  internal: [500, "Something went wrong here"],
};

export function answerProblem(context: Context, { code, message, retryAfter }: Pick<Refusal, "code" | "message" | "retryAfter">): Response {
  const [status, title] = STATUS[code];
  const headers: Record<string, string> = { "content-type": "application/problem+json", "cache-control": "no-store" };
  if (retryAfter !== null) headers["retry-after"] = String(retryAfter);
  const body = {
    type: "about:blank",
    title,
    status,
    code,
    ...(message && { detail: message }),
    ...(retryAfter !== null && { retryAfter }),
  };
  return context.newResponse(JSON.stringify(body), status as 400, headers); // one of the statuses above; Hono wants a literal
}
