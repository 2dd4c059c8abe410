import type { Fact, LateContext } from "@baton/bridge-server/conversation/facts";
import type { VendorChat } from "@baton/bridge-server/conversation/lifecycle";
import { change, spend, tell, type ModelJob, type Moment, type World } from "./model.ts";

// What a page says of its visitor while the chat runs, and whom it reaches.

/** The page says something new under a name that it has used before. */
export function pageTells(now: Moment): Moment {
  const { factId, fact } = telling(now.world);
  spend(now, "tellings");
  return tell(now, factId, fact);
}

/** What is written down of it, the same by the model and by the real code. */
export function telling({ left }: World): { factId: string; fact: Fact } {
  const word = `t${left.tellings}`;
  return { factId: `told:${word}`, fact: { type: "page_told", at: word, attributes: { plan: word } } };
}

/** What whoever takes over is told of it: the last that was said. */
export const knownOf = ({ told }: World): readonly string[] => told.slice(-1);
export const inWords = (known: readonly string[]): string => known.map((word) => ` told ${word}`).join("");

/** A call that asks a desk for a person. */
export const openingOf = (world: World, handoff: string, connector: string, transcript: string[]): string =>
  `open ${handoff} at ${connector} with ${transcript.join(" ")}${inWords(knownOf(world))}`;

/** The word of the page's that a desk is given after its request. */
export const wordOf = ({ source, data }: LateContext): string => (source === "page" ? String(Object.values(data.told_not_proven)[0]) : "");

/** A desk shows it once to the person, however often it is given. */
export function attach(now: Moment, { ref }: VendorChat, context: LateContext): void {
  const word = wordOf(context);
  now.calls.push(`attach ${ref}${inWords([word])}`);
  const shown = (knows: readonly string[]) => (knows.includes(word) ? knows : [...knows, word]);
  change(now, { chats: now.world.chats.map((chat) => (chat.ref === ref && chat.isOpen ? { ...chat, knows: shown(chat.knows) } : chat)) });
}

/** What a page says reaches the person who is there or comes next as its own word, and nobody else. */
export function pagesWord({ decided, world }: Moment): string[] {
  const found = decided.flatMap(({ from, fact, decision: { lifecycle, entries, notes, jobs } }) => {
    if (fact.type !== "page_told") return [];
    const isOnlyKept = lifecycle === from && entries.length === 0;
    const isItsWord = jobs.every(({ task }) => task.task === "attach_context" && isMarked(task.context, fact.attributes));
    return [
      ...(isOnlyKept ? [] : ["I-13 what a page told was shown to the visitor, or moved the conversation"]),
      ...(isItsWord ? [] : ["I-13 what a page told was given to a person as if it were proven"]),
      ...(from.phase === "ended" && notes.length > 0 ? ["what a page told was kept after the end"] : []),
    ];
  });
  const last = world.told.at(-1);
  const { lifecycle } = world;
  const isWithDesk = lifecycle.phase === "handoff_initiated" || lifecycle.phase === "queued" || lifecycle.phase === "live";
  const chat = isWithDesk && world.chats.find(({ handoff, isOpen }) => handoff === lifecycle.handoff && isOpen);
  const isMissed = last !== undefined && chat && chat.knows.at(-1) !== last && !isOwed(last, world);
  return isMissed ? [...found, "I-11 what a page told has not reached the person"] : found;
}

function isMarked({ source, data }: LateContext, attributes: object): boolean {
  return source === "page" && JSON.stringify(data) === JSON.stringify({ told_not_proven: attributes });
}

function isOwed(word: string, { jobs, runs, lifecycle }: World): boolean {
  const gives = ({ task }: ModelJob) =>
    task.task === "attach_context" && "handoff" in lifecycle && task.handoff === lifecycle.handoff && wordOf(task.context) === word;
  return jobs.some(gives) || runs.some(({ job }) => gives(job));
}
