import type { Context, HandoffRequest, Visitor } from "../connectors/connector.ts";
import type { HandoffId } from "../conversation/lifecycle.ts";
import type { NoteBody } from "../conversation/records.ts";
import { visitorIn } from "../conversation/told.ts";
import type { ConversationKey, Note } from "../store/store.ts";

/** What was asked, by whom and in which words. */
export type Initiated = Extract<NoteBody, { type: "handoff_initiated" }>;

export function initiated(notes: Note<NoteBody>[], handoff: HandoffId): Initiated {
  for (const { body } of notes) if (body.type === "handoff_initiated" && body.handoff === handoff) return body;
  throw new Error(`handoff ${handoff} was never initiated`); // it is noted in the transaction that names the handoff
}

/** What is known of the visitor. All but the identity was told by the page. */
export function visitorOf(notes: Note<NoteBody>[]): Visitor {
  const visitor = visitorIn(notes);
  if (!visitor) return { name: null, email: null, language: null, page: null };
  const { language, page, attributes, identity, reached } = visitor;
  return {
    name: identity?.name ?? null,
    email: identity?.email ?? null,
    language,
    page,
    ...(attributes && { attributes }),
    ...(identity && { identity }),
    ...(reached && { reached: { channel: reached.channel, address: reached.theirs } }),
  };
}

/** The context that was found for this handoff, for the automated conversation it came from, or for the handoff that it repeats by hand. */
export function contextOf(notes: Note<NoteBody>[], { handoff, sharedId }: Initiated): Context | null {
  const siblings = new Set(
    notes.flatMap(({ body }) => (body.type === "handoff_initiated" && body.sharedId === sharedId ? [body.handoff] : [])),
  );
  for (const { body } of notes)
    if (body.type === "context" && siblings.has(body.handoff) && body.look.state === "found") return body.look.context;
  const steered = notes.find(({ body }) => body.type === "steered" && body.next === handoff)?.body;
  return steered?.type === "steered" ? contextOf(notes, initiated(notes, steered.handoff)) : null;
}

export function requestOf(key: ConversationKey, notes: Note<NoteBody>[], asked: Initiated, rest: Rest): HandoffRequest {
  return {
    handoff: asked.handoff,
    site: key.site,
    requested: { destination: asked.destination ?? "", reason: asked.reason, by: asked.by },
    isVisitorWaiting: true,
    visitor: visitorOf(notes),
    ids: { conversation: key.id, sharedId: asked.sharedId, assistantChat: asked.assistantChat },
    utterance: asked.utterance,
    ...rest,
  };
}
type Rest = Pick<HandoffRequest, "destination" | "context" | "transcript">;
