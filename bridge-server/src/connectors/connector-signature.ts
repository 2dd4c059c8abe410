import { createHmac, timingSafeEqual } from "node:crypto";

/** How far a signed delivery's clock may be from ours, either way, unless the vendor says otherwise. */
export const WINDOW_SECONDS = 300;

/**
 * Whether one of the secrets made this signature of these bytes: with SHA-256, as most vendors sign, or what the vendor still has.
 * Every secret is tried, so the time it takes does not tell which one came close.
 */
export function isSigned(
  secrets: string[],
  signed: (string | Uint8Array)[],
  signature: string,
  encoding: "hex" | "base64",
  algorithm: "sha256" | "sha1" = "sha256",
): boolean {
  const given = Buffer.from(signature, encoding);
  const matches = secrets.map((secret) => {
    const hmac = createHmac(algorithm, secret);
    for (const part of signed) hmac.update(part);
    const ours = hmac.digest();
    return ours.length === given.length && timingSafeEqual(ours, given);
  });
  return matches.includes(true);
}

/** Whether one of the secrets is the word that a vendor sends instead of a signature. */
export function isKnownWord(secrets: string[], given: string): boolean {
  const digest = (word: string) => createHmac("sha256", "equal lengths, so that the comparison takes equal time").update(word).digest();
  return secrets.map((secret) => timingSafeEqual(digest(secret), digest(given))).includes(true);
}

/** Whether Unix seconds that a vendor signed are near enough to now. */
export function isRecent(seconds: string, now: Date): boolean {
  return /^\d{1,12}$/.test(seconds) && Math.abs(now.getTime() / 1000 - Number(seconds)) <= WINDOW_SECONDS;
}
