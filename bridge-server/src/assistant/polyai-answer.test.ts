import { describe, expect, test } from "vitest";
import { chatIn, dataIn, isForeign, readAnswer } from "./polyai-answer.ts";

describe("what comes next", () => {
  const handOff = (destination: string | null, reason: string | null = null) => ({ type: "hand_off", destination, reason });
  test.each([
    // §1.2.2 of the contract, U3, U4
    [{ end_conversation: false }, null],
    [{}, null],
    [{ end_conversation: null }, null],
    [{ end_conversation: true }, { type: "end" }],
    [{ endConversation: true }, { type: "end" }],
    [{ end_conversation: true, handoff: null }, { type: "end" }],
    [{ end_conversation: true, handoff: false }, { type: "end" }],
    [{ end_conversation: true, handoff: "" }, { type: "end" }],
    [{ end_conversation: true, handoff: { destination: "billing", reason: "question" } }, handOff("billing", "question")],
    [{ end_conversation: false, handoff: { destination: "billing", reason: "question" } }, handOff("billing", "question")],
    [{ handoff: { destination: "W&G TBM" } }, handOff("W&G TBM")],
    [{ handoff: "billing" }, handOff("billing")],
    [{ handoff: true }, handOff(null)],
    [{ handoff: {} }, handOff(null)],
    [{ handoff: [] }, handOff(null)],
    [{ handoff: { destination: null, reason: null } }, handOff(null)],
    [{ handoff: { destination: "  ", reason: "question" } }, handOff(null, "question")],
    [{ handoff: { destination: 7, reason: 8 } }, handOff("7", "8")],
    [{ handoff: { destination: { deep: 1 }, reason: ["x"] } }, handOff(null)],
    [{ handoff: { destination: `a${"🐙".repeat(200)}` } }, handOff(`a${"🐙".repeat(149)}\uFFFD`)],
    // E5: PolyAI repeats the destination where the agent gave no reason
    [{ handoff: { destination: "billing", reason: "billing" } }, handOff("billing")],
    // H5: meant for PolyAI's own widget
    [{ handoff: { text_chat: { zendesk_integration: {} } } }, handOff("zendesk_integration")],
    [{ handoff: { textChat: { five9_integration: { a: 1 } } } }, handOff("five9_integration")],
    [{ handoff: { text_chat: {} } }, handOff(null)],
    [{ handoff: { text_chat: { nice_integration: {}, webex_integration: {} } } }, handOff(null)],
    [{ handoff: { text_chat: { nice_integration: {} }, destination: "billing" } }, handOff("billing")],
  ])("%j → %j", (body, next) => {
    expect(readAnswer({ response: "One moment.", ...body }).next).toEqual(next);
  });
});

test.each([
  ["announced", { response: "Let me see…", delayed_response: true }, true],
  ["announced in camel case", { response: "Let me see…", delayedResponse: true }, true],
  ["silent and not over", { response: "" }, true],
  ["blank and not over", { response: " \n" }, true],
  ["without any words at all", {}, true],
  ["words", { response: "Hello" }, false],
  ["pictures without words", { response: "", chat_call_actions: [{ title: "Call", contact_number: "+15551234567" }] }, false],
  ["silent and over", { response: "", end_conversation: true }, false],
  ["silent and handed off (H2)", { response: "", handoff: {} }, false],
  ["announced, yet handed off", { response: "", delayed_response: true, handoff: "x" }, false],
])("there is more to come, or not: %s (D7)", (_, body, more) => {
  expect(readAnswer(body).more).toBe(more);
});

test.each([
  [{ response: null }, ""],
  [{ response: 42 }, ""],
  [{ response: ["a"] }, ""],
  [{ response: "one\u0000two\u001B[31m\u007F\tthree\r\nfour" }, "onetwo[31m\tthree\r\nfour"],
  [{ response: "half \uD83D character" }, "half \uFFFD character"],
  [{ response: "👩‍👩‍👧 שלום <script>" }, "👩‍👩‍👧 שלום <script>"],
])("text that every store and browser takes: %j", (body, text) => {
  expect(readAnswer(body).text).toBe(text);
});

test.each([
  [{ language_code: "fr-FR" }, "fr-FR"],
  [{ languageCode: "es-us" }, "es-US"],
  [{ language: "en_gb" }, "en-GB"],
  [{ tts_lang_code: "ar" }, "ar"],
  [{ language_code: "not a language" }, null],
  [{ language_code: 7 }, null],
  [{}, null],
])("the language it goes on in: %j → %s (U2)", (body, language) => {
  expect(readAnswer({ response: "x", ...body }).language).toBe(language);
});

