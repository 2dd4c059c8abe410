import * as z from "zod";
import type { Role, Scope } from "../config-roles.ts";
import * as answers from "./answers.ts";
import { CheckQuery, DeedsQuery } from "./audit.ts";
import { ConversationListQuery, ConversationPlace, LinesQuery } from "./conversations.ts";
import { DestinationsQuery, DryRun } from "./destinations.ts";
import { EraseOrder } from "./erasures.ts";
import { ExportQuery } from "./export.ts";
import { HandoffsQuery } from "./handoff-list.ts";
import { Close, Reroute, Retry } from "./handoff-steering.ts";
import { OutcomeReport } from "./handoffs.ts";
import { MakeKey, RotateKey } from "./keys.ts";
import * as numbers from "./number-answers.ts";
import { NumbersQuery } from "./numbers.ts";
import { DeliveriesQuery, ReplayRange } from "./owed.ts";
import { ForCall, FromCall } from "./sip.ts";

/** One thing that can be asked of the operators' API: by the schema that checks it, answered as the other one says. */
export interface Operation {
  method: "get" | "post" | "delete";
  /** As Hono has it. */
  path: string;
  summary: string;
  /** `null`: anybody may. */
  role: Role | null;
  /** What a key needs that is narrowed to scopes. Left out: what the role may by itself. */
  scope?: Scope;
  query?: z.ZodObject;
  body?: z.ZodType;
  /** `events`: a stream of server-sent events. `lines`: JSON Lines, or CSV. `page`: for browsers. */
  answer: z.ZodType | "events" | "lines" | "description" | "page";
  /** Where a refusal is none of ours. */
  refusal?: z.ZodType;
}

const AfterQuery = z.strictObject({
  after: z.coerce.number().int().min(0).optional().describe("The `id` of the last event that is known."),
});
const ByPolyaisNames = z.strictObject({ id: z.string().optional(), shared_id: z.string().optional() });

