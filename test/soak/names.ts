// What is said in a soak carries its own name, so that whoever finds it anywhere knows who said it and as which of how many.

/** The id of a visitor's nth line: a UUID, as the bridge wants it. */
export function lineId(visitor: number, nth: number): string {
  return `${hex(visitor, 8)}-0000-4000-8000-${hex(nth, 12)}`;
}

export const lineText = (visitor: number, nth: number): string => `line ${visitor} ${nth}`;
export const newsText = (visitor: number, nth: number): string => `news ${visitor} ${nth}`;

/** Whose it is and which, or `null` for words that nobody says in a soak. */
export function readText(text: string): { what: "line" | "news"; visitor: number; nth: number } | null {
  const found = /^(line|news) (\d+) (\d+)$/.exec(text);
  return found && { what: found[1] as "line" | "news", visitor: Number(found[2]), nth: Number(found[3]) }; // the pattern's two words
}

/** Which line an assistant's answer is to: its id repeats the line's. `null` for a greeting. */
export function answeredLine(id: string): { visitor: number; nth: number } | null {
  const found = /^re:([0-9a-f]{8})-0000-4000-8000-([0-9a-f]{12}):/.exec(id);
  return found && { visitor: Number.parseInt(found[1]!, 16), nth: Number.parseInt(found[2]!, 16) }; // both groups are part of the pattern
}

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, "0");
