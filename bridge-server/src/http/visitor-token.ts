import { hash as digest } from "node:crypto";
import { newSecret } from "../random.ts";

/** How long a conversation stays readable for its visitor. */
const LIFE_MS = 30 * 24 * 60 * 60_000;

/** An opaque token for one conversation: 256 random bits. Only its hash is kept (T14). */
export function mintToken(now: Date): { token: string; hash: string; expiresAt: string } {
  const token = newSecret();
  return { token, hash: hashOf(token), expiresAt: new Date(now.getTime() + LIFE_MS).toISOString() };
}

export function hashOf(token: string): string {
  return digest("sha256", token, "base64url");
}

/** What follows `Bearer`, or `null` when the header is not of that form. */
export function bearerOf(header: string | undefined): string | null {
  return /^Bearer ([\w-]{20,200})$/i.exec(header ?? "")?.[1] ?? null;
}
