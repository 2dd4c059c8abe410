import type { Context } from "hono";
import type * as z from "zod";
import { Refusal } from "./problem.ts";

/** More than the longest line and everything around it, in any script. */
const MAX_BODY_BYTES = 64 * 1024;
const MAX_DEPTH = 8;

/** The request's body, checked. Only JSON sent as JSON is read, so a page elsewhere cannot send one unasked (T24). */
export async function bodyOf<Schema extends z.ZodType>(context: Context, schema: Schema): Promise<z.output<Schema>> {
  if (!/^application\/json\b/i.test(context.req.header("content-type") ?? ""))
    throw new Refusal("invalid", "send JSON with content-type: application/json");
  const text = new TextDecoder().decode(await bytesOf(context, MAX_BODY_BYTES));
  const checked = schema.safeParse(parse(text));
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  const isTooLong = issue?.code === "too_big" && issue.origin === "string";
  throw new Refusal(
    isTooLong ? "too_large" : "invalid",
    `${issue?.path.join(".") || "body"}: ${issue?.message ?? "is not what was expected"}`,
  );
}

/** The raw bytes, as far as they are allowed to go. */
export async function bytesOf(context: Context, maxBytes: number): Promise<Uint8Array> {
  if (Number(context.req.header("content-length") ?? 0) > maxBytes) throw new Refusal("too_large", `more than ${maxBytes} bytes`);
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of context.req.raw.body ?? []) {
    size += part.byteLength;
    if (size > maxBytes) throw new Refusal("too_large", `more than ${maxBytes} bytes`); // without a length told, it might never end (T27)
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function parse(text: string): unknown {
  if (depthOf(text) > MAX_DEPTH) throw new Refusal("invalid", "nested too deeply");
  try {
    return JSON.parse(text, (key, value: unknown) => (key === "__proto__" ? undefined : value)); // T23
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
