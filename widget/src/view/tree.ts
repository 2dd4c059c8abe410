import { type ComponentChild, h } from "preact";

/** The closed list. */
export type Tag = "a" | "strong" | "em" | "p" | "ul" | "ol" | "li" | "code";

/** Builds a tree of listed elements from a stream of openings, closings and text, whatever order they come in. */
export interface Tree {
  text(text: string): void;
  open(tag: Tag, href?: string): void;
  /** Closes the innermost of this kind and all within it; nothing if there is none. */
  close(tag: Tag): void;
  openMark(tag: "strong" | "em"): void;
  closeMark(): void;
  isIn(tag: Tag): boolean;
  lineBreak(): void;
  /** A line ended within a paragraph, or within a list's item if the next is indented. */
  newLine(isIndented: boolean): void;
  /** An empty line, or anything else that ends a paragraph. */
  endBlock(): void;
  item(indent: number, list: "ul" | "ol"): void;
  code(text: string): void;
  finish(): ComponentChild[];
}

interface Open {
  tag: Tag | "root";
  children: ComponentChild[];
  href: string;
  /** How far a list written with marks is indented; `null` for everything written as a tag. */
  indent: number | null;
  isMark: boolean;
}

const DEEPEST = 24;

export function createTree(renderLink: (href: string, children: ComponentChild[]) => ComponentChild): Tree {
  const stack: Open[] = [opened("root")];
  let skipped = 0; // opened beyond the deepest
  return {
    text(text) {
      if (text === "") return;
      if (isList(top()) && text.trim() === "") return;
      if (isList(top())) push("li");
      if (top().tag === "root") push("p");
      top().children.push(text);
    },
    open(tag, href = "") {
      if (tag === "li" && !isList(top())) {
        const item = stack.findLastIndex((open) => open.tag === "li");
        if (item > 0) popTo(item);
        else push("ul");
      } else if (isList(top()) && tag !== "li") push("li");
      if (tag === "p" || tag === "ul" || tag === "ol") endParagraph();
      else if (top().tag === "root" && tag !== "li") push("p");
      push(tag, href);
    },
    close,
    openMark(tag) {
      if (top().tag === "root") push("p");
      push(tag, "", null, true);
    },
    closeMark() {
      const at = stack.findLastIndex(({ isMark }) => isMark);
      if (at > 0) popTo(at);
    },
    isIn: (tag) => stack.some((open) => open.tag === tag),
    lineBreak() {
      if (!isList(top()) && top().tag !== "root") top().children.push(h("br", null));
    },
    newLine(isIndented) {
      if (!isIndented) closeMarkedLists();
      const { tag, children } = top();
      if (children.length > 0 && !isList(top()) && tag !== "root") children.push(h("br", null));
    },
    endBlock() {
      while (top().tag !== "root" && !isBlock(top())) pop();
      if (top().tag === "p") pop();
    },
    item(indent, list) {
      while (top().tag !== "root" && !isBlock(top())) pop();
      if (top().tag === "p") pop();
      for (let at = innermostList(); at > 0; at = innermostList()) {
        const open = stack[at]!; // found just now
        if ((open.indent ?? 0) > indent) popTo(at);
        else if (indent >= (open.indent ?? 0) + 2) break;
        else if (open.tag === list) {
          popTo(at + 1);
          return push("li");
        } else popTo(at);
      }
      push(list, "", indent);
      push("li");
    },
    code(text) {
      closeMarkedLists();
      top().children.push(h("pre", { tabIndex: 0 }, h("code", null, text)));
    },
    finish() {
      while (stack.length > 1) pop();
      return top().children;
    },
  };

  function top(): Open {
    return stack.at(-1)!; // the root is never popped
  }
  function push(tag: Tag, href = "", indent: number | null = null, isMark = false): void {
    if (stack.length >= DEEPEST) skipped += 1;
    else stack.push({ ...opened(tag), href, indent, isMark });
  }
  function pop(): void {
    const { tag, children, href } = stack.pop()!; // callers look first
    if (tag === "root" || (children.length === 0 && tag !== "li")) return;
    top().children.push(tag === "a" ? renderLink(href, children) : h(tag, null, children));
  }
  /** Closes everything from this place on. */
  function popTo(at: number): void {
    while (stack.length > at) pop();
  }
  function close(tag: Tag): void {
    if (skipped > 0) return void (skipped -= 1);
    const at = stack.findLastIndex((open) => open.tag === tag);
    if (at > 0) popTo(at);
  }
  function endParagraph(): void {
    const at = stack.findLastIndex((open) => open.tag === "p");
    if (at > 0) popTo(at);
  }
  function innermostList(): number {
    return stack.findLastIndex(({ indent }) => indent !== null);
  }
  function closeMarkedLists(): void {
    const at = stack.findIndex(({ indent }) => indent !== null);
    if (at > 0) popTo(at);
  }
}

function opened(tag: Open["tag"]): Open {
  return { tag, children: [], href: "", indent: null, isMark: false };
}
function isList({ tag }: Open): boolean {
  return tag === "ul" || tag === "ol";
}
function isBlock({ tag }: Open): boolean {
  return tag === "ul" || tag === "ol" || tag === "li" || tag === "p";
}
