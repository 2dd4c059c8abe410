// As much of an XMPP server as a client of rooms sees over a WebSocket: signing in, rooms with their forms, subjects and archives.
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { Mood } from "@baton/bridge-server/conformance";
import { clone, createElement, parse, type Element } from "ltx";
import { WebSocketServer, type WebSocket } from "ws";

const STANZAS = "urn:ietf:params:xml:ns:xmpp-stanzas";
const MUC = "http://jabber.org/protocol/muc";
const FORM = "jabber:x:data";
const MAM = "urn:xmpp:mam:2";
const RSM = "http://jabber.org/protocol/rsm";

export interface Kept {
  id: string;
  nick: string;
  at: string;
  stanza: Element;
}

export interface ServedRoom {
  jid: string;
  subject: string;
  /** Somebody has set it up: until then nobody else can enter. */
  isOpen: boolean;
  isKept: boolean;
  /** Nobody can enter it any more: it was left by the last, or destroyed with everything that was said. */
  end: "left" | "destroyed" | null;
  kept: Kept[];
  /** Who is in it, and the connections that they are in it with. A person at the desk has none here. */
  inside: Map<string, Set<Client>>;
}

interface Served {
  account: string;
  password: string;
  rooms: ServedRoom[];
  /** Sees what is shown in a room and kept by nobody. */
  shown(room: string, state: string): void;
  /** What else is there besides rooms. `null`: it says no. */
  services?: Record<string, (what: Element) => Element | null>;
}

interface Client {
  socket: WebSocket;
  jid: string;
  isSignedIn: boolean;
  isLost: boolean;
}

