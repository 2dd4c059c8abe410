import { createPublicKey, hash } from "node:crypto";
import { errors, jwtVerify } from "jose";
import type { IdentityConfig } from "../config-identity.ts";
import type { Identity } from "../conversation/facts.ts";
import { Refusal } from "./problem.ts";

/** A token lives five minutes at most, so that one which was seen somewhere is soon of no use. */
const MAX_LIFE_S = 5 * 60;
/** What two machines' clocks may differ. */
const TOLERANCE_S = 5;
const MAX_TEXT = 200;

/** What a site's token says about its visitor, and under which name it can be used up. */
export interface Proven {
  identity: Identity;
  /** Of this token alone, whatever the site calls it; unguessable for who has not seen it. */
  name: string;
  expiresAt: string;
}

/**
 * Believes a token if the site has signed it, in the one way that it is configured for, for this site and for a short time. Keys,
 * addresses of keys and algorithms that a token names are not looked at (T17). Throws a `Refusal` that says to the site's owner what is wrong.
 */
export async function prove(token: string, site: string, settings: IdentityConfig, now: Date): Promise<Proven> {
  const key = settings.algorithm === "HS256" ? new TextEncoder().encode(settings.secret.reveal()) : createPublicKey(settings.publicKey);
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: [settings.algorithm],
      audience: site,
      requiredClaims: ["exp", "jti", "sub"],
      clockTolerance: TOLERANCE_S,
      currentDate: now,
    });
    const { exp = 0, jti = "", sub = "" } = payload;
    if (exp * 1_000 - now.getTime() > (MAX_LIFE_S + TOLERANCE_S) * 1_000) throw refused("lives longer than five minutes");
    if (jti.length < 8 || jti.length > MAX_TEXT || sub === "" || sub.length > MAX_TEXT) throw refused("has a jti or a sub of no use");
    const attributes = Object.fromEntries(
      settings.attributes.flatMap((name) => {
        const value = Object.hasOwn(payload, name) ? payload[name] : null;
        return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
          ? [[name, String(value).slice(0, MAX_TEXT)]]
          : [];
      }),
    );
    return {
      identity: { id: sub, name: textIn(payload["name"]), email: textIn(payload["email"]), attributes },
      name: hash("sha256", `${site} ${jti}`, "base64url"),
      expiresAt: new Date((exp + TOLERANCE_S) * 1_000).toISOString(),
    };
  } catch (error) {
    if (error instanceof errors.JOSEError) throw refused(WHY[error.code] ?? "is not signed as the site's are");
    throw error;
  }
}

const WHY: Record<string, string> = {
  ERR_JWT_EXPIRED: "has expired",
  ERR_JWT_CLAIM_VALIDATION_FAILED: "is for another site, not valid yet, or lacks aud, exp, jti or sub",
};

const refused = (why: string) => new Refusal("unauthorized", `the token of who the visitor is ${why}`);
const textIn = (claim: unknown): string | null => (typeof claim === "string" && claim !== "" ? claim.slice(0, MAX_TEXT) : null);
