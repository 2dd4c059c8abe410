import * as z from "zod";
import { deeds } from "../deeds.ts";
import { roles, scopes } from "../config-roles.ts";
import { AskedBy, Handoff, Page, Stage, State, TranscriptLine, Visitor } from "../export/shapes.ts";

export { Handoff, Stage, State };

// What the operators' API answers with, from which its description is made and to which its answers are held. Snake case, as everywhere there.

const Time = z.iso.datetime();
const Text = z.string();
const MaybeText = z.string().nullable();
const Next = MaybeText.describe("Write it into `cursor` to get the page after this one.");

export const Phase = z.enum(["automated", "handoff_initiated", "queued", "live", "failed", "ended"]);
export const Me = z.strictObject({
  name: Text,
  role: z.enum(roles),
  scopes: z.array(z.enum(scopes)).nullable().describe("null: whatever the role may."),
});

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

/** A handoff, and what can be done about it by hand as things stand. */
export const SteerableHandoff = z.strictObject({
  ...Handoff.shape,
  why_not: z
    .strictObject({ retry: MaybeText, reroute: MaybeText, close: MaybeText })
    .describe("Why it cannot be asked for again, asked for elsewhere or closed now; null: it can."),
});
export const HandoffsOfConversation = z.strictObject({ site: Text, conversation: Text, handoffs: z.array(SteerableHandoff) });

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
  page: Page.nullable(),
  told: z.record(Text, Text).describe("What the page has said of the visitor, by name. Nobody has proven it."),
  visitor: Visitor.nullable().describe("As far as the site has signed it."),
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
export const Transcript = z.strictObject({
  site: Text,
  conversation: Text,
  lines: z.array(TranscriptLine),
  next: z.int().nullable().describe("Write it into `after` to get what follows."),
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
export const KeptCount = z.strictObject({ kept: z.int() });
export const Replayed = z.strictObject({ replayed: z.int() });
export const Deliveries = z.strictObject({ deliveries: z.array(Delivery), next: Next });

const Place = z.strictObject({
  place: z.enum(["store", "files", "exports", "desk", "assistant"]),
  name: MaybeText.describe("The connector's."),
  outcome: z.enum(["erased", "waiting", "by_hand", "not_reached"]),
  at: Time.nullable(),
  because: MaybeText,
});
export const Erasure = z.strictObject({
  site: Text,
  conversation: Text,
  asked_by: z.enum(["visitor", "operator"]).nullable(),
  places: z.array(Place).describe("Where it was kept, and what became of it there."),
});
export const Erasures = z.strictObject({
  erasures: z.array(Erasure),
  ask_the_assistants_platform: z
    .array(z.strictObject({ site: Text, assistant_conversation_id: Text }))
    .describe("Told once: they are erased here, too."),
});

export const OptOut = z.strictObject({
  site: Text,
  channel: Text,
  thread: Text.describe("Of the site's address and the visitor's, as a JSON array of both: the first 32 digits of its SHA-256."),
  at: Time,
  by: z.enum(["visitor", "platform", "operator"]).describe("Who said so."),
  operator: MaybeText.describe("The name of whoever passed it on."),
});
export const OptOuts = z.strictObject({ opt_outs: z.array(OptOut), next: Next });

export const Deed = z.strictObject({
  number: z.int(),
  at: Time,
  who: z.strictObject({ name: Text, role: Text, key: MaybeText }),
  did: z.enum(deeds),
  about: z.record(Text, Text),
  hash: Text.describe("SHA-256 of the hash before it, the number and the line, each in a line of its own."),
});
export const Deeds = z.strictObject({ deeds: z.array(Deed), next: Next });
export const DeedsCheck = z.strictObject({
  intact: z.boolean(),
  lines: z.int(),
  end: MaybeText.describe("Keep it elsewhere and write it into `end` another time: then a log that was made anew shows, too."),
  broken: z.strictObject({ at: z.int(), because: Text }).nullable(),
});

export const Key = z.strictObject({
  id: MaybeText.describe("null: it stands in the configuration, and is changed there."),
  name: Text,
  role: z.enum(roles).nullable(),
  scopes: z.array(Text).nullable(),
  state: z.enum(["configured", "holds", "expired"]),
  made_at: Time.nullable(),
  made_by: MaybeText,
  expires_at: Time.nullable(),
  used_at: Time.nullable().describe("To the minute."),
});
export const Keys = z.strictObject({ keys: z.array(Key) });
export const MadeKey = z.strictObject({ ...Key.shape, key: Text.describe("Told once.") });

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
