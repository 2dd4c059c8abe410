import { RE2JS } from "re2js";
import * as z from "zod";

const Pattern = z.strictObject({
  /** What stands in the place of what was found: `account` leaves `[account]`. */
  name: z.string().regex(/^[a-z][\w -]{0,30}$/i, { error: "is no name: write a word, such as account" }),
  /** As RE2 has them, which no text keeps busy: no backreferences, no looking around. */
  pattern: z
    .string()
    .min(1)
    .max(500)
    .refine(compiles, { error: "is no regular expression of RE2's kind: it has neither backreferences nor lookarounds" }),
  ignoreCase: z.boolean().default(false),
});

/** What is taken out of what people said and what the assistant knew, before it leaves for a desk, a receiver of announcements or an export. */
export const RedactionSetting = z
  .strictObject({
    /** Numbers of payment cards, by their check digit. */
    cards: z.boolean().default(false),
    emails: z.boolean().default(false),
    /** Anything that is written like a telephone number. */
    phones: z.boolean().default(false),
    patterns: z.array(Pattern).max(50).default([]),
    /** Where it is taken out. What the bridge keeps, and operators read, stays whole. */
    before: z.array(z.enum(["desks", "announcements", "exports"])).default(["desks", "announcements", "exports"]),
  })
  .prefault({});

export type RedactionConfig = z.output<typeof RedactionSetting>;

function compiles(pattern: string): boolean {
  try {
    RE2JS.compile(pattern);
    return true;
  } catch {
    return false;
  }
}
