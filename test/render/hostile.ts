/** Texts that want to be more than text, made from a seed: the same seed makes the same ones. */
export function hostileTexts(seed: number, count: number): string[] {
  const next = randomFrom(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)]!; // within
  return Array.from({ length: count }, () => {
    let text = "";
    for (let parts = 1 + Math.floor(next() * 8); parts > 0; parts--) {
      const wrap = pick(WRAPS);
      text += wrap(pick(next() < 0.7 ? ATTACKS : ODDITIES)(`window.pwned=${Math.floor(next() * 1e6)}`));
    }
    return next() < 0.15 ? text.slice(0, Math.floor(next() * text.length)) : text; // cut off in the middle, as a stream may be
  });
}

const ATTACKS: ((run: string) => string)[] = [
  (run) => `<script>${run}</script>`,
  (run) => `<img src=x onerror="${run}">`,
  (run) => `<svg/onload=${run}>`,
  (run) => `<svg><animate onbegin=${run} attributeName=x dur=1s>`,
  (run) => `<iframe srcdoc="<script>parent.${run}</script>"></iframe>`,
  (run) => `<a href="javascript:${run}">link</a>`,
  (run) => `<a href="java&#10;script&colon;${run}">link</a>`,
  (run) => `<a href="https://good.example" onclick="${run}" style="position:fixed;inset:0">link</a>`,
  (run) => `[link](javascript:${run})`,
  (run) => `[link](<javascript:${run}> "title")`,
  (run) => `![picture](https://evil.example/pixel.gif?${run})`,
  (run) => `[![x](javascript:${run})](data:text/html,<script>${run}</script>)`,
  (run) => `<math><mtext></p><style><img src=x onerror=${run}></style></math>`,
  (run) => `<noscript><p title="</noscript><img src=x onerror=${run}>">`,
  () => `<style>*{display:none!important}</style><link rel=stylesheet href=https://evil.example/a.css>`,
  () => `<base href="https://evil.example/"><meta http-equiv=refresh content="0;url=https://evil.example/">`,
  (run) => `<form action="https://evil.example/"><button formaction="javascript:${run}">Send</button></form>`,
  (run) => `<details open ontoggle=${run}><video><source onerror=${run}></video><object data="javascript:${run}"></object>`,
  () => `https://good.example@evil.example/\u202Emoc.doog`,
  (run) => `"><template shadowrootmode=open><script>${run}</script></template>`,
  (run) => `\`\`\`html\n<script>${run}</script>\n\`\`\``,
  (run) => `\${${run}}{{constructor.constructor('${run}')()}}`,
];
const ODDITIES: (() => string)[] = [
  () => "\u202E\u2066 \u200F reversed",
  () => "Z\u0351\u036B\u0343a\u0321\u034Al\u0334g\u035Eo".repeat(5),
  () => "\u0000\u0007\u001B[31m\u2028\uFEFF",
  () => "\uD800 alone \uDC00",
  () => "👩‍👩‍👧‍👦🏳️‍🌈".repeat(4),
  () => "w".repeat(300),
  () => "*_~`[](<>)&#x3c;&lt;".repeat(6),
  () => "- a\n  - b\n    - c\n1. d\n> e\n# f\n---\n| g | h |",
  () => "&lt;script&gt;alert(1)&lt;/script&gt; &#60;img src=x onerror=alert(1)&#62;",
  () => "__proto__ constructor toString",
];
const WRAPS: ((text: string) => string)[] = [
  (text) => text,
  (text) => `**${text}**`,
  (text) => `<b>${text}</b>`,
  (text) => `<p><em>${text}</p></em>`,
  (text) => `- ${text}\n`,
  (text) => `\n\n${text} `,
];

/** Mulberry32: small, and the same everywhere. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
