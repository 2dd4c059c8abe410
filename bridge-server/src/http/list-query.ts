import * as z from "zod";
import { Refusal } from "./problem.ts";

// What the lists of operators are asked with, and how they say what is wrong with it.

export const Text = z.string().min(1).max(200);
export const Time = z.iso.datetime({ offset: true, error: "is no time: write one such as 2026-11-22T12:00:00Z" });

/** Which part of a list is wanted, and of which time. */
export const page = {
  /** Began then or later. */
  since: Time.optional(),
  /** Began earlier than that. */
  until: Time.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  /** The `next` of the page before. */
  cursor: z.string().max(800).optional(),
};

/** What names begin with. */
export const Beginning = z.string().min(4, { error: "is too short: write the first 4 characters of an id, or more" }).max(200);

/** A request's query, checked. Throws a `Refusal` that says what is wrong with it. */
export function queryOf<Schema extends z.ZodType>(schema: Schema, given: Record<string, string>): z.output<Schema> {
  const checked = schema.safeParse(given);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  if (issue?.code === "unrecognized_keys") throw new Refusal("invalid", `${issue.keys.join(", ")}: is no filter of this list`);
  throw new Refusal("invalid", `${issue?.path.join(".")}: ${issue?.message}`);
}

/** As the stores compare times. */
export const utc = (text: string | undefined): string | undefined => text && new Date(text).toISOString();

/** Where a page has ended, as a word that nobody needs to read. */
export const cursorText = (parts: (string | number)[]): string => Buffer.from(JSON.stringify(parts)).toString("base64url");

/** The same read back, if it is one of this list's. Throws a `Refusal`. */
export function cursorFrom<Schema extends z.ZodType>(text: string, parts: Schema): z.output<Schema> {
  try {
    return parts.parse(JSON.parse(Buffer.from(text, "base64url").toString()));
  } catch {
    throw new Refusal("invalid", "cursor: write the `next` of the page before, as it is");
  }
}
