import { expect, test } from "vitest";
import { failureStateIn, missingFrom, STATE_KEYS, topicStateIn } from "./topic-state.ts";

test("A8 U13 a topic's state is any text under the first of the keys that holds one", () => {
  const data = { handoff_reason: "vip", state: "", handoff_state: 7, nested: { step: "complaint_escalation" }, "own.key": "told" };
  expect(topicStateIn(data, STATE_KEYS)).toBe("vip");
  expect(topicStateIn({ ...data, handoff_status: "nobody's list has this" }, STATE_KEYS)).toBe("nobody's list has this");
  expect(topicStateIn(data, ["nested.step", "handoff_reason"])).toBe("complaint_escalation");
  expect(topicStateIn(data, ["own.key"])).toBe("told");
  expect([topicStateIn(data, ["nested"]), topicStateIn({}, STATE_KEYS), topicStateIn(data, ["__proto__.x"])]).toEqual([null, null, null]);
});

test("A10 a failure is found under any of the keys, in any case, and nowhere else", () => {
  const states = { stateKeys: ["handoff_state", "outcome"], failureStates: ["transfer_error", "Failed"] };
  expect(failureStateIn({ handoff_state: "successfully_identified", outcome: " FAILED " }, states)).toBe(" FAILED ");
  expect(failureStateIn({ handoff_state: "transfer_error" }, states)).toBe("transfer_error");
  expect(failureStateIn({ payment: "failed", handoff_state: "transfer_errors" }, states)).toBeNull();
  expect(failureStateIn({ handoff_state: "failed" }, { ...states, failureStates: [] })).toBeNull();
});

test("F2 a field is missing where it is not there, null or blank; zero and false are something", () => {
  const data = { customer_id: 0, verified: false, name: "  ", reason: null, order: { number: "A-1" } };
  expect(missingFrom(data, ["customer_id", "verified", "name", "reason", "order.number", "order.city"])).toEqual([
    "name",
    "reason",
    "order.city",
  ]);
  expect(missingFrom(null, ["customer_id"])).toEqual(["customer_id"]);
});
