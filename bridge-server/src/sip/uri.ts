/** What a call can be sent to, taken apart. Texts stand as they came, escapes included. */
export interface SipUri {
  scheme: "sip" | "sips";
  user: string | null;
  /** In lower case; an IPv6 address in its brackets. */
  host: string;
  port: number | null;
  /** `;transport=tcp` and the like. */
  parameters: string;
  /** Headers that whoever calls it is to send (RFC 3261 §19.1.1), without the question mark. */
  headers: string;
}

const USER = /^(?:[\w.!~*'()&=+$,;?/-]|%[\da-f]{2})+$/i;
const PASSWORD = /^(?:[\w.!~*'()&=+$,-]|%[\da-f]{2})*$/i;
const PARAMETERS = /^(?:;(?:[\w.!~*'()[\]/:&+$-]|%[\da-f]{2})+(?:=(?:[\w.!~*'()[\]/:&+$-]|%[\da-f]{2})+)?)*$/i;
const HEADERS = /^(?:[\w.!~*'()[\]/?:+$&=-]|%[\da-f]{2})*$/i;
const HOST = /^(?:[a-z\d](?:[a-z\d.-]*[a-z\d])?\.?|\[[\da-f:.]+\])$/i;
const TELEPHONE = /^tel:\+?[\d().-]*\d[\d().-]*(?:;[\w-]+(?:=[^\s;<>"]+)?)*$/i;
/** `scheme:` and something, of any kind (RFC 2396). */
const ANY = /^[a-z][a-z\d+.-]*:[^\s<>"]+$/i;

/** `null`: it is none, or is written wrongly. */
export function readSipUri(text: string): SipUri | null {
  const scheme = /^(sips?):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme !== "sip" && scheme !== "sips") return null;
  const rest = text.slice(scheme.length + 1);
  const at = rest.indexOf("@"); // neither a user nor a parameter can hold another one unescaped
  const [user, password] = at === -1 ? [null, ""] : split(rest.slice(0, at), ":");
  const [address, headers] = split(rest.slice(at + 1), "?");
  const [place, parameters] = split(address, ";");
  const host = readHostPort(place);
  if (host === null || (user !== null && !USER.test(user)) || !PASSWORD.test(password)) return null;
  const given = parameters === "" && !address.endsWith(";") ? "" : `;${parameters}`;
  if (!PARAMETERS.test(given) || !HEADERS.test(headers)) return null;
  return { scheme, user, ...host, parameters: given, headers };
}

/** `null`: it is neither a SIP address nor a telephone number nor anything else that has a scheme. */
export function schemeOf(text: string): string | null {
  const scheme = /^([a-z][a-z\d+.-]*):/i.exec(text)?.[1]?.toLowerCase() ?? null;
  if (scheme === "sip" || scheme === "sips") return readSipUri(text) && scheme;
  if (scheme === "tel") return TELEPHONE.test(text) ? scheme : null;
  return ANY.test(text) ? scheme : null;
}

export function readHostPort(text: string): { host: string; port: number | null } | null {
  const [, host = "", digits] = /^(.*?)(?::(\d{1,5}))?$/s.exec(text) ?? [];
  const port = digits === undefined ? null : Number(digits);
  if (!HOST.test(host) || (port !== null && (port === 0 || port > 65_535))) return null;
  return { host: host.toLowerCase(), port };
}

/** A user part as people write it: `+44%32` is `+442`. Its own parameters, such as a phone number's, are left out. */
export function plainUser(user: string): string {
  const [name] = split(user, ";");
  try {
    return decodeURIComponent(name);
  } catch {
    return name; // no UTF-8, so nobody's name here
  }
}

/** What a header becomes in an address. All that could end it, or begin another header, is escaped. */
export const escapedHeader = ([name, value]: [name: string, value: string]): string => `${name}=${encodeURIComponent(value)}`;

function split(text: string, by: string): [string, string] {
  const at = text.indexOf(by);
  return at === -1 ? [text, ""] : [text.slice(0, at), text.slice(at + by.length)];
}
