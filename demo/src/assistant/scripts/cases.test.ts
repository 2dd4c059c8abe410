import { expect, test } from "vitest";
import { callSimulator } from "../caller.ts";

test.for([
  ["direct handoff", { response: "", end_conversation: true, handoff: { destination: "support", reason: "direct" } }],
  ["handoff without destination", { end_conversation: true, handoff: { reason: "billing_question" } }],
  ["handoff but stay open", { end_conversation: false, handoff: { destination: "support", reason: "assist" } }],
  ["handoff true", { end_conversation: true, handoff: true }],
  ["handoff false", { end_conversation: false, handoff: false }],
  ["handoff null", { end_conversation: false, handoff: null }],
  ["handoff empty", { end_conversation: true, handoff: {} }],
  ["handoff as text", { end_conversation: true, handoff: "support" }],
  ["unknown destination", { end_conversation: true, handoff: { destination: "Lost & Found (T9)", reason: "lost_item" } }],
  ["this is urgent", { end_conversation: true, handoff: { destination: "urgent", reason: "safety" } }],
  ["I have a complaint", { end_conversation: true, handoff: { destination: "complaints", reason: "complaint_escalation" } }],
  ["goodbye", { end_conversation: true }],
  ["are you there out of hours?", { end_conversation: false, response: expect.stringContaining("not in right now") }],
  ["call me at night", { end_conversation: true, response: expect.stringContaining("closed at this hour") }],
  ["a parcel for my business", { response: "", handoff: { destination: "trade", reason: "parcel" } }],
  ["a parcel for home", { response: "", handoff: { destination: "support", reason: "parcel" } }],
  ["text me and connect me", { handoff: { reason: "label_sent" }, attachments: [{ title: "Return label" }] }],
  ["hand me to zendesk", { end_conversation: true, handoff: { text_chat: { zendesk_integration: {} } } }],
  ["hand me to Amazon Connect", { handoff: { text_chat: { amazon_connect_integration: {} } } }],
  ["I would rather talk on the phone", { end_conversation: true, handoff: { destination: "hotline", reason: "prefers_phone" } }],
  ["use the phone tool", { response: "", end_conversation: true, handoff: "hotline" }],
  ["say nothing", { response: "", end_conversation: false }],
  ["echo  two  words", { response: "two  words" }],
  ["parlez-vous français ?", { response: expect.stringContaining("français"), language_code: "fr-FR" }],
  ["¿habla español?", { language_code: "es-ES" }],
  ["مرحبا", { language_code: "ar" }],
] as const)("%s", async ([said, answered]) => {
  await using platform = await callSimulator();
  expect((await platform.converse(said)).last).toMatchObject(answered);
});

test("E5 a handoff without a reason gets its destination's name as the reason", async () => {
  await using platform = await callSimulator();
  expect((await platform.converse("handoff without reason")).last.handoff).toEqual({ destination: "support", reason: "support" });
});

test("a handoff that is false or null is none: there is no state, and turns go on", async () => {
  await using platform = await callSimulator();
  for (const phrase of ["handoff false", "handoff null"]) {
    const { id } = await platform.converse(phrase);
    expect((await platform.state(`id=${id}`)).status).toBe(404);
    expect((await platform.say(id, "hello")).status).toBe(200);
  }
  expect(platform.control.respondsAfterHandoff()).toBe(0);
});

test("goodbye ends the conversation without a handoff", async () => {
  await using platform = await callSimulator();
  expect((await platform.converse("ok, bye!")).last).not.toHaveProperty("handoff");
});

test("an offered handoff is taken or declined", async () => {
  await using platform = await callSimulator();
  expect((await platform.converse("a question about my invoice")).last).toMatchObject({ end_conversation: false });
  const taken = await platform.converse("a question about my invoice", "yes please");
  expect(taken.last).toMatchObject({ end_conversation: true, handoff: { destination: "billing", reason: "billing_question" } });
  const declined = await platform.converse("a question about my invoice", "no", "yes");
  expect(declined.last).not.toHaveProperty("handoff");
});

test("identify and verify: order number, postcode, person with a verified customer", async () => {
  await using platform = await callSimulator();
  const { id, last } = await platform.converse("I want to change my address", "A-1001", "1052");
  expect(last.handoff).toEqual({ destination: "support", reason: "successfully_identified" });
  expect((await platform.state(`id=${id}`)).body.data).toMatchObject({
    customer_id: "C-2417",
    successfully_identified: true,
    auth_method: "order_and_postcode",
    verification_attempts: 1,
  });
});

test("identify and verify: two wrong postcodes are handed off as not verified", async () => {
  await using platform = await callSimulator();
  const { id, last } = await platform.converse("verify me", "A-1001", "not sure", "1111", "2222");
  expect(last.handoff).toEqual({ destination: "support", reason: "verification_failed" });
  expect((await platform.state(`id=${id}`)).body.data).toMatchObject({
    customer_id: null,
    successfully_identified: false,
    verification_attempts: 2,
  });
});

