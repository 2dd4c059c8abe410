const { URL } = globalThis; // taken while this file loads: the page may replace its globals later

const FOLLOWED = /^(https?|mailto|tel):/;
const LONGEST = 2_000;

/** A link that may be followed, with the real target's name where its words say anything else; `null` if it may not be. */
export function readLink(address: string, words: string): { href: string; host: string | null } | null {
  if (address.length > LONGEST || !URL.canParse(address)) return null; // an address within the page is not a link either
  const url = new URL(address);
  if (!FOLLOWED.test(url.protocol) || url.username !== "" || url.password !== "") return null;
  const isWeb = url.protocol.startsWith("http");
  const name = isWeb ? url.host : url.pathname;
  return { href: url.href, host: isSaidBy(words.trim(), name, isWeb) ? null : name };
}

/** Whether the words name the target and nothing else. */
function isSaidBy(words: string, name: string, isWeb: boolean): boolean {
  if (!isWeb) return words === name || words.replace(/[^\d+]/g, "") === name;
  const address = /^https?:/i.test(words) ? words : `https://${words}`;
  return !/\s/.test(words) && URL.canParse(address) && bare(new URL(address).host) === bare(name);
}

function bare(host: string): string {
  return host.replace(/^www\./, "");
}
