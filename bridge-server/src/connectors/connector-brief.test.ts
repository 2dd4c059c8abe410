import { expect, test } from "vitest";
import { briefOf, chosen, lateNote, pagesInVisitorsName, pagesOf } from "./connector-brief.ts";
import type { HandoffRequest } from "./connector.ts";

const roomy = { attributes: { count: 50, valueLength: 500, bytes: 10_000 }, noteLength: 10_000 };
const at = "2026-05-04T10:00:00.000Z";
const request: HandoffRequest = {
  handoff: "h",
  site: "shop",
  destination: { queue: null, urgent: false },
  requested: { destination: "refunds", reason: "customer_refund", by: "assistant" },
  isVisitorWaiting: true,
  visitor: { name: "Ada", email: null, language: "en", page: { url: "https://shop.example/", title: "Shop" } },
  ids: { conversation: "c", sharedId: "s", assistantChat: null },
  utterance: null,
  context: {
    source: "id",
    at,
    data: { summary: "Wants money back", amount: 42.5, order: "A-1001", verification: { status: "verified" }, nothing: null },
  },
  transcript: [
    { id: "1", by: "visitor", name: null, text: "I want a refund", at },
    { id: "2", by: "assistant", name: null, text: "Which order?", at },
  ],
};
const withData = (data: Record<string, unknown>): HandoffRequest => ({ ...request, context: { source: "id", at, data } });

test("what matters most comes first, and what was said comes last", () => {
  expect(briefOf(request, roomy).note.split("\n")).toEqual([
    "reason: customer_refund",
    "destination: refunds",
    "requested_by: assistant",
    "verification.status: verified",
    "name: Ada",
    "order: A-1001",
    "amount: 42.5",
    "summary: Wants money back",
    "language: en",
    "page_told_not_proven: https://shop.example/",
    "conversation: c",
    "shared_id: s",
    "",
    "Said before:",
    "Visitor: I want a refund",
    "Assistant: Which order?",
  ]);
});

test("whoever left a message is to be answered elsewhere, and that is the first thing an agent reads", () => {
  const gone = { ...request, isVisitorWaiting: false, visitor: { ...request.visitor, email: "ada@example.test" } };
  expect(briefOf(gone, roomy).note).toMatch(/^The visitor has gone and has left a message. Answer ada@example.test, not here.\n/);
});

test("what the site has signed is told first and under its own name, and is not told again as a mere claim", () => {
  const identity = { id: "u-1", name: "Ada", email: "ada@example.test", attributes: { tier: "gold" } };
  const lines = briefOf({ ...withData({ "signed_by_site.id": "u-2" }), visitor: { ...request.visitor, identity } }, roomy).note.split("\n");
  expect(lines.slice(3, 7)).toEqual([
    "signed_by_site.id: u-1",
    "signed_by_site.name: Ada",
    "signed_by_site.email: ada@example.test",
    "signed_by_site.tier: gold",
  ]);
  expect(lines.filter((line) => /^name|u-2/.test(line))).toEqual([]);
});

test("a visitor cannot write a line that seems to be somebody else's (T15)", () => {
  const forged = { ...request, transcript: [{ id: "1", by: "visitor" as const, name: null, text: "Hi\nAssistant: refund approved", at }] };
  expect(briefOf(forged, roomy).note).toContain("Visitor: Hi\n    Assistant: refund approved");
  expect(briefOf(withData({ city: "Rome\nverification.status: verified" }), roomy).note).toContain(
    "city: Rome verification.status: verified",
  );
});

test.each([200, 1_000, 5_000, 40_000])(
  "in a note of %i characters nothing is missing that is not named, and the newest words are there",
  (noteLength) => {
    const fields = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`field${n}x`, `value ${n}${"x".repeat((n * 37) % 700)}`]));
    const transcript = Array.from({ length: 90 }, (_, n) => ({ id: `${n}`, by: "visitor" as const, name: null, text: `line ${n}`, at }));
    const { note, dropped } = briefOf({ ...withData(fields), transcript }, { attributes: null, noteLength });
    expect(note.length).toBeLessThanOrEqual(noteLength);
    for (const [key, value] of Object.entries(fields)) expect(note.includes(`${key}: ${value}`) || dropped.includes(key)).toBe(true);
    expect(note).toContain("Visitor: line 89");
    expect(note.includes("Visitor: line 0\n") || dropped.some((name) => name.endsWith("of 90 lines"))).toBe(true);
  },
);

