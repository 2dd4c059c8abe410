import { type ComponentChild, h } from "preact";
import type { TextFormat } from "@baton/bridge-server/protocol";
import { readLink } from "./link.ts";
import { createTree, type Tag, type Tree } from "./tree.ts";

/**
 * Message text as elements from a closed list; no HTML is ever made or parsed. Markdown and light HTML are both understood in
 * formatted text, because assistants mix them; what is not understood stays visible as text. Time grows linearly with the length.
 */
export function renderText(text: string, format: TextFormat, linkTitle: string): ComponentChild[] {
  const tree = createTree((href, children) => renderLink(href, children, linkTitle));
  const clean = text.replace(bidiControls, "").replace(tooManyMarks, "$1");
  if (format === "plain") addPlain(tree, clean);
  else addBlocks(tree, clean, format);
  return tree.finish();
}

const bidiControls = /[\u202a-\u202e\u2066-\u2069]/g; // they would let text show a host name backwards
const tooManyMarks = /(\p{M}{5})\p{M}+/gu; // piled up they draw over the neighbours

function renderLink(href: string, children: ComponentChild[], title: string): ComponentChild {
  const link = readLink(href, wordsOf(children));
  if (!link) return h("span", null, children);
  // The real host stands beside words that say something else.
  const host = link.host === null ? null : h("bdi", { class: "host" }, ` (${link.host})`);
  return h("a", { href: link.href, target: "_blank", rel: "noopener noreferrer nofollow", title }, children, host);
}

function wordsOf(children: ComponentChild): string {
  if (typeof children === "string") return children;
  if (Array.isArray(children)) return children.map(wordsOf).join("");
  const props = (children as { props?: { children?: ComponentChild } } | null)?.props; // an element made by the tree
  return props ? wordsOf(props.children) : "";
}

function addPlain(tree: Tree, text: string): void {
  for (const [index, line] of text.split("\n").entries()) {
    if (index > 0) tree.lineBreak();
    addInline(tree, line, { marks: false, tags: "text" });
  }
}

const rule = /^\s*([-*_])(?:\s*\1){2,}\s*$/;
const bullet = /^(\s*)(?:[-*+•]|(\d{1,9})[.)])\s+(\S.*)$/;

function addBlocks(tree: Tree, text: string, format: TextFormat): void {
  const syntax: Syntax = { marks: format === "markdown", tags: format === "html" ? "drop" : "text" };
  let code: string[] | null = null;
  for (const line of text.split("\n")) {
    const isFence = syntax.marks && line.trimStart().startsWith("```");
    if (code) {
      if (!isFence) code.push(line);
      else {
        tree.code(code.join("\n"));
        code = null;
      }
    } else if (isFence) {
      tree.endBlock();
      code = [];
    } else addLine(tree, line, syntax);
  }
  if (code) tree.code(code.join("\n"));
}

function addLine(tree: Tree, line: string, syntax: Syntax): void {
  if (line.trim() === "" || (syntax.marks && rule.test(line))) return tree.endBlock();
  const item = syntax.marks ? bullet.exec(line) : null;
  if (item) {
    const [, indent = "", number, rest = ""] = item;
    tree.item(indent.replaceAll("\t", "    ").length, number ? "ol" : "ul");
    return addInline(tree, rest, syntax);
  }
  const heading = syntax.marks ? /^#{1,6}\s+(\S.*)$/.exec(line) : null;
  if (heading) {
    tree.endBlock();
    tree.newLine(false);
    tree.open("strong");
    addInline(tree, heading[1] ?? "", syntax);
    return tree.endBlock();
  }
  tree.newLine(/^\s/.test(line));
  addInline(tree, line.trim(), syntax);
}

interface Syntax {
  /** Whether `**` and its like mean something. */
  marks: boolean;
  /** What becomes of tags that are not on the list. */
  tags: "text" | "drop";
}

const tag = /<(\/?)([a-z][a-z0-9]{0,15})(?:\s([^<>]*))?\/?>|<!--/iy;
const link = /\[([^[\]\n]+)\]\(\s*<?((?:[^\s()<>]|\([^\s()<>]*\))+)>?(?:\s+"[^"\n]*")?\s*\)/y;
const entity = /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos|nbsp));/iy;
const web = /https?:\/\/[^\s<>"`]+/iy;
const named: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };
const listed: Record<string, Tag> = {
  a: "a",
  b: "strong",
  strong: "strong",
  i: "em",
  em: "em",
  p: "p",
  ul: "ul",
  ol: "ol",
  li: "li",
  code: "code",
};

