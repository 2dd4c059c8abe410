import { expect, test } from "vitest";
import type { EntryBody } from "../conversation/records.ts";
import { mergedLines } from "./merged-lines.ts";

const told = (body: EntryBody): string =>
  mergedLines([{ seq: 1, at: "2026-11-23T12:00:00.000Z", body }], { name: null, language: null })[0]!.text;

test.each([
  [{ phase: "failed", reason: "vendor_refused" } as const, "No person came: the desk refused."],
  [{ phase: "failed", reason: "waited_too_long" } as const, "No person came: nobody accepted in time."],
  [{ phase: "failed" } as const, "No person came: the cause is not known."],
  [{ phase: "ended", by: "visitor_gone" } as const, "The conversation ended: the visitor did not come back."],
])("why nobody came, and who ended it, is said in words that a person would use", (change, sentence) => {
  expect(told({ type: "phase_changed", ...change })).toBe(sentence);
});
