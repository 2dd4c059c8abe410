import { expect, test } from "vitest";
import { callSimulator } from "../caller.ts";

test("I want a refund, A-1001: the transfer is announced, and the context says who, what, how much and how sure", async () => {
  await using platform = await callSimulator();
  const { body } = await platform.create({ integration_attributes: { shared_id: "S-1" } });
  const id = body.conversation_id;

  const asked = await platform.say(id, "I want a refund");
  expect(asked.body).toMatchObject({ end_conversation: false, response: expect.stringContaining("order number") });
  expect(asked.body).not.toHaveProperty("handoff");

  const announced = await platform.say(id, "A-1001");
  expect(announced.body).toEqual({
    conversation_id: id,
    response: expect.stringContaining("passing you over"),
    end_conversation: true,
    handoff: { destination: "refunds", reason: "customer_refund" },
  });
  expect((await platform.state("shared_id=S-1")).body).toMatchObject({
    id,
    shared_id: "S-1",
    data: {
      customer_id: "C-2417",
      customer_name: "Ada Moreau",
      order_id: "A-1001",
      refund_amount: 48,
      currency: "EUR",
      successfully_identified: true,
      auth_method: "order_number",
      verification_attempts: 1,
      handoff_reason: "customer_refund",
      priority: null,
    },
  });
  expect((await platform.say(id, "hello?")).status).toBe(410);
});

test("an order number alone does not make the assistant tell whose order it is", async () => {
  await using platform = await callSimulator();
  for (const lines of [["A-1001"], ["where is my order?", "A-1001"], ["I want a refund", "A-1001"], ["change my address", "A-1001"]]) {
    const { last } = await platform.converse(...lines);
    expect(last.response).not.toMatch(/Ada|Moreau|C-2417|1052|48/);
  }
});

test.for(["a1001", "A 1001", "#A-1001", "it is A-1001, I think"])("the order number is understood as %s", async (written) => {
  await using platform = await callSimulator();
  const { last } = await platform.converse("I want my money back", written);
  expect(last.handoff).toEqual({ destination: "refunds", reason: "customer_refund" });
});

test("a refund with the order number in the same breath is handed off at once", async () => {
  await using platform = await callSimulator();
  expect((await platform.converse("I want a refund for A-1001")).last.end_conversation).toBe(true);
});

test("after three unknown order numbers a person takes over, told that nobody was identified", async () => {
  await using platform = await callSimulator();
  const { id, last } = await platform.converse("I want a refund", "Z-9999", "A-9999", "A-9998");
  expect(last).toMatchObject({ end_conversation: true, handoff: { destination: "refunds" } });
  expect((await platform.state(`id=${id}`)).body.data).toMatchObject({
    successfully_identified: false,
    verification_attempts: 2,
    order_id: null,
  });
});

test("in the middle of a refund a visitor may change their mind, not know the number, or ask for a person", async () => {
  await using platform = await callSimulator();
  const changed = await platform.converse("I want a refund", "never mind", "how are you?");
  expect(changed.last.response).toContain("How can I help");
  expect((await platform.converse("I want a refund", "I don't have it")).last.handoff).toMatchObject({ destination: "refunds" });
  expect((await platform.converse("I want a refund", "it was blue")).last.response).toContain("order number");
  expect((await platform.converse("I want a refund", "let me talk to a person", "yes")).last.handoff).toMatchObject({ reason: "SPEAK_TO" });
});

test.for([
  ["hello", /Hello/],
  ["How are you?", /thank you/],
  ["are you a robot?", /automated assistant/],
  ["thanks!", /welcome/],
  ["when are you open?", /Monday/],
  ["ok", /goodbye/],
  ["where is my order?", /order number/],
  ["A-1001", /delivered/],
  ["track order A-1002 please", /on its way/],
  ["has my parcel A-1003 left", /packed/],
  ["how long does delivery take?", /working days/],
  ["cancel my order", /order number/],
  ["Q-0000", /cannot find/],
  ["do you sell sofas", /track an order/],
] as const)("%s is answered, and the conversation goes on", async ([said, answered]) => {
  await using platform = await callSimulator();
  const { last } = await platform.converse(said);
  expect(last.response).toMatch(answered);
  expect(last.end_conversation).toBe(false);
  expect(last).not.toHaveProperty("handoff");
});

test("where is my order, A-1001: the order's status, not its owner", async () => {
  await using platform = await callSimulator();
  const { last } = await platform.converse("where is my order?", "A-1001");
  expect(last.response).toContain("delivered on Tuesday");
});

test("the greeting speaks French to a French page", async () => {
  await using platform = await callSimulator();
  expect((await platform.create({ tts_lang_code: "fr-FR" })).body.response).toContain("Bonjour");
});
