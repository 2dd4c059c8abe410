import * as z from "zod";
import { roles } from "../config-roles.ts";

// What the operators' API answers with, from which its description is made and to which its answers are held. Snake case, as everywhere there.

const Time = z.iso.datetime();
const Text = z.string();
const MaybeText = z.string().nullable();
const Next = MaybeText.describe("Write it into `cursor` to get the page after this one.");

export const State = z.enum(["handoff_initiated", "handoff_completed", "handoff_failed"]);
export const Stage = z.enum(["initiated", "queued", "live", "ended", "abandoned", "failed", "erased"]);
export const Phase = z.enum(["automated", "handoff_initiated", "queued", "live", "failed", "ended"]);
const AskedBy = z.enum(["assistant", "visitor", "fallback", "operator"]);
const Chat = z.strictObject({ connector: Text, ref: Text });

export const Me = z.strictObject({ name: Text, role: z.enum(roles) });

export const ListedHandoff = z.strictObject({
  id: Text,
  site: Text,
  conversation: Text,
  shared_id: MaybeText,
  assistant_conversation_id: MaybeText,
  state: State.nullable().describe("null: it is erased."),
  topic_state: MaybeText.describe("The state that the assistant's own topic gave it."),
  stage: Stage,
  cause: MaybeText.describe("Why it failed, or who ended it."),
  requested_by: AskedBy.nullable(),
  destination: MaybeText,
  reason: MaybeText,
  connector: MaybeText,
  queue: MaybeText,
  agent: MaybeText,
  tries: z.int().describe("Tries that failed and were repeated."),
  fell_back_to: z.array(Text),
  resolution: MaybeText,
  step: Text.describe("What happened to it last."),
  began_at: Time,
  accepted_at: Time.nullable().describe("When the first person came."),
  changed_at: Time,
  change: z.int().describe("Counts what happened to handoffs. The greatest is the latest."),
});
export const HandoffList = z.strictObject({
  handoffs: z.array(ListedHandoff),
  next: Next,
  change: z.int().describe("Whoever follows the events after it misses none that this page does not show."),
});

const Outcome = z.strictObject({ resolution: MaybeText, wrap_up: MaybeText, rating: z.int().min(1).max(5).nullable() });
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
  route: z.strictObject({ connector: Text, queue: MaybeText, urgent: z.boolean(), because: Text }).nullable(),
  chat: Chat.nullable(),
  agent: z.strictObject({ id: MaybeText, name: Text }).nullable(),
  outcome: Outcome.nullable(),
  context: z.strictObject({
    state: MaybeText,
    source: z.enum(["shared_id", "id", "headers"]).nullable(),
    read_at: Time.nullable(),
    data: z.record(Text, z.unknown()).nullable(),
    dropped: z.array(Text).describe("What the desk had no room for, by name."),
  }),
  history: z.array(
    z.strictObject({ state: State, step: Text, at: Time, cause: MaybeText, by: MaybeText.describe("The operator who did it by hand.") }),
  ),
});
export const HandoffsOfConversation = z.strictObject({ site: Text, conversation: Text, handoffs: z.array(Handoff) });

export const Steered = z.strictObject({
  site: Text,
  conversation: Text,
  handoff: Text.describe("The one to look at from now on."),
});
export const Reported = z.strictObject({
  site: Text,
  conversation: Text,
  handoff: MaybeText.describe("null: it is about the conversation."),
});