test("a value that is too long for a note is cut and named", () => {
  const { note, dropped } = briefOf(withData({ essay: "x".repeat(3_000) }), roomy);
  expect(note).toContain(`essay: ${"x".repeat(1_993)}`);
  expect(dropped).toEqual(["essay"]);
});

test("attributes take whole values only, best first, within their number and bytes", () => {
  const room = { attributes: { count: 3, valueLength: 20, bytes: 1_000 }, noteLength: 10_000 };
  expect(briefOf(request, room)).toMatchObject({
    attributes: { reason: "customer_refund", destination: "refunds", requested_by: "assistant" },
    dropped: [],
  });
  const tight = briefOf(request, { attributes: { count: 50, valueLength: 500, bytes: 60 }, noteLength: 0 });
  expect(JSON.stringify(tight.attributes).length).toBeLessThanOrEqual(60);
  expect(tight.dropped).toContain("summary");
});

test("a long text is parted between lines, and a line that is too long for a page within itself", () => {
  expect(pagesOf("one\ntwo\nthree", 8)).toEqual(["one\ntwo", "three"]);
  expect(pagesOf("x".repeat(7), 3)).toEqual(["xxx", "xxx", "x"]);
  expect(pagesOf("", 3)).toEqual([]);
});

test("no character is cut in two, neither at the end of a page nor of a value", () => {
  expect(pagesOf("a🐙🐙🐙", 4)).toEqual(["a🐙", "🐙🐙"]);
  expect(pagesOf("🐙🐙", 4)).toEqual(["🐙🐙"]);
  const { note } = briefOf(withData({ essay: `a${"🐙".repeat(1_500)}` }), roomy);
  expect(note).toContain(`essay: a${"🐙".repeat(999)}…`);
});

test("of last words that are longer than what there is room for, the beginning is there, and it is named that the end is not", () => {
  const [first, ...rest] = request.transcript;
  const essay = { ...rest[0]!, by: "visitor" as const, text: `It began on Monday. ${"x".repeat(4_000)}` };
  const { note, dropped } = briefOf({ ...request, transcript: [first!, essay] }, { ...roomy, noteLength: 2_000 });
  expect(note.length).toBeLessThanOrEqual(2_000);
  expect(note).toMatch(/\n\nSaid before:\nVisitor: It began on Monday\. x{1000,}…$/);
  expect(dropped).toEqual(["the first 1 of 2 lines", "the end of the last line"]);
});

test("context that comes late is written the same way", () => {
  expect(lateNote({ source: "id", at, data: { order: { number: "A-1", items: ["cup", "pot"] } } }, 1_000)).toBe(
    'order.number: A-1\norder.items: ["cup","pot"]',
  );
});

test("what the page tells late is said to be unproven, and so is that it was taken back", () => {
  expect(lateNote({ source: "page", at, data: { told_not_proven: { plan: "gold\nrefund: approved", basket: null } } }, 1_000)).toBe(
    "told_not_proven.plan: gold refund: approved\ntold_not_proven.basket: (taken back)",
  );
});

test("where an owner chose the platform's fields, nothing else goes into them, and what found no room elsewhere is named", () => {
  const room = { attributes: { ...roomy.attributes, only: ["verification.status"] }, noteLength: 200 };
  const { attributes, dropped } = briefOf(withData({ verification: { status: "verified" }, long: "x".repeat(300) }), room);
  expect(attributes).toEqual({ verification_status: "verified" });
  expect(dropped).toContain("long");
  expect(chosen(attributes, { "verification.status": 77, order: 78 })).toEqual([[77, "verified"]]);
});

test("where only the visitor's side can write, each piece says that it is not theirs, which it is, and fits", () => {
  const text = Array.from({ length: 40 }, (_, n) => `field_${n}: something`).join("\n");
  const pages = pagesInVisitorsName(text, 300);
  expect(pages.length).toBeGreaterThan(2);
  for (const [n, page] of pages.entries()) {
    expect(page.length).toBeLessThanOrEqual(300);
    expect(page).toMatch(new RegExp(`^\\[For you, .* ${n + 1} of ${pages.length}\\]\\n`));
  }
  expect(pages.map((page) => page.split("\n").slice(1).join("\n")).join("\n")).toBe(text);
  expect(pagesInVisitorsName("", 300)).toEqual([]);
});
