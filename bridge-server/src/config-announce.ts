import * as z from "zod";
import { announcementTypes } from "./conversation/announcement.ts";
import { isSecret, type Secret } from "./secret.ts";
import { Secret as WebhookSecret } from "./standard-webhooks.ts";

/** A system of yours that is told of every handoff by itself, signed after Standard Webhooks. */
export const AnnounceSetting = z.strictObject({
  url: z.url({ protocol: /^https?$/, error: "is not an address: write one such as https://crm.example.com/baton" }),
  /** Each of them signs: add the new one, change the receiver, drop the old one. */
  secrets: z
    .array(
      z
        .custom<Secret>(isSecret, { error: 'must come from the environment: write secret("NAME")' })
        .refine(isWebhookSecret, { error: 'is no signing secret: write "whsec_" and 24 to 64 random bytes in base64' }),
    )
    .min(1)
    .max(5),
  /** Left out: all of them. */
  events: z
    .array(z.enum(announcementTypes))
    .min(1)
    .default([...announcementTypes]),
  /** Left out: every site. */
  sites: z.array(z.string()).min(1).optional(),
});

export type AnnounceConfig = z.output<typeof AnnounceSetting>;

function isWebhookSecret(given: Secret): boolean {
  try {
    return !isSecret(given) || WebhookSecret.safeParse(given.reveal()).success;
  } catch {
    return true; // it has no value, which is a mistake of its own and listed already
  }
}