describe("rich content (U2)", () => {
  const rich = (body: Record<string, unknown>) => readAnswer({ response: "x", ...body }).rich;
  const card = { title: "Spring", preview_image_url: "https://shop.example/s.jpg", content_url: "https://shop.example/s" };

  test("under documented names and in camel case", () => {
    const expected = {
      suggestions: [
        { text: "Yes", payload: "y" },
        { text: "No", payload: null },
      ],
      attachments: [
        { title: "Spring", url: "https://shop.example/s", imageUrl: "https://shop.example/s.jpg", kind: "link", action: "Look" },
      ],
      calls: [{ title: "Call us", number: "+15551234567" }],
    };
    expect(
      rich({
        response_suggestions: [{ message_text: "Yes", payload: "y" }, { message_text: "No" }],
        attachments: [{ ...card, content_type: "ATTACHMENT_CONTENT_TYPE_URL", call_to_action_text: "Look" }],
        chat_call_actions: [{ title: "Call us", contact_number: "+1 (555) 123-4567" }],
      }),
    ).toEqual(expected);
    expect(
      rich({
        responseSuggestions: [{ messageText: "Yes", payload: "y" }, { messageText: "No" }],
        attachments: [
          {
            title: "Spring",
            previewImageUrl: card.preview_image_url,
            contentUrl: card.content_url,
            contentType: "weblink",
            callToAction: "Look",
          },
        ],
        chatCallActions: [{ title: "Call us", contactNumber: "+15551234567" }],
      }),
    ).toEqual(expected);
  });

  test("of unknown kinds, with addresses other than http(s) and with numbers nobody can dial is left out", () => {
    expect(
      rich({
        response_suggestions: ["plain", null, {}, { message_text: " " }, { message_text: "x".repeat(301) }],
        attachments: [
          { ...card, content_type: "ATTACHMENT_CONTENT_TYPE_VIDEO" },
          { ...card, content_url: "javascript:alert(1)" },
          { ...card, content_url: " java\nscript:alert(1)" },
          { ...card, content_url: "data:text/html,x" },
          { ...card, content_url: "https://user@shop.example/" },
          { ...card, content_url: `https://shop.example/${"x".repeat(2_000)}` },
          { ...card, content_url: "/relative" },
        ],
        chat_call_actions: [{ title: "a", contact_number: "911" }, { title: "b", contact_number: "+0123456789" }, { title: "c" }, 7],
      }),
    ).toEqual({ suggestions: [], attachments: [], calls: [] });
    expect(rich({ attachments: { not: "a list" }, response_suggestions: "x", chat_call_actions: 1 })).toEqual({
      suggestions: [],
      attachments: [],
      calls: [],
    });
  });

  test("loses a bad preview, not the card; gets a title where it has none; is cut in number and length", () => {
    const { attachments } = rich({ attachments: [{ content_url: "https://shop.example/s", preview_image_url: "javascript:alert(1)" }] });
    expect(attachments).toEqual([{ title: "shop.example", url: "https://shop.example/s", imageUrl: null, kind: "link", action: null }]);
    expect(rich({ attachments: [{ content_url: "https://shop.example/s.png", content_type: "image" }] }).attachments).toEqual([
      { title: "shop.example", url: "https://shop.example/s.png", imageUrl: "https://shop.example/s.png", kind: "image", action: null },
    ]);
    const many = rich({ attachments: Array.from({ length: 50 }, () => ({ ...card, title: "x".repeat(500) })) }).attachments;
    expect(many).toHaveLength(10);
    expect(many[0]?.title).toHaveLength(200);
  });
});

test.each([
  [{ conversation_id: "CONV-1" }, "CONV-1"],
  [{ conversationId: "CONV-1" }, "CONV-1"],
  [{ chat_id: "CONV-1" }, "CONV-1"],
  [{ conversation_id: 12345 }, "12345"],
  [{ conversation_id: null, chat_id: 7 }, "7"],
  [{ conversation_id: "" }, null],
  [{}, null],
])("an id in any of its forms: %j (U24)", (body, chat) => {
  expect(chatIn(body)).toBe(chat);
});

test.each([
  [{ a: { b: [1] } }, { a: { b: [1] } }],
  [null, {}],
  [undefined, {}],
  ["text", { value: "text" }],
  [[1, 2], { value: [1, 2] }],
  [0, { value: 0 }],
])("context is an object: %j → %j (U11)", (data, normal) => {
  expect(dataIn({ data })).toEqual(normal);
});

test.each([
  [{ id: "CONV-1" }, false],
  [{ id: null }, false],
  [{}, false],
  [{ id: "CONV-2" }, true],
  [{ conversationId: "CONV-2" }, true],
  [{ id: null, shared_id: "ours" }, false],
  [{ id: null, shared_id: "theirs" }, true],
])("whether a handoff state is somebody else's: %j → %s (T53)", (body, foreign) => {
  expect(isForeign(body, { chat: "CONV-1", sharedId: "ours" })).toBe(foreign);
});
