import { signal } from "@preact/signals";

/** The desk may have it although we never heard so: the same id again is the same line. */
export interface Line {
  id: string;
  words: string;
}

/**
 * What an agent writes, chat by chat, until the desk has it. Lines leave one after another; one that fails comes back in front of
 * what was typed since, with those that waited behind it, and keeps its id for the next attempt.
 */
export function createReplies(say: (chat: string, line: Line) => Promise<boolean>) {
  const drafts = signal<ReadonlyMap<string, string>>(new Map());
  const leaving = new Map<string, Line[]>();
  const failed = new Map<string, Line[]>();

  return { draft, write, send };

  function draft(chat: string): string {
    return drafts.value.get(chat) ?? "";
  }

  function write(chat: string, text: string): void {
    drafts.value = new Map(drafts.value).set(chat, text);
    if (!text.trim()) failed.delete(chat); // given up: the same words later are a new line
  }

  async function send(chat: string): Promise<void> {
    const lines = linesOf(draft(chat), failed.get(chat) ?? []);
    write(chat, "");
    const queue = leaving.get(chat);
    if (queue) return void queue.push(...lines);
    leaving.set(chat, lines);
    while (lines[0] && (await say(chat, lines[0]))) lines.shift();
    leaving.delete(chat);
    if (lines.length > 0) takeBack(chat, lines);
  }

  function takeBack(chat: string, lines: Line[]): void {
    const typedSince = draft(chat);
    write(chat, [...lines.map(({ words }) => words), ...(typedSince.trim() ? [typedSince] : [])].join("\n"));
    failed.set(chat, lines);
  }
}

/** Those that failed before and still stand unchanged at the front, and the rest as one new line. */
function linesOf(text: string, failed: Line[]): Line[] {
  const lines: Line[] = [];
  let rest = text.trim();
  for (const line of failed) {
    if (rest !== line.words && !rest.startsWith(`${line.words}\n`)) break;
    lines.push(line);
    rest = rest.slice(line.words.length).trim();
  }
  return rest ? [...lines, { id: crypto.randomUUID(), words: rest }] : lines;
}
