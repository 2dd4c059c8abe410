/** An answer other than success. `code` and `message` go into the platform's error envelope. */
export interface Refusal {
  status: number;
  code: string;
  message: string;
  headers?: Record<string, string>;
}

export const refusals = {
  noKey: { status: 401, code: "AUTH_USER_UNAUTHORISED", message: "Missing or unknown API key." },
  expired: { status: 401, code: "AUTH_USER_INVALID_TOKEN", message: "The credential has expired." },
  badToken: { status: 401, code: "AUTH_USER_INVALID_TOKEN", message: "Missing or unknown connector token." },
  forbidden: { status: 403, code: "USER_ACCESS_FORBIDDEN", message: "The credential does not allow this." },
  noAccount: { status: 404, code: "ACCOUNT_NOT_FOUND", message: "Account not found." },
  noProject: { status: 404, code: "PROJECT_NOT_FOUND", message: "Project not found." },
  noRoute: { status: 404, code: "NOT_FOUND", message: "Not Found" },
  noConversation: { status: 404, code: "CONVERSATIONS_NOT_FOUND", message: "Conversation not found." },
  noHandoffState: { status: 404, code: "CONVERSATIONS_NOT_FOUND", message: "No handoff state found." },
  ended: { status: 410, code: "CHAT_CONVERSATION_ENDED", message: "Chat conversation ended" },
  timedOut: { status: 400, code: "CHAT_TIMEOUT", message: "Chat session exceeded the timeout limit." },
  turnInProgress: { status: 409, code: "CHAT_TURN_IN_PROGRESS", message: "Another turn of this conversation is in progress." },
  unsupportedMediaType: { status: 415, code: "UNSUPPORTED_MEDIA_TYPE", message: "The body must be application/json." },
} as const satisfies Record<string, Refusal>;

export function invalid(message: string): Refusal {
  return { status: 400, code: "SCHEMA_VALIDATION_FAILED", message };
}

export function badFilter(message: string): Refusal {
  return { status: 400, code: "GET_CONVERSATIONS_FILTER_PARSE_ERROR", message };
}

export type ErrorStyle = "envelope" | "short";

/** What goes back to the caller, before it is written on a socket. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

export function answer(body: unknown, status = 200): Answer {
  return { status, headers: {}, body };
}

/** A refusal as the platform writes it: six fields, or the one field that older routes still use. */
export function refused({ status, code, message, headers }: Refusal, errorId: string, style: ErrorStyle = "envelope"): Answer {
  const envelope = { success: false, error: message, error_id: errorId, error_code: code, error_message: message, data: null };
  return { status, headers: { ...headers }, body: style === "short" ? { error_message: message } : envelope };
}

export function isRefusal(thing: object): thing is Refusal {
  return "code" in thing;
}
