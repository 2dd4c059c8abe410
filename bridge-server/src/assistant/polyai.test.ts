import { describe, expect, test } from "vitest";
import { failureOf, platform, turn } from "./scripted-polyai.ts";

const start = { sharedId: "shared-1", language: "de-CH", page: { url: "https://shop.example/cart", title: "Cart" } };

describe("begin", () => {
  test("sends where the visitor is and what the handoff is found by, and nothing else", async () => {
    const { assistant, heard } = await platform({ conversation_id: "CONV-1", response: "Hi" });
    expect(await assistant.begin(start)).toMatchObject({ chat: "CONV-1", text: "Hi", more: false, next: null });
    expect(heard()).toMatchObject([
      {
        method: "POST",
        url: "/v1/ws-acme/PROJECT-shop/chat/create",
        headers: {
          "x-api-key": "canary-chat-key",
          "x-token": "canary-chat-token",
          "content-type": "application/json",
          "x-polyai-correlation-id": expect.stringMatching(/^baton-[0-9a-f-]{36}$/),
        },
      },
    ]);
    expect(heard()[0]?.body).toEqual({
      integration_attributes: { shared_id: "shared-1", page_url: "https://shop.example/cart", page_title: "Cart", language: "de-CH" },
      channel: "webchat",
    });
  });

  test("leaves out what is not known, and tells variant and language where the settings say so", async () => {
    const quiet = await platform({ conversation_id: "CONV-1", response: "" }, { channel: null });
    await quiet.assistant.begin({ sharedId: "shared-1", language: null, page: null });
    expect(quiet.heard()[0]?.body).toEqual({ integration_attributes: { shared_id: "shared-1" } });

    const talkative = await platform(
      { conversation_id: "CONV-1", response: "" },
      { variant: "VARIANT-1", channel: "sms", sendLanguage: true },
    );
    await talkative.assistant.begin({ ...start, page: null });
    await talkative.assistant.answer(turn);
    expect(talkative.heard()[0]?.body).toMatchObject({
      variant_id: "VARIANT-1",
      channel: "sms",
      asr_lang_code: "de-CH",
      tts_lang_code: "de-CH",
    });
    expect(talkative.heard()[1]?.body).toEqual({
      conversation_id: "CONV-1",
      message: "Hello",
      asr_lang_code: "de-CH",
      tts_lang_code: "de-CH",
    });
  });

  test("an empty greeting is a greeting", async () => {
    const { assistant } = await platform({ conversation_id: "CONV-1", response: "" });
    expect(await assistant.begin(start)).toMatchObject({ text: "", more: false });
  });

  test("may end or hand off at once", async () => {
    const ended = await platform({ conversation_id: "CONV-1", response: "Bye", end_conversation: true });
    expect((await ended.assistant.begin(start)).next).toEqual({ type: "end" });
    const handedOff = await platform({ conversation_id: "CONV-1", response: "", end_conversation: true, handoff: { destination: "vip" } });
    expect((await handedOff.assistant.begin(start)).next).toEqual({ type: "hand_off", destination: "vip", reason: null });
  });

  test("without an id it is unclear what began", async () => {
    const { assistant, logged } = await platform({ response: "Hi" });
    expect(await failureOf(assistant.begin(start))).toMatchObject({ kind: "unclear" });
    expect(logged().at(-1)).toMatchObject({ event: "assistant_odd", because: "no_conversation_id" });
  });

  test("404 and 410 are no ended chat: nothing is there (wrong ids, wrong region)", async () => {
    for (const status of [404, 410]) {
      const { assistant } = await platform({ status });
      expect(await failureOf(assistant.begin(start))).toMatchObject({ kind: "refused" });
    }
  });
});

