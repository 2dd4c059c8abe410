// Signatures after the Standard Webhooks specification 1.0, symmetric (v1). Pure: the caller brings the clock.
import { createHmac, timingSafeEqual } from "node:crypto";
import * as z from "zod";

/** How far a delivery's clock may be from ours, either way. */
export const WINDOW_SECONDS = 300;

/** `whsec_` and 24 to 64 random bytes in base64. The message never repeats what was given. */
export const Secret = z
  .string()
  .regex(/^whsec_[A-Za-z0-9+/]+={0,2}$/, { error: 'must be "whsec_" and base64', abort: true })
  .refine((secret) => keyOf(secret).length >= 24 && keyOf(secret).length <= 64, "must hold 24 to 64 bytes");

/**
 * The three headers of a delivery. Every secret signs, so while secrets are being changed the receiver may know the old one,
 * the new one or both. `id` is the same for every attempt at one event and holds no full stop.
 */
export function sign(secrets: string[], id: string, body: string, now: Date): Record<string, string> {
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const signatures = secrets.map((secret) => `v1,${digest(secret, id, timestamp, Buffer.from(body)).toString("base64")}`);
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures.join(" ") };
}

/**
 * The event's id, if one of the secrets signed these raw bytes within the window; otherwise why not, in words that hold nothing
 * of the delivery. Never throws, whatever the headers are.
 */
export function verify(secrets: string[], headers: Headers, body: Uint8Array, now: Date): Verdict {
  const id = headers.get("webhook-id") ?? "";
  const timestamp = headers.get("webhook-timestamp") ?? "";
  const signatures = (headers.get("webhook-signature") ?? "").split(" ").filter((signature) => signature.startsWith("v1,"));
  if (!/^[^.\s]{1,256}$/.test(id)) return { genuine: false, why: "no usable webhook-id" }; // a full stop would blur what was signed
  if (!/^\d{1,12}$/.test(timestamp)) return { genuine: false, why: "no usable webhook-timestamp" };
  if (signatures.length === 0) return { genuine: false, why: "no v1 signature" };
  const late = Math.round(now.getTime() / 1000 - Number(timestamp));
  if (Math.abs(late) > WINDOW_SECONDS) {
    const skew = late > 0 ? `sent ${late} seconds ago, or a clock is wrong` : `from ${-late} seconds ahead: a clock is wrong`;
    return { genuine: false, why: `outside the time window, ${skew}` };
  }

  const expected = secrets.map((secret) => digest(secret, id, timestamp, body));
  const given = signatures.slice(0, MOST_SIGNATURES).map((signature) => Buffer.from(signature.slice(3), "base64"));
  // Every pair is compared, so the time it takes does not tell which secret came close.
  const matches = expected.flatMap((ours) => given.map((theirs) => theirs.length === ours.length && timingSafeEqual(theirs, ours)));
  return matches.includes(true) ? { genuine: true, id } : { genuine: false, why: "no signature matches" };
}

export type Verdict = { genuine: true; id: string } | { genuine: false; why: string };

/** More than a rotation needs, few enough that a header cannot make us work. */
const MOST_SIGNATURES = 10;

function digest(secret: string, id: string, timestamp: string, body: Uint8Array): Buffer {
  return createHmac("sha256", keyOf(secret)).update(`${id}.${timestamp}.`).update(body).digest();
}

function keyOf(secret: string): Buffer {
  return Buffer.from(secret.slice("whsec_".length), "base64");
}
