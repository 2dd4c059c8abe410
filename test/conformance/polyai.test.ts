import { CallError, type CallErrorKind } from "@baton/bridge-server/call";
import { awkwardText } from "@baton/demo/assistant/awkward-texts";
import type { FaultRequest } from "@baton/demo/assistant/faults";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { begun, elsewhere, kindOf } from "./polyai-on-simulator.ts";

// Every fault of the simulator against a turn: what kind of failure it is, and how often the platform was asked.

describe("a turn fails, and was asked for exactly once", () => {
  test.for<[string, FaultRequest, CallErrorKind]>([
    ["F07 400", { kind: "status", status: 400, code: "SCHEMA_VALIDATION_FAILED" }, "refused"],
    ["F07 401", { kind: "status", status: 401 }, "refused"],
    ["F07 403", { kind: "status", status: 403 }, "refused"],
    ["404 of the project: wrong ids or region", { kind: "status", status: 404 }, "refused"],
    ["U6 404 of the conversation", { kind: "status", status: 404, code: "CONVERSATIONS_NOT_FOUND" }, "gone"],
    ["F04 408", { kind: "status", status: 408 }, "unclear"],
    ["409", { kind: "status", status: 409 }, "refused"],
    ["F08 410", { kind: "status", status: 410 }, "gone"],
    ["F08 410 without a word", { kind: "empty_body", status: 410 }, "gone"],
    ["F08 CHAT_TIMEOUT", { kind: "status", status: 400, code: "CHAT_TIMEOUT" }, "gone"],
    ["U7 ChatConversationEnded", { kind: "status", status: 400, code: "ChatConversationEnded" }, "gone"],
    ["U7 CHAT_CONVERSATION_ENDED", { kind: "status", status: 400, code: "CHAT_CONVERSATION_ENDED" }, "gone"],
    ["U15 413", { kind: "status", status: 413 }, "refused"],
    ["F05 429", { kind: "status", status: 429 }, "too_fast"],
    ["F05 429, in seconds", { kind: "status", status: 429, retryAfter: { seconds: 3 } }, "too_fast"],
    ["F05 429, at a date", { kind: "status", status: 429, retryAfter: { dateInMs: 3_000 } }, "too_fast"],
    ["F05 429, negative", { kind: "status", status: 429, retryAfter: { seconds: -3 } }, "too_fast"],
    ["F05 429, senseless", { kind: "status", status: 429, retryAfter: { text: "soon" } }, "too_fast"],
    ["F04 500", { kind: "status", status: 500 }, "unclear"],
    ["F04 502", { kind: "status", status: 502 }, "unclear"],
    ["F04 503, with a time to come back", { kind: "status", status: 503, retryAfter: { seconds: 1 } }, "too_fast"],
    ["D9 503, without", { kind: "status", status: 503 }, "unclear"],
    ["F04 504", { kind: "status", status: 504 }, "unclear"],
    ["F04 500 after the turn was taken", { kind: "status", status: 500, processed: true }, "unclear"],
    ["F02 never an answer", { kind: "never_answers" }, "unclear"],
    ["F02 an answer after the budget", { kind: "latency", ms: 5_000 }, "unclear"],
    ["F02 one byte a second", { kind: "slow_body" }, "unclear"],
    ["F03 reset", { kind: "reset" }, "unclear"],
    ["F03 reset in the middle of the answer", { kind: "reset_mid_body" }, "unclear"],
    ["D9 taken, and the answer lost", { kind: "answer_lost" }, "unclear"],
    ["F06 cut short", { kind: "truncated_json" }, "unclear"],
    ["U17 a gateway's page", { kind: "html_body" }, "unclear"],
    ["U17 a page that says 200", { kind: "html_body", status: 200 }, "unclear"],
    ["F06 nothing", { kind: "empty_body" }, "unclear"],
    ["F06 huge", { kind: "oversized" }, "unclear"],
    ["F06 a list", { kind: "bare_array" }, "unclear"],
    ["U16 success:false with 200", { kind: "success_false" }, "refused"],
    ["U16 success:false with 200, over", { kind: "success_false", code: "CHAT_TIMEOUT" }, "gone"],
    ["U17 redirect", { kind: "redirect", location: elsewhere }, "refused"],
    ["U17 redirect that keeps the method", { kind: "redirect", status: 308, location: elsewhere }, "refused"],
  ])("%s", async ([, fault, kind]) => {
    const { assistant, chat, control } = await begun({}, kind === "unclear" ? { turnBudgetMs: 1_000 } : {}); // what is late is unclear, too
    control.addFault({ ...fault, route: "respond" });
    expect(await kindOf(assistant.answer({ chat, text: "hello", language: null }))).toBe(kind);
    expect(control.respondCount()).toBe(1);
  });

  test("F01 nobody listens: nothing arrived", async () => {
    const { assistant, chat, control } = await begun();
    await control.refuseConnections();
    expect(await kindOf(assistant.answer({ chat, text: "hello", language: null }))).toBe("unreachable");
    await control.acceptConnections();
    expect(control.respondCount()).toBe(0);
    expect((await assistant.answer({ chat, text: "hello", language: null })).text).toContain("Hello");
  });

  test("F08 the platform's own time limit, its ended conversations, and both of its ways to say so", async () => {
    for (const endedAnswer of [410, 404] as const) {
      const { assistant, chat, control } = await begun({ options: { idleLimitMs: 1_000, endedAnswer } });
      control.advance(2_000);
      expect(await kindOf(assistant.answer({ chat, text: "hello", language: null }))).toBe("gone"); // 400 CHAT_TIMEOUT
      expect(await kindOf(assistant.answer({ chat, text: "hello", language: null }))).toBe("gone"); // 410 or 404
      expect(await kindOf(assistant.answer({ chat: "CONV-0000000000", text: "hello", language: null }))).toBe("gone");
      expect(control.respondCount()).toBe(3);
    }
  });
});

