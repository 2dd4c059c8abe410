// Any desk that speaks our signed webhooks. The format is described in webhook.md, whose examples are tested.
import { createHash } from "node:crypto";
import * as z from "zod";
import { CallError } from "../call.ts";
import { wallTime } from "../clock.ts";
import { newId } from "../random.ts";
import { secretSetting } from "../secret-setting.ts";
import { Secret, sign, verify } from "../standard-webhooks.ts";
import { PictureAddress } from "./connector-body.ts";
import { defineConnector, type Delivery, type VendorChat, type VendorNews } from "./connector.ts";

export default defineConnector({
  settings: z.strictObject({
    /** Where the desk takes what happens on the visitor's side. */
    url: z.url({ protocol: /^https?$/ }),
    /** Each of them signs what we send and is believed on what we receive: add the new one, change the desk, drop the old one. */
    secrets: z.array(secretSetting(Secret)).min(1).max(5),
  }),

  abilities: { typing: true, read: true, files: true, maxLineLength: 10_000 },

  connect({ url, secrets }, call) {
    return {
      async availability(destination) {
        try {
          const answer = AvailabilityAnswer.parse(await tell(newId(), { type: "handoff.availability", data: { destination } }));
          return { state: answer.state, waitSeconds: answer.waitSeconds ?? null };
        } catch (error) {
          // A desk may not know the question, and then it is still worth asking for a person.
          if (error instanceof z.ZodError || isSayingNo(error)) return { state: "unknown", waitSeconds: null };
          throw error;
        }
      },
      async open(request) {
        const answer = RequestAnswer.safeParse(
          await tell(stableId("requested", request.handoff), { type: "handoff.requested", data: request }),
        );
        if (!answer.success) throw new CallError("refused", "webhook: handoff.requested was answered without a chat");
        const { chat, position, waitSeconds } = answer.data;
        return { chat: { ref: chat }, position: position ?? null, waitSeconds: waitSeconds ?? null, dropped: [] };
      },
      async attach({ ref }, context) {
        if (context.source === "page") {
          const attributes = context.data.told_not_proven;
          await tell(stableId("told", ref, context.at), { type: "handoff.told", data: { chat: ref, attributes } });
        } else await tell(stableId("context", ref, context.at), { type: "handoff.context", data: { chat: ref, context } });
      },
      async say({ ref }, line) {
        // `webhook-id` is an idempotency key, so a repeat needs no care
        await tell(stableId("line", ref, line.id), { type: "handoff.line", data: { chat: ref, line } });
      },
      async signal({ ref }, signal) {
        if (signal.type === "typing") await tell(newId(), { type: "handoff.typing", data: { chat: ref, on: signal.on } });
        else await tell(newId(), { type: "handoff.read", data: { chat: ref } });
      },
      async close({ ref }) {
        await tell(stableId("closed", ref), { type: "handoff.closed", data: { chat: ref } }).catch(unlessGone);
      },
      async forget({ ref }) {
        try {
          const answer = await tell(stableId("erased", ref), { type: "handoff.erased", data: { chat: ref } });
          return EraseAnswer.safeParse(answer).success ? "forgotten" : "by_hand"; // a desk may not know the word, and answers 2xx to that
        } catch (error) {
          if (error instanceof CallError && error.answer?.status === 404) return "forgotten"; // it has nothing of it
          if (isSayingNo(error) && !isDoubted(error)) return "by_hand";
          throw error;
        }
      },
      async examine() {
        try {
          await tell(newId(), { type: "handoff.availability", data: { destination: { queue: null, urgent: false } } });
          return [{ state: "good", says: "The desk believes the bridge's signature.", next: null }];
        } catch (error) {
          if (!(error instanceof CallError)) throw error;
          if (!isDoubted(error)) return []; // it need not know the question, and one that is away is found by asking for its queues
          const next = "Put one and the same secret into `secrets` and into the desk, and look at both clocks.";
          return [{ state: "bad", says: `The desk does not believe the bridge's signature (${error.answer?.status}).`, next }];
        }
      },
      inbound: {
        style: "webhook",
        receive: async ({ headers, body }: Delivery) => {
          const verdict = verify(secrets, headers, body, wallTime());
          if (!verdict.genuine) throw new CallError("forged", `webhook: ${verdict.why}`);
          return { news: read(verdict.id, body), reply: null };
        },
      },
    };

    async function tell(id: string, event: ToDesk): Promise<unknown> {
      const body = JSON.stringify(event);
      const headers = { "content-type": "application/json", ...sign(secrets, id, body, wallTime()) };
      return (await call({ to: new URL(url), method: "POST", headers, body })).body;
    }
  },
});

