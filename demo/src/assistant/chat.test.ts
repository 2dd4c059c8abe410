import { expect, test } from "vitest";
import { call, callSimulator } from "./caller.ts";
import { createClock } from "./clock.ts";
import { demoAccount } from "./demo-account.ts";

test("create greets, and answers with a conversation id and nothing undocumented", async () => {
  await using platform = await callSimulator();
  const { status, body } = await platform.create();
  expect(status).toBe(200);
  expect(Object.keys(body)).toEqual(["conversation_id", "response"]);
  expect(body.conversation_id).toMatch(/^CONV-\d{10}$/);
  expect(body.response).toContain("welcome");
});

test.for([
  ["CONV", /^CONV-\d{10}$/],
  ["WEBCHAT", /^WEBCHAT_[0-9a-f-]{36}$/],
  ["AS_CHAT", /^AS_CHAT_[0-9a-f-]{36}$/],
  ["uuid", /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/],
] as const)("ids of the form %s", async ([conversationIds, form]) => {
  await using platform = await callSimulator({ options: { conversationIds } });
  expect(await platform.open()).toMatch(form);
});

test("create accepts no body, an empty object, and refuses what is no object", async () => {
  await using platform = await callSimulator();
  const headers = { "X-API-KEY": demoAccount.chatApiKey, "X-TOKEN": demoAccount.chatToken };
  expect((await call(`${platform.base}/chat/create`, { method: "POST", headers })).status).toBe(200);
  expect((await platform.create({})).status).toBe(200);
  for (const body of [[], "text", 7]) {
    const refused = await platform.create(body);
    expect([refused.status, refused.body.error_code]).toEqual([400, "SCHEMA_VALIDATION_FAILED"]);
  }
  expect((await platform.create({ integration_attributes: "flat" })).status).toBe(400);
});

test("a body that is not JSON, or does not say that it is, is refused", async () => {
  await using platform = await callSimulator();
  const headers = { "X-API-KEY": demoAccount.chatApiKey, "X-TOKEN": demoAccount.chatToken };
  const broken = await call(`${platform.base}/chat/create`, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body: "{",
  });
  expect(broken.status).toBe(400);
  const untyped = await call(`${platform.base}/chat/create`, {
    method: "POST",
    headers: { ...headers, "content-type": "text/plain" },
    body: "{}",
  });
  expect(untyped.status).toBe(415);
});

test("a channel outside the documented ones is refused only when strict", async () => {
  await using platform = await callSimulator();
  expect((await platform.create({ channel: "carrier-pigeon" })).status).toBe(200);
  platform.control.setOptions({ channels: "strict" });
  expect((await platform.create({ channel: "carrier-pigeon" })).status).toBe(400);
  for (const channel of ["webchat", "whatsapp", "sms", "api"]) expect((await platform.create({ channel })).status).toBe(200);
});

test("what create was told is kept with the conversation, and what a turn tells later", async () => {
  await using platform = await callSimulator({ options: { createStatus: 201 } });
  const created = await platform.create({
    integration_attributes: { user_id: "12345" },
    variant_id: "VARIANT-1",
    channel: "sms",
    asr_lang_code: "en-US",
    tts_lang_code: "es-ES",
  });
  expect(created.status).toBe(201);
  await platform.say(created.body.conversation_id, "hello", { asr_lang_code: "fr-FR" });
  expect(platform.control.conversations()[0]).toMatchObject({
    attributes: { user_id: "12345" },
    variantId: "VARIANT-1",
    channel: "sms",
    environment: "live",
    languages: { input: "fr-FR", output: "es-ES" },
  });
});

test("a start function may hang up or hand off at once", async () => {
  await using platform = await callSimulator();
  const handed = await platform.create({ variant_id: "VARIANT-hands-off-at-start" });
  expect(handed.body).toMatchObject({ end_conversation: true, handoff: { destination: "support", reason: "returning_customer" } });
  const ended = await platform.create({ variant_id: "VARIANT-hangs-up-at-start" });
  expect(ended.body).toMatchObject({ end_conversation: true });
  expect((await platform.say(ended.body.conversation_id, "hello")).status).toBe(410);
});

test("respond needs a conversation id that is text", async () => {
  await using platform = await callSimulator();
  for (const id of [undefined, 7, null]) {
    const { status, body } = await platform.say(id, "hello");
    expect([status, body.error_code]).toEqual([400, "SCHEMA_VALIDATION_FAILED"]);
  }
});

test("a conversation that is over and one that never was are answered alike: 410, or 404 when configured", async () => {
  await using platform = await callSimulator();
  const { id } = await platform.converse("goodbye");
  for (const over of [id, "CONV-1111111111"]) {
    const { status, body } = await platform.say(over, "hello");
    expect([status, body.error_code, body.error]).toEqual([410, "CHAT_CONVERSATION_ENDED", "Chat conversation ended"]);
  }
  platform.control.setOptions({ endedAnswer: 404 });
  const { status, body } = await platform.say(id, "hello");
  expect([status, body.error_code]).toEqual([404, "CONVERSATIONS_NOT_FOUND"]);
});