/** Everything that the operators' API can be asked, in the order of its routes. */
export const operations: Operation[] = [
  { method: "get", path: "/operators/me", summary: "Whose key it is, and what it opens", role: "viewer", answer: answers.Me },
  {
    method: "get",
    path: "/handoffs",
    summary: "Handoffs that fit the filters, newest first; with shared_id or id, those of one conversation with their history and context",
    role: "viewer",
    query: HandoffsQuery,
    answer: z.union([answers.HandoffList, answers.HandoffsOfConversation]),
  },
  {
    method: "get",
    path: "/handoffs/events",
    summary: "Every handoff that changes, as it changes: each event's data is a listed handoff, its id the number of the change",
    role: "viewer",
    query: AfterQuery,
    answer: "events",
  },
  {
    method: "post",
    path: "/outcomes",
    summary: "What became of a handoff, told by the system that knows",
    role: "viewer",
    scope: "outcomes",
    body: OutcomeReport,
    answer: answers.Reported,
  },
  {
    method: "get",
    path: "/:account/:project/handoff_state",
    summary: "A handoff's state as PolyAI's own Handoff API answers it",
    role: "viewer",
    query: ByPolyaisNames,
    answer: answers.HandoffStateOfPolyai,
    refusal: answers.ErrorOfPolyai,
  },
  {
    method: "post",
    path: "/handoffs/:id/retry",
    summary: "Ask for a person once more, as the handoff did",
    role: "operator",
    body: Retry,
    answer: answers.Steered,
  },
  {
    method: "post",
    path: "/handoffs/:id/reroute",
    summary: "Ask for a person elsewhere",
    role: "operator",
    body: Reroute,
    answer: answers.Steered,
  },
  {
    method: "post",
    path: "/handoffs/:id/close",
    summary: "End the conversation, with a last word to the visitor",
    role: "operator",
    body: Close,
    answer: answers.Steered,
  },
  {
    method: "get",
    path: "/handoffs/:id/work",
    summary: "What is still owed to a handoff's conversation",
    role: "viewer",
    answer: answers.Work,
  },
  {
    method: "get",
    path: "/conversations",
    summary: "Conversations that fit the filters, newest first",
    role: "viewer",
    query: ConversationListQuery,
    answer: answers.ConversationList,
  },
  {
    method: "get",
    path: "/conversations/:id",
    summary: "A conversation by any of its names",
    role: "viewer",
    query: ConversationPlace,
    answer: answers.Conversation,
  },
  {
    method: "get",
    path: "/conversations/:id/transcript",
    summary: "The assistant's part and the person's in one",
    role: "viewer",
    query: LinesQuery,
    answer: answers.Transcript,
  },
  {
    method: "get",
    path: "/destinations",
    summary: "Where handoffs go, how they fare there, and what no route has",
    role: "viewer",
    query: DestinationsQuery,
    answer: answers.Destinations,
  },
  {
    method: "post",
    path: "/destinations/dry-run",
    summary: "Where a handoff would go, and why. Nobody is asked",
    role: "viewer",
    body: DryRun,
    answer: answers.DryRunAnswer,
  },
  {
    method: "get",
    path: "/numbers",
    summary: "What happened on some days, counted by destination, reason, topic state, cause, variant, language, site or day",
    role: "viewer",
    query: NumbersQuery,
    answer: numbers.Numbers,
  },
  {
    method: "get",
    path: "/missed",
    summary: "Handoffs that PolyAI knows of and that never got here, of the sites that look back",
    role: "viewer",
    answer: numbers.Missed,
  },
  {
    method: "get",
    path: "/alerts",
    summary: "What operators are told of without looking, and what is so now",
    role: "viewer",
    answer: numbers.Alerts,
  },
  {
    method: "get",
    path: "/deliveries",
    summary: "Announcements that nobody took",
    role: "viewer",
    query: DeliveriesQuery,
    answer: answers.Deliveries,
  },
  {
    method: "post",
    path: "/deliveries/replay",
    summary: "Send everything once more that happened in a time and that nobody took",
    role: "admin",
    scope: "replay",
    body: ReplayRange,
    answer: answers.Replayed,
  },
  {
    method: "post",
    path: "/deliveries/:id/replay",
    summary: "Send a kept announcement once more",
    role: "admin",
    scope: "replay",
    answer: answers.Delivery,
  },
  {
    method: "get",
    path: "/export",
    summary: "Conversations that have ended, with their merged transcripts: a line for each, in the order of what came of them last",
    role: "admin",
    scope: "export",
    query: ExportQuery,
    answer: "lines",
  },
  {
    method: "post",
    path: "/erasures",
    summary: "Erase a conversation, or all of a visitor's, here and wherever it was passed on to",
    role: "admin",
    scope: "erase",
    body: EraseOrder,
    answer: answers.Erasures,
  },
  {
    method: "get",
    path: "/erasures/:conversation",
    summary: "What became of an erasure, place by place",
    role: "admin",
    scope: "erase",
    answer: answers.Erasure,
  },
  {
    method: "get",
    path: "/audit",
    summary: "Who did what, the latest first",
    role: "admin",
    scope: "audit",
    query: DeedsQuery,
    answer: answers.Deeds,
  },
  {
    method: "get",
    path: "/audit/check",
    summary: "Whether a line of that was changed, put in, taken out or cut off",
    role: "admin",
    scope: "audit",
    query: CheckQuery,
    answer: answers.DeedsCheck,
  },
  {
    method: "get",
    path: "/keys",
    summary: "Every key that opens this API, without the key",
    role: "admin",
    scope: "keys",
    answer: answers.Keys,
  },
  {
    method: "post",
    path: "/keys",
    summary: "Make a key, which is told once",
    role: "admin",
    scope: "keys",
    body: MakeKey,
    answer: answers.MadeKey,
  },
  {
    method: "post",
    path: "/keys/:id/rotate",
    summary: "Make a key that takes another's place; both hold for a while",
    role: "admin",
    scope: "keys",
    body: RotateKey,
    answer: answers.MadeKey,
  },
  { method: "delete", path: "/keys/:id", summary: "Take a key back at once", role: "admin", scope: "keys", answer: answers.Key },
  { method: "get", path: "/export/schema.json", summary: "What a line of the export is like", role: null, answer: "description" },
  {
    method: "post",
    path: "/sip/context",
    summary: "What a call's headers and the assistant say, for an agent's screen",
    role: "viewer",
    body: FromCall,
    answer: answers.CallContext,
  },
  {
    method: "post",
    path: "/sip/headers",
    summary: "The headers that a call about a handoff should carry",
    role: "viewer",
    body: ForCall,
    answer: answers.CallHeaders,
  },
  { method: "get", path: "/docs", summary: "This description, to be read by people", role: null, answer: "page" },
  { method: "get", path: "/docs.css", summary: "The style of that page", role: null, answer: "page" },
  { method: "get", path: "/openapi.json", summary: "This description", role: null, answer: "description" },
];
