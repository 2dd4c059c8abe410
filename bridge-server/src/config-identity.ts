import { createPublicKey } from "node:crypto";
import * as z from "zod";
import { sealedSetting } from "./secret-setting.ts";

const common = {
  /** Nobody chats, and nothing is read, without having been named by the site. */
  required: z.boolean().default(false),
  /** What the assistant and the agent are told beside id, name and e-mail: names of claims. Nothing else of a token is kept. */
  attributes: z
    .array(z.string().regex(/^\w{1,40}$/, { error: "is not the name of a claim" }))
    .max(20)
    .default([]),
};

/** How a site says who its visitor is: one way of signing, never a choice that a token makes (T17). */
export const IdentitySetting = z.discriminatedUnion(
  "algorithm",
  [
    z.strictObject({
      algorithm: z.literal("HS256"),
      /** 32 characters or more, shared with the site's server and nobody else. */
      secret: sealedSetting(
        (value) => value.length >= 32,
        "is shorter than 32 characters: make a longer one, such as `openssl rand -hex 32` prints",
      ),
      ...common,
    }),
    z.strictObject({
      algorithm: z.enum(["EdDSA", "RS256"]),
      /** PEM, SPKI. The private half stays with the site's server. */
      publicKey: z.string().refine(isPublicKey, { error: "is no public key: write one in PEM, from BEGIN PUBLIC KEY to END PUBLIC KEY" }),
      ...common,
    }),
  ],
  { error: "is none that is taken: write algorithm: HS256 with a secret, or EdDSA or RS256 with a publicKey" },
);

export type IdentityConfig = z.output<typeof IdentitySetting>;

function isPublicKey(pem: string): boolean {
  try {
    return pem.includes("BEGIN PUBLIC KEY") && createPublicKey(pem).type === "public";
  } catch {
    return false;
  }
}
