// @vitest-environment happy-dom
import { cleanup, render, within } from "@testing-library/preact";
import { afterEach, expect, test } from "vitest";
import type { Conversation, TranscriptLine } from "../api/answers.ts";
import { at, handoff, page, settle, startConsole } from "../test-console.ts";
import { ConversationPage } from "./ConversationPage.tsx";

afterEach(cleanup);

const whole: Conversation = {
  site: "shop",
  id: "c-1",
  phase: "live",
  ended_by: null,
  language: "en",
  page: { url: "https://shop.example/cart", title: "Cart" },
  told: { plan: "gold" },
  visitor: null,
  channel: null,
  began_at: at(-1),
  last_at: at(0),
  seen_at: at(0),
  names: [{ kind: "assistant_conversation_id", value: "CONV-1", handoff: null, studio_url: "https://studio.example/CONV-1" }],
  handoffs: [handoff()],
};
const said = (seq: number, kind: "visitor" | "assistant" | "agent", text: string, name: string | null = null): TranscriptLine => ({
  seq,
  at: at(seq),
  by: { kind, name },
  kind: "said",
  text,
});

/** A conversation whose lines come in pages of two, and may become more. */
async function start(lines: TranscriptLine[], more: Partial<Conversation> = {}) {
  const conversation = { ...whole, ...more };
  const started = await startConsole((path, query) => {
    if (path === "/v1/conversations/c-1") return conversation;
    if (path !== "/v1/conversations/c-1/transcript") return page([]);
    const rest = lines.filter(({ seq }) => seq > Number(query.get("after")));
    return { lines: rest.slice(0, 2), next: rest.length > 2 ? rest[1]!.seq : null };
  }, "/console/conversations/c-1?site=shop");
  const drawn = render(<ConversationPage parts={started.parts} id="c-1" />);
  await settle();
  const log = () =>
    within(drawn.getByRole("log"))
      .queryAllByRole("article")
      .map(({ textContent }) => textContent?.replace(/\d.*?[AP]M|\d\d:\d\d/, ""));
  return { ...started, ...drawn, log, conversation };
}

test("E6 L3 both halves are one transcript, however many pages it takes, and who spoke is said", async () => {
  const { log, asked } = await start([
    said(1, "visitor", "I want a refund"),
    said(2, "assistant", "What is your **order number**?"),
    said(3, "agent", "Kim here", "Kim"),
  ]);
  expect(log()).toEqual(["Visitor I want a refund", "Assistant What is your order number?", "Kim Kim here"]);
  expect(asked).toContain("GET /v1/conversations/c-1/transcript?site=shop&after=2");
});

test("what is said while one looks on appears, once, until the conversation has ended", async () => {
  const lines = [said(1, "visitor", "one")];
  const { log, hand, conversation, asked } = await start(lines);
  lines.push(said(2, "agent", "two"));
  hand.pass(4_000);
  await settle();
  expect(log()).toEqual(["Visitor one", "Agent two"]);
  conversation.phase = "ended";
  hand.pass(4_000);
  await settle();
  const looks = () => asked.filter((one) => one.includes("/conversations/")).length;
  const before = looks();
  hand.pass(60_000);
  await settle();
  expect(looks()).toBe(before);
});

test("E7 PolyAI's own page about it is one step away, in a window of its own that learns nothing of this one", async () => {
  const { getByRole } = await start([]);
  const link = getByRole("link", { name: "Open in Agent Studio" });
  expect([link.getAttribute("href"), link.getAttribute("rel")]).toEqual(["https://studio.example/CONV-1", "noopener noreferrer"]);
});

test("T2 T33 hostile words are text, whoever said them", async () => {
  const hostile = '<img src=x onerror="hit()"><script>hit()</script>';
  const { container } = await start(
    [said(1, "visitor", hostile), said(2, "assistant", `**${hostile}**`), said(3, "agent", hostile, hostile)],
    {
      page: { url: "javascript:hit()", title: hostile },
      visitor: { id: hostile, name: hostile, email: hostile },
      language: hostile,
    },
  );
  expect(container.textContent?.split(hostile).length).toBeGreaterThan(7);
  expect(container.querySelectorAll("img, script, [onerror], a[href^=javascript]")).toHaveLength(0);
});