test("another agent's conversation is as unknown as an invented one", async () => {
  await using platform = await callSimulator();
  const id = await platform.open();
  const { account, project, chatApiKey, chatToken } = demoAccount.other;
  const { status } = await call(`${platform.url}/v1/${account}/${project}/chat/respond`, {
    method: "POST",
    headers: { "x-api-key": chatApiKey, "x-token": chatToken, "content-type": "application/json" },
    body: JSON.stringify({ conversation_id: id, message: "hello" }),
  });
  expect(status).toBe(410);
});

test("an idle conversation times out once, and is over from then on", async () => {
  await using platform = await callSimulator({ options: { idleLimitMs: 600_000 } });
  const id = await platform.open();
  platform.control.advance(599_000);
  expect((await platform.say(id, "hello")).status).toBe(200);
  platform.control.advance(601_000);
  const late = await platform.say(id, "hello");
  expect([late.status, late.body.error_code]).toEqual([400, "CHAT_TIMEOUT"]);
  expect((await platform.say(id, "hello")).status).toBe(410);
});

test("an empty or absent message has nothing to fetch when nothing was delayed", async () => {
  await using platform = await callSimulator();
  const id = await platform.open();
  for (const message of ["", undefined])
    expect((await platform.say(id, message)).body).toMatchObject({ response: "", end_conversation: false });
});

test("a message above the configured length is refused", async () => {
  await using platform = await callSimulator({ options: { maxMessageLength: 10 } });
  const id = await platform.open();
  expect((await platform.say(id, "x".repeat(10))).status).toBe(200);
  expect((await platform.say(id, "x".repeat(11))).status).toBe(400);
});

test("two turns at once are taken in the order of their arrival", async () => {
  await using platform = await callSimulator({ clock: createClock({ frozenAt: 0 }), options: { turnDelayMs: 1000 } });
  const creating = platform.create();
  await expect.poll(() => platform.control.conversations().length).toBe(1);
  platform.control.advance(1000);
  const id = (await creating).body.conversation_id;

  const answers = [platform.say(id, "echo one")];
  await expect.poll(() => platform.control.respondCount()).toBe(1);
  answers.push(platform.say(id, "goodbye"));
  await expect.poll(() => platform.control.respondCount()).toBe(2);
  platform.control.advance(1000);
  const first = await answers[0];
  expect(first?.body.response).toBe("one");
  // The second begins only now, and so has its own second to go.
  expect(platform.control.conversations()[0]?.ended).toBeNull();
  await expect.poll(() => (platform.control.advance(1000), platform.control.conversations()[0]?.ended)).not.toBeNull();
  expect((await answers[1])?.body.end_conversation).toBe(true);
});

test("a strict platform answers 409 to a second turn that does not wait for the first", async () => {
  await using platform = await callSimulator({ options: { parallelTurns: "refuse" } });
  const id = await platform.open();
  const slow = platform.say(id, "take your time, 60 seconds");
  await expect.poll(() => platform.control.respondCount()).toBe(1);
  expect((await platform.say(id, "hello")).status).toBe(409);
  platform.control.advance(60_000);
  expect((await slow).body.response).toBe("Thank you for waiting.");
  expect((await platform.say(id, "hello")).status).toBe(200);
});

test("a turn that was being thought about when the chat was closed comes to nothing", async () => {
  await using platform = await callSimulator();
  const id = await platform.open();
  const slow = platform.say(id, "take your time, 60 seconds");
  await expect.poll(() => platform.control.respondCount()).toBe(1);
  await platform.hangUp(id);
  platform.control.advance(60_000);
  expect((await slow).status).toBe(410);
});

test("close succeeds; a second one as configured", async () => {
  for (const secondClose of [200, 404, 410] as const) {
    await using platform = await callSimulator({ options: { secondClose } });
    const id = await platform.open();
    expect(await platform.hangUp(id)).toMatchObject({ status: 200, body: { success: true } });
    expect((await platform.hangUp(id)).status).toBe(secondClose);
    expect((await platform.say(id, "hello")).status).toBe(410);
  }
});

test("closing what the assistant ended or handed off succeeds unless configured otherwise", async () => {
  await using platform = await callSimulator();
  expect((await platform.hangUp((await platform.converse("direct handoff")).id)).status).toBe(200);
  expect((await platform.hangUp((await platform.converse("goodbye")).id)).status).toBe(200);
  platform.control.setOptions({ closeAfterEnd: 410 });
  const { id } = await platform.converse("direct handoff");
  expect((await platform.hangUp(id)).status).toBe(410);
  expect((await platform.hangUp("CONV-1111111111")).status).toBe(404);
  expect((await platform.hangUp(undefined)).status).toBe(400);
});

test("the gateway's headers appear when configured", async () => {
  await using platform = await callSimulator();
  expect((await platform.create()).headers.get("via")).toBeNull();
  platform.control.setOptions({ gatewayHeaders: true });
  const { headers } = await platform.create();
  expect(headers.get("via")).toContain("kong");
  expect(headers.get("access-control-allow-origin")).toBe("*");
});