/** Meets what a client asks for in the given moods: stanzas that nobody has to answer do not count. */
export async function startXmppServer({ account, password, rooms, shown, services = {} }: Served) {
  const moods: Mood[] = [];
  const clients = new Set<Client>();
  const sockets = new WebSocketServer({ port: 0, host: "127.0.0.1", handleProtocols: () => "xmpp" });
  await once(sockets, "listening");
  let sessions = 0;
  let ids = 0;
  sockets.on("connection", (socket) => {
    const client: Client = { socket, jid: "", isSignedIn: false, isLost: false };
    clients.add(client);
    socket.on("message", (text: Buffer) => meet(client, parse(text.toString())));
    socket.on("close", () => {
      clients.delete(client);
      for (const room of rooms) for (const nick of room.inside.keys()) leave(room, nick, client);
    });
  });

  return {
    url: `ws://127.0.0.1:${(sockets.address() as AddressInfo).port}/ws`, // it listens
    willAnswer: (...next: Mood[]) => void moods.push(...next),
    moodsLeft: () => moods.length,
    say,
    broadcast,
    come,
    leave,
    cut: () => clients.forEach(({ socket }) => socket.terminate()),
    async close() {
      for (const { socket } of clients) socket.terminate();
      await new Promise((done) => sockets.close(done));
    },
  };

  function meet(client: Client, told: Element): void {
    if (told.is("open")) return welcome(client);
    if (told.is("auth")) return signIn(client, told.text());
    if (told.getChild("bind")) {
      client.jid = `${account}/${++sessions}`;
      return send(client, createElement("iq", { type: "result", id: told.attrs["id"] as string }));
    }
    if (told.attrs["type"] === "unavailable" || !client.isSignedIn) {
      const room = roomOf(told);
      if (room) leave(room, nickIn(told), client);
      return;
    }
    const mood = isMooded(told) ? (moods.shift() ?? "fine") : "fine";
    if (mood === "busy") return refuse(client, told, "wait", "resource-constraint");
    if (mood === "down") return refuse(client, told, "cancel", "service-unavailable");
    if (mood === "no") return refuse(client, told, "auth", "forbidden");
    client.isLost = mood === "lost";
    serve(client, told);
    if (mood === "lost") client.socket.terminate();
  }

  function serve(client: Client, told: Element): void {
    if (told.is("presence")) return enter(client, told);
    const service = services[String(told.attrs["to"])];
    const served = service?.(told.getChildElements()[0]!);
    if (served) return send(client, createElement("iq", { type: "result", id: told.attrs["id"] as string }, served));
    if (service) return refuse(client, told, "modify", "not-acceptable");
    const room = roomOf(told);
    if (told.is("message")) return room ? speak(client, told, room) : refuse(client, told, "cancel", "item-not-found");
    if (!room) return refuse(client, told, "cancel", "item-not-found");
    const [what] = told.getChildElements();
    const answer = (...children: Element[]) =>
      send(client, createElement("iq", { type: "result", id: told.attrs["id"] as string, from: room.jid }, ...children));
    if (what?.getChild("destroy")) {
      room.end = "destroyed";
      for (const [nick, inside] of room.inside) for (const one of inside) send(one, presenceOf(room, nick, "unavailable", ["110"]));
      room.inside.clear();
      return answer();
    }
    if (what?.getNS() === `${MUC}#owner`) {
      const form = what.getChild("x", FORM);
      if (!form) return answer(createElement("query", { xmlns: `${MUC}#owner` }, emptyForm()));
      room.isOpen = true;
      const kept = form.getChildren("field").find(({ attrs }) => attrs["var"] === "muc#roomconfig_persistentroom");
      if (kept) room.isKept = kept.getChildText("value") === "1";
      return answer();
    }
    if (what?.getNS() === MAM) return tellKept(client, told, room, what);
    answer(createElement("query", { xmlns: `http://jabber.org/protocol/disco#info` }, createElement("feature", { var: MAM })));
  }

  function welcome(client: Client): void {
    send(client, createElement("open", { xmlns: "urn:ietf:params:xml:ns:xmpp-framing" }));
    const mechanisms = createElement(
      "mechanisms",
      { xmlns: "urn:ietf:params:xml:ns:xmpp-sasl" },
      createElement("mechanism", {}, "SCRAM-SHA-1"),
      createElement("mechanism", {}, "PLAIN"),
    );
    send(
      client,
      createElement("stream:features", { "xmlns:stream": "http://etherx.jabber.org/streams" }, ...(client.isSignedIn ? [] : [mechanisms])),
    );
  }

  function signIn(client: Client, proof: string): void {
    client.isSignedIn = Buffer.from(proof, "base64").toString() === `\0${account.split("@")[0]}\0${password}`;
    send(client, createElement(client.isSignedIn ? "success" : "failure", { xmlns: "urn:ietf:params:xml:ns:xmpp-sasl" }));
  }

  function enter(client: Client, told: Element): void {
    const jid = bare(String(told.attrs["to"]));
    const nick = nickIn(told);
    const isNew = !roomOf(told);
    const room = roomOf(told) ?? emptyRoom(jid);
    if (isNew) rooms.push(room);
    for (const other of room.inside.keys()) if (other !== nick) send(client, presenceOf(room, other));
    come(room, nick, client);
    send(client, presenceOf(room, nick, undefined, isNew ? ["201", "110"] : ["110"]));
    send(client, createElement("message", { type: "groupchat", from: jid }, createElement("subject", {}, room.subject)));
  }

  function speak(client: Client, told: Element, room: ServedRoom): void {
    const [nick] = [...room.inside].find(([, inside]) => inside.has(client)) ?? [];
    if (nick === undefined) return refuse(client, told, "modify", "not-acceptable");
    const subject = told.getChildText("subject");
    if (subject !== null) room.subject = subject;
    if (told.getChild("body")) say(room, nick, told);
    else broadcast(room, nick, told);
    if (told.attrs["id"]?.startsWith("shown")) shown(room.jid, told.getChildElements()[0]?.getName() ?? "");
  }

  /** Kept by the room, and sent to everybody in it. */
  function say(room: ServedRoom, nick: string, stanza: Element): void {
    const id = `k-${String(++ids).padStart(6, "0")}`;
    room.kept.push({ id, nick, at: new Date().toISOString(), stanza: clone(stanza) });
    const sent = clone(stanza);
    sent.append(createElement("stanza-id", { xmlns: "urn:xmpp:sid:0", by: room.jid, id }));
    broadcast(room, nick, sent);
  }

  function broadcast(room: ServedRoom, nick: string, stanza: Element): void {
    stanza.attrs = { ...stanza.attrs, from: `${room.jid}/${nick}` };
    for (const inside of room.inside.values()) for (const one of inside) send(one, stanza);
  }

  function come(room: ServedRoom, nick: string, client?: Client): void {
    const inside = room.inside.get(nick) ?? new Set();
    if (client) inside.add(client);
    room.inside.set(nick, inside);
    tellOthers(room, nick, presenceOf(room, nick));
  }

  function leave(room: ServedRoom, nick: string, client?: Client): void {
    const inside = room.inside.get(nick);
    if (!inside || (client && !inside.delete(client)) || inside.size > 0) return;
    room.inside.delete(nick);
    tellOthers(room, nick, presenceOf(room, nick, "unavailable"));
    if (client && !client.isLost) send(client, presenceOf(room, nick, "unavailable", ["110"]));
    if (room.inside.size === 0 && !room.isKept) room.end = "left";
  }

  function tellOthers(room: ServedRoom, nick: string, presence: Element): void {
    for (const [other, inside] of room.inside) if (other !== nick) for (const one of inside) send(one, presence);
  }

  function tellKept(client: Client, told: Element, room: ServedRoom, query: Element): void {
    const range = query.getChild("set", RSM);
    const after = range?.getChildText("after");
    const since = query.getChild("x", FORM)?.getChildByAttr("var", "start")?.getChildText("value");
    const from = after === null || after === undefined ? 0 : room.kept.findIndex(({ id }) => id === after) + 1;
    const wanted = room.kept.slice(from).filter(({ at }) => !since || at >= since);
    const most = Number(range?.getChildText("max"));
    const page = range?.getChild("before") ? wanted.slice(-most) : wanted.slice(0, most);
    for (const { id, nick, stanza } of page) {
      const message = clone(stanza);
      message.attrs = { ...message.attrs, from: `${room.jid}/${nick}` };
      const forwarded = createElement("forwarded", { xmlns: "urn:xmpp:forward:0" }, message);
      send(
        client,
        createElement(
          "message",
          { from: room.jid },
          createElement("result", { xmlns: MAM, id, queryid: String(query.attrs["queryid"]) }, forwarded),
        ),
      );
    }
    const last = page.at(-1);
    const set = createElement("set", { xmlns: RSM }, ...(last ? [createElement("last", {}, last.id)] : []));
    const fin = createElement("fin", { xmlns: MAM, ...(page.length === wanted.length && { complete: "true" }) }, set);
    send(client, createElement("iq", { type: "result", id: told.attrs["id"] as string, from: room.jid }, fin));
  }

  function refuse(client: Client, told: Element, type: string, condition: string): void {
    const error = createElement("error", { type }, createElement(condition, { xmlns: STANZAS }));
    const { id, to } = told.attrs as Record<string, string>;
    send(client, createElement(told.getName(), { type: "error", ...(id && { id }), from: to }, error));
  }

  /** Destroyed, a room is nowhere; so somebody who enters it makes another one. */
  function roomOf(told: Element): ServedRoom | undefined {
    return rooms.find(({ jid, end }) => jid === bare(String(told.attrs["to"])) && end === null);
  }
}

