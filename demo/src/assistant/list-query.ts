import { z } from "zod";
import { badFilter } from "./envelope.ts";
import type { Refusal } from "./envelope.ts";
import type { AgentOptions } from "./options.ts";

/** What a list request asks for, checked. Filters that its version does not know are ignored. */
export interface ListQuery {
  environment: string;
  from: number;
  to: number;
  channels: string[];
  variant: string | null;
  inProgress: boolean | null;
  limit: number;
  offset: number;
  /** The id of the last conversation already seen. Wins over `offset`. */
  cursor: string | null;
  sample: boolean;
  words: string | null;
  turnType: "user" | "agent" | null;
  includeLatency: boolean;
}

const flag = z.enum(["true", "false"]).transform((text) => text === "true");
const instant = z
  .string()
  .transform((text) => Date.parse(/[zZ]|[+-]\d\d:?\d\d$/.test(text) || !text.includes("T") ? text : `${text}Z`))
  .refine((time) => !Number.isNaN(time), "must be an ISO 8601 time");

function schemaFor(version: "v1" | "v2" | "v3", { listLimit }: AgentOptions) {
  return z.object({
    client_env: z.enum(["sandbox", "pre-release", "live"]).default("live"),
    start_time: instant.optional(),
    end_time: instant.optional(),
    variant_id: z.string().optional(),
    variant_name: z.string().optional(),
    in_progress: flag.optional(),
    limit: z.coerce
      .number()
      .int()
      .min(1)
      .max(version === "v1" ? 5000 : 1000)
      .default(version === "v1" ? 5 : listLimit),
    offset: z.coerce.number().int().min(0).default(0),
    cursor: z
      .string()
      .regex(/^[\w-]+$/, "malformed")
      .optional(),
    sample: z.enum(["random"]).optional(),
    query_type: z.enum(["transcript", "semantic"]).optional(),
    query: z.string().min(1).optional(),
    turn_type: z.enum(["user", "agent"]).optional(),
    include_latency: flag.default(false),
  });
}

const onlySinceV2 = new Set(["cursor", "sample", "query_type", "query", "turn_type", "include_latency", "channel"]);

export function parseListQuery(version: "v1" | "v2" | "v3", params: URLSearchParams, options: AgentOptions): ListQuery | Refusal {
  const known = [...params].filter(([name]) => version !== "v1" || !onlySinceV2.has(name));
  const parsed = schemaFor(version, options).safeParse(Object.fromEntries(known));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return badFilter(`${String(issue?.path[0])}: ${issue?.message ?? "malformed"}`);
  }
  const { data } = parsed;
  const searches = data.query_type !== undefined || data.sample !== undefined;
  if (searches && (data.start_time === undefined || data.end_time === undefined))
    return badFilter("start_time and end_time are required with query_type and sample.");
  if (data.query_type !== undefined && data.sample !== undefined) return badFilter("query_type excludes sample.");
  if (data.query_type !== undefined && data.query === undefined) return badFilter("query_type needs query.");
  if (data.variant_id !== undefined && data.variant_name !== undefined) return badFilter("Give variant_id or variant_name.");
  return {
    environment: data.client_env,
    from: data.start_time ?? -Infinity,
    to: data.end_time ?? Infinity,
    channels: known.filter(([name]) => name === "channel").map(([, value]) => (value.toLowerCase() === "chat" ? "webchat" : value)),
    variant: data.variant_id ?? data.variant_name ?? null,
    inProgress: data.in_progress ?? null,
    limit: data.limit,
    offset: data.offset,
    cursor: data.cursor === undefined ? null : Buffer.from(data.cursor, "base64url").toString(),
    sample: data.sample !== undefined,
    words: data.query_type === undefined ? null : (data.query ?? null),
    turnType: data.turn_type ?? null,
    includeLatency: data.include_latency,
  };
}
