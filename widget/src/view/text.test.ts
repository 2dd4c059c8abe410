// @vitest-environment happy-dom
import { h, render } from "preact";
import { expect, test } from "vitest";
import type { TextFormat } from "@baton/bridge-server/protocol";
import { renderBubble, renderText } from "./text.ts";

function shown(text: string, format: TextFormat = "markdown"): HTMLElement {
  const place = document.createElement("div");
  render(h("div", null, renderText(text, format)), place);
  return place.firstElementChild as HTMLElement; // the element just made
}

/** The elements without attributes, so that a test says what matters to it. */
function outline(text: string, format: TextFormat = "markdown"): string {
  const read = (node: Node): string => {
    if (!(node instanceof Element)) return node.textContent ?? "";
    const inner = [...node.childNodes].map(read).join("");
    return node.localName === "br" ? "|" : `<${node.localName}>${inner}</>`;
  };
  return [...shown(text, format).childNodes].map(read).join("");
}

test.each([
  ["one\ntwo", "<p>one|two</>"],
  ["one\n\ntwo", "<p>one</><p>two</>"],
  ["a **bold** and *slanted* word", "<p>a <strong>bold</> and <em>slanted</> word</>"],
  ["__bold__ _slanted_", "<p><strong>bold</> <em>slanted</></>"],
  ["***both***", "<p><strong><em>both</></></>"],
  ["snake_case_name and 2 * 3 * 4", "<p>snake_case_name and 2 * 3 * 4</>"],
  ["an **open end", "<p>an **open end</>"],
  ["\\*not slanted\\*", "<p>*not slanted*</>"],
  ["use `a*b*c` here", "<p>use <code>a*b*c</> here</>"],
  ["before\n- one\n- two\n  - inner\n- three", "<p>before</><ul><li>one</><li>two<ul><li>inner</></></><li>three</></>"],
  ["1. one\n2. two\n\nafter", "<ol><li>one</><li>two</></><p>after</>"],
  ["- one\n1. two", "<ul><li>one</></><ol><li>two</></>"],
  ["## Heading\ntext", "<p><strong>Heading</></><p>text</>"],
  ["```\nlet *a* = <b>1</b>;\n```", "<pre><code>let *a* = <b>1</b>;</></>"],
  ["```\nnever closed", "<pre><code>never closed</></>"],
  ["Hello<br>there, <b>you</b> &amp; <i>me</i>", "<p>Hello|there, <strong>you</> & <em>me</></>"],
  ["<ul><li>one</li><li>two</li></ul>", "<ul><li>one</><li>two</></>"],
  ["<p>one</p><p>two</p>", "<p>one</><p>two</>"],
  ["<ul>stray<li>one", "<ul><li>stray</><li>one</></>"],
  ["<b>wrong <i>order</b> here</i>", "<p><strong>wrong <em>order</></> here</>"],
  ["if a < b and c > d", "<p>if a < b and c > d</>"],
])("markdown %j", (text, expected) => {
  expect(outline(text)).toBe(expected);
});

test("an image in Markdown is a link in its words, since nothing is loaded that nobody asked for", () => {
  expect(outline("See ![the teapot](https://shop.example/pot.png), and \\![a link](https://shop.example/pot)!")).toBe(
    "<p>See <a>the teapot <bdi>(shop.example)</></>, and !<a>a link <bdi>(shop.example)</></>!</>",
  );
});

test("plain text keeps every character, and its line breaks", () => {
  expect(outline("**not bold** <b>nor this</b> &amp;\nnext", "plain")).toBe("<p>**not bold** <b>nor this</b> &amp;|next</>");
});

test("HTML of an agent's desk loses the tags that are not on the list and keeps their words", () => {
  expect(outline("<div class='x'><span>Hi</span> <b>you</b></div><!-- secret -->", "html")).toBe("<p>Hi <strong>you</></>");
});

const listed = new Set(["a", "strong", "em", "p", "ul", "ol", "li", "code", "pre", "br", "bdi", "span"]);
const hostile = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "<svg onload=alert(1)><animate onbegin=alert(1)>",
  "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
  "<b onclick=alert(1) style='position:fixed'>x</b>",
  "<a href='javascript:alert(1)' onclick='alert(1)'>x</a>",
  "<a href='java\tscript:alert(1)'>x</a>",
  "<a href=' &#106;avascript:alert(1)'>x</a>",
  "[x](javascript:alert(1))",
  "[x](JaVaScRiPt:alert(1))",
  "[x](data:text/html;base64,PHNjcmlwdD4=)",
  "[x](vbscript:x) [y](blob:https://a/b) [z](file:///etc/passwd)",
  "[x](//evil.example) [y](/relative) [z](#anchor)",
  "![x](https://evil.example/pixel.gif)",
  "[![x](https://evil.example/p.gif)](https://evil.example)",
  "**[`x`](https://user:pass@evil.example)**",
  '<a href="https://good.example"><a href="javascript:alert(1)">x</a></a>',
  "<scr<script>ipt>alert(1)</scr</script>ipt>",
  "<style>*{display:none}</style><link rel=stylesheet href=//evil.example>",
  "&lt;script&gt;alert(1)&lt;/script&gt;",
  "<template><slot name=x></slot></template><form action=//evil.example><input name=token>",
];
test.each(hostile.flatMap((text) => (["plain", "markdown", "html"] as const).map((format) => [format, text] as const)))(
  "T1 nothing but listed elements and safe links come of %s %j",
  (format, text) => {
    for (const element of shown(text, format).querySelectorAll("*")) {
      expect(listed).toContain(element.localName);
      for (const { name, value } of element.attributes) {
        expect(["href", "target", "rel", "title", "class", "tabindex"]).toContain(name);
        if (name === "href") expect(value).toMatch(/^(https?:\/\/|mailto:|tel:)/);
      }
    }
  },
);

