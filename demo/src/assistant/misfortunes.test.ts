import { expect, test } from "vitest";
import { awkwardText, awkwardTexts } from "./awkward-texts.ts";
import { callSimulator } from "./caller.ts";
import type { FaultRequest } from "./faults.ts";

/** The last answer of a refund, altered. */
async function alteredAnswer(fault: FaultRequest) {
  await using platform = await callSimulator({ seed: 1 });
  const id = await platform.open();
  await platform.say(id, "I want a refund");
  platform.control.addFault({ times: 1, ...fault });
  const answer = await platform.say(id, "A-1001");
  return { id, ...answer };
}

test("numeric conversation ids", async () => {
  const { id, body } = await alteredAnswer({ kind: "numeric_conversation_id" });
  expect(body.conversation_id).toBe(Number(id.replace("CONV-", "")));
});

test("U18 an answer about another conversation", async () => {
  const { body } = await alteredAnswer({ kind: "wrong_conversation_id" });
  expect(body.conversation_id).toBe("CONV-0000000000");
});

test("a handoff state about another conversation", async () => {
  await using platform = await callSimulator();
  const { id } = await platform.converse("direct handoff");
  platform.control.addFault({ kind: "wrong_conversation_id", route: "handoff_state", id: "CONV-9", times: 1 });
  expect((await platform.state(`id=${id}`)).body.id).toBe("CONV-9");
  expect((await platform.state(`id=${id}`)).body.id).toBe(id);
});

test("U2 camelCase instead of, or beside, the documented names", async () => {
  const instead = await alteredAnswer({ kind: "camel_case" });
  expect(Object.keys(instead.body)).toEqual(["conversationId", "response", "endConversation", "handoff"]);
  const beside = await alteredAnswer({ kind: "camel_case", keepSnakeCase: true });
  expect(beside.body).toMatchObject({
    conversation_id: beside.id,
    conversationId: beside.id,
    end_conversation: true,
    endConversation: true,
  });
});

test("missing, renamed and foreign fields", async () => {
  expect((await alteredAnswer({ kind: "missing_fields", fields: ["end_conversation", "response"] })).body).not.toHaveProperty("response");
  const renamed = await alteredAnswer({ kind: "renamed_field", from: "conversation_id", to: "chat_id" });
  expect(renamed.body).toMatchObject({ chat_id: renamed.id });
  expect((await alteredAnswer({ kind: "overlay", fields: { handoff: true, surprise: [1] } })).body).toMatchObject({
    handoff: true,
    surprise: [1],
  });
});

test("U11 a handoff state whose data is null, a list, a text or enormous", async () => {
  await using platform = await callSimulator();
  const { id } = await platform.converse("direct handoff");
  for (const data of [null, [1, 2], "text"]) {
    platform.control.addFault({ kind: "overlay", fields: { data }, times: 1 });
    expect((await platform.state(`id=${id}`)).body.data).toEqual(data);
  }
  platform.control.addFault({ kind: "oversized", bytes: 3_000_000, times: 1 });
  expect((await platform.state(`id=${id}`)).body.data.oversized).toHaveLength(3_000_000);
});

test("an enormous answer", async () => {
  expect((await alteredAnswer({ kind: "oversized" })).text.length).toBeGreaterThan(5_000_000);
});

test.for(awkwardTexts)("awkward words: %s", async (sample) => {
  const { body } = await alteredAnswer({ kind: "awkward_text", sample });
  expect(body.response).toBe(awkwardText[sample]);
});

test("the platform's clock may be wrong, in its headers and in its lists", async () => {
  await using platform = await callSimulator();
  await platform.open();
  platform.control.addFault({ kind: "clock_skew", ms: -86_400_000 });
  const { body, headers } = await platform.list();
  const yesterday = Date.now() - 86_400_000;
  for (const time of [headers.get("date"), body.conversations[0].started_at, body.conversations[0].turns[0].agent_response_datetime]) {
    expect(Math.abs(Date.parse(time) - yesterday)).toBeLessThan(60_000);
  }
});

test("a list may come as a bare array", async () => {
  await using platform = await callSimulator();
  const id = await platform.open();
  platform.control.addFault({ kind: "bare_array", route: "conversations" });
  expect((await platform.list()).body).toMatchObject([{ id }]);
});

test("errors are not altered", async () => {
  await using platform = await callSimulator();
  platform.control.addFault({ kind: "awkward_text", sample: "rtl", times: 1 });
  expect((await platform.say("CONV-1", "hello")).body).not.toHaveProperty("response");
});
