import { expect, test } from "vitest";
import { createLabels } from "./labels.ts";

test("a destination is called as it is configured, however the assistant spells it", () => {
  const { handoffTo } = createLabels((site) => (site === "shop" ? ["W&G TBM"] : ["refunds"]));
  expect([handoffTo("shop", " w&g tbm "), handoffTo("shop", "refunds"), handoffTo("other", "refunds"), handoffTo("shop", null)]).toEqual([
    "W&G TBM",
    "other",
    "refunds",
    "none",
  ]);
});

test("T50 a reason that may be a sentence is not told", () => {
  const { handoffReason } = createLabels(() => []);
  const reasons = ["customer_refund", "Ada Lovelace wants her money back", "ada@example.com", "+44 20 7183 8750", "", "x".repeat(200)];
  expect(reasons.map(handoffReason)).toEqual(["customer_refund", "other", "other", "other", "other", "other"]);
});

test("reasons never become more than fifty, and those that came first stay", () => {
  const { handoffReason } = createLabels(() => []);
  const seen = new Set(Array.from({ length: 10_000 }, (_, n) => handoffReason(`reason_${n}`)));
  expect(seen.size).toBe(51);
  expect([handoffReason("Reason_0 "), handoffReason("reason_9999"), handoffReason(null)]).toEqual(["reason_0", "other", "none"]);
});