/** One line. Every pattern stops at the first character that cannot be its own, so no part is looked at often. */
function addInline(tree: Tree, line: string, syntax: Syntax): void {
  const closers = syntax.marks ? lastClosers(line) : {};
  const open: string[] = [];
  let from = 0;
  const special = /[\\`*_[<&]|https?:\/\//gi; // one each, because the words of a link are read in between
  for (let found = special.exec(line); found; found = special.exec(line)) {
    const at = found.index;
    const end = step(found[0], at);
    if (end > at) from = end;
    special.lastIndex = Math.max(end, at + 1);
  }
  tree.text(line.slice(from));
  for (const _ of open) tree.closeMark();

  /** Handles what stands at `at`; returns where it ends, or `at` if it is only text. */
  function step(char: string, at: number): number {
    if (char.length > 1) return webAddress(at);
    if (char === "<") return htmlTag(at);
    if (char === "&") return take(entity, at, ([, hex, decimal, name]) => character(hex, decimal, name));
    if (!syntax.marks) return at;
    if (char === "\\") return take(/\\([\\`*_[\]()#+\-.!<>&])/y, at, ([, escaped]) => escaped);
    if (char === "[") return markdownLink(at);
    if (char === "`") return inlineCode(at);
    return emphasis(char, at);
  }

  function flush(to: number): void {
    tree.text(line.slice(from, to));
  }

  function take(pattern: RegExp, at: number, read: (match: RegExpExecArray) => string | undefined): number {
    const match = matchAt(pattern, line, at);
    if (!match) return at;
    flush(at);
    tree.text(read(match) ?? "");
    return at + match[0].length;
  }

  function webAddress(at: number): number {
    const match = matchAt(web, line, at);
    if (!match || tree.isIn("a")) return at;
    const url = withoutPunctuation(match[0]);
    flush(at);
    tree.open("a", url);
    tree.text(url);
    tree.close("a");
    return at + url.length;
  }

  function htmlTag(at: number): number {
    const match = matchAt(tag, line, at);
    if (!match) return at;
    const [all, slash, name = "", attributes = ""] = match;
    const known = listed[name.toLowerCase()];
    if (all === "<!--") {
      if (syntax.tags === "text") return at;
      flush(at);
      const end = line.indexOf("-->", at);
      return end < 0 ? line.length : end + 3;
    }
    if (name.toLowerCase() === "br") {
      flush(at);
      tree.lineBreak();
    } else if (known) {
      flush(at);
      if (slash) tree.close(known);
      else tree.open(known, hrefIn(attributes));
    } else if (syntax.tags === "drop") flush(at);
    else return at;
    return at + all.length;
  }

  function markdownLink(at: number): number {
    const match = matchAt(link, line, at);
    if (!match || tree.isIn("a")) return at;
    const [all, words = "", href = ""] = match;
    flush(at);
    tree.open("a", href);
    addInline(tree, words, syntax);
    tree.close("a");
    return at + all.length;
  }

  function inlineCode(at: number): number {
    const end = at < (closers["`"] ?? -1) ? line.indexOf("`", at + 1) : -1;
    if (end < 0) return at;
    flush(at);
    tree.open("code");
    tree.text(line.slice(at + 1, end));
    tree.close("code");
    return end + 1;
  }

  function emphasis(char: string, at: number): number {
    const isDouble = line[at + 1] === char && open.at(-1) !== char;
    const mark = isDouble ? char + char : char;
    const before = line[at - 1] ?? " ";
    const after = line[at + mark.length] ?? " ";
    if (char === "_" && isWord(before) && isWord(after)) return at;
    if (open.at(-1) === mark && before.trim() !== "") {
      flush(at);
      open.pop();
      tree.closeMark();
    } else if (after.trim() !== "" && at < (closers[mark] ?? -1) && !open.includes(mark)) {
      flush(at);
      open.push(mark);
      tree.openMark(isDouble ? "strong" : "em");
    } else return at;
    return at + mark.length;
  }
}

/** Where each mark could close for the last time: an opener behind it is only text. */
function lastClosers(line: string): Record<string, number> {
  const last: Record<string, number> = { "`": line.lastIndexOf("`") };
  for (const mark of ["*", "**", "_", "__"]) {
    let at = line.lastIndexOf(mark);
    while (at > 0 && line[at - 1]?.trim() === "") at = line.lastIndexOf(mark, at - 1);
    last[mark] = at;
  }
  return last;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function character(hex: string | undefined, decimal: string | undefined, name: string | undefined): string {
  if (name) return named[name.toLowerCase()] ?? "";
  const code = hex ? Number.parseInt(hex, 16) : Number(decimal);
  return code > 31 && code <= 0x10_ffff && !(code >= 0xd8_00 && code <= 0xdf_ff)
    ? String.fromCodePoint(code).replace(bidiControls, "")
    : "";
}

function hrefIn(attributes: string): string {
  const match = /(?:^|\s)href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i.exec(attributes);
  const href = match?.[1] ?? match?.[2] ?? match?.[3] ?? "";
  return href.replaceAll("&amp;", "&");
}

/** A full stop after an address belongs to the sentence; so does a bracket that was opened before it. */
function withoutPunctuation(url: string): string {
  let end = url.length;
  const hasBracket = url.includes("(");
  while (end > 0 && (".,;:!?'*_~]".includes(url[end - 1] ?? "") || (url[end - 1] === ")" && !hasBracket))) end -= 1;
  return url.slice(0, end);
}

function isWord(char: string): boolean {
  return /[\p{L}\p{N}]/u.test(char);
}