const ListedConversation = z.strictObject({
  site: Text,
  id: Text,
  phase: Phase,
  ended_by: MaybeText,
  language: MaybeText.describe("BCP 47: the one that the visitor came with."),
  began_at: Time,
  last_at: Time,
  handoffs: z.int(),
  state: State.nullable().describe("Of the latest handoff."),
});
export const ConversationList = z.strictObject({ conversations: z.array(ListedConversation), next: Next });
export const Conversation = z.strictObject({
  ...ListedConversation.omit({ handoffs: true, state: true }).shape,
  seen_at: Time,
  page: z.strictObject({ url: Text, title: Text }).nullable(),
  visitor: z.strictObject({ id: Text, name: MaybeText, email: MaybeText }).nullable().describe("As far as the site has signed it."),
  channel: MaybeText.describe("null: a page."),
  names: z.array(
    z.strictObject({
      kind: z.enum(["shared_id", "assistant_conversation_id", "handoff", "chat", "reference"]),
      value: Text,
      handoff: MaybeText,
      studio_url: MaybeText,
    }),
  ),
  handoffs: z.array(ListedHandoff),
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
export const Transcript = z.strictObject({
  site: Text,
  conversation: Text,
  lines: z.array(
    z.strictObject({
      seq: z.int(),
      at: Time,
      by: z.strictObject({ kind: z.enum(["visitor", "assistant", "agent", "system"]), name: MaybeText }),
      kind: Text.describe("`said`, or what else happened."),
      text: Text.describe("As it was said, with its file in words; of anything else a sentence in English."),
      format: z.enum(["plain", "markdown", "html"]).optional(),
      rich: Rich.optional().describe("Suggestions, cards and numbers to call that came with it."),
      file: SentFile.optional().describe("What came with it. `lost`: the agent has sent it, and it could not be taken."),
      language: Text.optional(),
    }),
  ),
  next: z.int().nullable().describe("Write it into `after` to get what follows."),
});

const Priority = z.enum(["normal", "urgent"]);
const Scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
export const Destinations = z.strictObject({
  destinations: z.array(
    z.strictObject({
      site: Text,
      name: MaybeText.describe("null: the default route."),
      is_default: z.boolean(),
      route: z.strictObject({
        connector: Text,
        queue: MaybeText,
        priority: Priority,
        when: z
          .strictObject({
            reason: z.array(Text).nullable(),
            context: z.record(Text, z.array(Scalar)),
            language: z.array(Text).nullable(),
            outside_hours: MaybeText,
          })
          .nullable()
          .describe("What has to hold beside the hours."),
        hours: MaybeText,
        open_now: z.boolean(),
        fallback: z.array(z.looseObject({ to: Text })),
      }),
      last_accepted_at: Time.nullable(),
      failure_rate_24h: z.number().min(0).max(1).nullable().describe("null: there were none."),
      handoffs_24h: z.int(),
    }),
  ),
  unknown: z
    .array(z.strictObject({ site: Text, name: Text, times: z.int(), last_at: Time }))
    .describe("What handoffs of the last seven days asked for and no route has."),
});
export const DryRunAnswer = z.strictObject({
  destination: MaybeText,
  connector: MaybeText,
  queue: MaybeText,
  priority: Priority.nullable(),
  open: z.boolean(),
  because: z.array(Text),
});

export const Work = z.strictObject({
  site: Text,
  conversation: Text,
  work: z.array(
    z.strictObject({
      id: z.int(),
      task: Text,
      state: z.enum(["waiting", "under_way", "kept"]),
      attempt: z.int(),
      since: Time.nullable(),
      due_at: Time.nullable(),
      lane: MaybeText.describe("Jobs of one lane are done one after the other."),
      handoff: MaybeText,
    }),
  ),
});
export const Delivery = z.strictObject({
  id: z.int(),
  state: z.enum(["kept", "waiting"]).describe("waiting: it is owed once more."),
  to: Text,
  event_id: Text.describe("The `webhook-id` that the receiver knows it by."),
  type: Text,
  site: Text,
  conversation: Text,
  handoff: MaybeText,
  cause: MaybeText,
  happened_at: Time.nullable(),
});
export const Deliveries = z.strictObject({ deliveries: z.array(Delivery), next: Next });

const Unused = z.strictObject({ name: Text, because: Text });
const CallHandoff = z.strictObject({ id: Text, state: State, stage: Stage, destination: MaybeText, reason: MaybeText });
export const CallContext = z.strictObject({
  site: Text,
  shared_id: MaybeText,
  stored: z.enum(["found", "missing", "foreign", "unreachable"]),
  handoff: CallHandoff.nullable(),
  context: z.record(Text, z.strictObject({ value: z.unknown(), from: z.enum(["assistant", "header"]) })),
  missing: z.array(Text),
  unread: z.array(Unused),
});
export const CallHeaders = z.strictObject({
  site: Text,
  handoff: CallHandoff,
  headers: z.array(z.strictObject({ name: Text, value: Text })),
  missing: z.array(Text),
  unwritten: z.array(Unused),
});

/** PolyAI's own shapes, as its Handoff API has them. */
export const HandoffStateOfPolyai = z.strictObject({ id: MaybeText, shared_id: Text, data: z.record(Text, z.unknown()) });
export const ErrorOfPolyai = z.strictObject({
  success: z.literal(false),
  error: Text,
  error_id: Text,
  error_code: Text,
  error_message: Text,
  data: z.null(),
});

/** RFC 9457. */
export const Problem = z.strictObject({
  type: z.literal("about:blank"),
  title: Text,
  status: z.int(),
  code: Text.describe("One of a closed list: what programs go by."),
  detail: Text.optional().describe("A sentence for whoever asked."),
  retryAfter: z.int().optional().describe("Seconds."),
});
