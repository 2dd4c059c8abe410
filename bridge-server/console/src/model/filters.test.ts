import { expect, test } from "vitest";
import { at, handoff, NOON } from "../test-console.ts";
import { filtersIn, isWanted, queryOf, searchOf } from "./filters.ts";

test("an address says the same filters again, in one order, and nothing else", () => {
  expect(searchOf(filtersIn("?destination=W%26G+TBM&site=shop&evil=1&stage="))).toBe("?site=shop&destination=W%26G+TBM");
  expect(searchOf({})).toBe("");
});

test.each([
  ["hour", at(-3_600_000)],
  ["day", at(-24 * 3_600_000)],
  ["week", at(-7 * 24 * 3_600_000)],
  ["today", new Date(new Date(NOON).setHours(0, 0, 0, 0)).toISOString()],
])("the range %s begins where its name says, from now on", (range, since) => {
  expect(queryOf({ range }, NOON)).toMatchObject({ since });
});

test("a range that nobody knows, and a time that is none, ask for everything", () => {
  expect(queryOf({ range: "toString", until: "soon" }, NOON)).toEqual({});
  expect(queryOf({ range: "custom", since: "2026-11-23T10:00" }, NOON)).toEqual({ since: new Date("2026-11-23T10:00").toISOString() });
});

test("an id is looked for once it is long enough for the bridge to take it", () => {
  expect(queryOf({ text: "019" }, NOON)).toEqual({});
  expect(queryOf({ text: "0198" }, NOON)).toEqual({ text: "0198" });
});

test.each([
  [{ stage: "queued", site: "shop", destination: "refunds", connector: "desk", reason: "customer_refund" }, true],
  [{ stage: "failed" }, false],
  [{ topic_state: "vip" }, false],
  [{ text: "c-1 and" }, true],
  [{ text: "s-1x" }, false],
  [{ range: "hour" }, true],
  [{ since: at(-59_000) }, false],
  [{ since: at(-60_000) }, true],
  [{ until: at(-60_000) }, false],
  [{ until: at(-59_000) }, true],
])("whether a handoff that changes belongs into the list %j is decided as the bridge would: %s", (filters, isIn) => {
  expect(isWanted(handoff({ conversation: "c-1 and more" }), filters, NOON)).toBe(isIn);
});
