import { createCall } from "@baton/bridge-server/call";
import { handoff, lateContext, line } from "@baton/bridge-server/conformance/requests";
import type { VendorChat, VendorNews } from "@baton/bridge-server/connector";
import xmpp from "@baton/bridge-server/connectors/xmpp";
import { createHold } from "@baton/bridge-server/hold/hold";
import { knownSecret } from "@baton/bridge-server/secret";
import { xml } from "@xmpp/client";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { openLine } from "../engines/line.ts";
import { noProsody, passwordOf, ROOMS, startProsody } from "../engines/prosody.ts";
import { startPerson } from "../engines/xmpp-person.ts";

// The rules are applied to a stand-in; here is a server that nobody of us wrote, and people who use somebody else's program.
const LOBBY = `desk@${ROOMS}`;
const ended = { type: "ended", id: "ended" };
let handoffs = 0;

describe.skipIf(noProsody)("with Prosody", () => {
  let prosody: Awaited<ReturnType<typeof startProsody>>;
  let sam: Awaited<ReturnType<typeof startPerson>>;

  beforeAll(async () => {
    prosody = await startProsody(["baton", "sam", "kim"]);
    sam = await startPerson(prosody.url, "sam");
    await sam.enter(LOBBY);
    await sam.ask(LOBBY, "set", roomForm({ "muc#roomconfig_persistentroom": "1", "muc#roomconfig_membersonly": "1" }));
    await sam.ask(
      LOBBY,
      "set",
      xml("query", { xmlns: "http://jabber.org/protocol/muc#admin" }, xml("item", { affiliation: "member", jid: "baton@localhost" })),
    );
  });
  afterAll(async () => {
    await sam.stop();
    await prosody.stop();
  });

  test("somebody in the lobby reads of a visitor, enters the room, and finds the whole story there first", async () => {
    const { connector } = bridge();
    const request = newHandoff();
    const { chat } = await connector.open(request);
    await sam.until(() => sam.read(LOBBY).some(({ text }) => text.includes(chat.ref)));
    expect(sam.read(LOBBY).filter(({ text }) => text.includes(chat.ref))).toEqual([
      { by: "Baton", text: `A visitor is waiting. Urgent: customer_refund\nxmpp:${chat.ref}?join` },
    ]);
    await connector.say(chat, line("Hello?"), false);
    await sam.enter(chat.ref);
    expect(sam.subject(chat.ref)).toBe("Urgent: customer_refund");
    const [story, ...rest] = sam.read(chat.ref);
    expect(story?.text).toMatch(/^For you, not from the visitor:\n[^]*A-1001[^]*Visitor: I want a refund/);
    expect(rest).toEqual([{ by: "Visitor", text: "Hello?" }]);
    expect(await connector.availability({ queue: null, urgent: false })).toMatchObject({ state: "open" });
  });

  test("what both say arrives in order, with who came, types, goes and ends it; what is for colleagues does not", async () => {
    const { connector, listen } = bridge();
    const { chat } = await connector.open(newHandoff());
    const heard = listen(chat);
    await sam.enter(chat.ref, "Sam");
    const lines = Array.from({ length: 20 }, (_, n) => line(`line ${n} *no stars* <b> & 👩🏽‍🦽`));
    for (const one of lines) await connector.say(chat, one, false);
    await connector.signal(chat, { type: "typing", on: true });
    await connector.signal(chat, { type: "typing", on: false });
    await sam.type(chat.ref, "composing");
    await sam.say(chat.ref, "Größe 42 <b> &amp;");
    await sam.say(chat.ref, "// careful");
    await sam.say(chat.ref, "/note careful");
    await sam.whisper(`${chat.ref}/Visitor`, "careful");
    await sam.say(chat.ref, "careful", xml("replace", { xmlns: "urn:xmpp:message-correct:0", id: "sam-1" }));
    await sam.leave(chat.ref, "Sam");
    await sam.enter(chat.ref, "Samuel");
    await sam.say(chat.ref, "/end");
    expect(await heard.whole).toMatchObject([
      { type: "agent_joined", agent: { id: "sam@localhost", name: "Sam" } },
      { type: "agent_typing", on: true },
      { type: "agent_said", agent: { name: "Sam" }, text: "Größe 42 <b> &amp;" },
      { type: "agent_typing", on: false },
      { type: "agent_left" },
      { type: "agent_joined", agent: { name: "Samuel" } },
      ended,
    ]);
    const { read, states } = sam;
    const shown = read(chat.ref).filter(({ by, text }) => by === "Visitor" && !text.startsWith("For you"));
    expect(shown.slice(0, 20).map(({ text }) => text)).toEqual(lines.map(({ text }) => text));
    expect(states(chat.ref).filter((state) => state === "paused")).toHaveLength(1);
  });

  test("a chat that is over takes no line, and its room is gone with its words once the last person has left it", async () => {
    const { connector, listen } = bridge();
    const { chat } = await connector.open(newHandoff());
    await sam.enter(chat.ref);
    await connector.close(chat);
    await sam.until(() => sam.subject(chat.ref)?.startsWith("Ended. ") ?? false);
    await connector.close(chat);
    await expect(connector.say(chat, line("Wait!"), false)).rejects.toMatchObject({ kind: "gone" });
    expect(await listen(chat).whole).toMatchObject([ended]);
    await sam.until(() => sam.moves(chat.ref).filter((move) => move === "-Visitor").length === 4); // whoever looks is in it for a moment
    await sam.leave(chat.ref);
    await expect(sam.ask(chat.ref, "get", xml("query", { xmlns: "http://jabber.org/protocol/disco#info" }))).rejects.toThrow(
      "item-not-found",
    );
    await expect(connector.say(chat, line("Wait!"), false)).rejects.toMatchObject({ kind: "gone" });
  });

  test("a visitor who is forgotten leaves no word on the server", async () => {
    const { connector } = bridge();
    const { chat } = await connector.open(newHandoff());
    await connector.say(chat, line("private-17"), false);
    expect(await connector.forget(chat)).toBe("forgotten");
    expect(await connector.forget(chat)).toBe("forgotten");
    expect(await prosody.holds("private-17")).toBe(false);
  });

  test("what broke off is repeated without harm: one notice, one story, one line", async () => {
    const request = newHandoff();
    const { chat } = await bridge().connector.open(request);
    const said = line("Hello?");
    for (const { connector } of [bridge(), bridge()]) {
      await connector.open(request);
      await connector.attach(chat, lateContext);
      await connector.say(chat, said, true);
    }
    await sam.enter(chat.ref);
    expect(sam.read(chat.ref).map(({ text }) => text.split("\n")[1] ?? text)).toEqual([
      "reason: customer_refund",
      "order: B-2002",
      "Hello?",
    ]);
    expect(sam.read(LOBBY).filter(({ text }) => text.includes(chat.ref))).toHaveLength(1);
  });

  test("two processes are one visitor: nobody sees a second one come or the first one go", async () => {
    const [first, second] = [bridge(), bridge()];
    const { chat } = await first.connector.open(newHandoff());
    await sam.enter(chat.ref);
    for (const [n, { connector }] of [first, second, first, second].entries()) await connector.say(chat, line(`${n}`), false);
    await second.stop();
    await first.connector.say(chat, line("still here"), false);
    await sam.until(() => sam.read(chat.ref).at(-1)?.text === "still here");
    expect(sam.moves(chat.ref).filter((move) => move === "-Visitor")).toEqual([]);
    expect(
      sam
        .read(chat.ref)
        .slice(1)
        .map(({ text }) => text),
    ).toEqual(["0", "1", "2", "3", "still here"]);
  });

  test("when the connection is cut in the middle, whoever goes on from the cursor hears the rest: nothing is lost and nothing is told twice", async () => {
    const wire = await openLine(prosody.port);
    onTestFinished(() => wire.close());
    const { connector, listen } = bridge(`ws://127.0.0.1:${wire.port}/xmpp-websocket`);
    const { chat } = await connector.open(newHandoff());
    const before = listen(chat);
    await sam.enter(chat.ref, "Sam");
    await sam.say(chat.ref, "one");
    await before.until("one");
    wire.cut();
    await expect(before.whole).rejects.toMatchObject({ kind: "unreachable" });
    await sam.say(chat.ref, "two");
    await sam.leave(chat.ref, "Sam");
    await sam.enter(chat.ref, "Kim");
    await sam.say(chat.ref, "three");
    wire.mend();
    const after = listen(chat, before.cursor());
    await after.until("three");
    await connector.say(chat, line("I am back"), false);
    await sam.say(chat.ref, "four");
    await after.until("four");
    expect(before.news.concat(after.news).map(brief)).toEqual(["+Sam", "one", "+Kim", "two", "three", "four"]);
    const ids = before.news.concat(after.news).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    // Whoever died before it could say how far it was is followed by somebody who says the same again, under the same names.
    const again = await listen(chat, before.cursor()).until("four");
    const words = (news: VendorNews[]) => news.filter(({ type }) => type === "agent_said").map(({ id }) => id);
    expect(words(again)).toEqual(words(after.news));
  });

  test("whoever begins to listen while people are talking hears each word once, and in order", async () => {
    const { connector, listen } = bridge();
    const { chat } = await connector.open(newHandoff());
    await sam.enter(chat.ref);
    const words = Array.from({ length: 150 }, (_, n) => `word ${n}`);
    const said = (async () => {
      for (const word of words) await sam.say(chat.ref, word);
    })();
    const listeners: ReturnType<typeof listening>[] = [];
    for (let n = 10; n < 140; n += 10) {
      await sam.until(() => sam.read(chat.ref).some(({ text }) => text === `word ${n}`));
      listeners.push(listen(chat));
    }
    await said;
    for (const one of listeners) {
      const news = await one.until("word 149");
      expect(news.flatMap((heard) => (heard.type === "agent_said" ? [heard.text] : []))).toEqual(words);
    }
  });

  test("what an owner has set up wrongly is found in sentences", async () => {
    const says = async (more: object) =>
      (await bridge(prosody.url, more).connector.examine()).map(({ state, says }) => `${state}: ${says}`);
    expect(await says({})).toEqual(["good: The server takes the account, and has every lobby."]);
    expect(await says({ password: knownSecret("wrong") })).toEqual([
      expect.stringMatching(/^bad: The server says no .*does not know the account/),
    ]);
    expect(await says({ lobby: `nowhere@${ROOMS}` })).toEqual([`bad: There is no room nowhere@${ROOMS}.`]);
    const strict = createHold();
    onTestFinished(() => strict.close());
    const settings = { url: "wss://localhost:5281/ws", account: "baton@localhost", password: knownSecret("x"), rooms: ROOMS, lobby: LOBBY };
    const [private_] = await xmpp.connect(xmpp.settings.parse(settings), createCall(), strict).examine();
    expect(private_).toMatchObject({ state: "bad", says: expect.stringContaining("does not call such addresses") as string });
    expect(await says({ url: `${prosody.url}-not` })).toEqual([expect.stringMatching(/^bad: The server says no .*404/)]);
  });

  test("a server that is switched off and on goes on where it was", async () => {
    const { connector, listen } = bridge();
    const { chat } = await connector.open(newHandoff());
    const before = listen(chat);
    await sam.enter(chat.ref, "Sam");
    await sam.say(chat.ref, "one");
    await before.until("one");
    await sam.stop();
    await prosody.restart();
    await expect(before.whole).rejects.toMatchObject({ kind: "unreachable" });
    sam = await startPerson(prosody.url, "sam");
    const after = listen(chat, before.cursor());
    await connector.say(chat, line("Still there?"), false);
    await sam.enter(chat.ref, "Sam");
    expect(
      sam
        .read(chat.ref)
        .map(({ text }) => text)
        .at(-1),
    ).toBe("Still there?");
    await sam.say(chat.ref, "Yes");
    await after.until("Yes");
    expect(after.news.map(brief).filter((one) => one !== "-" && one !== "+Sam")).toEqual(["Yes"]);
  });

  function bridge(url = prosody.url, more: object = {}) {
    const hold = createHold({ allowPrivate: true });
    const settings = { url, account: "baton@localhost", password: knownSecret(passwordOf("baton")), rooms: ROOMS, lobby: LOBBY, ...more };
    const connector = xmpp.connect(xmpp.settings.parse(settings), createCall(), hold);
    const stop = new AbortController();
    onTestFinished(async () => {
      stop.abort();
      await hold.close();
    });
    return {
      connector,
      stop: () => hold.close(),
      listen: (chat: VendorChat, from: string | null = null) => listening(connector, chat, from, stop.signal),
    };
  }
});

