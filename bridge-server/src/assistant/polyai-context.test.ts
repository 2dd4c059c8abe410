import { expect, test } from "vitest";
import { CallError, type Call } from "../call.ts";
import { createPolyai } from "./polyai.ts";
import { polyaiSettings } from "./polyai-settings.ts";
import { failureOf, minimum, platform } from "./scripted-polyai.ts";
import { knownSecret } from "../secret.ts";

const of = { chat: "CONV-1", sharedId: "shared&1" };

test("context is looked up by the shared id, with the handoff key alone (B3, C1)", async () => {
  const { assistant, heard } = await platform(
    { id: "CONV-1", shared_id: "shared&1", data: { a: 1 } },
    { handoffApiKey: knownSecret("canary-handoff-key") },
  );
  expect(await assistant.context(of)).toEqual({ state: "found", source: "shared_id", data: { a: 1 } });
  expect(heard()).toMatchObject([{ method: "GET", url: "/v1/ws-acme/PROJECT-shop/handoff_state?shared_id=shared%261" }]);
  expect(heard()[0]?.headers).toMatchObject({ "x-api-key": "canary-handoff-key" });
  expect(heard()[0]?.headers).not.toHaveProperty("x-token");
});

test("context is read with the chat's key when there is no other", async () => {
  const { assistant, heard } = await platform({ id: null, data: {} });
  expect(await assistant.context(of)).toEqual({ state: "found", source: "shared_id", data: {} });
  expect(heard()[0]?.headers).toMatchObject({ "x-api-key": "canary-chat-key" });
});

test("context is then looked up by the conversation, never by both at once (B3, C4)", async () => {
  const { assistant, heard } = await platform([{ status: 404 }, { id: "CONV-1", shared_id: "whatever the agent stored", data: "text" }]);
  expect(await assistant.context(of)).toEqual({ state: "found", source: "id", data: { value: "text" } });
  expect(heard().map(({ url }) => url?.split("?")[1])).toEqual(["shared_id=shared%261", "id=CONV-1"]);
});

test("context that belongs to another conversation is not ours (T53)", async () => {
  const rescued = await platform([
    { id: "CONV-2", data: { secret: 1 } },
    { id: "CONV-1", data: { a: 1 } },
  ]);
  expect(await rescued.assistant.context(of)).toEqual({ state: "found", source: "id", data: { a: 1 } });
  expect(rescued.logged()).toContainEqual(expect.objectContaining({ because: "context_of_another_conversation" }));
  const lost = await platform([{ id: "CONV-2", data: { secret: 1 } }, { status: 404 }]);
  expect(await lost.assistant.context(of)).toEqual({ state: "foreign" });
  const foreign = await platform({ id: "CONV-2", data: {} });
  expect(await foreign.assistant.context(of)).toEqual({ state: "foreign" });
});

test("context is missing when neither name has any; one look each (F10)", async () => {
  const { assistant, heard } = await platform({ status: 404, error_message: "nothing" });
  expect(await assistant.context(of)).toEqual({ state: "missing" });
  expect(heard()).toHaveLength(2);
  const nameless = await platform({ status: 404 });
  expect(await nameless.assistant.context({ ...of, chat: null })).toEqual({ state: "missing" });
  expect(nameless.heard()).toHaveLength(1);
});

test.each([
  [{ status: 400 }, "refused"],
  [{ status: 401 }, "refused"],
  [{ status: 403 }, "refused"],
  [{ status: 404, error_code: "PROJECT_NOT_FOUND" }, "refused"],
  [{ status: 429 }, "too_fast"],
  [{ status: 500 }, "unclear"],
  [{ status: 503 }, "unreachable"],
  [{ success: false, error_code: "OTHER" }, "refused"],
  ["text", "unclear"],
])("context answered with %j is %s, for the caller to decide (C2, C3, C5)", async (answer, kind) => {
  const { assistant, heard } = await platform(answer);
  expect(await failureOf(assistant.context(of))).toMatchObject({ kind });
  expect(heard()).toHaveLength(1);
});

test("context shares one budget between both looks (C5)", async () => {
  const budgets: unknown[] = [];
  let now = 0;
  const settings = polyaiSettings.parse({ ...minimum, region: "uk-1", contextBudgetMs: 1_000 });
  const call: Call = ({ deadlineMs }) => {
    budgets.push(deadlineMs);
    now += 700;
    return Promise.reject(new CallError("gone", "nothing under this name"));
  };
  const clock = { now: () => new Date(now), after: () => () => {} };
  expect(await createPolyai(settings, call, { clock }).context(of)).toEqual({ state: "missing" });
  expect(budgets).toEqual([1_000, 300]);
});

test("context that does not come within its budget is unclear (C5)", async () => {
  const { assistant } = await platform([{ status: 404 }, "never"], { contextBudgetMs: 500 });
  expect(await failureOf(assistant.context(of))).toMatchObject({ kind: "unclear" });
});
