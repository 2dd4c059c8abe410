import { expect, test } from "vitest";
import { briefOf, labelOf } from "./brief.ts";

const keys = (facts: { key: string }[]) => facts.map(({ key }) => key);

test("what an assistant stores is sorted into what an agent asks for first (E3)", () => {
  const brief = briefOf({
    customer_id: "C-9",
    customer_email: "ada@example.test",
    orderId: "A-1001",
    order_item: "teapot",
    refund_amount: 48,
    intent: "refund",
    successfully_identified: true,
    auth_method: "order_number",
    handoff_reason_summary: "Wants a refund.",
    preferred_callback_time: null,
  });
  expect(brief.verification.verdict).toBe("verified");
  expect(keys(brief.verification.facts)).toEqual(["successfully_identified", "auth_method"]);
  expect(keys(brief.reason)).toEqual(["intent"]);
  expect(brief.summary).toBe("Wants a refund.");
  expect(keys(brief.identifiers)).toEqual(["customer_id", "customer_email", "orderId"]);
  expect(keys(brief.collected)).toEqual(["order_item", "refund_amount", "preferred_callback_time"]);
});

test.each([
  [{ successfully_identified: "true" }, "verified"],
  [{ verification: { status: "verified", method: "postcode" } }, "verified"],
  [{ isAuthenticated: true }, "verified"],
  [{ successfully_identified: false }, "not_verified"],
  [{ verified: true, verification: { status: "failed" } }, "not_verified"],
  [{ verification_failed: true }, "not_verified"],
  [{ not_verified: true }, "not_verified"],
  [{ unverified: "yes" }, "not_verified"],
  [{ verification_failed: false }, "unknown"],
  [{ verification_required: true }, "unknown"],
  [{ auth_method: "true" }, "unknown"],
  [{ verification_attempts: 1 }, "unknown"],
  [{ verified: null }, "unknown"],
  [{ verified: ["yes"] }, "unknown"],
  [{ verified: "maybe" }, "unknown"],
  [{ order: "verified" }, "unknown"],
  [{}, "unknown"],
] as const)("%j is %s", (data, verdict) => expect(briefOf(data).verification.verdict).toBe(verdict));

test("no key is lost, however odd", () => {
  const data = JSON.parse('{ "": 1, "__proto__": 2, "constructor": 3, "ключ": 4, "a.b-c": 5 }') as Record<string, unknown>;
  const { verification, reason, identifiers, collected } = briefOf(data);
  expect(keys([...verification.facts, ...reason, ...identifiers, ...collected])).toEqual(Object.keys(data));
});

test.each([
  ["successfully_identified", "Successfully identified"],
  ["orderId", "Order id"],
  ["a.b-c", "A b c"],
  ["", ""],
])("%j reads %j", (key, label) => expect(labelOf(key)).toBe(label));