describe("a turn is answered in spite of it, and was asked for exactly once", () => {
  test.for<[string, FaultRequest]>([
    ["F06 under a wrong content type", { kind: "wrong_content_type" }],
    ["U18 another conversation's id", { kind: "wrong_conversation_id" }],
    ["U24 a number for an id", { kind: "numeric_conversation_id" }],
    ["U24 fields missing", { kind: "missing_fields", fields: ["conversation_id", "end_conversation"] }],
    ["U24 camel case", { kind: "camel_case" }],
    ["U24 camel case beside snake case", { kind: "camel_case", keepSnakeCase: true }],
    ["U24 unknown fields", { kind: "overlay", fields: { brand_new: { deep: [1] }, handoff: null, attachments: null } }],
    ["F04 latency", { kind: "latency", ms: 20, jitterMs: 20 }],
    ["U23 clock skew", { kind: "clock_skew", ms: -86_400_000 }],
    ["duplicate delivery", { kind: "duplicate_delivery" }],
  ])("%s", async ([, fault]) => {
    const { assistant, chat, control } = await begun();
    control.addFault({ ...fault, route: "respond" });
    const answer = await assistant.answer({ chat, text: "hello", language: null });
    expect(answer).toMatchObject({ chat, text: "Hello! What can I do for you today?", more: false, next: null });
    expect(control.requests().filter(({ route }) => route === "respond")).toHaveLength(1);
  });

  test.for(Object.keys(awkwardText) as (keyof typeof awkwardText)[])("awkward text: %s", async (sample) => {
    const { assistant, chat, control } = await begun();
    control.addFault({ kind: "awkward_text", sample });
    const { text } = await assistant.answer({ chat, text: "hello", language: null });
    if (sample === "control") expect(text).toBe("onetwothree[31mfour\u2028five\u200Bsix\uFEFF\r\nseven");
    else expect(text).toBe(awkwardText[sample]);
  });

  test("U24 a handoff in camel case is a handoff", async () => {
    const { assistant, chat, control } = await begun();
    control.addFault({ kind: "camel_case", route: "respond" });
    const { next } = await assistant.answer({ chat, text: "direct handoff", language: null });
    expect(next).toEqual({ type: "hand_off", destination: "support", reason: "direct" });
  });
});

test.for<[string, unknown]>([
  ["handoff without destination", { type: "hand_off", destination: null, reason: "billing_question" }],
  ["handoff without reason", { type: "hand_off", destination: "support", reason: null }],
  ["handoff but stay open", { type: "hand_off", destination: "support", reason: "assist" }],
  ["handoff true", { type: "hand_off", destination: null, reason: null }],
  ["handoff empty", { type: "hand_off", destination: null, reason: null }],
  ["handoff as text", { type: "hand_off", destination: "support", reason: null }],
  ["handoff false", null],
  ["handoff null", null],
  ["unknown destination", { type: "hand_off", destination: "Lost & Found (T9)", reason: "lost_item" }],
  ["goodbye", { type: "end" }],
])("U3 %s", async ([text, next]) => {
  const { assistant, chat } = await begun();
  expect((await assistant.answer({ chat, text, language: null })).next).toEqual(next);
});

test("D7 a delayed answer is announced, collected with nothing to say, and comes once", async () => {
  for (const flagsDelayed of [true, false]) {
    const { assistant, chat, control } = await begun({ options: { flagsDelayed } });
    expect(await assistant.answer({ chat, text: "check warranty", language: null })).toMatchObject({ text: "", more: true });
    expect(await assistant.answer({ chat, text: null, language: null })).toMatchObject({ text: "", more: true });
    control.advance(2_000);
    expect(await assistant.answer({ chat, text: null, language: null })).toMatchObject({
      text: "Your warranty runs for two more years.",
      more: false,
    });
    expect(control.respondCount()).toBe(3);
  }
});

test("U2 suggestions, cards, call buttons and the language come through", async () => {
  const { assistant, chat } = await begun();
  const { rich } = await assistant.answer({ chat, text: "suggest", language: null });
  expect([rich.suggestions.length, rich.attachments.length, rich.calls.length]).toEqual([3, 1, 1]);
  expect((await assistant.answer({ chat, text: "bonjour", language: null })).language).toBe("fr-FR");
});

test("T29 no credential is in a log line or an error, whatever goes wrong", async () => {
  const { assistant, chat, control, logged } = await begun({}, { turnBudgetMs: 100 });
  const errors: unknown[] = [];
  for (const kind of ["reset", "html_body", "success_false", "never_answers", "truncated_json"] as const) {
    control.addFault({ kind, times: 1 });
    errors.push(await assistant.answer({ chat, text: "hello", language: null }).catch((error: unknown) => error));
  }
  const everything = inspect([errors, logged()], { depth: 10, showHidden: true });
  expect(errors.every((error) => error instanceof CallError)).toBe(true);
  for (const secret of control.secrets()) expect(everything).not.toContain(secret);
});
