import * as z from "zod";
import { OidcSetting } from "./config-oidc.ts";
import { roles } from "./config-roles.ts";
import { sealedSetting } from "./secret-setting.ts";

const OperatorKey = sealedSetting(
  (key) => key.length >= 16,
  "is shorter than 16 characters: make a longer one, such as `openssl rand -hex 32` prints",
);

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
