import type { KindFound } from "./kinds.ts";

const LONGEST = 100;

/**
 * A name that is safe to show and to save: the last part of a path, without what turns text around, hides, or means something to a
 * file system (T4, T39). Its ending is one that its kind has, so that nothing calls itself what it is not; any, where there is no kind.
 */
export function cleanName(name: string, kind: Pick<KindFound, "extensions"> | null): string {
  const last = name.split(/[/\\]/).at(-1) ?? "";
  const plain = last
    .normalize("NFC")
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}<>:"|?*]/gu, "")
    .replaceAll(/\s+/g, " ")
    .replace(/^[. ]+|[. ]+$/g, "");
  const ending = /\.([^.]{1,10})$/.exec(plain)?.[1]?.toLowerCase();
  const isRight = ending !== undefined && (kind === null || kind.extensions.includes(ending));
  const stem = (isRight ? plain.slice(0, -ending.length - 1) : plain) || "file";
  const right = isRight ? ending : kind?.extensions[0];
  return [...stem].slice(0, LONGEST).join("") + (right ? `.${right}` : "");
}
