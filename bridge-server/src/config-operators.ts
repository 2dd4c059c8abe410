import * as z from "zod";
import { OidcSetting } from "./config-oidc.ts";
import { roles } from "./config-roles.ts";
import { isSecret, type Secret } from "./secret.ts";

const OperatorKey = z
  .custom<Secret>(isSecret, { error: 'must come from the environment: write secret("NAME")' })
  .refine((key) => !isSecret(key) || isLongEnough(key), {
    error: "is shorter than 16 characters: make a longer one, such as `openssl rand -hex 32` prints",
  });

/** Who may use the operators' API. Two keys of one name are one system's while it changes from one to the other. */
export const OperatorsSetting = z
  .strictObject({
    keys: z
      .array(
        z.strictObject({
          /** Of the system or the person, as it stands in the history of what they did. */
          name: z.string().regex(/^[a-z0-9][\w-]{0,62}$/i, { error: "is not a name: write letters, digits, - and _, such as crm" }),
          key: OperatorKey,
          role: z.enum(roles).default("viewer"),
        }),
      )
      .default([]),
    /** Pages for people, at `/console/`, where they sign in with one of the keys, or by `oidc`. */
    console: z.boolean().default(false),
    oidc: OidcSetting.optional(),
  })
  .prefault({});

function isLongEnough(key: Secret): boolean {
  try {
    return key.reveal().length >= 16;
  } catch {
    return true; // it has no value, which is a mistake of its own and listed already
  }
}
