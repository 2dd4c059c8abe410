// What all of Twilio's products have in common: names, keys and signatures.
import * as z from "zod";
import { isSigned } from "./connector-signature.ts";

/** One of Twilio's names, by the letters that it begins with. */
export const twilioSid = (letters: string) =>
  z.string().regex(new RegExp(`^${letters}[0-9a-fA-F]{32}$`), { error: `is no SID: write the one that begins with ${letters}` });

/** The account with its auth token, or an API key with its secret. */
export function basic(user: string, password: string): { authorization: string } {
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` };
}

/**
 * Whether one of the auth tokens signed this form for this address. Twilio signs the address as it knows it, which has the standard port
 * or has it not, then every field, sorted.
 */
export function isFromTwilio(tokens: string[], url: string, form: URLSearchParams, signature: string): boolean {
  const names = [...new Set(form.keys())].toSorted(); // by code unit, as Twilio does
  const fields = names.map((name) => name + [...new Set(form.getAll(name))].toSorted().join(name)).join("");
  return addressesOf(url)
    .map((address) => isSigned(tokens, [address, fields], signature, "base64", "sha1"))
    .includes(true);
}

function addressesOf(url: string): string[] {
  const [, scheme = "", host = "", port = "", rest = ""] = /^(https?:\/\/)([^/?#]*?)(:\d+)?([/?#].*)?$/.exec(url) ?? [];
  const standard = scheme === "https://" ? ":443" : ":80";
  return [...new Set([url, `${scheme}${host}${port || standard}${rest}`, `${scheme}${host}${rest}`])];
}
