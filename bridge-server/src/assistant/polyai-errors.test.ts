import { inspect } from "node:util";
import { expect, test } from "vitest";
import { PolyaiError } from "./polyai-errors.ts";
import { failureOf, platform, turn } from "./scripted-polyai.ts";

test.each([
  [
    { error_message: "a", message: "b", error: "c", error_code: "SOME_CODE", error_id: "id-1" },
    { message: "a", code: "SOME_CODE", id: "id-1" },
  ],
  [
    { error_message: "", message: "b" },
    { message: "b", code: null, id: "their-id" },
  ],
  [{ detail: "d" }, { message: "d", code: null, id: "their-id" }],
  [{ error: "Not Found" }, { message: "Not Found", code: null, id: "their-id" }],
  [{ detail: [{ msg: "x" }] }, { message: null, code: null, id: "their-id" }],
  [{ error_code: "two words\nand a line" }, { message: null, code: null, id: "their-id" }],
])("the message, code and id of any error shape: %j (U12)", async (body, complaint) => {
  const { assistant } = await platform({ status: 400, ...body });
  const error = await failureOf(assistant.answer(turn));
  expect(error).toBeInstanceOf(PolyaiError);
  expect((error as PolyaiError).complaint).toEqual(complaint);
});

test("an error that names the call, the code and the id, and not what was said", async () => {
  const { assistant } = await platform({ status: 400, error_code: "SOME_CODE", error_id: "id-1", error_message: "bad: Hello" });
  const { message } = await failureOf(assistant.answer(turn));
  expect(message).toMatch(/^polyai: POST 127\.0\.0\.1:\d+\/v1\/ws-acme\/PROJECT-shop\/chat\/respond 400 SOME_CODE \(error id-1\)$/);
});

test("a log of every request with both correlation ids, without words or keys (T29)", async () => {
  const { assistant, logged, heard } = await platform([
    { conversation_id: "CONV-1", response: "canary answer" },
    { status: 400, error_code: "X", error_id: "id-1", error_message: "canary answer" },
  ]);
  await assistant.answer({ ...turn, text: "canary question" });
  await failureOf(assistant.answer({ ...turn, text: "canary question" }));
  const sent = heard().map(({ headers }) => headers["x-polyai-correlation-id"]);
  const common = { event: "assistant_called", operation: "respond", theirCorrelationId: "their-id", ms: expect.any(Number) };
  expect(logged()).toEqual([
    { ...common, level: "info", correlationId: sent[0], status: 200 },
    { ...common, level: "warn", correlationId: sent[1], status: 400, kind: "refused", code: "X", errorId: "id-1" },
  ]);
  expect(sent[0]).not.toBe(sent[1]);
  expect(JSON.stringify(logged())).not.toMatch(/canary/);
});

test("a handoff without a destination is noted (U4)", async () => {
  const { assistant, logged } = await platform({ response: "", handoff: {} });
  await assistant.answer(turn);
  expect(logged().at(-1)).toMatchObject({ because: "no_destination" });
});

test("no key in any error, even when the platform quotes it (T29)", async () => {
  const quote = "key canary-chat-key with token canary-chat-token";
  for (const answer of [{ status: 401, error_message: quote }, { success: false, error: quote }, quote, "never"]) {
    const { assistant } = await platform(answer, { turnBudgetMs: 50 });
    const error = await failureOf(assistant.answer({ ...turn, text: "canary question" }));
    expect(inspect(error, { depth: 10, showHidden: true })).not.toMatch(/canary/);
  }
});
