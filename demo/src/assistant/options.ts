import { z } from "zod";
import { conversationIdForms } from "./random.ts";

const milliseconds = z.number().nonnegative();
const closeStatus = z.union([z.literal(200), z.literal(404), z.literal(410)]);

/** Everything about one simulated agent that the platform leaves open or that projects configure differently. */
const agentOptions = z.strictObject({
  conversationIds: z.enum(conversationIdForms),
  /** 201 was answered until September 2025. */
  createStatus: z.union([z.literal(200), z.literal(201)]),
  /** Whether a `channel` outside the documented four is refused. */
  channels: z.enum(["lenient", "strict"]),
  /** Added to every turn, so that a demo does not answer inhumanly fast. */
  turnDelayMs: milliseconds,
  idleLimitMs: milliseconds.nullable(),
  maxMessageLength: z.number().int().positive().nullable(),
  /** What `respond` says to a conversation that is over, or never was. */
  endedAnswer: z.union([z.literal(410), z.literal(404)]),
  secondClose: closeStatus,
  /** What `close` says when the assistant itself ended the conversation or handed it off. */
  closeAfterEnd: closeStatus,
  /** Two turns of one conversation at once: one after the other, or 409 for the second. */
  parallelTurns: z.enum(["in_order", "refuse"]),
  /** Whether a turn with more to come says so; if not, its answer is merely short of words. */
  flagsDelayed: z.boolean(),
  /** The start function's habit of keeping `integration_attributes.shared_id`. Off: looking up by it finds nothing. */
  copySharedId: z.boolean(),
  /** The state variables that the project lets out at a handoff, and no others. */
  stateKeys: z.array(z.string()),
  /** State variable → the name under which it is let out. */
  aliases: z.record(z.string(), z.string()),
  sharedIdStateKey: z.string().nullable(),
  handoffVisibleAfterMs: milliseconds,
  handoffErrorStyle: z.enum(["short", "envelope"]),
  /** Looking up by `shared_id` has been seen to answer `id: null`. */
  idNullOnSharedLookup: z.boolean(),
  transcripts: z.boolean(),
  /** How many conversations a list has when nobody says; the platform's pages disagree. */
  listLimit: z.union([z.literal(5), z.literal(1000)]),
  /** The lists' schema has a boolean; some pages describe an object. */
  handoffInLists: z.enum(["boolean", "object"]),
  /** v1 lists may carry a glossary of metric names. */
  descriptions: z.boolean(),
  /** The headers of the gateway in front, as recorded. */
  gatewayHeaders: z.boolean(),
});

export type AgentOptions = z.infer<typeof agentOptions>;

/** A change to options: what is not named stays as it was. */
export const optionsChange = agentOptions.partial();

export type OptionsChange = z.infer<typeof optionsChange>;

export const defaultOptions: AgentOptions = {
  conversationIds: "CONV",
  createStatus: 200,
  channels: "lenient",
  turnDelayMs: 0,
  idleLimitMs: null,
  maxMessageLength: null,
  endedAnswer: 410,
  secondClose: 200,
  closeAfterEnd: 200,
  parallelTurns: "in_order",
  flagsDelayed: true,
  copySharedId: true,
  stateKeys: [],
  aliases: {},
  sharedIdStateKey: "shared_id",
  handoffVisibleAfterMs: 0,
  handoffErrorStyle: "short",
  idNullOnSharedLookup: false,
  transcripts: true,
  listLimit: 1000,
  handoffInLists: "boolean",
  descriptions: false,
  gatewayHeaders: false,
};

export function withChange(options: AgentOptions, change: OptionsChange): AgentOptions {
  return agentOptions.parse({ ...options, ...Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) });
}
