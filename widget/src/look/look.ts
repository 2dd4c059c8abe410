import type { Look, LookPage, LookWords } from "@baton/bridge-server/protocol";

const { Object } = globalThis; // taken now: the page may replace it later

/** What holds on one page, for one language. */
export type LookHere = Partial<Omit<LookPage, "languages">>;

/** Everything that fits the page, the last over the first, each in the visitor's language. */
export function lookAt({ pages, ...everywhere }: Look, path: string, locale: string): LookHere {
  const layers: LookPage[] = [everywhere, ...pages.filter(({ on }) => fits(on, path))];
  const avatars = Object.assign({}, ...layers.map((layer) => layer.avatars)) as LookPage["avatars"]; // one by one: a page may change only the agent's
  const here = Object.assign({}, ...layers.flatMap(({ languages, ...layer }) => [layer, inLanguage(languages, locale)])) as LookHere; // of such parts
  return { ...here, avatars };
}

/** `/help/*` takes `/help/` and all below it; a path without a `*` only itself, with or without a slash behind it. */
export function fits(on: string[] | undefined, path: string): boolean {
  const bare = path.replace(/(.)\/$/, "$1");
  return !on || on.some((pattern) => matches(pattern.replace(/(.)\/$/, "$1"), pattern.includes("*") ? path : bare));
}

/** The entry for a language by its full name, then its first part, in any case. */
export function inLanguage<T = LookWords>(languages: Record<string, T>, locale: string): T | undefined {
  const wanted = locale.toLowerCase();
  const found = (name: string): T | undefined => Object.entries(languages).find(([language]) => language.toLowerCase() === name)?.[1];
  return found(wanted) ?? found(wanted.split("-")[0] ?? "");
}

/** Step by step rather than by a pattern made of text, so that no owner's pattern can be slow. */
function matches(pattern: string, path: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  if (rest.length === 0) return first === path;
  const last = rest.pop() ?? "";
  if (!path.startsWith(first) || !path.endsWith(last) || path.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of rest) {
    const found = path.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= path.length - last.length;
}
