/** What a log line may hold. Message text, context and secrets have no field here (T43). */
export interface LogEvent {
  event: string;
  level: "info" | "warn" | "error";
  site?: string;
  conversation?: string;
  handoff?: string;
  connector?: string;
  job?: number;
  task?: string;
  kind?: string;
  state?: string;
  status?: number;
  ms?: number;
  operation?: string;
  correlationId?: string;
  errorId?: string;
  code?: string;
  /** What went wrong, in the words of whoever noticed. Calls name method, host and path, never a body. */
  error?: string;
  because?: string;
  hint?: string;
  /** Names, never values. */
  fields?: string[];
  port?: number;
}

export type Log = (event: LogEvent) => void;

/** One JSON object a line, newest last. A line break in a value cannot start a new line (T44). */
export function createLog(write: (line: string) => void, now: () => Date): Log {
  return ({ event, level, ...rest }) => write(`${JSON.stringify({ at: now().toISOString(), level, event, ...rest })}\n`);
}
