import type { ExportLine } from "./export-line.ts";

const COLUMNS = [
  "site",
  "conversation",
  "shared_id",
  "conversation_id",
  "began_at",
  "ended_by",
  "seq",
  "at",
  "by",
  "name",
  "kind",
  "text",
  "language",
];

export const csvHead = `${COLUMNS.join(",")}\r\n`;

/** A row for every line of a conversation's transcript, as RFC 4180 has them. What is erased has none. */
export function csvOf(line: ExportLine): string {
  if (line.kind === "erased") return "";
  const { site, conversation, shared_id: sharedId, conversation_id: chat, began_at: beganAt, ended_by: endedBy } = line;
  return line.lines
    .map(({ seq, at, by, kind, text, language }) =>
      [site, conversation, sharedId, chat, beganAt, endedBy, seq, at, by.kind, by.name, kind, text, language].map(cellOf).join(","),
    )
    .map((row) => `${row}\r\n`)
    .join("");
}

/**
 * Always quoted, and what a spreadsheet would take for a formula begins with an apostrophe (T45, OWASP: `=`, `+`, `-`, `@`, tab and
 * carriage return; and the wide forms of the first four, which some take for the same). Whoever reads it back drops one apostrophe.
 */
function cellOf(value: string | number | null | undefined): string {
  const text = String(value ?? "");
  const guarded = typeof value === "string" && /^[=+\-@\t\r\n＝＋－＠']/.test(text) ? `'${text}` : text;
  return `"${guarded.replaceAll('"', '""')}"`;
}
