import type { TextFormat } from "@baton/bridge-server/protocol";
import type { ComponentChild, VNode } from "preact";
import { renderText } from "./text.ts";

/** A message's words for where nothing can be drawn: as they are read, lists with their marks, and a link with its address where its words are another. */
export function plainText(text: string, format: TextFormat): string {
  return wordsOf(renderText(text, format))
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

/** `mark` stands before a list's item; of a link it is the address. */
function wordsOf(node: ComponentChild | ComponentChild[], mark = "- "): string {
  if (Array.isArray(node)) return node.map((one) => wordsOf(one, mark)).join("");
  if (typeof node !== "object" || !node) return String(node ?? "");
  const { type, props } = node as VNode<{ href: string; children: ComponentChild[] }>; // of the elements that `renderText` makes
  const { children, href } = props;
  switch (type) {
    case "br":
      return "\n";
    case "li":
      return `\n${mark}${wordsOf(children)}`;
    case "ol":
      return children.map((one, n) => wordsOf(one, `${n + 1}. `)).join("");
    case "bdi":
      return `(${mark})`;
    case "p":
    case "pre":
      return `\n\n${wordsOf(children)}\n`;
    default:
      return wordsOf(children, href);
  }
}