const Chat = z.string().min(1).max(200);
const Position = z.int().nonnegative().nullish();
const Seconds = z.number().nonnegative().nullish();
const Name = z.string().min(1).max(200);
const Agent = z.object({ id: z.string().max(200).nullish(), name: Name, picture: PictureAddress });

const Destination = z.object({ queue: z.string().nullable(), urgent: z.boolean() });
const Context = z.object({
  source: z.enum(["shared_id", "id"]),
  at: z.string(),
  data: z.record(z.string(), z.unknown()),
  /** What the assistant's topic calls the state of its handoff. */
  topicState: z.string().nullish(),
});
const Line = z.object({
  id: z.string(),
  by: z.enum(["visitor", "assistant", "agent"]),
  name: z.string().nullable(),
  text: z.string(),
  at: z.string(),
  /** A file of the visitor's; `text` then says the same in words, for a desk that shows no files. */
  file: z.object({ name: z.string(), type: z.string(), size: z.int(), url: z.url() }).optional(),
});

/** What the bridge tells the desk. A desk answers 2xx once it has kept the event, and ignores types it does not know. */
export const ToDesk = z.discriminatedUnion("type", [
  /** Somebody needs a person. The answer is `RequestAnswer`; the same `handoff` always gets the same chat. */
  z.object({
    type: z.literal("handoff.requested"),
    data: z.object({
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
        /** E.164: the visitor is gone, and wants to be called there. */
        phone: z.string().optional(),
        language: z.string().nullable(),
        page: z.object({ url: z.string(), title: z.string() }).nullable(),
        /** What else the page says of the visitor. */
        attributes: z.record(z.string(), z.string()).optional(),
        /** What the site has signed: verified. Everything else about the visitor was told by the page. */
        identity: z
          .object({
            id: z.string(),
            name: z.string().nullable(),
            email: z.string().nullable(),
            attributes: z.record(z.string(), z.string()),
          })
          .optional(),
      }),
      ids: z.object({ conversation: z.string(), sharedId: z.string(), assistantChat: z.string().nullable() }),
      utterance: z.string().nullable(),
      context: Context.nullable(),
      transcript: z.array(Line),
    }),
  }),
  /** The assistant's context, when it came later than the request. The latest one counts. */
  z.object({ type: z.literal("handoff.context"), data: z.object({ chat: Chat, context: Context }) }),
  /** The page has told more of the visitor since, in the place of `visitor.attributes` of the same names. `null`: taken back. */
  z.object({ type: z.literal("handoff.told"), data: z.object({ chat: Chat, attributes: z.record(z.string(), z.string().nullable()) }) }),
  /** Something was said after the request. */
  z.object({ type: z.literal("handoff.line"), data: z.object({ chat: Chat, line: Line }) }),
  /** The visitor began or stopped typing. */
  z.object({ type: z.literal("handoff.typing"), data: z.object({ chat: Chat, on: z.boolean() }) }),
  /** The visitor has seen everything the agent said so far. */
  z.object({ type: z.literal("handoff.read"), data: z.object({ chat: Chat }) }),
  /** Nobody is waiting for this chat any more. */
  z.object({ type: z.literal("handoff.closed"), data: z.object({ chat: Chat }) }),
  /** The visitor wants the conversation erased, whatever became of the chat. `EraseAnswer` says that nothing of it is left. */
  z.object({ type: z.literal("handoff.erased"), data: z.object({ chat: Chat }) }),
  /** Could somebody take this now? The answer is `AvailabilityAnswer`. */
  z.object({ type: z.literal("handoff.availability"), data: z.object({ destination: Destination }) }),
]);
type ToDesk = z.infer<typeof ToDesk>;

/** The desk's answer to `handoff.requested`: its own name for the chat, used by both sides from now on. */
export const RequestAnswer = z.object({ chat: Chat, position: Position, waitSeconds: Seconds });

/** The desk's answer to `handoff.erased`. Any other means that its owner has to erase the chat by hand. */
export const EraseAnswer = z.object({ erased: z.literal(true) });

/** The desk's answer to `handoff.availability`. */
export const AvailabilityAnswer = z.object({ state: z.enum(["open", "closed", "unknown"]), waitSeconds: Seconds });