test("asking for a person is deflected once, then handed off with SPEAK_TO to the default handoff", async () => {
  await using platform = await callSimulator();
  for (const ask of ["can I talk to a person?", "I want to speak to someone", "agent", "operator please, a human"]) {
    const { id, last } = await platform.converse(ask);
    expect([ask, last.end_conversation]).toEqual([ask, false]);
    expect((await platform.say(id, ask)).body.handoff).toEqual({ destination: "Default handoff", reason: "SPEAK_TO" });
  }
  expect((await platform.converse("talk to an agent", "no")).last.response).toContain("What can I do");
  expect((await platform.converse("talk to an agent", "where is my order?")).last.response).toContain("order number");
});

test("out of scope: declined first, then handed off", async () => {
  await using platform = await callSimulator();
  expect((await platform.converse("what will the weather be?")).last.end_conversation).toBe(false);
  expect((await platform.converse("write me a poem", "who won the football?")).last.handoff).toEqual({
    destination: "Default handoff",
    reason: "OUT_OF_SCOPE",
  });
});

test("repeated nonsense is handed off, sensible words that are not understood never are", async () => {
  await using platform = await callSimulator();
  const { last } = await platform.converse("asdf asdf", "???", "qwrtz");
  expect(last.handoff).toEqual({ destination: "Default handoff", reason: "USER_INCOMPREHENSIBLE" });
  expect((await platform.converse("one", "two", "three", "four", "five", "six")).last).not.toHaveProperty("handoff");
});

test("D7 a delayed answer is promised, then fetched with an empty message", async () => {
  await using platform = await callSimulator();
  const { id, last } = await platform.converse("do you have it in stock?");
  expect(last).toMatchObject({ response: "Let me check with the warehouse…", delayed_response: true, end_conversation: false });
  expect((await platform.say(id)).body).toMatchObject({ response: "", delayed_response: true });
  platform.control.advance(1500);
  const fetched = await platform.say(id, "");
  expect(fetched.body.response).toContain("in stock");
  expect(fetched.body).not.toHaveProperty("delayed_response");
  expect((await platform.say(id, "")).body.response).toBe("");
});

test("a delayed answer may be nothing but silence at first, and nobody may say that it is delayed", async () => {
  await using platform = await callSimulator({ options: { flagsDelayed: false } });
  const { id, last } = await platform.converse("check my warranty");
  expect(last).toEqual({ conversation_id: id, response: "", end_conversation: false });
  platform.control.advance(1500);
  expect((await platform.say(id)).body.response).toContain("warranty");
});

test("a delayed answer may be a handoff", async () => {
  await using platform = await callSimulator();
  const { id } = await platform.converse("ask the workshop");
  platform.control.advance(1500);
  expect((await platform.say(id)).body).toMatchObject({ end_conversation: true, handoff: { destination: "support", reason: "workshop" } });
});

test("Markdown, the permitted HTML, suggestions, attachments and call actions", async () => {
  await using platform = await callSimulator();
  const markdown = (await platform.converse("how do returns work?")).last.response;
  for (const mark of ["\n1. ", "\n- ", "*original box*", "**within 30 days**", "](https://", "`RETURN-30`"])
    expect(markdown).toContain(mark);
  const html = (await platform.converse("show me the size guide")).last.response;
  for (const tag of ["a", "br", "b", "i", "em", "strong", "p", "ul", "ol", "li", "code"]) expect(html).toMatch(new RegExp(`<${tag}[ >]`));
  const { last } = await platform.converse("any gift ideas?");
  expect(last).toMatchObject({
    response_suggestions: [{ message_text: "Where is my order?" }, {}, {}],
    attachments: [{ content_type: "ATTACHMENT_CONTENT_TYPE_URL" }],
    chat_call_actions: [{ contact_number: "+15551234567" }],
  });
});

test("the topic states, the priority and awkward values reach the handoff state", async () => {
  await using platform = await callSimulator();
  const dataAfter = async (phrase: string) => {
    const { id } = await platform.converse(phrase);
    return (await platform.state(`id=${id}`)).body.data;
  };
  expect(await dataAfter("this is unacceptable")).toMatchObject({ handoff_state: "complaint_escalation" });
  expect(await dataAfter("this is urgent")).toMatchObject({ priority: "urgent" });
  expect(await dataAfter("failing transfer")).toMatchObject({ handoff_state: "transfer_error" });
  expect(await dataAfter("awkward context")).toMatchObject({
    customer_id: 0,
    intent: "",
    order_id: null,
    notes: { list: [1, null, { deep: true }] },
  });
});