export function emptyRoom(jid: string): ServedRoom {
  return { jid, subject: "", isOpen: false, isKept: false, end: null, kept: [], inside: new Map() };
}

function send({ socket, isLost }: Client, stanza: Element): void {
  if (!isLost) socket.send(stanza.toString());
}

/** What somebody waits for an answer to. */
function isMooded(told: Element): boolean {
  return told.is("iq") || told.is("presence") || told.getChild("body") !== undefined || told.getChild("subject") !== undefined;
}

function presenceOf({ jid }: ServedRoom, nick: string, type?: string, codes: string[] = []): Element {
  const item = createElement("item", { jid: `${nick.toLowerCase()}@example.test/phone`, role: "participant" });
  const about = createElement("x", { xmlns: `${MUC}#user` }, item, ...codes.map((code) => createElement("status", { code })));
  return createElement("presence", { from: `${jid}/${nick}`, ...(type && { type }) }, about);
}

function emptyForm(): Element {
  const names = ["muc#roomconfig_persistentroom", "muc#roomconfig_publicroom", "muc#roomconfig_enablearchiving"];
  return createElement("x", { xmlns: FORM, type: "form" }, ...names.map((name) => createElement("field", { var: name })));
}

const bare = (jid: string) => jid.split("/")[0] ?? "";
const nickIn = (told: Element) => String(told.attrs["to"]).split("/")[1] ?? "";
