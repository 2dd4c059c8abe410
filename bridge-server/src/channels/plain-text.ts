import { lexer, type Token, type Tokens } from "marked";
import type { Rich, Speakers, TextFormat } from "../conversation/facts.ts";
import type { EntryBody } from "../conversation/records.ts";
import { transcriptText } from "../conversation/transcript.ts";

/** What was said, for where nothing can be emphasised, pressed or shown: links are written out, and nothing of the words is lost. */
export function plainText(text: string, format: TextFormat): string {
  switch (format) {
    case "plain":
      return text.trim();
    case "markdown":
      return tidy(lexer(text).map(block).join(""));
    case "html":
      return tidy(withoutTags(text));
  }
}

/** Cards, pictures and numbers to call, a line each. */
export function cardLines({ attachments, calls }: Rich): string[] {
  return [
    ...attachments.map(({ title, url, imageUrl }) => labelled(title, url || (imageUrl ?? ""))),
    ...calls.map(({ title, number }) => labelled(title, number)),
  ].filter((line) => line !== "");
}

/** What was said, for reading, as `transcriptText` writes it down; formatted words, cards and numbers in plain text. */
export function plainTranscript(entries: { at: string; body: EntryBody }[], speakers?: Speakers): string {
  return transcriptText(
    entries.map(({ at, body }) => ({ at, body: body.type === "said" ? { ...body, text: saidPlainly(body) } : body })),
    speakers,
  );
}

function saidPlainly({ text, format, rich }: Extract<EntryBody, { type: "said" }>): string {
  return [plainText(text, format), ...(rich ? cardLines(rich) : [])].filter(Boolean).join("\n");
}

function block(token: Token): string {
  const known = token as Tokens.Generic & { type: string }; // marked leaves room for tokens of extensions, and there are none
  switch (known.type) {
    case "space":
      return "\n";
    case "hr":
    case "def":
      return "";
    case "code":
      return `${known["text"] as string}\n`; // marked's own shape, as below
    case "list":
      return listed(token as Tokens.List);
    case "table":
      return tabled(token as Tokens.Table);
    case "html":
      return withoutTags(known.raw);
    case "blockquote":
      return (known.tokens ?? []).map(block).join("");
    default:
      return `${inlines(token)}\n`;
  }
}

function listed({ items, ordered, start }: Tokens.List): string {
  return items
    .map(({ tokens }, at) => {
      const mark = ordered ? `${Number(start) + at}.` : "-";
      const words = tokens.map(block).join("").trimEnd().replaceAll("\n", "\n  ");
      return `${mark} ${words}\n`;
    })
    .join("");
}

function tabled({ header, rows }: Tokens.Table): string {
  const titles = header.map((cell) => cell.tokens.map(inline).join(""));
  const row = (cells: Tokens.TableCell[]) =>
    cells.map((cell, at) => labelled(titles[at] ?? "", cell.tokens.map(inline).join(""))).join(", ");
  return rows.map((cells) => `${row(cells)}\n`).join("");
}

function inlines(token: Token): string {
  return "tokens" in token && token.tokens ? token.tokens.map(inline).join("") : inline(token);
}

function inline(token: Token): string {
  switch (token.type) {
    case "br":
      return "\n";
    case "html":
      return withoutTags(token.raw);
    case "link":
      return linked(inlines(token), String((token as Tokens.Link).href));
    case "image":
      return labelled(decoded((token as Tokens.Image).text), (token as Tokens.Image).href);
    case "codespan":
    case "escape":
      return decoded((token as Tokens.Codespan).text);
    case "text":
      return "tokens" in token && token.tokens ? inlines(token) : decoded(token.raw);
    default:
      return "tokens" in token && token.tokens ? inlines(token) : decoded(token.raw);
  }
}

function linked(words: string, href: string): string {
  const isSaid =
    words === href || href === `mailto:${words}` || href === `http://${words}` || href.replace(/^tel:/, "") === words.replaceAll(" ", "");
  return isSaid || !/^(https?|mailto|tel):/i.test(href) ? words : `${words} (${href.replace(/^(mailto|tel):/, "")})`;
}

const labelled = (label: string, what: string) => [label, what].filter((part) => part !== "").join(": ");

/** A text message shows no markup, so this need not be safe, only readable. */
function withoutTags(html: string): string {
  const words = html
    .replaceAll(/<(script|style)\b[\s\S]*?<\/\1\s*>/gi, "")
    .replaceAll(/<a\b[^>]*?href\s*=\s*["']([^"']*)["'][^>]*>([\s\S]*?)<\/a\s*>/gi, (_, href: string, inner: string) =>
      linked(withoutTags(inner), href),
    )
    .replaceAll(/<br\s*\/?>|<\/(p|div|li|tr|h[1-6]|ul|ol)\s*>/gi, "\n")
    .replaceAll(/<li\b[^>]*>/gi, "- ")
    .replaceAll(/<\/?[a-z][^>]*>|<!--[\s\S]*?-->/gi, "");
  return decoded(words);
}

const NAMED: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " ", hellip: "…", ndash: "–", mdash: "—" };

function decoded(text: string): string {
  return text.replaceAll(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]+);/gi, (whole, name: string) => {
    if (!name.startsWith("#")) return NAMED[name.toLowerCase()] ?? whole;
    const point = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return point > 0 && point <= 0x10_ff_ff ? String.fromCodePoint(point) : whole;
  });
}

function tidy(text: string): string {
  return text
    .replaceAll(/[ \t]+\n/g, "\n")
    .replaceAll(/\n{3,}/g, "\n\n")
    .trim();
}
