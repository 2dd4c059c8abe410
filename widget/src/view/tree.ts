import { type ComponentChild, h } from "preact";

/** The closed list. */
export type Tag = "a" | "strong" | "em" | "p" | "ul" | "ol" | "li" | "code";

export type Tree = ReturnType<typeof createTree>;

interface Open {
  tag: Tag | "root";
  children: ComponentChild[];
  href?: string | undefined;
  /** What a link says. */
  words?: string;
  /** How far a list written with marks is indented. Lists written as tags have none. */
  indent?: number;
  isMark?: boolean;
}

const DEEPEST = 24;

// "A-1001" stays on one line. Browsers would part it behind its hyphen; no style forbids that and still lets long words break. None is
// wider than the narrowest bubble.
const numbers = /\b((?=\S{0,9}\d)\w{1,6}(?:-\w{1,6}){1,2})/;

/** Builds a tree of listed elements from a stream of openings, closings and text, whatever order they come in. */
export function createTree(renderLink: (href: string, words: string, children: ComponentChild[]) => ComponentChild) {
  const stack: Open[] = [{ tag: "root", children: [] }];

  return {
    open,
    text(text: string): void {
      if (text === "" || (isList() && text.trim() === "")) return;
      if (isList()) push({ tag: "li" });
      inParagraph();
      top().children.push(...text.split(numbers).map((piece, n) => (n % 2 ? h("span", { class: "whole" }, piece) : piece)));
      const link = stack.find(({ tag }) => tag === "a");
      if (link) link.words = (link.words ?? "") + text;
    },
    /** Closes the innermost of this kind and all within it; nothing if there is none. */
    close: (tag: Tag): void => closeFrom((open) => open.tag === tag),
    openMark(tag: "strong" | "em"): void {
      inParagraph();
      push({ tag, isMark: true });
    },
    closeMark: (): void => closeFrom(({ isMark }) => isMark),
    isIn: (tag: Tag): boolean => stack.some((open) => open.tag === tag),
    lineBreak,
    /** A line begins that goes on with the paragraph, or with a list's item if it is indented. */
    newLine(isIndented: boolean): void {
      if (!isIndented) while (stack.some(isMarkedList)) closeFrom(isMarkedList);
      if (top().children.length > 0) lineBreak();
    },
    endBlock,
    item(indent: number, list: "ul" | "ol"): void {
      endBlock();
      let around = stack.findLast(isMarkedList);
      while (around && (around.indent > indent || (around.indent + 2 > indent && around.tag !== list))) {
        closeFrom(isMarkedList);
        around = stack.findLast(isMarkedList);
      }
      if (around && around.indent + 2 > indent) while (top() !== around) pop();
      else push({ tag: list, indent });
      push({ tag: "li" });
    },
    code(text: string): void {
      top().children.push(h("pre", { tabIndex: 0 }, h("code", null, text)));
    },
    finish(): ComponentChild[] {
      while (stack.length > 1) pop();
      return top().children;
    },
  };

  function open(tag: Tag, href?: string): void {
    if (tag === "li" && !isList()) {
      closeFrom((open) => open.tag === "li");
      if (!isList()) open("ul");
    } else if (isList() && tag !== "li") push({ tag: "li" });
    if (tag === "p" || tag === "ul" || tag === "ol") closeFrom((open) => open.tag === "p");
    else if (tag !== "li") inParagraph();
    push({ tag, href });
  }

  function lineBreak(): void {
    if (!isList() && top().tag !== "root") top().children.push(h("br", null));
  }
  /** An empty line, or anything else that ends a paragraph. */
  function endBlock(): void {
    while (!["root", "ul", "ol", "li", "p"].includes(top().tag)) pop();
    if (top().tag === "p") pop();
  }

  function top(): Open {
    return stack.at(-1)!; // the root is never popped
  }
  function isList(): boolean {
    return top().tag === "ul" || top().tag === "ol";
  }
  function inParagraph(): void {
    if (top().tag === "root") push({ tag: "p" });
  }
  function push(open: Omit<Open, "children">): void {
    if (stack.length < DEEPEST) stack.push({ ...open, children: [] });
  }
  function pop(): void {
    const { tag, children, href = "", words = "" } = stack.pop()!; // callers leave the root
    if (children.length > 0) top().children.push(tag === "a" ? renderLink(href, words, children) : h(tag, null, children));
  }
  /** Closes the innermost of these, and all within it. */
  function closeFrom(isWanted: (open: Open) => boolean | undefined): void {
    const at = stack.findLastIndex(isWanted);
    if (at > 0) while (stack.length > at) pop();
  }
}

function isMarkedList(open: Open): open is Open & { indent: number } {
  return open.indent !== undefined;
}
