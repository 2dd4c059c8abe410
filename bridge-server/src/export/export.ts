import { createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pipeline } from "node:stream/promises";
import type { Readable } from "node:stream";
import { newId } from "../random.ts";
import type { ConversationKey } from "../store/store.ts";
import type { ExportLine } from "./export-line.ts";

/** Where an export lies. Rejects with `ExportUnavailable`. */
export interface ExportTarget {
  /** Takes a file of this machine under a name that nothing has there yet, whole or not at all. */
  add(name: string, path: string): Promise<"added" | "was_there">;
  /** The same, whatever has the name. */
  replace(name: string, path: string): Promise<void>;
  read(name: string): Promise<Readable | null>;
  names(): Promise<string[]>;
}

/** The place cannot be written or read now. Waiting may help. */
export class ExportUnavailable extends Error {
  override name = "ExportUnavailable";
}

export interface Exported {
  lines: number;
  parts: number;
  /** Parts that were written anew without what is erased. */
  cleared: number;
}

/** What an export is made of. */
export interface ExportOrder {
  target: ExportTarget;
  /** Lines from the change after that number on, in order. */
  linesAfter(change: number): AsyncIterable<ExportLine>;
  /** How long a part gets at most. Left out: 10,000 lines. */
  mostLines?: number;
  /** A folder of this machine for what is not whole yet. */
  scratch: string;
  /** Asked before each write. Whoever lost the work to somebody else writes nothing more. */
  mayGoOn(): Promise<boolean>;
  /** Of a conversation that is erased nothing is left there. It stood in so many parts. */
  cleared(key: ConversationKey, parts: number): Promise<void>;
}

/** A part is closed after so many lines or bytes, whichever comes first. */
const MOST_LINES = 10_000;
const MOST_BYTES = 64 * 1024 * 1024;

const CURSOR = "cursor.json";
const partAfter = (change: number) => `part-${String(change).padStart(15, "0")}.jsonl`;
const changeIn = (name: string): number | null => {
  const digits = /^part-(\d{15})\.jsonl$/.exec(name)?.[1];
  return digits === undefined ? null : Number(digits);
};

/**
 * Writes what is new as one or several parts, and takes what is erased out of those that were written before. A part is called after the
 * change that it follows and never written twice, so a run that was cut off, or two at a time, neither lose nor repeat a line: whoever
 * finds the next part there goes on behind it. `cursor.json` only saves looking for the last part.
 */
export async function runExport(order: ExportOrder): Promise<Exported> {
  const { target, scratch, mayGoOn } = order;
  const done: Exported = { lines: 0, parts: 0, cleared: 0 };
  await mkdir(scratch, { recursive: true });
  for (let after = await cursorIn(target); ;) {
    const part = await scratched(scratch, async (path) => {
      const written = await writePart(path, order.linesAfter(after), order.mostLines ?? MOST_LINES);
      if (written.lines === 0 || !(await mayGoOn())) return null;
      const outcome = await target.add(partAfter(after), path);
      return outcome === "added" ? written : { ...(await readPart(target, partAfter(after))), lines: 0, isLast: false };
    });
    if (part === null || part.last === null) return done;
    for (const one of part.erased) {
      const held = await clear(order, one, after);
      done.cleared += held;
      await order.cleared({ site: one.site, id: one.conversation }, held);
    }
    if (!(await mayGoOn())) return done;
    after = part.last;
    await scratched(scratch, async (path) => {
      await writeLines(path, [JSON.stringify({ after })]);
      await target.replace(CURSOR, path);
    });
    done.lines += part.lines;
    done.parts += part.lines > 0 ? 1 : 0;
    if (part.isLast) return done;
  }
}

type Erased = Extract<ExportLine, { kind: "erased" }>;

interface Part {
  lines: number;
  /** The change of its last line. */
  last: number | null;
  erased: Erased[];
  /** Nothing was left to write behind it. */
  isLast: boolean;
}

