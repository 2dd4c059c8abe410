// Rooms of an XMPP server (XEP-0045) as one session is in them, with their archives (XEP-0313).
import { createElement, type Element } from "ltx";
import { CallError } from "../call.ts";
import { createInbox } from "../hold/inbox.ts";
import { unlessGone } from "./connector-repeats.ts";
import { partsOf, stanza, writable, type Session } from "./xmpp-session.ts";

const MUC = "http://jabber.org/protocol/muc";
const MUC_USER = `${MUC}#user`;
const OWNER = `${MUC}#owner`;
const FORM = "jabber:x:data";
const RSM = "http://jabber.org/protocol/rsm";
/** That nobody has read yet. */
const MANY = 10_000;
export const MAM = "urn:xmpp:mam:2";
export const STATES = "http://jabber.org/protocol/chatstates";
const HINTS = "urn:xmpp:hints";
const STABLE_ID = "urn:xmpp:sid:0";
const PAGE = "100";

export interface People {
  /** Everybody but us, by what they are called here. */
  others: Map<string, { jid: string | null }>;
  /** Which of them are typing. */
  typing: Set<string>;
}

export interface Room extends People {
  jid: string;
  subject: string;
}

/** What was said in a room, or how somebody in it is. */
export interface RoomStanza {
  /** Who, by what they are called there; empty for the room itself. */
  nick: string;
  stanza: Element;
  /** The room's own name for it, where it keeps it. */
  id: string | null;
}

