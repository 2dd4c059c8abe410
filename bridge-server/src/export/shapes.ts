import * as z from "zod";

// What the operators' API and the export both tell of a conversation. Snake case, as everywhere there.

const Text = z.string();
const MaybeText = z.string().nullable();
const Time = z.iso.datetime();

export const State = z.enum(["handoff_initiated", "handoff_completed", "handoff_failed"]);
export const Stage = z.enum(["initiated", "queued", "live", "ended", "abandoned", "failed", "erased"]);
export const AskedBy = z.enum(["assistant", "visitor", "fallback", "operator"]);
const Chat = z.strictObject({ connector: Text, ref: Text });
export const Phone = z
  .strictObject({ label: Text, number: Text })
  .nullable()
  .describe("What visitors are given to call, where it is no desk.");
const Outcome = z.strictObject({ resolution: MaybeText, wrap_up: MaybeText, rating: z.int().min(1).max(5).nullable() });

const LookedBack = z.strictObject({
  read_at: Time,
  turns: z.int().nullable(),
  transcript: z.enum(["on", "off"]),
  seconds: z.number().nullable(),
  metrics: z.record(Text, z.union([Text, z.array(Text)])),
});

export const Handoff = z.strictObject({
  id: Text,
  shared_id: Text,
  assistant_conversation_id: MaybeText,
  studio_url: MaybeText.describe("The assistant's conversation in Agent Studio."),
  state: State,
  topic_state: MaybeText,
  stage: Stage.exclude(["erased"]),
  cause: MaybeText,
  requested_by: AskedBy,
  destination: MaybeText,
  reason: MaybeText,
  utterance: MaybeText.describe("The assistant's last words before the handoff."),
  route: z.strictObject({ connector: MaybeText, queue: MaybeText, urgent: z.boolean(), phone: Phone, because: Text }).nullable(),
  chat: Chat.nullable(),
  agent: z.strictObject({ id: MaybeText, name: Text }).nullable(),
  outcome: Outcome.nullable(),
  looked_back: LookedBack.nullable().describe(
    "What PolyAI's own records told afterwards. The context is what its Handoff API told at the time.",
  ),
  context: z.strictObject({
    state: MaybeText,
    source: z.enum(["shared_id", "id", "headers"]).nullable(),
    read_at: Time.nullable(),
    data: z.record(Text, z.unknown()).nullable(),
    lacks: z.array(Text).describe("What should be known where it went, and is not."),
    dropped: z.array(Text).describe("What the desk had no room for, by name."),
  }),
  history: z.array(
    z.strictObject({ state: State, step: Text, at: Time, cause: MaybeText, by: MaybeText.describe("The operator who did it by hand.") }),
  ),
});

const Rich = z.strictObject({
  suggestions: z.array(z.strictObject({ text: Text, payload: MaybeText })),
  attachments: z.array(z.strictObject({ title: Text, url: Text, imageUrl: MaybeText, kind: z.enum(["link", "image"]), action: MaybeText })),
  calls: z.array(z.strictObject({ title: Text, number: Text })),
});
const SentFile = z.discriminatedUnion("state", [
  z.strictObject({ state: z.literal("kept"), name: Text, type: Text, size: z.int() }),
  z.strictObject({ state: z.literal("lost"), name: Text }),
]);

/** One line of a merged transcript. */
export const TranscriptLine = z.strictObject({
  seq: z.int(),
  at: Time,
  by: z.strictObject({ kind: z.enum(["visitor", "assistant", "agent", "system"]), name: MaybeText }),
  kind: Text.describe("`said`, or what else happened."),
  text: Text.describe("As it was said, with its file in words; of anything else a sentence in English."),
  format: z.enum(["plain", "markdown", "html"]).optional(),
  rich: Rich.optional().describe("Suggestions, cards and numbers to call that came with it."),
  file: SentFile.optional().describe("What came with it. `lost`: the agent has sent it, and it could not be taken."),
  language: Text.optional(),
});

/** Who the visitor is, as far as the site has signed it. */
export const Visitor = z.strictObject({ id: Text, name: MaybeText, email: MaybeText });
export const Page = z.strictObject({ url: Text, title: Text });
