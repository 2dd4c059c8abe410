import type { Site } from "@baton/bridge-server/protocol";

/** What a site takes, as the bridge says it. */
export type FileLimits = NonNullable<Site["files"]>;

/** As many as can be looked over before they go; a day's number is the bridge's to say. */
export const MOST_AT_ONCE = 10;

/**
 * What is wrong with a file as far as its name and size tell, or `null`. The bridge looks into it, and has the last word: a type that the
 * browser does not know may be any, and every kind of text is text.
 */
export function faultOf({ type, size }: Pick<File, "type" | "size">, { types, maxBytes }: FileLimits): FileFault | null {
  if (size === 0) return "fileEmpty";
  if (type !== "" && !types.includes(type) && !(isText(type) && types.some(isText))) return "fileWrongKind";
  return size > maxBytes ? "fileTooLarge" : null;
}

export type FileFault = "fileEmpty" | "fileWrongKind" | "fileTooLarge";

const isText = (type: string): boolean => type.startsWith("text/");