/** How one session is in rooms, under one nick. A room is entered once, and left as soon as its subject says that it is over. */
export function createRooms(session: Session, nick: string, isOver: (subject: string) => boolean) {
  const rooms = new Map<string, { room: Room; isIn: Promise<void> }>();
  session.listen((told) => {
    if (told) follow(told);
  });

  const leaving = new Map<string, Promise<void>>();
  let shown = 0;
  let asked = 0;

  return {
    enter,
    /** What happens in a room that we are in, from now on until `signal`, read or not. Ends when we are not any more; rejects where the connection breaks. */
    listen(jid: string, signal: AbortSignal): AsyncIterable<RoomStanza> {
      const inbox = createInbox<RoomStanza>(MANY);
      const stop = session.listen((told) => {
        if (told === null) return inbox.end(new CallError("unreachable", "xmpp: the connection broke"));
        const [from, who] = partsOf(String(told.attrs["from"] ?? ""), "/");
        if (from !== jid || told.is("iq") || told.getChild("result", MAM)) return;
        if (isOwnEnd(told, who) || isOver(subjectIn(told) ?? "")) inbox.end(null);
        else if (!inbox.put({ nick: who, stanza: told, id: stableId(told, jid) }, 1))
          inbox.end(new CallError("unclear", "xmpp: more at once than anybody reads"));
      });
      const finish = () => (stop(), inbox.end(null));
      signal.addEventListener("abort", finish, { once: true });
      if (signal.aborted) finish();
      return inbox;
    },
    /** Says something under this name, and resolves once the room has sent it to everybody: it has its place then. */
    say(jid: string, id: string, text: string, ...more: Element[]): Promise<void> {
      // A visitor's stars are stars.
      return speak(jid, id, createElement("body", {}, writable(text)), createElement("unstyled", { xmlns: "urn:xmpp:styling:0" }), ...more);
    },
    /** Tells everybody in it something that nobody keeps. */
    show: (jid: string, what: Element): Promise<void> => speak(jid, `shown:${++shown}`, what, createElement("no-store", { xmlns: HINTS })),
    async setSubject(jid: string, subject: string): Promise<void> {
      if ((await enter(jid)).subject !== subject) await speak(jid, "subject", createElement("subject", {}, subject));
    },
    /** Sets what the room's own form has, and leaves the rest as it is. */
    async configure(jid: string, wanted: Record<string, string>): Promise<void> {
      const form = (await session.ask(jid, "get", createElement("query", { xmlns: OWNER }))).getChild("query", OWNER)?.getChild("x", FORM);
      const offered = new Set(form?.getChildren("field").map(({ attrs }) => String(attrs["var"])));
      const fields = Object.entries(wanted).filter(([name]) => offered.has(name));
      const filled = formOf({ FORM_TYPE: `${MUC}#roomconfig`, ...Object.fromEntries(fields) });
      await session.ask(jid, "set", createElement("query", { xmlns: OWNER }, filled));
    },
    /** Ends a room for everybody in it, with all that was said there. One that is no more has ended. */
    async destroy(jid: string): Promise<void> {
      await unlessGone(() => session.ask(jid, "set", createElement("query", { xmlns: OWNER }, createElement("destroy"))));
    },
    archive,
  };

  /** `true`: it may be made by entering it. Elsewhere a room that is not there is "gone". */
  async function enter(jid: string, mayMake = false): Promise<Room & { isNew: boolean }> {
    await leaving.get(jid);
    const known = rooms.get(jid);
    if (known) {
      await known.isIn;
      return { ...known.room, isNew: false };
    }
    const room: Room = { jid, subject: "", others: new Map(), typing: new Set() };
    let isNew = false;
    const isIn = (async () => {
      const us = session.awaited("enter", (one) => one.is("presence") && one.attrs["from"] === `${jid}/${nick}` && isOwn(one));
      const all = session.awaited("subject", (one) => isFromRoom(one, jid) && subjectIn(one) !== null);
      all.catch(() => {}); // where the first fails
      session.send(
        stanza("presence", { to: `${jid}/${nick}` }, createElement("x", { xmlns: MUC }, createElement("history", { maxstanzas: "0" }))),
      );
      isNew = codesIn(await us).has("201");
      await all; // comes last: now everybody else is known
    })();
    rooms.set(jid, { room, isIn });
    try {
      await isIn;
    } catch (error) {
      rooms.delete(jid);
      throw error;
    }
    if (isOver(room.subject)) throw new CallError("gone", "xmpp: what the room was for is over");
    if (!isNew || mayMake) return { ...room, isNew };
    await session.ask(jid, "set", createElement("query", { xmlns: OWNER }, createElement("destroy")));
    throw new CallError("gone", "xmpp: there is no such room");
  }

  async function speak(jid: string, id: string, ...what: Element[]): Promise<void> {
    await enter(jid);
    const subject = what.find((one) => one.is("subject"))?.text(); // which some rooms send on as their own
    const heard = session.awaited("message", (one) => isFromRoom(one, jid) && (one.attrs["id"] === id || subjectIn(one) === subject));
    session.send(stanza("message", { type: "groupchat", to: jid, id }, ...what));
    await heard;
  }

  function follow(told: Element): void {
    const [jid, who] = partsOf(String(told.attrs["from"] ?? ""), "/");
    const room = rooms.get(jid)?.room;
    if (!room) return;
    room.subject = subjectIn(told) ?? room.subject;
    if (isOwnEnd(told, who)) rooms.delete(jid);
    else if (isOver(room.subject)) leave(jid);
    else if (who !== nick) heed(room, who, told);
  }

  /** Whoever enters again at once would take the room's goodbye for another one. */
  function leave(jid: string): void {
    const left = session.awaited("leave", (one) => isOwnEnd(one, nick) && one.attrs["from"] === `${jid}/${nick}`);
    leaving.set(
      jid,
      left.then(
        () => void leaving.delete(jid),
        () => void leaving.delete(jid), // nothing more to wait for
      ),
    );
    session.send(stanza("presence", { to: `${jid}/${nick}`, type: "unavailable" }));
    rooms.delete(jid);
  }

  function isOwnEnd(told: Element, who: string): boolean {
    return told.is("presence") && who === nick && told.attrs["type"] === "unavailable" && isOwn(told);
  }

  /** What a room has kept after something, or since a time, or the newest of it, oldest first. */
  async function archive(jid: string, part: { after: string | null } | { since: string } | "newest"): Promise<RoomStanza[]> {
    const whole: RoomStanza[] = [];
    let after = typeof part === "object" && "after" in part ? part.after : null;
    while (true) {
      const found: RoomStanza[] = [];
      const queryid = `q${++asked}`; // several may be asked at a time
      const stop = session.listen((told) => {
        const result = told?.attrs["from"] === jid ? told?.getChild("result", MAM) : undefined;
        const kept = result?.getChild("forwarded")?.getChild("message");
        if (result && result.attrs["queryid"] === queryid && kept)
          found.push({ nick: partsOf(String(kept.attrs["from"]), "/")[1], stanza: kept, id: String(result.attrs["id"]) });
      });
      const range = createElement("set", { xmlns: RSM }, createElement("max", {}, PAGE));
      if (after !== null) range.append(createElement("after", {}, after));
      if (part === "newest") range.append(createElement("before"));
      const query = createElement("query", { xmlns: MAM, queryid }, range);
      if (typeof part === "object" && "since" in part) query.append(formOf({ FORM_TYPE: MAM, start: part.since }));
      try {
        const fin = (await session.ask(jid, "set", query)).getChild("fin", MAM);
        whole.push(...found);
        const last = fin?.getChild("set", RSM)?.getChildText("last") ?? null;
        if (part === "newest" || fin?.attrs["complete"] === "true" || last === null) return whole;
        after = last;
      } finally {
        stop();
      }
    }
  }
}

