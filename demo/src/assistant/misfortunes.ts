import { awkwardText } from "./awkward-texts.ts";
import { refused } from "./envelope.ts";
import type { Answer } from "./envelope.ts";
import type { Alteration, Replacement } from "./faults.ts";

/** The replacements that are an answer, if a bad one. The others leave the caller with none. */
export type BadAnswer = Exclude<Replacement, { kind: "never_answers" | "reset" | "answer_lost" | "refuse_connections" }>;

/** What is sent instead of the answer. A body that is text is sent as it is. */
export function replaced(fault: BadAnswer, errorId: string, now: number): Answer {
  switch (fault.kind) {
    case "status": {
      const code = fault.code ?? codes[fault.status] ?? "INTERNAL_ERROR";
      return refused({ status: fault.status, code, message: fault.message ?? code, headers: retryAfter(fault, now) }, errorId);
    }
    case "success_false":
      return refused({ status: fault.status, code: fault.code, message: fault.code }, errorId);
    case "html_body":
      return {
        status: fault.status,
        headers: { "content-type": "text/html" },
        body: "<html><body><h1>502 Bad Gateway</h1><hr>nginx</body></html>",
      };
    case "empty_body":
      return { status: fault.status, headers: {}, body: "" };
    case "redirect":
      return { status: fault.status, headers: { location: fault.location }, body: "" };
  }
}

/** The platform's published code for a status, where it has one. */
const codes: Record<number, string> = {
  400: "CHAT_DRAFT_NOT_EXIST",
  401: "AUTH_USER_INVALID_TOKEN",
  403: "USER_ACCESS_FORBIDDEN",
  404: "PROJECT_NOT_FOUND",
  408: "REQUEST_TIMEOUT",
  409: "CONFLICT",
  410: "CHAT_CONVERSATION_ENDED",
  429: "TOO_MANY_REQUESTS",
  500: "CHAT_DRAFT_DEPLOYMENT_FAILED",
  502: "BAD_GATEWAY",
  503: "SERVICE_UNAVAILABLE",
  504: "GATEWAY_TIMEOUT",
};

function retryAfter({ retryAfter }: Extract<BadAnswer, { kind: "status" }>, now: number): Record<string, string> {
  if (!retryAfter) return {};
  if ("seconds" in retryAfter) return { "retry-after": String(retryAfter.seconds) };
  return { "retry-after": "text" in retryAfter ? retryAfter.text : new Date(now + retryAfter.dateInMs).toUTCString() };
}

/** An answer with one thing about it changed. */
export function altered(answer: Answer, fault: Alteration, now: number): Answer {
  const { body } = answer;
  if (fault.kind === "clock_skew") {
    return { ...answer, headers: { ...answer.headers, date: new Date(now + fault.ms).toUTCString() }, body: skewed(body, fault.ms) };
  }
  return typeof body === "object" && body !== null ? { ...answer, body: alteredBody({ ...body }, fault) } : answer;
}

function alteredBody(body: Record<string, unknown>, fault: Exclude<Alteration, { kind: "clock_skew" }>): unknown {
  switch (fault.kind) {
    case "missing_fields":
      return Object.fromEntries(Object.entries(body).filter(([name]) => !fault.fields.includes(name)));
    case "renamed_field":
      return Object.fromEntries(Object.entries(body).map(([name, value]) => [name === fault.from ? fault.to : name, value]));
    case "overlay":
      return { ...body, ...fault.fields };
    case "camel_case":
      return {
        ...(fault.keepSnakeCase && body),
        ...Object.fromEntries(Object.entries(body).map(([name, value]) => [camelCase(name), value])),
      };
    case "numeric_conversation_id":
      return withId(
        body,
        Number(
          String(body["conversation_id"] ?? body["id"])
            .replaceAll(/\D/g, "")
            .slice(0, 15),
        ),
      );
    case "wrong_conversation_id":
      return withId(body, fault.id);
    case "oversized":
      return "data" in body
        ? { ...body, data: { ...(body["data"] as object | null), oversized: "x".repeat(fault.bytes) } } // spreading null is nothing
        : { ...body, response: "x".repeat(fault.bytes) };
    case "awkward_text":
      return { ...body, response: awkwardText[fault.sample] };
    case "bare_array":
      return body["conversations"] ?? [body];
  }
}

/** Chat answers call it `conversation_id`, handoff states `id`. */
function withId(body: Record<string, unknown>, id: unknown): Record<string, unknown> {
  return "conversation_id" in body ? { ...body, conversation_id: id } : { ...body, id };
}

function camelCase(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function skewed(value: unknown, ms: number): unknown {
  if (typeof value === "string" && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return new Date(Date.parse(value) + ms).toISOString();
  if (Array.isArray(value)) return value.map((each) => skewed(each, ms));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, skewed(each, ms)]));
}
