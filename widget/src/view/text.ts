import { type ComponentChild, h, type VNode } from "preact";
import type { TextFormat } from "@baton/bridge-server/protocol";
import { readLink } from "./link.ts";
import { createTree, type Tag, type Tree } from "./tree.ts";

/**
 * Message text as elements from a closed list; no HTML is ever made or parsed. Markdown and light HTML are both understood in
 * formatted text, because assistants mix them; what is not understood stays visible as text. Time grows linearly with the length.
 */
export function renderText(text: string, format: TextFormat): ComponentChild[] {
  const tree = createTree(renderLink);
  const clean = text.replace(bidiControls, "").replace(tooManyMarks, "$1");
  if (format === "plain") {
    for (const line of clean.split("\n")) {
      tree.newLine(false);
      addInline(tree, line, plain);
    }
  } else addFormatted(tree, format === "html" ? clean.replace(otherTags, "") : clean);
  return tree.finish();
}

/** What a line says. A single paragraph, as most are, is the bubble itself: an element less for each line. */
export function renderBubble(text: string, format: TextFormat): ComponentChild {
  const blocks = renderText(text, format);
  const [first] = blocks as VNode[]; // whatever ends up outermost is an element
  const only = blocks.length === 1 && first?.type === "p" ? first.props.children : null;
  return h(only ? "p" : "div", { class: "bubble", dir: "auto" }, only ?? blocks);
}

const bidiControls = /[\u202a-\u202e\u2066-\u2069]/g; // they would let text show a host name backwards
const tooManyMarks = /(\p{M}{5})\p{M}+/gu; // piled up they draw over the neighbours

// Every alternative stops at the first character that cannot be its own, so no part of a line is looked at often.
const web = /(?<url>https?:\/\/[^\s<>"`]+)/.source;
const tag = /<(?<end>\/?)(?<tag>a|br|b|i|em|strong|p|ul|ol|li|code)(?:\s(?<attributes>[^<>]*))?\/?>/.source;
const entity = /&(?<entity>amp|lt|gt|quot|#39|nbsp);/.source;
const escape = /\\(?<escaped>[!-/:-@[-`{-~])/.source;
const code = /`(?<code>[^`]+)`/.source;
const link = /!?\[(?<words>[^[\]]+)\]\(<?(?<href>(?:[^\s()<>]|\([^\s()<>]*\))+)>?(?:\s[^()]*)?\)/.source;
const mark = /(?<mark>\*{1,3}|__?)/.source;
const plain = new RegExp(web, "gi");
const formatted = new RegExp([escape, code, web, link, tag, entity, mark].join("|"), "gi");

const otherTags = /<(?!\/?(?:a|br|b|i|em|strong|p|ul|ol|li|code)\b)[/!a-z][^<>]*>/gi;
const item = /^(?<indent>\s*)(?:[-*+•]|(?<number>\d{1,9})[.)])\s+(?<rest>\S.*)/;
const heading = /^#{1,6}\s+(?=\S)/;

function addFormatted(tree: Tree, text: string): void {
  let fenced: string[] | null = null;
  for (const line of text.split("\n")) {
    const isFence = line.trimStart().startsWith("```");
    if (isFence) {
      tree.endBlock();
      if (fenced) tree.code(fenced.join("\n"));
      fenced = fenced ? null : [];
    } else if (fenced) fenced.push(line);
    else addLine(tree, line);
  }
  if (fenced) tree.code(fenced.join("\n"));
}

function addLine(tree: Tree, line: string): void {
  if (!/[^\s*_-]/.test(line)) return tree.endBlock(); // empty, or a rule
  const { indent = "", number, rest } = item.exec(line)?.groups ?? {};
  const isHeading = heading.test(line);
  if (rest) tree.item(indent.replaceAll("\t", "    ").length, number ? "ol" : "ul");
  else {
    if (isHeading) tree.endBlock();
    tree.newLine(/^\s/.test(line));
    if (isHeading) tree.open("strong");
  }
  addInline(tree, rest ?? line.trim().replace(heading, ""), formatted);
  if (isHeading) tree.endBlock();
}

/** One line, or the words of a link. */
function addInline(tree: Tree, line: string, token: RegExp): void {
  const open: string[] = [];
  const lastOf: Record<string, number> = {};
  let from = 0;
  for (const { 0: all, index, groups = {} } of line.matchAll(token)) {
    const { url, tag, mark } = groups;
    const length = url ? withoutPunctuation(url) : all.length;
    const before = line[index - 1] ?? " ";
    tree.text(line.slice(from, index));
    from = index + length;
    if (url) addLink(all.slice(0, length), (words) => tree.text(words));
    else if (groups.href) addLink(groups.href, () => addInline(tree, groups.words ?? "", token));
    else if (tag) addTag(tag.toLowerCase(), groups.end, groups.attributes);
    else if (groups.code) {
      tree.open("code");
      tree.text(groups.code);
      tree.close("code");
    } else if (!mark || !addMark(mark, before, line[from] ?? " ", index)) {
      tree.text(groups.escaped ?? characters[groups.entity?.toLowerCase() ?? ""] ?? all);
    }
  }
  tree.text(line.slice(from));
  open.forEach(tree.closeMark);

  function addLink(href: string, addWords: (href: string) => void): void {
    const isNested = tree.isIn("a");
    if (!isNested) tree.open("a", href);
    addWords(href);
    if (!isNested) tree.close("a");
  }

  function addTag(name: string, end: string | undefined, attributes = ""): void {
    const known = (shortTags[name] ?? name) as Tag | "br"; // the pattern lets no other through
    if (known === "br") tree.lineBreak();
    else if (end) tree.close(known);
    else tree.open(known, /(?:^|\s)href\s*=\s*["']?([^\s"'>]+)/i.exec(attributes)?.[1]?.replaceAll("&amp;", "&"));
  }

  /** Whether it opens or closes something; otherwise it is only text. */
  function addMark(mark: string, before: string, after: string, index: number): boolean {
    if (mark[0] === "_" && word.test(before) && word.test(after)) return false; // snake_case
    if (open.at(-1) === mark && before.trim()) {
      open.pop();
      tree.closeMark();
      if (mark[2]) tree.closeMark();
      return true;
    }
    const last = (lastOf[mark] ??= line.lastIndexOf(mark));
    if (!after.trim() || index >= last || !line[last - 1]?.trim() || open.includes(mark)) return false;
    open.push(mark);
    tree.openMark(mark[1] ? "strong" : "em");
    if (mark[2]) tree.openMark("em");
    return true;
  }
}

const shortTags: Record<string, Tag> = { b: "strong", i: "em" };
const word = /[\p{L}\p{N}]/u;
const characters: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", nbsp: "\u00a0" };

/** A full stop after an address belongs to the sentence; so does a bracket that was opened before it. */
function withoutPunctuation(url: string): number {
  let end = url.length;
  const stops = url.includes("(") ? ".,;:!?'*_~]" : ".,;:!?'*_~])";
  while (stops.includes(url[end - 1] ?? " ")) end -= 1;
  return end;
}

function renderLink(href: string, words: string, children: ComponentChild[]): ComponentChild {
  const link = readLink(href, words);
  if (!link) return h("span", null, children);
  // The real host stands beside words that say something else.
  const host = link.host && [" ", h("bdi", { class: "host" }, `(${link.host})`)]; // a blank inside would stand on the wrong side of it
  return h("a", { href: link.href, target: "_blank", rel: "noopener noreferrer nofollow" }, children, host);
}