/** What the desk tells the bridge, one event a delivery. The bridge ignores types it does not know, so a new one harms nobody. */
export const FromDesk = z.discriminatedUnion("type", [
  /** A person has picked the chat up, or taken it over. */
  z.object({ type: z.literal("agent.joined"), data: z.object({ chat: Chat, agent: Agent }) }),
  /** A person said something to the visitor. `private: true` keeps it among colleagues, should a desk send it at all. */
  z.object({
    type: z.literal("agent.said"),
    data: z
      .object({
        chat: Chat,
        agent: Agent.nullish(),
        text: z.string().max(50_000).default(""),
        format: z.enum(["plain", "markdown", "html"]).default("plain"),
        private: z.boolean().default(false),
        /** Where the bridge fetches a file that goes with it, within seconds. */
        file: z.object({ name: z.string().min(1).max(500), url: z.url().max(4_000) }).optional(),
      })
      .refine(({ text, file }) => text !== "" || file !== undefined, { error: "is neither text nor a file", path: ["text"] }),
  }),
  z.object({ type: z.literal("agent.typing"), data: z.object({ chat: Chat, on: z.boolean() }) }),
  /** The agent has seen everything the visitor said so far. */
  z.object({ type: z.literal("agent.read"), data: z.object({ chat: Chat }) }),
  /** The person went, the chat goes on: somebody else may join. */
  z.object({ type: z.literal("agent.left"), data: z.object({ chat: Chat }) }),
  /** The chat waits for a colleague or another queue. `to` is shown to the visitor. */
  z.object({ type: z.literal("chat.transferred"), data: z.object({ chat: Chat, to: Name.nullish() }) }),
  z.object({ type: z.literal("queue.moved"), data: z.object({ chat: Chat, position: Position, waitSeconds: Seconds }) }),
  /** The chat is over. Nothing is said in it afterwards. */
  z.object({ type: z.literal("chat.ended"), data: z.object({ chat: Chat }) }),
  /** Nobody will come. The bridge turns to what the site has planned for that. */
  z.object({
    type: z.literal("chat.failed"),
    data: z.object({ chat: Chat, reason: z.enum(["nobody_available", "out_of_hours", "refused"]) }),
  }),
]);
type FromDesk = z.infer<typeof FromDesk>;

const known: ReadonlySet<string> = new Set(FromDesk.options.map(({ shape }) => shape.type.value));

/** Verified bytes → news. Types of our own come back to us unknown, so a reflected delivery means nothing either. */
function read(id: string, body: Uint8Array): VendorNews[] {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch (cause) {
    throw new CallError("refused", "webhook: the body is not JSON in UTF-8", { cause });
  }
  const envelope = z.object({ type: z.string() }).safeParse(json);
  if (!envelope.success) throw new CallError("refused", "webhook: type: must be a string");
  if (!known.has(envelope.data.type)) return [];
  const event = FromDesk.safeParse(json);
  if (event.success) return translate(id, event.data);
  throw new CallError("refused", `webhook: ${event.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ")}`);
}

function translate(id: string, { type, data }: FromDesk): VendorNews[] {
  const about = { id, chat: { ref: data.chat } satisfies VendorChat };
  switch (type) {
    case "agent.joined":
      return [{ ...about, type: "agent_joined", agent: agentOf(data.agent) }];
    case "agent.said":
      if (data.private) return [];
      return [
        {
          ...about,
          type: "agent_said",
          agent: data.agent ? agentOf(data.agent) : null,
          text: data.text,
          format: data.format,
          ...(data.file && { file: data.file }),
        },
      ];
    case "agent.typing":
      return [{ ...about, type: "agent_typing", on: data.on }];
    case "agent.read":
      return [{ ...about, type: "agent_read" }];
    case "agent.left":
      return [{ ...about, type: "agent_left" }];
    case "chat.transferred":
      return [{ ...about, type: "transferred", to: data.to ?? null }];
    case "queue.moved":
      return [{ ...about, type: "queue_moved", position: data.position ?? null, waitSeconds: data.waitSeconds ?? null }];
    case "chat.ended":
      return [{ ...about, type: "ended" }];
    case "chat.failed":
      return [{ ...about, type: "failed", reason: data.reason === "refused" ? "vendor_refused" : data.reason }];
  }
}

function agentOf({ id, name, picture }: z.infer<typeof Agent>) {
  return { id: id ?? null, name, ...(picture && { picture }) };
}

/** The same for every attempt at one event, and free of the characters that an id of ours may bring along. */
function stableId(...parts: string[]): string {
  return `msg_${createHash("sha256").update(JSON.stringify(parts)).digest("base64url").slice(0, 32)}`;
}

function isSayingNo(error: unknown): error is CallError {
  return error instanceof CallError && (error.kind === "refused" || error.kind === "gone");
}

/** The desk does not believe the signature, which somebody will mend. */
function isDoubted({ answer }: CallError): boolean {
  return answer?.status === 401 || answer?.status === 403;
}

function unlessGone(error: unknown): null {
  if (error instanceof CallError && error.kind === "gone") return null; // closing a closed chat succeeds
  throw error;
}
