import type { HttpBindings } from "@hono/node-server";
import type * as z from "zod";
import { Refusal } from "./problem.ts";

/** More than the longest line and everything around it, in any script. */
const MAX_BODY_BYTES = 64 * 1024;
const MAX_DEPTH = 8;

/** What of Hono's context is needed here, whatever else a route keeps in it. */
interface Carrier {
  env: HttpBindings;
  req: { header(name: string): string | undefined };
}

/** The request's body, checked; an empty one is an empty object. Only JSON sent as JSON is read, so a page elsewhere cannot send one unasked (T24). */
export async function bodyOf<Schema extends z.ZodType>(
  context: Carrier,
  schema: Schema,
  maxBytes = MAX_BODY_BYTES,
): Promise<z.output<Schema>> {
  if (!/^application\/json\b/i.test(context.req.header("content-type") ?? ""))
    throw new Refusal("invalid", "send JSON with content-type: application/json");
  const text = (await bytesOf(context, maxBytes)).toString("utf8");
  const checked = schema.safeParse(parse(text));
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  const isTooLong = issue?.code === "too_big" && issue.origin === "string";
  throw new Refusal(
    isTooLong ? "too_large" : "invalid",
    `${issue?.path.join(".") || "body"}: ${issue?.message ?? "is not what was expected"}`,
  );
}

/**
 * The raw bytes, as far as they are allowed to go: reading stops at the limit, whatever length was announced.
 * Read from Node's own request, which spares a web stream per request.
 */
export function bytesOf({ env: { incoming } }: Carrier, maxBytes: number): Promise<Buffer> {
  return new Promise((done, fail) => {
    const chunks: Buffer[] = [];
    let length = 0;
    incoming.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length > maxBytes) {
        incoming.removeAllListeners("data").resume(); // the rest is read and forgotten, so that the answer can be
        fail(new Refusal("too_large", `more than ${maxBytes} bytes`));
      } else chunks.push(chunk);
    });
    incoming.on("end", () => done(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    incoming.on("error", () => {}); // "close" follows
    incoming.on("close", () => {
      if (!incoming.complete) fail(new Refusal("invalid", "the request broke off"));
    });
  });
}

function parse(text: string): unknown {
  if (depthOf(text) > MAX_DEPTH) throw new Refusal("invalid", "nested too deeply");
  try {
    return JSON.parse(text || "{}"); // a schema takes along only what it names, so no prototype comes with it (T23)
  } catch {
    throw new Refusal("invalid", "this is not JSON");
  }
}

/** How deep brackets go outside of strings; found before anything is built. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let isInString = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (isInString) {
      if (character === "\\") at++;
      else if (character === '"') isInString = false;
    } else if (character === '"') isInString = true;
    else if (character === "{" || character === "[") deepest = Math.max(deepest, ++depth);
    else if (character === "}" || character === "]") depth--;
  }
  return deepest;
}
