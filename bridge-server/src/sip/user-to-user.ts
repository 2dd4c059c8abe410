/**
 * User-to-User (RFC 7433): what the caller's side tells the called side, through every phone system between them. For ISDN's sake
 * it is hexadecimal, and its first octet says what the others are; 04 is IA5 text (ITU-T Q.931), which we take for UTF-8.
 */
const TEXT = "04";
const UTF_8 = new TextDecoder("utf-8", { fatal: true });

/** Such as `04313233;encoding=hex`. */
export function writeUserToUser(text: string): string {
  return `${TEXT}${Buffer.from(text).toString("hex")};encoding=hex`;
}

/**
 * The text in a header's value: hexadecimal with or without the octet that says what it is, a token, or quoted. Of several values
 * with commas between them, the first. `null`: it is none of these, or no text.
 */
export function readUserToUser(header: string): string | null {
  const value = /^\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]+))\s*((?:;[^,]*)?)(?:,|$)/.exec(header);
  if (!value) return null;
  const [, quoted, token, parameters = ""] = value;
  const encoding = /;\s*encoding\s*=\s*"?([\w-]+)"?/i.exec(parameters)?.[1]?.toLowerCase() ?? null;
  const said = quoted?.replaceAll(/\\(.)/g, "$1") ?? token ?? "";
  if (encoding === "hex") return fromHex(said);
  if (encoding !== null) return null; // nobody has defined another
  // Without a parameter it is hexadecimal from those who serve ISDN, and plain from the others.
  return (quoted === undefined && /^0[04]/.test(said) ? fromHex(said) : null) ?? plain(said);
}

function fromHex(said: string): string | null {
  if (!/^(?:[0-9a-f]{2})+$/i.test(said)) return null;
  const octets = Buffer.from(said, "hex");
  const isTyped = octets[0] === 0x00 || octets[0] === 0x04;
  try {
    return plain(UTF_8.decode(octets.subarray(isTyped ? 1 : 0)));
  } catch {
    return null;
  }
}

const plain = (text: string) => (/\p{Cc}/u.test(text) ? null : text.trim());
