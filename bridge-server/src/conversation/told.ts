import type { Fact, LateContext, Told, VisitorFacts } from "./facts.ts";
import type { Lifecycle } from "./lifecycle.ts";
import { nothing, type Decision } from "./move.ts";
import type { NoteBody } from "./records.ts";

/** As many as may be told at once. */
const MOST = 20;

/**
 * What a page says of the visitor while the chat runs: kept for whoever takes over, and shown to the person who has. The assistant has
 * heard what was known when its own chat began; the next one of the same conversation hears this too.
 */
export function pageTold(lifecycle: Lifecycle, { at, attributes }: Extract<Fact, { type: "page_told" }>): Decision {
  if (lifecycle.phase === "ended") return nothing(lifecycle);
  const isWithDesk = lifecycle.phase === "handoff_initiated" || lifecycle.phase === "queued" || lifecycle.phase === "live";
  const context: LateContext = { source: "page", at, data: { told_not_proven: attributes } };
  return {
    ...nothing(lifecycle),
    notes: [{ type: "page_told", attributes }],
    jobs: isWithDesk ? [{ task: { task: "attach_context", handoff: lifecycle.handoff, context } }] : [],
  };
}

/** How the visitor came, with what the page has said since. `null`: nobody has come. */
export function visitorIn(notes: { body: NoteBody }[]): VisitorFacts | null {
  const began = notes.find(({ body }) => body.type === "conversation_began")?.body;
  if (began?.type !== "conversation_began") return null;
  const since = notes.flatMap(({ body }) => (body.type === "page_told" ? [body.attributes] : []));
  if (since.length === 0) return began.visitor;
  const { attributes, ...visitor } = began.visitor;
  const told = since.reduce<Record<string, string>>(withMore, attributes ?? {});
  return { ...visitor, ...(Object.keys(told).length > 0 && { attributes: told }) };
}

/** What was said last stands last, and what was said first goes where there is no room. */
function withMore(told: Record<string, string>, more: Told): Record<string, string> {
  const rest = Object.entries(told).filter(([name]) => !Object.hasOwn(more, name));
  const now = Object.entries(more).filter((one): one is [string, string] => one[1] !== null);
  return Object.fromEntries([...rest, ...now].slice(-MOST));
}