describe("answer", () => {
  test("asks once, in one request", async () => {
    const { assistant, heard } = await platform({ conversation_id: "CONV-1", response: "Hi", end_conversation: false });
    expect(await assistant.answer(turn)).toEqual({
      chat: "CONV-1",
      text: "Hi",
      more: false,
      next: null,
      language: null,
      rich: { suggestions: [], attachments: [], calls: [] },
    });
    expect(heard()).toMatchObject([{ method: "POST", url: "/v1/ws-acme/PROJECT-shop/chat/respond" }]);
    expect(heard()[0]?.body).toEqual({ conversation_id: "CONV-1", message: "Hello" });
  });

  test("collects what was announced without a message (D7)", async () => {
    const { assistant, heard } = await platform({ conversation_id: "CONV-1", response: "Here it is" });
    await assistant.answer({ ...turn, text: null });
    expect(heard()[0]?.body).toEqual({ conversation_id: "CONV-1" });
  });

  test("keeps our conversation when the answer names another, and says so (U18)", async () => {
    const { assistant, logged } = await platform({ conversation_id: "CONV-2", response: "Hi" });
    expect(await assistant.answer(turn)).toMatchObject({ chat: "CONV-1", text: "Hi" });
    expect(logged().at(-1)).toMatchObject({ event: "assistant_odd", operation: "respond", because: "another_conversation_id" });
  });

  test.each([
    [410, {}, "gone"],
    [404, {}, "gone"],
    [404, { error_code: "CONVERSATIONS_NOT_FOUND" }, "gone"],
    [400, { error_code: "CHAT_TIMEOUT" }, "gone"],
    [400, { error_code: "ChatTimeout" }, "gone"],
    [400, { errorCode: "chat_timeout" }, "gone"],
    [400, { error_code: "ChatConversationEnded" }, "gone"],
    [409, { error_code: "CHAT_CONVERSATION_ENDED" }, "gone"],
    [200, { success: false, error_code: "CHAT_TIMEOUT" }, "gone"],
    [200, { success: false, error_code: "SOMETHING" }, "refused"],
    [200, { success: false }, "refused"],
    [404, { error_code: "ACCOUNT_NOT_FOUND" }, "refused"],
    [404, { error_code: "PROJECT_NOT_FOUND" }, "refused"],
    [400, { error_code: "SCHEMA_VALIDATION_FAILED" }, "refused"],
    [401, {}, "refused"],
    [403, {}, "refused"],
    [500, { error_code: "CHAT_TIMEOUT" }, "unclear"],
    [503, {}, "unclear"],
    [429, {}, "too_fast"],
  ])("%i %j is %s, after one request (U5, U6, U7, U16, D8, D9)", async (status, body, kind) => {
    const { assistant, heard } = await platform({ status, ...body });
    expect(await failureOf(assistant.answer(turn))).toMatchObject({ kind, answer: { status } });
    expect(heard()).toHaveLength(1);
  });

  test.each(["[]", '["text"]', '"text"', "7", "null", ""])("%j is no answer: the turn may have been taken (F06)", async (body) => {
    const { assistant, heard } = await platform(body);
    expect(await failureOf(assistant.answer(turn))).toMatchObject({ kind: "unclear" });
    expect(heard()).toHaveLength(1);
  });

  test("is given up when the turn's budget is spent (F02)", async () => {
    const { assistant } = await platform("never", { turnBudgetMs: 1_000 });
    expect(await failureOf(assistant.answer(turn))).toMatchObject({ kind: "unclear" });
  });
});

describe("end", () => {
  test("is a PUT", async () => {
    const { assistant, heard } = await platform({ success: true });
    await assistant.end("CONV-1");
    expect(heard()).toMatchObject([{ method: "PUT", url: "/v1/ws-acme/PROJECT-shop/chat/close", body: { conversation_id: "CONV-1" } }]);
  });

  test.each([[{ status: 404 }], [{ status: 409 }], [{ status: 410 }], [{ status: 400, error_code: "CHAT_TIMEOUT" }], [""]])(
    "of what is over already succeeds: %j (U5, D5)",
    async (answer) => {
      const { assistant, heard } = await platform(answer);
      await assistant.end("CONV-1");
      expect(heard()).toHaveLength(1);
    },
  );

  test("is tried once more when the platform fails, not twice (U5)", async () => {
    const once = await platform([{ status: 500 }, { success: true }]);
    await once.assistant.end("CONV-1");
    expect(once.heard()).toHaveLength(2);
    const nowOver = await platform([{ status: 503 }, { status: 410 }]);
    await nowOver.assistant.end("CONV-1");
    const always = await platform({ status: 502 });
    expect(await failureOf(always.assistant.end("CONV-1"))).toMatchObject({ kind: "unclear" });
    expect(always.heard()).toHaveLength(2);
  });

  test("does not hide refusals", async () => {
    for (const answer of [{ status: 401 }, { status: 404, error_code: "PROJECT_NOT_FOUND" }, { success: false }]) {
      const { assistant, heard } = await platform(answer);
      expect(await failureOf(assistant.end("CONV-1"))).toMatchObject({ kind: "refused" });
      expect(heard()).toHaveLength(1);
    }
  });
});
