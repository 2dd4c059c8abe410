import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";

/** One step of a program, as far as its files and its words tell: what strace saw, in order. */
export type Step =
  | { did: "write"; file: string; at: number; bytes: Buffer }
  | { did: "cut"; file: string; length: number }
  | { did: "flush"; file: string }
  | { did: "remove"; file: string }
  | { did: "say"; text: string };

/** How strace has to be asked for steps. */
export const TRACE = ["-y", "-xx", "-s", "70000", "-e", "trace=pwrite64,fdatasync,fsync,ftruncate,write,unlink"];

/** Steps on files whose path begins with `prefix`, and what was said on standard output. */
export async function* stepsIn(trace: string, prefix: string): AsyncGenerator<Step> {
  for await (const line of createInterface(createReadStream(trace))) {
    const [, call = "", rest = ""] = /^\d+ +(\w+)\((.*)$/.exec(line) ?? [];
    const [, handle = "", path = ""] = /^(\d*)<?([\\x0-9a-f]*)>?/.exec(rest) ?? [];
    const file = text(path);
    const said = /"([^"]*)"/.exec(rest)?.[1] ?? "";
    if (call === "write" && handle === "1") yield { did: "say", text: text(said) };
    else if (call === "unlink" && text(said).startsWith(prefix)) yield { did: "remove", file: text(said) };
    else if (!file.startsWith(prefix)) continue;
    else if (call === "pwrite64")
      yield { did: "write", file, at: Number(/, (\d+)(?:\)| <unfinished)/.exec(rest)?.[1]), bytes: bytes(said) };
    else if (call === "ftruncate") yield { did: "cut", file, length: Number(/, (\d+)(?:\)| <unfinished)/.exec(rest)?.[1]) };
    else if (call.endsWith("sync")) yield { did: "flush", file };
  }
}

/**
 * A disk that loses its power: what was flushed is there, and of what was not only what `survives` says, each write for itself.
 * Files that were made or removed are so at once: their folder is flushed by whoever cares.
 */
export function createDisk() {
  const files = new Map<string, { flushed: Content; waiting: (Step & { did: "write" | "cut" })[] }>();
  const fileOf = (name: string) => {
    const file = files.get(name) ?? { flushed: { room: Buffer.alloc(0), length: 0 }, waiting: [] };
    files.set(name, file);
    return file;
  };

  return {
    take(step: Step): void {
      if (step.did === "write" || step.did === "cut") fileOf(step.file).waiting.push(step);
      else if (step.did === "remove") files.delete(step.file);
      else if (step.did === "flush") {
        const file = fileOf(step.file);
        file.flushed = file.waiting.reduce(done, file.flushed);
        file.waiting = [];
      }
    },
    /** What is on it when the power is back. */
    afterPowerCut(survives: () => boolean): Map<string, Buffer> {
      const left = [...files].map(([name, { flushed, waiting }]) => {
        const copy = { ...flushed, room: Buffer.from(flushed.room.subarray(0, flushed.length)) };
        const { room, length } = waiting.filter(survives).reduce(done, copy);
        return [name, room.subarray(0, length)] as const;
      });
      return new Map(left);
    },
  };
}

/** Bytes are changed in place where there is room: a log of sixteen megabytes is not copied for every page. */
function done(content: Content, step: Step & { did: "write" | "cut" }): Content {
  if (step.did === "cut") return { ...content, length: step.length };
  const end = step.at + step.bytes.length;
  const isFull = end > content.room.length;
  const room = isFull ? Buffer.concat([content.room.subarray(0, content.length)], Math.max(end, 2 * content.length)) : content.room;
  step.bytes.copy(room, step.at);
  return { room, length: Math.max(end, content.length) };
}

/** The first `length` bytes of `room` are the file's. */
interface Content {
  room: Buffer;
  length: number;
}

const bytes = (escaped: string) => Buffer.from(escaped.replaceAll("\\x", ""), "hex");
const text = (escaped: string) => bytes(escaped).toString();
