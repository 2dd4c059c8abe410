import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { Readable } from "node:stream";
import { newSecret } from "../random.ts";
import type { ConversationKey } from "../store/store.ts";
import { FileRefused, FilesUnavailable } from "./file-errors.ts";
import { kindOf, MOST_TO_TELL, readsAsText, type FileKind } from "./kinds.ts";
import { cleanName } from "./names.ts";

/** Where files lie. The first that is put at a place stays there, whole or not at all. Rejects with `FilesUnavailable`. */
export interface FileStore {
  put(place: Place, head: FileHead, bytes: AsyncIterable<Uint8Array>): Promise<"put" | "was_there">;
  get(place: Place): Promise<FoundFile | null>;
  remove(place: Place): Promise<void>;
  /** Everything in a folder, which need not be there. */
  removeFolder(folder: string): Promise<void>;
}

/** A conversation has a folder, a line with a file has a name in it. Both are words of letters, digits, `-` and `_`. */
export interface Place {
  folder: string;
  name: string;
}

export interface FoundFile {
  head: FileHead;
  size: number;
  /** From the beginning, each time. */
  read(): Readable;
}

/** Kept beside the bytes. `key` signs links to this file and to no other, and goes with it. */
export interface FileHead {
  name: string;
  type: string;
  key: string;
}

export interface KeptFile {
  name: string;
  type: string;
  size: number;
  digest: string;
}

/** What a site takes. */
export interface FileRules {
  kinds: FileKind[];
  maxBytes: number;
}

/** The files of conversations: taken by what they are and not by what they say they are (T39), and read by whoever has a right to. */
export function createFiles(store: FileStore, publicUrl: string) {
  return {
    /**
     * Keeps what comes as the file of one line. The same file again keeps nothing new and answers as the first time. Rejects with `FileRefused` or `FilesUnavailable`.
     */
    async keep(key: ConversationKey, line: string, name: string, bytes: AsyncIterable<Uint8Array>, rules: FileRules): Promise<KeptFile> {
      const place = placeOf(key, line);
      const { first, all } = await peek(bytes, rules);
      const kind = kindOf(first);
      if (kind.kind === "unknown" || !rules.kinds.includes(kind.kind))
        throw new FileRefused("wrong_kind", `send ${rules.kinds.join(", ")}`);
      const head: FileHead = { name: cleanName(name, kind), type: kind.type, key: newSecret() };
      const digest = createHash("sha256");
      let size = 0;
      const measured = counting(kind.kind === "text" ? readsAsText(all) : all, (chunk) => {
        size += chunk.length;
        digest.update(chunk);
      });
      const outcome = await store.put(place, head, measured);
      const came = digest.digest("base64url");
      if (outcome === "put") return { name: head.name, type: head.type, size, digest: came };
      const kept = await store.get(place);
      if (!kept) throw new FilesUnavailable("a file is there and cannot be read");
      const before = createHash("sha256");
      for await (const chunk of kept.read()) before.update(chunk as Uint8Array); // a stream of bytes
      if (before.digest("base64url") !== came) throw new FileRefused("taken", "this id was used for another file");
      return { name: kept.head.name, type: kept.head.type, size: kept.size, digest: came };
    },

    open: (key: ConversationKey, line: string) => store.get(placeOf(key, line)),
    drop: (key: ConversationKey, line: string) => store.remove(placeOf(key, line)),
    /** Nothing of a conversation's files is left. */
    forget: (key: ConversationKey) => store.removeFolder(folderOf(key)),

    /** An address that opens this file, and no other, to whoever has it, until then. `null`: the file is not there. */
    async linkTo(key: ConversationKey, line: string, until: Date): Promise<string | null> {
      const place = placeOf(key, line);
      const found = await store.get(place);
      if (!found) return null;
      const seconds = Math.floor(until.getTime() / 1_000);
      const query = new URLSearchParams({ until: String(seconds), signature: signature(found.head.key, place, seconds) });
      return `${publicUrl}/v1/files/${place.folder}/${place.name}?${query}`;
    },

    /** What a link opens, or `null` where it has run out, is not ours, or leads to nothing any more. */
    async openByLink(place: Place, link: { until: string; signature: string }, now: Date) {
      if (!isWord(place.folder) || !isWord(place.name) || !/^\d{1,12}$/.test(link.until)) return null;
      const until = Number(link.until);
      if (until * 1_000 < now.getTime()) return null;
      const found = await store.get(place);
      return found && isSame(signature(found.head.key, place, until), link.signature) ? found : null;
    },
  };
}

export type Files = ReturnType<typeof createFiles>;

/** Any link that `linkTo` gives under this address, whole and as a group of its own. */
export function linkPattern(publicUrl: string): RegExp {
  return new RegExp(`(${publicUrl.replaceAll(/\W/g, "\\$&")}/v1/files/[\\w-]{1,64}/[\\w-]{1,64}\\?until=\\d{1,12}&signature=[\\w-]{43})`);
}

/** The first bytes of a file, and all of it. More than is taken, or nothing, is refused on the way. */
async function peek(bytes: AsyncIterable<Uint8Array>, { maxBytes }: FileRules) {
  const chunks = limited(bytes, maxBytes)[Symbol.asyncIterator]();
  const begun: Uint8Array[] = [];
  let length = 0;
  let next = await chunks.next();
  for (; !next.done; next = await chunks.next()) {
    begun.push(next.value);
    length += next.value.length;
    if (length >= MOST_TO_TELL) break;
  }
  if (length === 0) throw new FileRefused("empty", "there is nothing in it");
  return { first: Buffer.concat(begun), all: all() };

  async function* all(): AsyncGenerator<Uint8Array> {
    yield* begun;
    for (let more = await chunks.next(); !more.done; more = await chunks.next()) yield more.value;
  }
}

async function* limited(bytes: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  let left = maxBytes;
  try {
    for await (const chunk of bytes) {
      left -= chunk.length;
      if (left < 0) throw new FileRefused("too_large", `more than ${maxBytes} bytes`);
      yield chunk;
    }
  } catch (error) {
    throw error instanceof FileRefused ? error : new FileRefused("broken", "the file did not come whole");
  }
}

async function* counting(bytes: AsyncIterable<Uint8Array>, seen: (chunk: Uint8Array) => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    seen(chunk);
    yield chunk;
  }
}

function placeOf(key: ConversationKey, line: string): Place {
  if (!isWord(line)) throw new FileRefused("broken", "the line has no name that a file could have");
  return { folder: folderOf(key), name: line };
}

/** A link goes by it, so it does not tell the conversation's own name. */
function folderOf({ site, id }: ConversationKey): string {
  return createHash("sha256").update(`${site} ${id}`).digest("hex").slice(0, 32);
}

function signature(key: string, { folder, name }: Place, until: number): string {
  return createHmac("sha256", key).update(`${folder}/${name} ${until}`).digest("base64url");
}

function isSame(ours: string, theirs: string): boolean {
  return ours.length === theirs.length && timingSafeEqual(Buffer.from(ours), Buffer.from(theirs.padEnd(ours.length).slice(0, ours.length)));
}

const isWord = (text: string) => /^[\w-]{1,64}$/.test(text);