async function cursorIn(target: ExportTarget): Promise<number> {
  const kept = await target.read(CURSOR);
  if (kept === null) return 0;
  for await (const line of linesOf(kept)) return (JSON.parse(line) as { after: number }).after; // written above
  return 0;
}

async function writePart(path: string, lines: AsyncIterable<ExportLine>, mostLines: number): Promise<Part> {
  const part: Part = { lines: 0, last: null, erased: [], isLast: true };
  let bytes = 0;
  await writeLines(path, texts());
  return part;

  async function* texts(): AsyncGenerator<string> {
    for await (const line of lines) {
      const text = JSON.stringify(line);
      yield text;
      noteIn(part, line);
      bytes += Buffer.byteLength(text);
      if (part.lines < mostLines && bytes < MOST_BYTES) continue;
      part.isLast = false;
      return;
    }
  }
}

async function readPart(target: ExportTarget, name: string): Promise<Part> {
  const part: Part = { lines: 0, last: null, erased: [], isLast: false };
  const kept = await target.read(name);
  if (kept === null) throw new ExportUnavailable(`${name} is there and cannot be read`);
  for await (const line of linesOf(kept)) noteIn(part, JSON.parse(line) as ExportLine); // written above
  return part;
}

function noteIn(part: Part, line: ExportLine): void {
  part.lines++;
  part.last = line.change;
  if (line.kind === "erased") part.erased.push(line);
}

/** Writes those parts up to `upTo` anew that a conversation stands in, without it. Resolves with in how many it stood. */
async function clear({ target, scratch, mayGoOn }: ExportOrder, { site, conversation, earlier }: Erased, upTo: number): Promise<number> {
  if (earlier.length === 0) return 0;
  const parts = (await target.names()).flatMap((name) => changeIn(name) ?? []).filter((after) => after <= upTo);
  const holding = new Set(earlier.flatMap((change) => parts.filter((after) => after < change).sort((a, b) => b - a)[0] ?? []));
  let held = 0;
  for (const after of holding) {
    const name = partAfter(after);
    const kept = await target.read(name);
    if (kept === null) continue; // somebody has taken it away
    await scratched(scratch, async (path) => {
      let [dropped, found] = [0, 0];
      await writeLines(
        path,
        withoutIt(kept, (isNew) => (found++, (dropped += isNew ? 1 : 0))),
      );
      if (found > 0) held++; // also where a run that was cut off has done it
      if (dropped > 0 && (await mayGoOn())) await target.replace(name, path);
    });
  }
  return held;

  async function* withoutIt(kept: Readable, found: (isNew: boolean) => void): AsyncGenerator<string> {
    for await (const line of linesOf(kept)) {
      const its = line.includes(conversation) ? (JSON.parse(line) as ExportLine) : null; // written above
      const isIt = its?.site === site && its.conversation === conversation;
      if (isIt) found(its.kind === "conversation");
      // Its place is kept, so that whoever goes on behind this part still finds where it ended.
      yield isIt && its.kind === "conversation" ? JSON.stringify(goneFrom(its)) : line;
    }
  }
}

function goneFrom({ schema, change, site, conversation, last_at: at }: Extract<ExportLine, { kind: "conversation" }>): Erased {
  return { schema, change, site, conversation, kind: "erased", at, earlier: [] };
}

function linesOf(stream: Readable): AsyncIterable<string> {
  return createInterface({ input: stream, crlfDelay: Infinity });
}

/** Lends a path that nothing lies at, and leaves nothing there. */
async function scratched<T>(folder: string, work: (path: string) => Promise<T>): Promise<T> {
  const path = join(folder, newId());
  try {
    return await work(path);
  } finally {
    await rm(path, { force: true });
  }
}

/** Rejects where the folder cannot be written to, whenever that comes out. */
async function writeLines(path: string, lines: Iterable<string> | AsyncIterable<string>): Promise<void> {
  await pipeline(ended(lines), createWriteStream(path, { flush: true, mode: 0o600 }));
}

async function* ended(lines: Iterable<string> | AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) yield `${line}\n`;
}
