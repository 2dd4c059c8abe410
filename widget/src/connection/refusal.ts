import type { ProblemCode } from "@baton/bridge-server/protocol";

/** A request that did not succeed, by what can be done about it. `unreachable`: no answer, or not from the bridge. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  /** Not before that; 0 where nothing was said. */
  readonly retryAfterMs: number;

  /** The bridge's own words; for `consent_required` the site's. */
  readonly detail: string;

  constructor(code: RefusalCode, retryAfterSeconds = 0, detail = "") {
    super(code);
    this.code = code;
    this.detail = detail;
    this.retryAfterMs = retryAfterSeconds * 1_000;
  }
}

export type RefusalCode = ProblemCode | "unreachable";

/** What went wrong, as a refusal: whatever else is thrown around a request means that no answer arrived. */
export function refusalOf(error: unknown): Refusal {
  return error instanceof Refusal ? error : new Refusal("unreachable");
}

/** The bridge's own refusal when the answer tells one, else `unreachable`: a proxy's error page says nothing about a chat. */
export async function refusalIn(response: Response): Promise<Refusal> {
  const problem = await jsonIn(response).catch(() => null); // not JSON, so not the bridge's words
  const { code, retryAfter, detail } = (problem ?? {}) as { code?: ProblemCode; retryAfter?: number; detail?: string }; // our own bridge's, typed by protocol.ts
  return new Refusal(code || "unreachable", retryAfter, detail);
}

/** Reads JSON. A page instead of JSON comes from something that stands between us and the bridge. */
export async function jsonIn(response: Response): Promise<unknown> {
  if (!isOfType(response, "json")) throw new Refusal("unreachable");
  return response.json();
}

/** Whether the content type names this kind: "json" is in `application/problem+json`. */
export function isOfType(response: Response, kind: string): boolean {
  return (response.headers.get("content-type") ?? "").includes(kind);
}

const final = new Set<RefusalCode>(["unauthorized", "not_found", "outdated", "forbidden_origin", "unknown_site"]);

/** Whether asking again cannot help: this chat, or this widget, is not welcome any more. */
export function isFinal(code: RefusalCode): boolean {
  return final.has(code);
}
