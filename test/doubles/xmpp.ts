import { createCall } from "@baton/bridge-server/call";
import type { Deed, DeskView, VendorDouble } from "@baton/bridge-server/conformance";
import type { VendorChat } from "@baton/bridge-server/connector";
import xmpp from "@baton/bridge-server/connectors/xmpp";
import { createHold } from "@baton/bridge-server/hold/hold";
import { createElement, type Element } from "ltx";
import { saidIn } from "./notes.ts";
import { startUploads } from "./xmpp-uploads.ts";
import { emptyRoom, startXmppServer, type Kept, type ServedRoom } from "./xmpp-server.ts";

export const proof = "Prosody, a real server, with the people's side by xmpp.js";

const account = "baton@example.test";
const password = "a-password";
const lobbies = { refunds: "refunds@rooms.example.test" };
const lobby = "desk@rooms.example.test";
const NOT_THEIRS = "For you, not from the visitor:\n";
const OOB = "jabber:x:oob";
const STATES = "http://jabber.org/protocol/chatstates";

/** A server with two lobbies, and somebody in each. It keeps no word of rooms that were destroyed, as some do not. */
export default async function xmppDouble({ largestFile = 10_000_000 } = {}): Promise<VendorDouble> {
  const rooms: ServedRoom[] = [lobby, lobbies.refunds].map((jid) =>
    Object.assign(emptyRoom(jid), { isOpen: true, isKept: true, inside: new Map([["Kim", new Set()]]) }),
  );
  const typing = new Map<string, boolean[]>();
  const uploads = await startUploads("upload.example.test", largestFile);
  const services = { [uploads.service]: uploads.slotFor };
  const server = await startXmppServer({ account, password, rooms, shown, services });
  const call = createCall({ allowPrivate: true });
  const hold = createHold({ allowPrivate: true });
  const connect = (known = password) =>
    xmpp.connect(
      {
        url: server.url,
        account,
        password: known,
        rooms: "rooms.example.test",
        lobby,
        lobbies,
        uploads: { service: uploads.service, origin: uploads.origin },
      },
      call,
      hold,
    );

  return {
    connector: connect(),
    restart: () => connect(),
    withWrongKey: () => connect("another"),
    abilities: xmpp.abilities,
    willAnswer: server.willAnswer,
    moodsLeft: server.moodsLeft,
    desk: () => rooms.filter(({ jid, isOpen, end }) => jid.startsWith("baton-") && isOpen && end !== "destroyed").map(viewOf),
    platform: { style: "listen", happens, cut: server.cut },
    cannot: {
      C13: "a room has no queue to be passed on to: a colleague enters it",
      C24: "a room has no queue with places",
    },
    async close() {
      await Promise.all([call.close(), hold.close()]);
      await Promise.all([server.close(), uploads.close()]);
    },
  };

  function shown(jid: string, state: string): void {
    typing.set(jid, [...(typing.get(jid) ?? []), state === "composing"]);
  }

  /** A room that has ended is still read by whoever has it open; one that was destroyed by nobody. */
  function viewOf({ jid, subject, end, kept }: ServedRoom): DeskView {
    const notices = rooms.flatMap((room) => room.kept.filter(({ stanza }) => bodyOf(stanza).includes(jid)).map(() => room.jid));
    const visitors = kept.filter(({ nick }) => nick === "Visitor").map(({ stanza }) => stanza);
    const files = visitors.flatMap((stanza) => uploads.fileAt(shownIn(stanza)) ?? []);
    const ours = visitors.filter((stanza) => shownIn(stanza) === "").map(bodyOf);
    const notes = ours.filter((text) => text.startsWith(NOT_THEIRS));
    return {
      ref: jid,
      isWaiting: end === null && !/^Ended|Message left/.test(subject),
      queue: Object.entries(lobbies).find(([, place]) => notices.join() === place)?.[0] ?? null, // told there once
      urgent: subject.includes("Urgent: "),
      reason: subject.split(" ").at(-1) ?? null,
      before: saidIn([notes.map((note) => note.replace(NOT_THEIRS, "")).join("\n")]),
      lines: ours.filter((text) => !notes.includes(text)),
      files: files.map(({ name, type, size }) => ({ name, type, size })),
      contexts: notes,
      typing: typing.get(jid) ?? [],
    };
  }

  function happens({ ref }: VendorChat, deed: Deed): void {
    const room = rooms.findLast(({ jid }) => jid === ref);
    if (!room) throw new Error(`there is no room ${ref}`);
    const says = (nick: string, text: string, ...more: Element[]) => server.say(room, nick, message("groupchat", text, ...more));
    switch (deed.deed) {
      case "picks_up":
        return server.come(room, deed.agent);
      case "says":
        return says(deed.agent, deed.text);
      case "leaves":
        return server.leave(room, "Sam");
      case "hangs_up":
        return says("Sam", "/end");
      case "finds_nobody":
        return says("Sam", "/nobody");
      case "types":
        return server.broadcast(
          room,
          "Sam",
          message("groupchat", null, createElement(deed.on ? "composing" : "paused", { xmlns: STATES })),
        );
      case "writes_a_private_note":
        says("Sam", `/note ${deed.text}`);
        says("Sam", `// ${deed.text}`);
        return server.broadcast(room, "Sam", message("chat", deed.text));
      case "does_something_new":
        says("Sam", "Correct now", createElement("replace", { xmlns: "urn:xmpp:message-correct:0", id: "k-1" }));
        says("Sam", "This person takes back what was said", createElement("retract", { xmlns: "urn:xmpp:message-retract:1", id: "k-1" }));
        says("Sam", "👍", createElement("reactions", { xmlns: "urn:xmpp:reactions:0", id: "k-1" }));
        return server.broadcast(room, "Sam", message("groupchat", null, createElement("sneeze", { xmlns: "urn:example:new" })));
      case "sends_a_file": {
        const url = uploads.keep(new File([deed.content], deed.name));
        return says(deed.agent, url, createElement("x", { xmlns: OOB }, createElement("url", {}, url)));
      }
      case "echoes": // there already
      case "passes_on":
      case "moves_up":
    }
  }
}

function message(type: string, text: string | null, ...more: Element[]): Element {
  return createElement("message", { type }, ...(text === null ? [] : [createElement("body", {}, text)]), ...more);
}

const bodyOf = (stanza: Kept["stanza"]) => stanza.getChildText("body") ?? "";

const shownIn = (stanza: Kept["stanza"]) => stanza.getChild("x", OOB)?.getChildText("url") ?? "";
