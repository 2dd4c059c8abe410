// What the bridge sends to a desk and what a desk sends back, as the webhook connector's page describes it. Written here a second
// time on purpose: the desk is somebody else's program and knows the bridge by nothing but these deliveries.
import * as z from "zod";

const Context = z.object({ source: z.string(), at: z.string(), data: z.record(z.string(), z.unknown()) });
const Line = z.object({
  id: z.string(),
  by: z.enum(["visitor", "assistant", "agent"]),
  name: z.string().nullable().default(null),
  text: z.string(),
  at: z.string(),
  file: z.object({ name: z.string(), type: z.string(), size: z.number(), url: z.string() }).optional(),
});
const Destination = z.object({ queue: z.string().nullable(), urgent: z.boolean().default(false) });

export const HandoffRequest = z.object({
  handoff: z.string(),
  site: z.string(),
  destination: Destination,
  requested: z.object({
    destination: z.string(),
    reason: z.string().nullable(),
    by: z.enum(["assistant", "visitor", "fallback", "operator"]),
  }),
  isVisitorWaiting: z.boolean(),
  visitor: z.object({
    name: z.string().nullable(),
    email: z.string().nullable(),
    phone: z.string().optional(),
    language: z.string().nullable(),
    page: z.object({ url: z.string(), title: z.string() }).nullable(),
    attributes: z.record(z.string(), z.string()).optional(),
    identity: z
      .object({ id: z.string(), name: z.string().nullable(), email: z.string().nullable(), attributes: z.record(z.string(), z.string()) })
      .optional(),
  }),
  ids: z.object({ conversation: z.string(), sharedId: z.string(), assistantChat: z.string().nullable() }),
  utterance: z.string().nullable(),
  context: Context.nullable(),
  transcript: z.array(Line),
});

/** What the bridge may tell the desk. */
export const FromBridge = z.discriminatedUnion("type", [
  z.object({ type: z.literal("handoff.requested"), data: HandoffRequest }),
  z.object({ type: z.literal("handoff.context"), data: z.object({ chat: z.string(), context: Context }) }),
  z.object({
    type: z.literal("handoff.told"),
    data: z.object({ chat: z.string(), attributes: z.record(z.string(), z.string().nullable()) }),
  }),
  z.object({ type: z.literal("handoff.line"), data: z.object({ chat: z.string(), line: Line }) }),
  z.object({ type: z.literal("handoff.typing"), data: z.object({ chat: z.string(), on: z.boolean() }) }),
  z.object({ type: z.literal("handoff.read"), data: z.object({ chat: z.string() }) }),
  z.object({ type: z.literal("handoff.closed"), data: z.object({ chat: z.string() }) }),
  z.object({ type: z.literal("handoff.erased"), data: z.object({ chat: z.string() }) }),
  z.object({ type: z.literal("handoff.availability"), data: z.object({ destination: Destination }) }),
]);

export const knownTypes: ReadonlySet<string> = new Set(FromBridge.options.map(({ shape }) => shape.type.value));

/** What the bridge announces to whoever asked to be told, as `announce.md` describes it: of all that, what the desk makes use of. */
export const Announcement = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("handoff.ended"),
    data: z.object({
      site: z.string(),
      conversation: z.string(),
      shared_id: z.string(),
      cause: z.string().nullable(),
      handoff: z.object({
        id: z.string(),
        requested_by: z.enum(["assistant", "visitor", "fallback", "operator"]),
        destination: z.string().nullable(),
        reason: z.string().nullable(),
        route: z.object({ connector: z.string().nullable(), queue: z.string().nullable(), urgent: z.boolean() }).nullable(),
      }),
    }),
  }),
  z.object({ type: z.literal("conversation.erased"), data: z.object({ conversation: z.string() }) }),
]);

/** What `GET /v1/handoffs` answers of a conversation, likewise. */
export const KnownHandoffs = z.object({
  handoffs: z.array(
    z.object({
      id: z.string(),
      context: z.object({
        source: z.string().nullable(),
        read_at: z.string().nullable(),
        data: z.record(z.string(), z.unknown()).nullable(),
      }),
    }),
  ),
});

/** What the desk tells the bridge about one chat. */
export type ToBridge =
  | { type: "agent.joined"; agent: WireAgent }
  | { type: "agent.said"; agent: WireAgent; text: string; format: "plain"; file?: { name: string; url: string } }
  | { type: "agent.typing"; on: boolean }
  | { type: "agent.read" }
  | { type: "chat.transferred"; to: string }
  | { type: "queue.moved"; position: number; waitSeconds: number }
  | { type: "chat.ended" }
  | { type: "chat.failed"; reason: "nobody_available" | "out_of_hours" | "refused" };

export interface WireAgent {
  id: string;
  name: string;
  picture?: string;
}

export type FromBridge = z.infer<typeof FromBridge>;
export type Announcement = z.infer<typeof Announcement>;
export type HandoffRequest = z.infer<typeof HandoffRequest>;
export type Context = z.infer<typeof Context>;
export type Line = z.infer<typeof Line>;
