import * as z from "zod";
import { isOnThisMachine } from "./config-console.ts";
import { roles } from "./config-roles.ts";
import { sealedSetting } from "./secret-setting.ts";

const values = z.array(z.string().min(1).max(200)).default([]);

/** Signing in to the console by the company's own accounts, with OpenID Connect. */
export const OidcSetting = z.strictObject({
  /** As the provider names itself: it tells its other addresses at `/.well-known/openid-configuration`. */
  issuer: z.url({ protocol: /^https?$/ }).refine((url) => url.startsWith("https:") || isOnThisMachine(url), {
    error: "is not https: what a provider says there could be forged on the way",
  }),
  clientId: z.string().min(1).max(200),
  /** It also seals the sessions, so changing it ends them. */
  clientSecret: sealedSetting(),
  /** Asked for besides `openid`; `email` and `profile` bring the name that stands in the history. */
  scopes: z
    .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, { error: "is no scope: write a word without blanks" }))
    .default(["email", "profile"]),
  /** Which claim tells what somebody may do, and the values that open each role. Who has none of them may not come in. */
  role: z
    .strictObject({ claim: z.string().min(1).max(200).default("groups"), viewer: values, operator: values, admin: values })
    .refine((role) => roles.some((one) => role[one].length > 0), {
      error: "lets nobody in: list values of the claim under viewer, operator or admin",
    }),
});
export type OidcSettings = z.infer<typeof OidcSetting>;
