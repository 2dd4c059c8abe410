import * as z from "zod";
import type { Bridge } from "../bridge.ts";
import { isErased } from "../conversation/erasure.ts";
import { handoffsOf } from "../conversation/handoff.ts";
import type { Ending } from "../store/endings.ts";
import { handoffView } from "./handoff-view.ts";
import { mergedLines } from "./merged-lines.ts";
import { Handoff, Page, TranscriptLine, Visitor } from "./shapes.ts";

/** What a line is like. It counts up when a field goes or means something else; new ones may come at any time. */
export const SCHEMA = 1;

const Text = z.string();
const MaybeText = z.string().nullable();
const Time = z.iso.datetime();
const about = {
  schema: z.literal(SCHEMA),
  change: z.int().describe("Counts what came of conversations that have ended. Of two lines about one conversation the higher one counts."),
  site: Text,
  conversation: Text.describe("The bridge's own id of it."),
};

/** One line of an export: a conversation that has ended, as it stood then, or that it is erased. */
export const ExportLine = z.discriminatedUnion("kind", [
  z.strictObject({
    ...about,
    kind: z.literal("conversation"),
    shared_id: MaybeText.describe("Of its last part with the assistant."),
    conversation_id: MaybeText.describe("What the assistant's platform calls that part."),
    shared_ids: z.array(Text).describe("Of all its parts with the assistant."),
    conversation_ids: z.array(Text),
    began_at: Time,
    last_at: Time,
    ended_by: MaybeText,
    language: MaybeText.describe("BCP 47: the one that the visitor came with."),
    channel: MaybeText.describe("null: a page."),
    page: Page.nullable(),
    visitor: Visitor.nullable().describe("As far as the site has signed it."),
    rating: z.strictObject({ score: z.int().nullable(), comment: MaybeText }).nullable().describe("The visitor's own."),
    handoffs: z.array(Handoff.omit({ studio_url: true })),
    lines: z.array(TranscriptLine).describe("The assistant's part and the person's in one."),
  }),
  z.strictObject({
    ...about,
    kind: z.literal("erased"),
    at: Time,
    earlier: z.array(z.int()).describe("Under which changes there were lines about it. Whoever has them is to erase them."),
  }),
]);
export type ExportLine = z.output<typeof ExportLine>;

/** What lines are read from. */
export type ExportSource = Pick<Bridge, "endings" | "endingsOf" | "read" | "notes" | "entriesAfter" | "names">;

/** `redact`: takes out what must not leave. */
interface Wanted {
  site?: string | undefined;
  redact?(line: ExportLine): ExportLine;
}

/** So many endings are asked for at once. Of conversations one at a time is in memory. */
const AT_ONCE = 200;

/** A line for every conversation that has ended, or of which something came, above that number: in order, up to now. */
export async function* exportLines(source: ExportSource, after: number, { site, redact }: Wanted = {}): AsyncGenerator<ExportLine> {
  for (let last = after; ;) {
    const endings = await source.endings(last, AT_ONCE);
    for (const ending of endings) {
      last = ending.number;
      if (site !== undefined && ending.key.site !== site) continue;
      const line = await lineOf(source, ending);
      if (line) yield redact ? redact(line) : line;
    }
    if (endings.length < AT_ONCE) return;
  }
}

async function lineOf(source: ExportSource, { number: change, key, at }: Ending): Promise<ExportLine | null> {
  const conversation = await source.read(key);
  if (!conversation) return null;
  const its = { schema: SCHEMA, change, site: key.site, conversation: key.id } as const;
  const { lifecycle, beganAt, lastAt } = conversation;
  if (isErased(lifecycle)) {
    const earlier = (await source.endingsOf(key)).filter((one) => one < change);
    return { ...its, kind: "erased", at, earlier };
  }
  const [notes, entries, names] = [await source.notes(key), await source.entriesAfter(key, 0), await source.names(key)];
  const began = notes.find(({ body }) => body.type === "conversation_began")?.body;
  const visitor = began?.type === "conversation_began" ? began.visitor : { language: null, page: null };
  const rated = notes.findLast(({ body }) => body.type === "rated")?.body;
  const handoffs = handoffsOf(notes);
  const sharedIds = names.filter(({ kind }) => kind === "shared_id").map(({ value }) => value);
  const chats = names.filter(({ kind }) => kind === "assistant_chat").map(({ value }) => value.slice(key.site.length + 1));
  const identity = visitor.identity ?? null;
  return {
    ...its,
    kind: "conversation",
    shared_id: handoffs.at(-1)?.sharedId ?? (began?.type === "conversation_began" ? began.sharedId : null),
    conversation_id: handoffs.at(-1)?.assistantChat ?? chats.at(-1) ?? null,
    shared_ids: sharedIds,
    conversation_ids: chats,
    began_at: beganAt,
    last_at: lastAt,
    ended_by: lifecycle.phase === "ended" ? lifecycle.by : null,
    language: visitor.language,
    channel: visitor.reached?.channel ?? null,
    page: visitor.page,
    visitor: identity && { id: identity.id, name: identity.name, email: identity.email },
    rating: rated?.type === "rated" ? { score: rated.score, comment: rated.comment } : null,
    handoffs: handoffs.map((record) => {
      const { studio_url: _, ...handoff } = handoffView(record, () => null);
      return handoff;
    }),
    lines: mergedLines(entries, { name: identity?.name ?? null, language: visitor.language }),
  };
}