type Connector = ReturnType<typeof xmpp.connect>;

/** Everything that is heard of a chat, until it is over. */
function listening({ inbound }: Connector, chat: VendorChat, from: string | null, signal: AbortSignal) {
  if (inbound.style !== "listen") throw new Error("it is listened to");
  const news: VendorNews[] = [];
  const looks = new Set<() => void>();
  let cursor = from;
  const whole = (async () => {
    for await (const batch of inbound.listen(from, chat, signal)) {
      news.push(...batch.news);
      cursor = batch.cursor;
      for (const look of looks) look();
    }
    return news;
  })();
  whole.catch(() => {}); // who wants to know asks
  return {
    news,
    whole,
    cursor: () => cursor,
    until: (text: string) =>
      new Promise<VendorNews[]>((done) => {
        const look = () => news.some((one) => one.type === "agent_said" && one.text === text) && done(news);
        looks.add(look);
        look();
      }),
  };
}

function brief(news: VendorNews): string {
  if (news.type === "agent_said") return news.text;
  return news.type === "agent_joined" ? `+${news.agent.name}` : "-";
}

function newHandoff() {
  return { ...handoff, handoff: `0d9f5a3e-6f0b-4a3e-9c55-${String(++handoffs).padStart(12, "0")}` };
}

function roomForm(fields: Record<string, string>) {
  const all = { FORM_TYPE: "http://jabber.org/protocol/muc#roomconfig", ...fields };
  const form = Object.entries(all).map(([name, value]) => xml("field", { var: name }, xml("value", {}, value)));
  return xml("query", { xmlns: "http://jabber.org/protocol/muc#owner" }, xml("x", { xmlns: "jabber:x:data", type: "submit" }, ...form));
}
