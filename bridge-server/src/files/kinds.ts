import { FileRefused } from "./file-errors.ts";

/** What a site may take from visitors, by the name that its configuration calls it. */
export const fileKinds = ["png", "jpeg", "gif", "webp", "pdf", "text"] as const;
export type FileKind = (typeof fileKinds)[number];

export interface KindFound {
  kind: FileKind | "unknown";
  type: string;
  /** Without the dot, the usual one first. */
  extensions: string[];
}

/** So many of the first bytes tell a kind. */
export const MOST_TO_TELL = 16;

const kinds: Record<FileKind, Omit<KindFound, "kind">> = {
  png: { type: "image/png", extensions: ["png"] },
  jpeg: { type: "image/jpeg", extensions: ["jpg", "jpeg", "jfif"] },
  gif: { type: "image/gif", extensions: ["gif"] },
  webp: { type: "image/webp", extensions: ["webp"] },
  pdf: { type: "application/pdf", extensions: ["pdf"] },
  text: { type: "text/plain", extensions: ["txt", "csv", "log", "md"] },
};

/** How files of a kind begin. Text has no beginning of its own: it is what reads as text to its end. */
const beginnings: [FileKind, (begins: string) => boolean][] = [
  ["png", (begins) => begins.startsWith("\x89PNG\r\n\x1a\n")],
  ["jpeg", (begins) => begins.startsWith("\xff\xd8\xff")],
  ["gif", (begins) => /^GIF8[79]a/.test(begins)],
  ["webp", (begins) => begins.startsWith("RIFF") && begins.slice(8, 12) === "WEBP"],
  ["pdf", (begins) => begins.startsWith("%PDF-")],
];

/** The types that a browser knows these kinds by. */
export const typesOf = (these: FileKind[]): string[] => these.map((kind) => kinds[kind].type);

/** What a file is, whatever it is called (T39). */
export function kindOf(first: Uint8Array): KindFound {
  const begins = Buffer.from(first).toString("latin1");
  const known = beginnings.find(([, isIt]) => isIt(begins))?.[0];
  if (known) return { kind: known, ...kinds[known] };
  return isTextual(first) ? { kind: "text", ...kinds.text } : { kind: "unknown", type: "application/octet-stream", extensions: [] };
}

/** Passes on what is UTF-8 without control characters, and refuses the rest where it comes to it. */
export async function* readsAsText(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  for await (const chunk of bytes) {
    if (!isTextual(chunk)) throw notText();
    read(() => decoder.decode(chunk, { stream: true }));
    yield chunk;
  }
  read(() => decoder.decode());

  function read(decode: () => string): void {
    try {
      decode();
    } catch {
      throw notText(); // the decoder's only complaint
    }
  }
}

const isTextual = (bytes: Uint8Array) => bytes.every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d);
const notText = () => new FileRefused("wrong_kind", "it is neither text in UTF-8 nor any other kind that is known here");
