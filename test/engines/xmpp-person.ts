import { client, xml } from "@xmpp/client";
import { HOST, passwordOf } from "./prosody.ts";

type Stanza = ReturnType<typeof xml>;
const MUC = "http://jabber.org/protocol/muc";

/** Somebody with a chat program: xmpp.js, over the same server. It sees what a person sees, and knows nothing of the bridge. */
export async function startPerson(url: string, name: string) {
  const program = client({ service: url, domain: HOST, username: name, password: passwordOf(name) });
  program.on("error", () => {}); // it tries again by itself
  const seen: Stanza[] = [];
  const looks = new Set<() => void>();
  program.on("stanza", (stanza: Stanza) => {
    seen.push(stanza);
    for (const look of looks) look();
  });
  await program.start();
  let sent = 0;
  return {
    seen,
    /** What others have said in a room, as it is shown there. */
    read: (room: string) =>
      seen
        .filter((one) => isIn(room, one) && one.is("message") && one.attrs["type"] === "groupchat" && one.getChildText("body") !== null)
        .map((one) => ({ by: nickOf(one), text: one.getChildText("body") ?? "" })),
    subject: (room: string) =>
      seen.findLast((one) => isIn(room, one) && one.getChildText("subject") !== null)?.getChildText("subject") ?? null,
    /** Who comes and goes, as a chat program would show it: `+Visitor`, `-Visitor`. */
    moves: (room: string) =>
      seen
        .filter((one) => isIn(room, one) && one.is("presence"))
        .map((one) => `${one.attrs["type"] === "unavailable" ? "-" : "+"}${nickOf(one)}`),
    states: (room: string) =>
      seen.filter((one) => isIn(room, one)).flatMap((one) => ["composing", "paused"].filter((state) => one.getChild(state))),
    async enter(room: string, nick = name) {
      await program.send(xml("presence", { to: `${room}/${nick}` }, xml("x", { xmlns: MUC })));
      await until(() => seen.some((one) => isIn(room, one) && one.getChildText("subject") !== null && !one.getChild("body")));
    },
    leave: (room: string, nick = name) => program.send(xml("presence", { to: `${room}/${nick}`, type: "unavailable" })),
    /** Resolves once everybody in the room has it. */
    async say(room: string, text: string, ...more: Stanza[]) {
      const id = `${name}-${++sent}`;
      await program.send(xml("message", { type: "groupchat", to: room, id }, xml("body", {}, text), ...more));
      await until(() => seen.some((one) => one.attrs["id"] === id));
    },
    type: (room: string, state: string) =>
      program.send(xml("message", { type: "groupchat", to: room }, xml(state, { xmlns: "http://jabber.org/protocol/chatstates" }))),
    whisper: (to: string, text: string) => program.send(xml("message", { type: "chat", to }, xml("body", {}, text))),
    ask: (to: string, type: "get" | "set", what: Stanza) => program.iqCaller.request(xml("iq", { to, type }, what)),
    until,
    stop: () => program.stop(),
  };

  /** When it is so, which a stanza has to bring about. */
  function until(isSo: () => boolean): Promise<void> {
    return new Promise((done) => {
      const look = () => {
        if (!isSo()) return;
        looks.delete(look);
        done();
      };
      looks.add(look);
      look();
    });
  }
}

const isIn = (room: string, { attrs }: Stanza) => String(attrs["from"]).startsWith(`${room}/`) || attrs["from"] === room;
const nickOf = ({ attrs }: Stanza) => String(attrs["from"]).split("/")[1] ?? "";
