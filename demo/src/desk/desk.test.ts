import { afterEach, describe, expect, test } from "vitest";
import { request, secret, startBridgeDouble } from "./bridge-double.ts";
import type { Behaviour, Chat, DeskMessage } from "./chat.ts";
import { startDesk } from "./desk.ts";

const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of cleanup.splice(0).toReversed()) await stop();
});

async function start() {
  const bridge = await startBridgeDouble();
  cleanup.push(bridge.close);
  const desk = await startDesk({ port: 0, bridge: bridge.url, secret, pauseMs: 5, slowMs: 300 });
  cleanup.push(() => desk.stop());
  const tell = (type: string, data: object, how: { id?: string; key?: string } = {}) => bridge.tell(desk.url, type, data, how);
  const page = async (path: string, body: object, method = "POST") =>
    (await fetch(`${desk.url}/desk/api${path}`, { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) }))
      .status;
  const chats = async () => ((await (await fetch(`${desk.url}/desk/api/chats`)).json()) as { chats: Chat[] }).chats;
  return {
    bridge,
    desk,
    tell,
    page,
    chats,
    chat: async (id: string) => (await chats()).find((chat) => chat.id === id)!,
    request: async (more: object = {}, id?: string) =>
      (await tell("handoff.requested", { ...request, ...more }, { ...(id && { id }) })).body.chat,
    behave: (behaviour: Behaviour) => page("/behaviour", { behaviour }, "PUT"),
  };
}

const line = (id: string, text: string) => ({ id, by: "visitor", name: "Ada", text, at: "2026-05-04T10:01:00.000Z" });
const texts = (chat: Chat) => chat.since.flatMap((item) => (item.kind === "line" ? [item.line.text] : []));

describe("what the bridge tells the desk", () => {
  test("an event under the same id counts once and is answered as before, also when both come at once (F16)", async () => {
    const { tell, chats, chat } = await start();
    const answers = await Promise.all(Array.from({ length: 20 }, () => tell("handoff.requested", request, { id: "msg_same" })));
    const ids = new Set(answers.map(({ body }) => body.chat));
    expect(ids.size).toBe(1);
    expect(await chats()).toHaveLength(1);
    const [id] = [...ids] as [string];
    await Promise.all([1, 2, 3].map(() => tell("handoff.line", { chat: id, line: line("l-1", "Hello?") }, { id: "msg_line" })));
    expect(texts(await chat(id))).toEqual(["Hello?"]);
  });
  test("a repeat is answered as the first was, also when the chat is over by then", async () => {
    const { request, tell } = await start();
    const id = await request();
    const said = { chat: id, line: line("l-1", "Hello?") };
    expect((await tell("handoff.line", said, { id: "msg_line" })).status).toBe(200);
    await tell("handoff.closed", { chat: id });
    expect((await tell("handoff.line", said, { id: "msg_line" })).status).toBe(200);
  });
  test("the same handoff under another id is the same chat (F13)", async () => {
    const { request, chats } = await start();
    expect(await request()).toBe(await request());
    expect(await chats()).toHaveLength(1);
  });
  test("a stranger's signature is refused (T35)", async () => {
    const { tell, chats } = await start();
    const stranger = `whsec_${Buffer.from("quite another secret, as long").toString("base64")}`;
    expect((await tell("handoff.requested", request, { key: stranger })).status).toBe(401);
    expect(await chats()).toEqual([]);
  });
  test("an unknown type is taken and ignored, a malformed known one is not", async () => {
    const { tell } = await start();
    expect((await tell("handoff.sneezed", {})).status).toBe(200);
    expect((await tell("handoff.line", { chat: 7 })).status).toBe(400);
  });
  test("context that comes late is attached once and marked as late", async () => {
    const { request, tell, chat } = await start();
    const id = await request();
    const context = { source: "id", at: "2026-05-04T10:02:00.000Z", data: { order_id: "A-1001" } };
    await tell("handoff.context", { chat: id, context });
    await tell("handoff.context", { chat: id, context });
    expect(await chat(id)).toMatchObject({ context, contextCameLate: true });
  });
  test("a line for a chat that is over is answered with 410, closing it again with 200", async () => {
    const { request, tell } = await start();
    const id = await request();
    expect((await tell("handoff.closed", { chat: id })).status).toBe(200);
    expect((await tell("handoff.closed", { chat: id })).status).toBe(200);
    expect((await tell("handoff.line", { chat: id, line: line("l-1", "Wait") })).status).toBe(410);
  });
  test("a message that was left waits for nobody and is kept in a list", async () => {
    const { request, chat, page } = await start();
    const id = await request({ isVisitorWaiting: false });
    expect((await chat(id)).place).toMatchObject({ at: "message", isDone: false });
    expect(await page(`/chats/${id}/accept`, { agent: "Sam" })).toBe(409);
    expect(await page(`/chats/${id}/answered`, { agent: "Sam" })).toBe(200);
    expect((await chat(id)).place).toMatchObject({ isDone: true });
  });
});

