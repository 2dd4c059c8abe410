import * as z from "zod";

const Language = z
  .string()
  .regex(/^(\*|[a-z]{2,3}(-[a-z0-9]{1,8})*)$/i, { error: "is not a language: write one such as en or pt-BR, or * for all" });
const Page = z.url({ protocol: /^https?$/, error: "is not an address: write one such as https://shop.example.com/privacy" });
const Sentence = z.string().trim().min(1, { error: "is empty: write a text" }).max(500);
const PluralForm = z.enum(["zero", "one", "two", "few", "many", "other"]);

/** What a visitor reads and agrees to that is the site's own, and not the widget's. */
export const VisitorSetting = z
  .strictObject({
    /** What has to be agreed to before a chat begins, by language; `*` for every other. Markdown, so it can have links. Left out: nothing. */
    consent: z
      .record(Language, z.string().trim().min(1, { error: "is empty: write a text" }).max(2_000))
      .refine((texts) => Object.hasOwn(texts, "*"), { error: 'has no text for every other language: write one under "*"' })
      .optional(),
    privacy: Page.optional(),
    terms: Page.optional(),
    /** Sentences in the place of the widget's, by language and name: `{ "*": { person: "Acme team" } }`. */
    words: z.record(Language, z.record(z.string(), z.union([Sentence, z.partialRecord(PluralForm, Sentence)]))).default({}),
    /** Hosts whose images are shown at once. Others' are shown when the visitor asks for them. */
    images: z
      .array(z.string().regex(/^[a-z0-9.-]+(:\d+)?$/i, { error: "is not a host: write one such as images.example.com" }))
      .default([]),
  })
  .prefault({});

/** What the site asks to be agreed to, in this language or else for all; `null` if there is nothing. */
export function consentIn(language: string | undefined, texts: Record<string, string> | undefined): string | null {
  if (!texts) return null;
  const wanted = [language, language?.split("-")[0], "*"];
  return wanted.flatMap((one) => (one !== undefined && Object.hasOwn(texts, one) ? (texts[one] ?? []) : []))[0] ?? null;
}
