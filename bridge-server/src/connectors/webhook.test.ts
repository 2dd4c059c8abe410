import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Call, CallError, type CallRequest } from "../call.ts";
import { sign } from "../standard-webhooks.ts";
import webhook, { AvailabilityAnswer, EraseAnswer, FromDesk, RequestAnswer, ToDesk } from "./webhook.ts";

const secret = `whsec_${Buffer.from("a secret of at least 24 bytes").toString("base64")}`;
const destination = { queue: "refunds", urgent: false };
const line = { id: "l-1", by: "visitor" as const, name: null, text: "Hello?", at: "2026-05-04T10:00:00.000Z" };
const chat = { ref: "chat-17" };

function start(answer: unknown = null) {
  const calls: CallRequest[] = [];
  const call: Call = async (request) => {
    calls.push(request);
    if (answer instanceof Error) throw answer;
    return { status: 200, headers: {}, body: answer };
  };
  const connector = webhook.connect({ url: "https://desk.example/in", secrets: [secret] }, call);
  const deliver = (event: unknown, id = "e-1") => {
    const body = typeof event === "string" ? event : JSON.stringify(event);
    const headers = new Headers(sign([secret], id, body, new Date()));
    if (connector.inbound.style !== "webhook") throw new Error("it is a webhook connector");
    return connector.inbound.receive({ headers, body: Buffer.from(body), url: "https://bridge.example/v1/hooks/shop/desk" });
  };
  return { connector, deliver, calls, ids: () => calls.map(({ headers }) => headers?.["webhook-id"]) };
}

describe("the examples in webhook.md", () => {
  const guide = readFileSync(new URL("webhook.md", import.meta.url), "utf8");
  const examples = (info: string) =>
    [...guide.matchAll(new RegExp(`^\`\`\`${info}\\n(.*?)^\`\`\``, "gms"))].map(([, json]) => JSON.parse(json!));
  const events: { type: string }[] = examples("json");

  test.each(events)("$type is as the connector means it", (event) => {
    const schema = event.type.startsWith("handoff.") ? ToDesk : FromDesk;
    expect(schema.parse(event)).toMatchObject(event);
  });
  test("show every event there is", () => {
    const types = [...ToDesk.options, ...FromDesk.options].map(({ shape }) => shape.type.value);
    expect([...new Set(events.map(({ type }) => type))].sort()).toEqual(types.sort());
  });
  test("show every answer", () => {
    const [requested, erased, availability] = examples("json answer");
    expect(EraseAnswer.parse(erased)).toEqual(erased);
    expect(RequestAnswer.parse(requested)).toEqual(requested);
    expect(AvailabilityAnswer.parse(availability)).toEqual(availability);
  });
});

describe("what is sent again can be recognised", () => {
  test("lines, late context and closing keep their id; typing has a new one each time", async () => {
    const { connector, ids } = start();
    const context = { source: "id" as const, at: "2026-05-04T10:00:00.000Z", data: {} };
    for (let round = 0; round < 2; round++) {
      await connector.say(chat, line, false);
      await connector.attach(chat, context);
      await connector.close(chat);
      await connector.signal(chat, { type: "typing", on: true });
    }
    const [first, second] = [ids().slice(0, 4), ids().slice(4)];
    expect(second.slice(0, 3)).toEqual(first.slice(0, 3));
    expect(new Set(ids()).size).toBe(5);
  });
  test("the same line id in another chat is another event", async () => {
    const { connector, ids } = start();
    await connector.say(chat, line, false);
    await connector.say({ ref: "chat-18" }, line, false);
    expect(new Set(ids()).size).toBe(2);
  });
});

describe("the desk's answers", () => {
  const request = {
    handoff: "h-1",
    site: "shop",
    destination,
    requested: { destination: "refunds", reason: null, by: "assistant" as const },
    isVisitorWaiting: true,
    visitor: { name: null, email: null, language: null, page: null },
    ids: { conversation: "c-1", sharedId: "s-1", assistantChat: null },
    utterance: null,
    context: null,
    transcript: [line],
  };
  test("a chat without numbers is a chat", async () => {
    expect(await start({ chat: "chat-17" }).connector.open(request)).toEqual({ chat, position: null, waitSeconds: null, dropped: [] });
  });
  test.each([null, {}, { chat: "" }, { chat: "c", position: "first" }])("%j in place of a chat is a refusal", async (answer) => {
    await expect(start(answer).connector.open(request)).rejects.toMatchObject({ kind: "refused" });
  });
  test("a desk that knows nothing of availability leaves it unknown", async () => {
    for (const answer of [null, { ok: true }, new CallError("refused", "desk: 400"), new CallError("gone", "desk: 404")]) {
      expect(await start(answer).connector.availability(destination)).toEqual({ state: "unknown", waitSeconds: null });
    }
  });
  test("a desk that cannot be reached is not called closed or open", async () => {
    await expect(start(new CallError("unreachable", "desk: down")).connector.availability(destination)).rejects.toMatchObject({
      kind: "unreachable",
    });
  });
  test("closing a chat that is gone succeeds, and a desk that is down still fails", async () => {
    await start(new CallError("gone", "desk: 410")).connector.close(chat);
    await expect(start(new CallError("unreachable", "desk: down")).connector.close(chat)).rejects.toMatchObject({ kind: "unreachable" });
  });
});

describe("what a desk sends", () => {
  test("an unknown type, and our own line reflected, are ignored (T37)", async () => {
    const { deliver } = start();
    expect(await deliver({ type: "agent.sneezed", data: { chat: "chat-17" } })).toEqual({ news: [], reply: null });
    expect(await deliver({ type: "handoff.line", data: { chat: "chat-17", line } })).toEqual({ news: [], reply: null });
  });
  test.each([
    ["not json", "JSON"],
    ["[]", "type"],
    [{ type: 7 }, "type"],
    [{ type: "agent.said", data: { chat: "chat-17" } }, "data.text"],
    [{ type: "agent.said", data: { chat: "chat-17", text: "psst", private: "yes" } }, "data.private"],
    [{ type: "agent.joined", data: { chat: "chat-17", agent: { name: "" } } }, "data.agent.name"],
    [{ type: "chat.failed", data: { chat: "chat-17", reason: "bored" } }, "data.reason"],
    [{ type: "queue.moved", data: { position: 1 } }, "data.chat"],
  ])("%j is refused, and the reason names the place", async (event, place) => {
    await expect(start().deliver(event)).rejects.toMatchObject({ kind: "refused", message: expect.stringContaining(place) });
  });
  test("the news carries the delivery's id, so a repeat is known (F16)", async () => {
    const { deliver } = start();
    const event = { type: "agent.typing", data: { chat: "chat-17", on: true } };
    expect(await deliver(event, "e-9")).toEqual(await deliver(event, "e-9"));
    expect((await deliver(event, "e-9")).news[0]?.id).toBe("e-9");
  });
  test("markup from an agent passes as text with its format, untouched (T2)", async () => {
    const text = '<b>Hi</b><img src=x onerror="alert(1)">';
    const { news } = await start().deliver({ type: "agent.said", data: { chat: "chat-17", text, format: "html" } });
    expect(news).toMatchObject([{ type: "agent_said", text, format: "html", agent: null }]);
  });
  test("a refusal on the desk's side has the bridge's word", async () => {
    const { news } = await start().deliver({ type: "chat.failed", data: { chat: "chat-17", reason: "refused" } });
    expect(news).toMatchObject([{ type: "failed", reason: "vendor_refused" }]);
  });
});