describe("what the desk tells the bridge", () => {
  test("arrives in order although the bridge is away, fails and resets, each event under one id (F14)", async () => {
    const { bridge, request, page } = await start();
    const id = await request();
    bridge.willAnswer(0, 503, 0, 500, 204, 429, 0, 204, 401, 404);
    await page(`/chats/${id}/accept`, { agent: "Sam" });
    for (const text of ["one", "two", "three"]) await page(`/chats/${id}/say`, { agent: "Sam", id: text, text });
    await page(`/chats/${id}/end`, { agent: "Sam" });
    await expect.poll(() => bridge.types().at(-1)).toBe("chat.ended");
    expect(bridge.types()).toEqual(["agent.joined", "agent.said", "agent.said", "agent.said", "chat.ended"]);
    expect(bridge.heard.slice(1, 4).map(({ data }) => data["text"])).toEqual(["one", "two", "three"]);
    expect(bridge.attempts).toHaveLength(5 + 8);
    expect(new Set(bridge.attempts).size).toBe(5);
  });
  test("an event that the bridge cannot read does not hold up the next, and the agent sees which", async () => {
    const { bridge, request, page, chat } = await start();
    const id = await request();
    bridge.willAnswer(204, 400);
    await page(`/chats/${id}/accept`, { agent: "Sam" });
    await page(`/chats/${id}/say`, { agent: "Sam", id: "a", text: "odd" });
    await page(`/chats/${id}/say`, { agent: "Sam", id: "b", text: "fine" });
    const marks = async () => (await chat(id)).since.flatMap((item) => (item.kind === "line" ? [item.delivery] : []));
    await expect.poll(marks).toEqual(["refused", "delivered"]);
  });
  test("that the agent has read is told in its turn, though what came before it is still on its way", async () => {
    const { bridge, request, tell, page } = await start();
    const id = await request();
    await tell("handoff.line", { chat: id, line: line("l-1", "Anybody there?") });
    bridge.willAnswer(503);
    await page(`/chats/${id}/accept`, { agent: "Sam" });
    await page(`/chats/${id}/read`, { agent: "Sam" });
    await expect.poll(() => bridge.types()).toEqual(["agent.joined", "agent.read"]);
  });
  test("a line said twice under one id goes out once", async () => {
    const { bridge, request, page } = await start();
    const id = await request();
    await page(`/chats/${id}/accept`, { agent: "Sam" });
    for (let round = 0; round < 2; round++) await page(`/chats/${id}/say`, { agent: "Sam", id: "a", text: "Hi" });
    await page(`/chats/${id}/end`, { agent: "Sam" });
    await expect.poll(() => bridge.types()).toEqual(["agent.joined", "agent.said", "chat.ended"]);
  });
  test("those who wait learn when they move up, and somebody urgent goes first", async () => {
    const { bridge, tell, page } = await start();
    const ask = async (handoff: string, urgent = false) =>
      (await tell("handoff.requested", { ...request, handoff, destination: { queue: "refunds", urgent } })).body;
    const [first, second] = [await ask("h-1"), await ask("h-2")];
    expect([first.position, second.position]).toEqual([1, 2]);
    const urgent = await ask("h-3", true);
    expect(urgent.position).toBe(1);
    await expect.poll(() => bridge.heard.map(({ data }) => data["position"])).toEqual(expect.arrayContaining([2, 3]));
    await page(`/chats/${urgent.chat}/accept`, { agent: "Sam" });
    const moves = () => bridge.heard.filter(({ type, data }) => type === "queue.moved" && data["chat"] === second.chat);
    await expect.poll(() => moves().map(({ data }) => data["position"])).toEqual([3, 2]);
  });
  test("a transfer goes to a colleague, with the note for agents only", async () => {
    const { bridge, request, page, chat } = await start();
    const id = await request();
    await page(`/chats/${id}/accept`, { agent: "Sam" });
    expect(await page(`/chats/${id}/transfer`, { agent: "Sam", to: { agent: "Alex" }, note: "Sounds upset" })).toBe(200);
    expect((await chat(id)).place).toMatchObject({ at: "waiting", transfer: { from: "Sam", agent: "Alex", note: "Sounds upset" } });
    expect(await page(`/chats/${id}/say`, { agent: "Sam", id: "late", text: "Bye" })).toBe(409);
    await page(`/chats/${id}/accept`, { agent: "Alex" });
    await expect.poll(() => bridge.types()).toEqual(["agent.joined", "chat.transferred", "agent.joined"]);
    expect(JSON.stringify(bridge.heard)).not.toContain("upset");
  });
  test("the page learns that the bridge is away, refuses, and is back", async () => {
    const { bridge, request, page, desk } = await start();
    const reach = async () => ((await (await fetch(`${desk.url}/desk/api/chats`)).json()) as { desk: { bridge: string } }).desk.bridge;
    const id = await request();
    bridge.answersFromNowOn(503);
    await page(`/chats/${id}/accept`, { agent: "Sam" });
    await expect.poll(() => reach()).toBe("unreachable");
    bridge.answersFromNowOn(401);
    await expect.poll(() => reach()).toBe("refusing");
    bridge.answersFromNowOn(204);
    await expect.poll(() => reach()).toBe("reached");
  });
  test("of two agents who accept at once, one has the chat", async () => {
    const { request, page } = await start();
    const id = await request();
    const statuses = await Promise.all(["Sam", "Alex", "Priya"].map((agent) => page(`/chats/${id}/accept`, { agent })));
    expect(statuses.sort()).toEqual([200, 409, 409]);
  });
});

