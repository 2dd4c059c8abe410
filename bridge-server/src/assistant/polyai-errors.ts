// What a failed call to PolyAI means. Its own codes are finer than HTTP's, in several spellings and several envelopes.
import { CallError, type CallErrorKind } from "../call.ts";
import { field, isBody } from "./polyai-answer.ts";

export type Operation = "create" | "respond" | "close" | "handoff_state" | "conversations";

/** What PolyAI says about a failure. `id` is what its support asks for. */
export interface Complaint {
  message: string | null;
  code: string | null;
  id: string | null;
}

/** A `CallError` with PolyAI's own words beside it, for operators. They may quote what was sent, so they are not in `message`. */
export class PolyaiError extends CallError {
  override name = "PolyaiError";
  readonly complaint: Complaint;
  constructor(kind: CallErrorKind, { message, answer }: CallError, complaint: Complaint) {
    const { code, id } = complaint;
    super(kind, `polyai: ${message}${code ? ` ${code}` : ""}${id ? ` (error ${id})` : ""}`, { answer });
    this.complaint = complaint;
  }
}

/** The same failure, of the kind that PolyAI's code for it gives it. */
export function translated(error: CallError, operation: Operation): PolyaiError {
  const complaint = error.answer
    ? complaintIn(parsed(error.answer.excerpt), error.answer.headers)
    : { message: null, code: null, id: null };
  return new PolyaiError(kindOf(error, operation, complaint.code), error, complaint);
}

/** The first of each that any of PolyAI's error shapes has. */
export function complaintIn(body: unknown, headers: Record<string, string>): Complaint {
  const first = (...names: string[]) => {
    const values = isBody(body) ? names.map((name) => field(body, name)) : [];
    return values.find((value): value is string => typeof value === "string" && value.trim() !== "");
  };
  return {
    message: first("error_message", "message", "detail", "error")?.slice(0, 300) ?? null,
    code: identifier(isBody(body) ? field(body, "error_code") : null),
    id: identifier(first("error_id")) ?? identifier(headers["x-polyai-correlation-id"]),
  };
}

function kindOf({ kind, answer }: CallError, operation: Operation, code: string | null): CallErrorKind {
  // Bare of a Retry-After, a gateway's 503 may hide a turn that was taken: only an explicit "later" makes repeating it safe (D9).
  if (operation === "respond" && answer?.status === 503 && kind === "unreachable") return "unclear";
  if (kind !== "refused" && kind !== "gone") return kind;
  // "CHAT_CONVERSATION_ENDED" on the wire, "ChatConversationEnded" in the documentation.
  const name = code?.replaceAll("_", "").toLowerCase() ?? "";
  if (wrongPlace.has(name) || operation === "create") return "refused";
  return kind === "gone" || over.has(name) ? "gone" : "refused";
}

/** The path's ids are wrong, often because the workspace lives in another region: nothing is over. */
const wrongPlace = new Set(["accountnotfound", "1002", "projectnotfound", "15001"]);
const over = new Set(["chattimeout", "4002", "chatconversationended", "conversationsnotfound", "5001"]);

function parsed(excerpt: string): unknown {
  try {
    return JSON.parse(excerpt);
  } catch {
    return null; // a gateway's page: nothing in it is meant for us
  }
}

/** Codes and ids go into logs, so nothing else may pass for one. */
function identifier(value: unknown): string | null {
  const name = typeof value === "number" ? String(value) : value;
  return typeof name === "string" && /^[\w.:-]{1,100}$/.test(name) ? name : null;
}
