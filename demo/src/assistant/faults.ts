import { z } from "zod";
import { awkwardTexts } from "./awkward-texts.ts";
import type { Random } from "./random.ts";
import type { Route } from "./request-log.ts";

const aim = {
  route: z.enum(["any", "create", "respond", "close", "handoff_state", "conversations"]).default("any"),
  /** How often it strikes; absent: until cleared. */
  times: z.number().int().positive().optional(),
  /** How many matching requests it lets pass first. */
  skip: z.number().int().nonnegative().default(0),
  probability: z.number().min(0).max(1).default(1),
};
/** Whether the request is carried out before its answer is replaced. */
const processed = z.boolean().default(false);

function kind<K extends string, S extends z.ZodRawShape>(name: K, shape: S) {
  return z.strictObject({ kind: z.literal(name), ...aim, ...shape });
}

/** Comes first, and adds up. */
const delays = [kind("latency", { ms: z.number().nonnegative(), jitterMs: z.number().nonnegative().default(0) })] as const;

/** Takes the place of the answer. Only the first that fits strikes. */
const replacements = [
  kind("status", {
    status: z.number().int().min(400).max(599),
    code: z.string().optional(),
    message: z.string().optional(),
    retryAfter: z
      .union([z.strictObject({ seconds: z.number() }), z.strictObject({ dateInMs: z.number() }), z.strictObject({ text: z.string() })])
      .optional(),
    processed,
  }),
  kind("success_false", { status: z.number().int().default(200), code: z.string().default("INTERNAL_ERROR"), processed }),
  kind("html_body", { status: z.number().int().default(502), processed }),
  kind("empty_body", { status: z.number().int().default(200), processed }),
  kind("redirect", {
    status: z.union([z.literal(301), z.literal(302), z.literal(303), z.literal(307), z.literal(308)]).default(307),
    location: z.string(),
    processed,
  }),
  /** The connection stays open, silent. */
  kind("never_answers", { processed }),
  /** The connection is reset without a byte of answer. */
  kind("reset", { processed }),
  /** A turn that was taken, and nobody told: carried out, then reset. */
  kind("answer_lost", {}),
  /** This request is reset, and for a while nobody listens at all. */
  kind("refuse_connections", { forMs: z.number().positive() }),
] as const;

/** The request arrives twice, as from a proxy that repeats; the second answer is the one that is sent. */
const repetitions = [kind("duplicate_delivery", {})] as const;

/** Changes an answer of 2xx. All that fit strike, in order. */
const alterations = [
  kind("missing_fields", { fields: z.array(z.string()).min(1) }),
  kind("renamed_field", { from: z.string(), to: z.string() }),
  kind("overlay", { fields: z.record(z.string(), z.unknown()) }),
  kind("camel_case", { keepSnakeCase: z.boolean().default(false) }),
  kind("numeric_conversation_id", {}),
  kind("wrong_conversation_id", { id: z.string().default("CONV-0000000000") }),
  kind("oversized", { bytes: z.number().int().positive().default(5_000_000) }),
  kind("awkward_text", { sample: z.enum(awkwardTexts) }),
  kind("clock_skew", { ms: z.number() }),
  kind("bare_array", {}),
] as const;

/** Spoils an answer on its way. Only the first that fits strikes. */
const deliveries = [
  kind("truncated_json", {}),
  kind("wrong_content_type", { contentType: z.string().default("text/plain") }),
  kind("reset_mid_body", {}),
  kind("slow_body", { bytesPerSecond: z.number().positive().default(1) }),
] as const;

export const faultSchema = z.discriminatedUnion("kind", [...delays, ...replacements, ...repetitions, ...alterations, ...deliveries]);

export type Fault = z.infer<typeof faultSchema>;
/** A fault as it is asked for: everything with a default may be left out. */
export type FaultRequest = z.input<typeof faultSchema>;
export type Replacement = z.infer<(typeof replacements)[number]>;
export type Alteration = z.infer<(typeof alterations)[number]>;
export type Delivery = z.infer<(typeof deliveries)[number]>;

/** What is going to go wrong with one request. */
export interface Misfortune {
  delayMs: number;
  replacement: Replacement | null;
  twice: boolean;
  alterations: Alteration[];
  delivery: Delivery | null;
  kinds: Fault["kind"][];
}

/** Keeps the faults that are set and chooses, per request, which of them strike. */
export function createFaults(random: Random) {
  let active: Fault[] = [];

  return {
    add: (fault: FaultRequest) => void active.push(faultSchema.parse(fault)),
    list: (): readonly Fault[] => active,
    clear: () => void (active = []),
    strike,
  };

  function strike(route: Route): Misfortune {
    const latencies = take(delays, route, "all");
    const [replacement = null] = take(replacements, route, "first");
    // What is never carried out cannot be repeated or altered: those faults wait for a request that is.
    const isCarriedOut = replacement === null;
    const repeated = isCarriedOut ? take(repetitions, route, "first") : [];
    const altered = isCarriedOut ? take(alterations, route, "all") : [];
    const [delivery = null] = isCarriedOut ? take(deliveries, route, "first") : [];
    const struck = [...latencies, replacement, ...repeated, ...altered, delivery].filter((fault) => fault !== null);
    return {
      delayMs: latencies.reduce((sum, { ms, jitterMs }) => sum + ms + random() * jitterMs, 0),
      replacement,
      twice: repeated.length > 0,
      alterations: altered,
      delivery,
      kinds: struck.map(({ kind }) => kind),
    };
  }

  function take<S extends readonly { shape: { kind: z.ZodLiteral<string> } }[]>(
    family: S,
    route: Route,
    how: "all" | "first",
  ): z.infer<S[number]>[] {
    const kinds = new Set(family.flatMap(({ shape }) => [...shape.kind.values]));
    const struck: Fault[] = [];
    for (const fault of active) {
      if (how === "first" && struck.length > 0) break;
      if (!kinds.has(fault.kind) || (fault.route !== "any" && fault.route !== route)) continue;
      if (fault.skip > 0) fault.skip -= 1;
      else if (random() < fault.probability) {
        struck.push({ ...fault });
        if (fault.times !== undefined) fault.times -= 1;
      }
    }
    active = active.filter(({ times }) => times !== 0);
    // The kinds were compared above, which the compiler cannot carry over to the family's own type.
    return struck as z.infer<S[number]>[];
  }
}

export type Faults = ReturnType<typeof createFaults>;
