import { AsyncLocalStorage } from "node:async_hooks";
import { pino } from "pino";

/** What a log line may hold. Message text, context and secrets have no field here (T43). */
export interface LogEvent {
  event: string;
  level: LogLevel;
  site?: string;
  conversation?: string;
  handoff?: string;
  connector?: string;
  channel?: string;
  job?: number;
  task?: string;
  kind?: string;
  state?: string;
  status?: number;
  ms?: number;
  /** How many, of whatever the event counts. */
  count?: number;
  operation?: string;
  correlationId?: string;
  theirCorrelationId?: string;
  errorId?: string;
  code?: string;
  /** What went wrong: of a call, method, host, path and status; of anything else what `faultOf` says. */
  error?: string;
  because?: string;
  hint?: string;
  /** Names, never values. */
  fields?: string[];
  port?: number;
  /** Another machine or page that is, or says it is, the site's own: an address of its phone system, the origin of a page. Never a visitor's. */
  source?: string;
}

export type LogLevel = "debug" | "info" | "warn" | "error";
export type Log = (event: LogEvent) => void;

/** Whom work is about. Every line that is logged meanwhile says so by itself. */
export type About = Pick<LogEvent, "site" | "conversation" | "handoff" | "job" | "task">;

type Field = Exclude<keyof LogEvent, "event" | "level">;
/** The list once more, for what reaches a log from code that the compiler has not seen. */
const allowed: Record<Field, true> = {
  site: true,
  conversation: true,
  handoff: true,
  connector: true,
  channel: true,
  job: true,
  task: true,
  kind: true,
  state: true,
  status: true,
  ms: true,
  count: true,
  operation: true,
  correlationId: true,
  theirCorrelationId: true,
  errorId: true,
  code: true,
  error: true,
  because: true,
  hint: true,
  fields: true,
  port: true,
  source: true,
};
const FIELDS = Object.keys(allowed) as Field[]; // the keys just written

const LEVELS: LogLevel[] = ["debug", "info", "warn", "error"];
const LONGEST = 2_000;
/** Of what nobody reads from the pipe, so much waits; then lines are dropped rather than visitors held up. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024;
const FRAMES = 8;

const present = new AsyncLocalStorage<About>();

/** One JSON object a line, newest last. A line break in a value cannot start a new line (T44). */
export function createLog(lines: { write(line: string): void }, { now, level = "info" }: { now(): Date; level?: LogLevel }): Log {
  const logger = pino(
    {
      level,
      base: null,
      messageKey: "event",
      timestamp: () => `,"at":"${now().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    lines,
  );
  return (event) => {
    if (logger.isLevelEnabled(event.level)) logger[event.level](held({ ...present.getStore(), ...event }), event.event);
  };
}

/** Standard error, written beside the event loop: whoever reads it slowly, or not at all, holds nobody up. What waits is written at exit. */
export function standardError() {
  const lines = pino.destination({ dest: 2, sync: false, maxLength: MAX_WAITING_BYTES });
  return Object.assign(lines, { flush: () => lines.flushSync() });
}

/** What `BATON_LOG` asks for; `null` when that is no level. */
export function levelFrom(word: string | undefined): LogLevel | null {
  if (word === undefined || word === "") return "info";
  return LEVELS.find((level) => level === word) ?? null;
}

/** Lines that are logged while `run` is under way, wherever, say whom they are about. */
export function logAbout<T>(about: About, run: () => T): T {
  return present.run(about, run);
}

/** An error's class, code and place. Never its message: it may quote what a visitor said, or what another system did (T43). */
export function faultOf(error: unknown): string {
  if (!(error instanceof Error)) return `threw a ${typeof error}`;
  const code = "code" in error && typeof error.code === "string" && /^\w{1,40}$/.test(error.code) ? ` ${error.code}` : "";
  const cause = error.cause instanceof Error && error.cause !== error ? `; caused by ${faultOf(error.cause)}` : "";
  return `${/^\w{1,60}$/.test(error.name) ? error.name : "Error"}${code}${framesOf(error)}${cause}`;
}

function framesOf({ stack = "", message }: Error): string {
  const said = message === "" ? -1 : stack.indexOf(message);
  const frames = (said === -1 ? stack : stack.slice(said + message.length)).match(/^ +at .*$/gm) ?? [];
  return frames
    .slice(0, FRAMES)
    .map((frame) => ` ${frame.trim()}`)
    .join("");
}

function held(event: LogEvent): Partial<LogEvent> {
  const kept: Record<string, unknown> = {};
  for (const field of FIELDS) {
    const value = event[field];
    if (value !== undefined) kept[field] = typeof value === "string" && value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value;
  }
  return kept;
}
