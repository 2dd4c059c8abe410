import { Readable } from "node:stream";
import { Hono, type Context } from "hono";
import type { KeptFile } from "../conversation/facts.ts";
import { FileRefused } from "../files/file-errors.ts";
import type { Files, FoundFile } from "../files/files.ts";
import { FileLine, type Said } from "../protocol.ts";
import { createCounter } from "./limits.ts";
import { Refusal } from "./problem.ts";
import { letIn, type VisitorEnv, type VisitorParts } from "./visitor.ts";

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;
/** Files on their way in at the same time: from one conversation, and altogether. */
const AT_ONCE = 3;
const AT_ONCE_ALTOGETHER = 100;

export interface FileParts extends Pick<VisitorParts, "bridge" | "clock" | "limits" | "site"> {
  files: Files;
}

/** Files on their way in and out. They are never shown from here, only saved: no browser runs what a stranger has sent (T39). */
export function fileRoutes({ bridge, clock, limits, site, files }: FileParts) {
  const app = new Hono<VisitorEnv>();
  const coming = createCounter();

  app.post("/conversations/:id/files/:line", async (c) => {
    await letIn(c, site, (token) => bridge.find(null, token));
    const { key, site: settings, address } = c.var;
    if (settings.files === "off") throw new Refusal("not_found", "this site takes no files");
    const line = FileLine.safeParse(c.req.param("line")).data;
    if (line === undefined) throw new Refusal("invalid", "a file needs an id of its own, a UUID");
    const rules = settings.files;
    const { maxBytes } = rules;
    if (Number(c.req.header("content-length") ?? 0) > maxBytes) throw new Refusal("too_large", `more than ${maxBytes} bytes`);
    const { perVisitor, perAddress, filesPerDay } = settings.limits;
    hold("file", key.id, perVisitor.filesPerDay, DAY);
    hold("file", address, perAddress.filesPerHour, HOUR);
    hold("site's file", key.site, filesPerDay, DAY);
    if ((await bridge.read(key))?.lifecycle.phase !== "live") throw nobodyThere(); // before it is sent in vain; `decide` has the last word
    const kept = await held(key.id, () => files.keep(key, line, nameIn(c.req.header("content-disposition")), bytesOf(c), rules));
    const { digest, ...rest } = kept;
    const file: KeptFile = { state: "kept", ...rest };
    const said = await bridge.happened(key, `line:${line}`, { type: "visitor_said", id: line, text: "", file }, { digest });
    if (said.repeats) {
      if (said.repeats.digest !== digest) throw new Refusal("conflict", "this id was used for another line");
      const [first] = said.repeats.firstSeq === null ? [] : await bridge.entriesAfter(key, said.repeats.firstSeq - 1, 1);
      if (first) return c.json({ seq: first.seq, at: first.at } satisfies Said);
    }
    const [entry] = said.entries;
    if (entry) return c.json({ seq: entry.seq, at: entry.at } satisfies Said);
    await files.drop(key, line); // the person went, or the conversation was erased, while it came
    throw nobodyThere();
  });

  app.get("/conversations/:id/files/:line", async (c) => {
    await letIn(c, site, (token) => bridge.find(null, token));
    return answer(c, await files.open(c.var.key, c.req.param("line")).catch(unlessNoName));
  });

  /** For desks, which have no token but a link that is signed for one file and runs out. */
  app.get("/files/:folder/:name", async (c) => {
    const { until = "", signature = "" } = c.req.query();
    return answer(c, await files.openByLink(c.req.param(), { until, signature }, clock.now()));
  });

  return app;

  function hold(what: string, whom: string, amount: number, perMs: number): void {
    const waitMs = limits.take(what, whom, { burst: amount, amount, perMs });
    if (waitMs > 0) throw new Refusal("too_fast", "wait a while before sending another file", Math.ceil(waitMs / 1_000));
  }

  async function held<T>(conversation: string, keep: () => Promise<T>): Promise<T> {
    if (!coming.enter("all", AT_ONCE_ALTOGETHER)) throw new Refusal("busy", "too many files at once", 2);
    const isIn = coming.enter(conversation, AT_ONCE);
    try {
      if (!isIn) throw new Refusal("too_fast", "send fewer files at once", 2);
      return await keep();
    } catch (error) {
      throw error instanceof FileRefused ? new Refusal(refusals[error.why], error.message) : error;
    } finally {
      coming.leave("all");
      if (isIn) coming.leave(conversation);
    }
  }
}

const refusals = { too_large: "too_large", wrong_kind: "wrong_kind", empty: "invalid", broken: "invalid", taken: "conflict" } as const;

const nobodyThere = () => new Refusal("nobody_there", "files are taken while a person is there");

/** A name that no file could have leads to none. */
function unlessNoName(error: unknown): null {
  if (error instanceof FileRefused) return null;
  throw error;
}

/** Node's own request, chunk by chunk. Whoever stops reading leaves the connection as it is, so that there can be an answer. */
async function* bytesOf({ env: { incoming } }: Context<VisitorEnv>): AsyncGenerator<Uint8Array> {
  try {
    yield* incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>; // no encoding is set, so these are bytes
  } finally {
    incoming.resume(); // the rest is read and forgotten
  }
}

/** RFC 6266, as browsers and programs write it: `filename*` first, which may hold any script. */
function nameIn(header = ""): string {
  const encoded = /filename\*\s*=\s*UTF-8''([^;\s]+)/i.exec(header)?.[1];
  try {
    if (encoded) return decodeURIComponent(encoded);
  } catch {} // not encoded at all: then the plain one, or none
  return /filename\s*=\s*"?([^";]+)"?/i.exec(header)?.[1] ?? "";
}

function answer(c: Context<VisitorEnv>, found: FoundFile | null): Response {
  if (!found) throw new Refusal("not_found", "the file is not there any more");
  const { name, type } = found.head;
  return c.body(Readable.toWeb(found.read()) as ReadableStream, 200, {
    "content-type": type,
    "content-length": String(found.size),
    "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(name).replaceAll(/['()*]/g, escaped)}`,
    "content-security-policy": "default-src 'none'; sandbox",
  });
}

const escaped = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
