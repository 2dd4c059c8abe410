import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";

/** What the build of the widget tells of its words: how each sentence is called, and what the launcher says, by language. */
const Spoken = z.object({
  names: z.array(z.string()),
  launcher: z.record(z.string(), z.object({ openChat: z.string(), launcherNotLoaded: z.string(), greetingDismiss: z.string() })),
});
export type Spoken = z.output<typeof Spoken>;

/** `null`: the folder holds no such thing, as where the widget is not built yet, or by an older version. */
export function readSpoken(widget: string): Spoken | null {
  const file = join(widget, "spoken.json");
  return existsSync(file) ? Spoken.parse(JSON.parse(readFileSync(file, "utf8"))) : null;
}

/** A sentence for each word of a site's that stands in the place of nothing. */
export function unknownWords(site: string, words: Record<string, object>, { names }: Spoken): string[] {
  return Object.entries(words).flatMap(([language, sentences]) =>
    Object.keys(sentences)
      .filter((name) => !names.includes(name))
      .map((name) => {
        const near = nearestTo(name, names);
        const next = near ? `did you mean ${near}?` : "its names stand in widget/src/words";
        return `sites.${site}.visitor.words["${language}"].${name}: the widget says nothing of that name, so this is never seen: ${next}`;
      }),
  );
}

const MOST_MISTYPED = 3;

function nearestTo(name: string, names: string[]): string | null {
  const [nearest] = names.map((one) => ({ one, far: distance(name.toLowerCase(), one.toLowerCase()) })).sort((a, b) => a.far - b.far);
  return nearest && nearest.far <= Math.min(MOST_MISTYPED, name.length / 2) ? nearest.one : null;
}

/** How many letters have to be put in, taken out or changed (Levenshtein). */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, n) => n);
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...to].entries()) {
      next.push(Math.min((row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1, (row[j] ?? 0) + Number(letter !== other)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
