import { hash as digest } from "node:crypto";
import { newSecret } from "../random.ts";

/** How long a conversation stays readable for its visitor. */
const LIFE_MS = 30 * 24 * 60 * 60_000;

/** How a token begins whose visitor the site has named. It can be believed, because only a whole token opens anything. */
const NAMED = "id.";

/** An opaque token for one conversation: 256 random bits. Only its hash is kept (T14). */
export function mintToken(now: Date, isNamed = false): { token: string; hash: string; expiresAt: string } {
  const token = (isNamed ? NAMED : "") + newSecret();
  return { token, hash: hashOf(token), expiresAt: new Date(now.getTime() + LIFE_MS).toISOString() };
}

/** Whether the site has named the visitor whose token this is. */
export function isNamed(token: string): boolean {
  return token.startsWith(NAMED);
}

export function hashOf(token: string): string {
  return digest("sha256", token, "base64url");
}

/** What follows `Bearer`, or `null` when the header is not of that form. */
export function bearerOf(header: string | undefined): string | null {
  return /^Bearer ([\w.-]{20,200})$/i.exec(header ?? "")?.[1] ?? null;
}