test("T3 an image in a text is never loaded", () => {
  expect(shown("![x](https://evil.example/pixel.gif)").querySelector("img")).toBeNull();
});

test("links open elsewhere and tell the target nothing", () => {
  const link = shown("see https://shop.example/a?b=(c).").querySelector("a");
  expect(link?.getAttribute("href")).toBe("https://shop.example/a?b=(c)");
  expect([link?.getAttribute("target"), link?.getAttribute("rel")]).toEqual(["_blank", "noopener noreferrer nofollow"]);
});

test.each([
  ["[https://bank.example](https://evil.example/x)", "https://bank.example (evil.example)"],
  ["[bank.example](https://bank.example.evil.example)", "bank.example (bank.example.evil.example)"],
  ["[our page](https://shop.example/page)", "our page (shop.example)"],
  ["[раураl.example](https://раураl.example)", "раураl.example"],
  ["[paypal.example](https://раураl.example)", "paypal.example (xn--l-7sba6dbr.example)"],
  ["https://www.shop.example/page", "https://www.shop.example/page"],
  ["[www.shop.example](https://shop.example)", "www.shop.example"],
  ["[call us](tel:+442079460018)", "call us (+442079460018)"],
])("T4 the real host stands beside words that say something else: %s", (text, expected) => {
  expect(shown(text).textContent).toBe(expected);
});

test("T4 text cannot show a host name backwards, T10 nor pile up marks", () => {
  expect(shown("safe\u202Emoc.live\u2066").textContent).toBe("safemoc.live");
  expect([...(shown(`z${"\u0301".repeat(500)}`).textContent ?? "")].length).toBeLessThan(10);
});

const repeated = [
  "*a ",
  "**",
  "_a_ ",
  "`",
  "[",
  "[a](",
  "[a](x(",
  "<a ",
  "<b>",
  "</b>",
  "<li>",
  "- a\n  ",
  "&",
  "&amp",
  "\\",
  "https://",
  "(",
  "> ",
  "```\n",
  "a\u0301",
];
/** In microseconds. Node's word, which the widget's sources do not know. */
type Usage = { user: number; system: number };
const { process } = globalThis as unknown as { process: { threadCpuUsage(before?: Usage): Usage } };

test.each(repeated)("time grows linearly with %j", (part) => {
  const time = (count: number): number => {
    const text = part.repeat(count);
    const before = process.threadCpuUsage();
    for (const format of ["markdown", "html", "plain"] as const) renderText(text, format);
    const { user, system } = process.threadCpuUsage(before);
    return (user + system) / 1_000; // not what the clock says: others work on this machine too
  };
  time(2_000); // warm
  let [small, large] = [Infinity, Infinity];
  for (let run = 0; run < 10 && !(large / Math.max(1, small) < 40); run++) {
    small = Math.min(small, time(5_000)); // the fastest counts: what others do empties caches
    large = Math.min(large, time(40_000));
  }
  expect(large / Math.max(1, small)).toBeLessThan(40); // 8 times as long; 64 times would be quadratic
});

test.each([
  ["one **bold** word", "P", "one bold word"],
  ["one\ntwo", "P", "onetwo"],
  ["one\n\ntwo", "DIV", "onetwo"],
  ["- one", "DIV", "one"],
  ["```\ncode\n```", "DIV", "code"],
])("a bubble around %j is a %s: a single paragraph is in no other element", (text, element, words) => {
  const place = document.createElement("div");
  render(renderBubble(text, "markdown"), place);
  const bubble = place.firstElementChild!; // just made
  expect([bubble.nodeName, bubble.className, bubble.getAttribute("dir"), bubble.textContent]).toEqual([element, "bubble", "auto", words]);
  expect(bubble.querySelectorAll("p")).toHaveLength(text.includes("\n\n") ? 2 : 0);
});

test.each([
  ["Your order A-1001 has been sent", ["A-1001"]],
  ["INV-2024 of 2026-11-27, not 1-800-FLOWERS", ["INV-2024", "2026-11-27", "1-800-FLOWER"]],
  ["a well-known, state-of-the-art teapot - 3 of them", []],
  ["anticonstitutionnellement-1234567890", []],
])("of %j these pieces stay on one line, and the words are as they were", (text, whole) => {
  const paragraph = shown(text, "plain");
  expect([...paragraph.querySelectorAll(".whole")].map(({ textContent }) => textContent)).toEqual(whole);
  expect(paragraph.textContent).toBe(text);
});