describe("how the desk behaves on request", () => {
  test("refusing: the request is turned down, and taken again afterwards", async () => {
    const { behave, tell } = await start();
    await behave("refusing");
    expect((await tell("handoff.requested", request, { id: "msg_r" })).status).toBe(403);
    await behave("normal");
    expect((await tell("handoff.requested", request, { id: "msg_r" })).status).toBe(200);
  });
  test("down: nothing is taken", async () => {
    const { behave, tell, chats } = await start();
    await behave("down");
    expect((await tell("handoff.requested", request)).status).toBe(503);
    expect(await chats()).toEqual([]);
  });
  test("slow: kept at once, answered late", async () => {
    const { behave, tell, chats } = await start();
    await behave("slow");
    let answered = false;
    const answer = tell("handoff.requested", request).then(() => (answered = true));
    await expect.poll(() => chats()).toHaveLength(1);
    expect(answered).toBe(false);
    await answer;
  });
  test("out of hours: says closed, and fails who comes nevertheless; a left message is still taken", async () => {
    const { behave, tell, request, bridge, chat } = await start();
    await behave("out_of_hours");
    expect((await tell("handoff.availability", { destination: { queue: null, urgent: false } })).body).toEqual({ state: "closed" });
    const id = await request();
    await expect.poll(() => bridge.heard).toMatchObject([{ type: "chat.failed", data: { chat: id, reason: "out_of_hours" } }]);
    expect((await chat(await request({ handoff: "h-2", isVisitorWaiting: false }))).place.at).toBe("message");
  });
  test("an unknown behaviour is refused, and so is a page that does not send JSON", async () => {
    const { page, desk } = await start();
    expect(await page("/behaviour", { behaviour: "asleep" }, "PUT")).toBe(400);
    expect((await fetch(`${desk.url}/desk/api/chats/x/end`, { method: "POST", body: "{}" })).status).toBe(415);
  });
});

test("the page's stream begins with everything and goes on with each change", async () => {
  const { desk, request, page } = await start();
  const stop = new AbortController();
  const stream = (await fetch(`${desk.url}/desk/api/stream?agent=Sam`, { signal: stop.signal })).body!.pipeThrough(new TextDecoderStream());
  const reader = stream.getReader();
  let text = "";
  const until = async (wanted: (messages: DeskMessage[]) => boolean) => {
    for (;;) {
      const whole = text.slice(0, text.lastIndexOf("\n\n") + 2);
      const messages = [...whole.matchAll(/^data: (.*)$/gm)].map(([, json]) => JSON.parse(json!) as DeskMessage);
      if (wanted(messages)) return messages;
      text += (await reader.read()).value ?? "";
    }
  };
  await until((messages) => messages.some((message) => message.type === "hello"));
  const id = await request();
  await page(`/chats/${id}/accept`, { agent: "Sam" });
  const messages = await until((all) => all.some((message) => message.type === "chat" && message.chat.place.at === "agent"));
  expect(messages.find((message) => message.type === "desk")?.desk.agents[0]).toEqual({ name: "Sam", isHere: true });
  stop.abort();
});