export type Rooms = ReturnType<typeof createRooms>;

function formOf(fields: Record<string, string>): Element {
  const children = Object.entries(fields).map(([name, value]) => createElement("field", { var: name }, createElement("value", {}, value)));
  return createElement("x", { xmlns: FORM, type: "submit" }, ...children);
}

function codesIn(told: Element): Set<string> {
  const codes = told.getChild("x", MUC_USER)?.getChildren("status") ?? [];
  return new Set(codes.map(({ attrs }) => String(attrs["code"])));
}

/** Words with a subject of their own are words. */
function subjectIn(told: Element): string | null {
  return told.is("message") && told.attrs["type"] === "groupchat" && !told.getChild("body") ? told.getChildText("subject") : null;
}

/** Our own presence, or why we may not have one. */
function isOwn(told: Element): boolean {
  return told.attrs["type"] === "error" || codesIn(told).has("110");
}

function isFromRoom(told: Element, jid: string): boolean {
  return told.is("message") && partsOf(String(told.attrs["from"] ?? ""), "/")[0] === jid;
}

function jidIn(told: Element): string | null {
  const jid = told.getChild("x", MUC_USER)?.getChild("item")?.attrs["jid"] as unknown;
  return typeof jid === "string" ? partsOf(jid, "/")[0] : null;
}

/** Only the room's word for it counts: whoever speaks may have put another one there (XEP-0359). */
function stableId(told: Element, jid: string): string | null {
  const id = told.getChildrenByFilter(
    (one) => typeof one !== "string" && one.is("stanza-id", STABLE_ID) && one.attrs["by"] === jid,
    false,
  )[0];
  return id && typeof id !== "string" ? String(id.attrs["id"]) : null;
}

/** What a stanza changes about who is in a room and who types. */
export function heed({ others, typing }: People, who: string, told: Element): void {
  const isTyping = typingIn(told);
  if (isTyping !== null) typing[isTyping ? "add" : "delete"](who);
  if (!told.is("presence")) return;
  if (told.attrs["type"] === undefined) others.set(who, { jid: jidIn(told) });
  if (told.attrs["type"] !== "unavailable") return;
  others.delete(who);
  typing.delete(who);
}

/** By XEP-0085. Whoever has said something does not type any more; `null`: it is about something else. */
function typingIn(told: Element): boolean | null {
  if (!told.is("message") || told.attrs["type"] !== "groupchat") return null;
  if (told.getChild("body")) return false;
  const state = told.getChildElements().find((one) => one.getNS() === STATES);
  return state ? state.getName() === "composing" : null;
}
