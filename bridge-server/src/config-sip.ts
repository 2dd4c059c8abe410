import * as z from "zod";
import { isOurs } from "./sip/headers.ts";

const Field = z.string().regex(/^[\w.]{1,100}$/, { error: "is no field of a context: write its name, such as customer_id" });

/** What a phone call carries in its headers, both ways: see `sip.md`. */
export const SipSetting = z
  .strictObject({
    headers: z
      .array(
        z.strictObject({
          name: z.string().refine(isOurs, {
            error: "is no header for a context: write X- and letters, digits or dashes, such as X-Customer-Id, or User-to-User",
          }),
          /** A text with `$field` for what the context holds. */
          value: z
            .string()
            .min(1, { error: "is empty: write a text, or $ and a field, such as $customer_id" })
            .max(500)
            .refine((value) => !/\p{Cc}/u.test(value), { error: "has a line break or another control character" }),
          /** In bytes. */
          longest: z.int().min(1).max(1_024).default(256),
        }),
      )
      .max(40)
      .default([])
      .superRefine((headers, context) => {
        const seen = new Set<string>();
        for (const [at, { name }] of headers.entries()) {
          if (seen.has(name.toLowerCase()))
            context.addIssue({ code: "custom", path: [at, "name"], message: "stands there twice", input: name });
          seen.add(name.toLowerCase());
        }
      }),
    required: z.array(Field).max(40).default([]),
  })
  .prefault({});
