// Rooms of an XMPP server as the desk: one for each visitor, announced in a room where people wait. What to set up is in xmpp.md.
import { createElement } from "ltx";
import * as z from "zod";
import { CallError } from "../call.ts";
import { secretSetting } from "../secret-setting.ts";
import { briefOf, lateNote, pagesOf, type Room as Space } from "./connector-brief.ts";
import { defineConnector, type Agent, type Batch, type HandoffRequest, type VendorChat, type VendorNews } from "./connector.ts";
import { examineXmpp } from "./xmpp-findings.ts";
import { fileIn, getFile, putFile, showing } from "./xmpp-files.ts";
import { atFirst, heardWords, joined, left, typed, type Seen } from "./xmpp-news.ts";
import { createRooms, heed, STATES, type Room, type RoomStanza, type Rooms } from "./xmpp-rooms.ts";
import { openSession, writable, type Session } from "./xmpp-session.ts";

/** Servers take more; people do not read more at once. */
const PAGE = 8_000;
const SPACE: Space = { attributes: null, noteLength: 3 * PAGE };
const FOR_AGENTS = "For you, not from the visitor:\n";
const US = "Visitor";
/** How the subject of a room begins whose chat is over. */
const ENDED = "Ended. ";
/** Found by nobody, there until it is ended, and with everything that is said in it kept. What a server calls differently it has no field for. */
const PRIVATE = {
  "muc#roomconfig_persistentroom": "1",
  "muc#roomconfig_publicroom": "0",
  "muc#roomconfig_whois": "moderators",
  "muc#roomconfig_enablearchiving": "1",
  "muc#roomconfig_enablelogging": "1",
  mam: "1",
};

const Origin = z.url({ protocol: /^https?$/ }).refine((url) => new URL(url).origin === url, "is more than https://chat.example.com:5281");
const Jid = z.string().regex(/^[^@/\s]+@[^@/\s]+$/, "is no address: write name@example.com");

export default defineConnector({
  settings: z.strictObject({
    /** Where the server takes WebSockets: `wss://chat.example.com/xmpp-websocket`. */
    url: z.url({ protocol: /^wss?$/, error: "is no address of WebSockets: write one such as wss://chat.example.com/xmpp-websocket" }),
    /** The bridge's own, `baton@example.com`. */
    account: Jid,
    password: secretSetting(),
    /** The service that has rooms. */
    rooms: z.string().min(1),
    /** The room where people read of visitors whose route names none of `lobbies`. */
    lobby: Jid,
    /** Which lobby a route's `queue` is. */
    lobbies: z.record(z.string(), Jid).default({}),
    /** Where the server takes files (XEP-0363), and the beginning of their addresses; left out, files are links. */
    uploads: z.strictObject({ service: z.string().min(1), origin: Origin }).optional(),
  }),

  abilities: { typing: true, files: true, maxLineLength: PAGE },
  queues: ({ lobbies }) => Object.keys(lobbies),

  connect({ rooms: service, lobby: anyLobby, lobbies, uploads, ...account }, call, hold) {
    const connection = keepConnection(() => openSession(account, hold));

    return {
      async availability({ queue }) {
        const { lobbies } = await connection();
        const { others } = await enterLobby(lobbies, lobbyOf(queue));
        return { state: others.size > 0 ? "open" : "closed", waitSeconds: null };
      },

      async open(request) {
        const { rooms, lobbies } = await connection();
        const { note, dropped } = briefOf(request, SPACE);
        const room = `baton-${request.handoff.toLowerCase()}@${service}`;
        const { isNew } = await rooms.enter(room, true);
        // Until it is set up, a new room is gone as soon as we are. Where an attempt broke off, it may not have been.
        await rooms.configure(room, PRIVATE);
        await rooms.setSubject(room, subjectOf(request));
        const there = isNew ? new Set<string>() : await idsIn(rooms, room, { after: null });
        await sayMissing(rooms, room, pagesOf(note, PAGE), `${request.handoff}:brief`, there);
        const lobby = lobbyOf(request.destination.queue);
        await enterLobby(lobbies, lobby);
        if (!(await idsIn(lobbies, lobby, "newest")).has(request.handoff))
          await lobbies.say(lobby, request.handoff, noticeOf(request, room));
        return { chat: { ref: room }, position: null, waitSeconds: null, dropped };
      },

      async attach({ ref }, context) {
        const { rooms } = await connection();
        const name = `context:${context.at}`;
        await rooms.enter(ref);
        await sayMissing(rooms, ref, pagesOf(lateNote(context, SPACE.noteLength), PAGE), name, await idsIn(rooms, ref, { after: null }));
      },

      async say({ ref }, line, isRepeat) {
        const { rooms, session } = await connection();
        await rooms.enter(ref);
        const since = new Date(Date.parse(line.at) - 60_000).toISOString(); // it was said before it was sent; clocks may differ
        if (isRepeat && (await idsIn(rooms, ref, { since })).has(line.id)) return;
        const url = uploads && line.file ? await putFile(uploads, line.file, session, call) : null;
        await (url === null ? rooms.say(ref, line.id, line.text) : rooms.say(ref, line.id, url, showing(url)));
      },

      async signal({ ref }, signal) {
        if (signal.type !== "typing") return;
        const { rooms } = await connection();
        await rooms.show(ref, createElement(signal.on ? "composing" : "paused", { xmlns: STATES }));
      },

      async close({ ref }) {
        const { rooms } = await connection();
        await endRoom(rooms, ref).catch(ifGone);
      },

      /** What was put on the server goes by itself, after a time of the server's own: nobody can take it back. */
      async forget({ ref }) {
        const { rooms } = await connection();
        const kept = (uploads && (await rooms.archive(ref, { after: null }).catch(ifGone))) ?? [];
        await rooms.destroy(ref);
        return kept.some(({ stanza }) => fileIn(stanza, uploads) !== null) ? "by_hand" : "forgotten";
      },

      fetchFile: (_, file, maxBytes) => getFile(uploads, file, maxBytes, call),

      async examine() {
        const there = () => connection().then(({ session }) => session);
        return examineXmpp(there, { lobbies: [anyLobby, ...Object.values(lobbies)], uploads: uploads?.service });
      },

      inbound: {
        style: "listen",
        scope: "chat",
        async *listen(from, chat, signal) {
          if (chat === null) return;
          const stop = new AbortController(); // however it ends, nobody is left in a room listening
          try {
            yield* listen(from, chat, AbortSignal.any([signal, stop.signal]));
          } finally {
            stop.abort();
          }
        },
      },
    };

    /** Who is there first, then what the room has kept, then what happens. */
    async function* listen(from: string | null, chat: VendorChat, signal: AbortSignal): AsyncGenerator<Batch> {
      const { ref } = chat;
      let seen = from === null ? atFirst : (JSON.parse(from) as Seen); // as the last one wrote it
      const { rooms } = await connection();
      const room = await rooms.enter(ref).catch(ifGone);
      if (room === null) return yield { news: [{ chat, id: "ended", type: "ended" }], cursor: JSON.stringify(seen) };
      const live = rooms.listen(ref, signal);
      const kept = await keptSince(rooms, ref, seen.after);
      const names = new Set(kept.map(({ id }) => id));
      const people = { others: new Map(room.others), typing: new Set(room.typing) };
      yield* tell(joined(seen, people.others, chat));
      yield* tell(typed(seen, people.typing, chat));
      // Nobody keeps when somebody left: it was after the last that they said.
      const stayed = kept.findLastIndex(({ nick }) => seen.agents.includes(nick) && !people.others.has(nick));
      for (const [n, told] of [null, ...kept].entries()) {
        if (told) yield* words(told);
        if (n === stayed + 1) yield* tell(left(seen, people.others, chat));
      }
      for await (const told of live) {
        if (told.nick !== US) heed(people, told.nick, told.stanza);
        yield* tell(joined(seen, people.others, chat));
        if (!names.has(told.id)) yield* words(told);
        yield* tell(left(seen, people.others, chat));
        yield* tell(typed(seen, people.typing, chat));
      }

      async function* words(told: RoomStanza): AsyncGenerator<Batch> {
        const agent: Agent = { id: people.others.get(told.nick)?.jid ?? null, name: told.nick };
        const news = heardWords(told, US, agent, { ref }, fileIn(told.stanza, uploads));
        // So that it is over for whoever comes next, too.
        if (news.some(({ type }) => type === "ended")) await endRoom(rooms, ref).catch(ifGone);
        yield* tell({ news, seen: { ...seen, after: told.id ?? seen.after } });
      }

      /** What is no news moves the cursor as soon as something is. */
      function* tell(heard: { news: VendorNews[]; seen: Seen }): Generator<Batch> {
        seen = heard.seen;
        if (heard.news.length > 0) yield { news: heard.news, cursor: JSON.stringify(seen) };
      }
    }

    async function enterLobby(rooms: Rooms, jid: string): Promise<Room> {
      const lobby = await rooms.enter(jid).catch(ifGone);
      if (lobby === null) throw new CallError("refused", `xmpp: there is no room ${jid}`);
      return lobby;
    }

    function lobbyOf(queue: string | null): string {
      return (queue !== null && Object.hasOwn(lobbies, queue) ? lobbies[queue] : undefined) ?? anyLobby;
    }
  },
});

/** One connection at a time, begun when it is needed, and anew when it has ended. */
function keepConnection(open: () => Promise<Session>): () => Promise<{ session: Session; rooms: Rooms; lobbies: Rooms }> {
  let kept: { begun: ReturnType<typeof begin>; isOver: () => boolean } | null = null;
  return () => {
    if (kept === null || kept.isOver()) {
      let isOver = () => false;
      const begun = begin();
      kept = { begun, isOver: () => isOver() };
      begun.then(
        ({ session }) => (isOver = session.isOver),
        () => (isOver = () => true),
      );
    }
    return kept.begun;
  };

  async function begin() {
    const session = await open();
    const rooms = createRooms(session, US, (subject) => subject.startsWith(ENDED));
    return { session, rooms, lobbies: createRooms(session, "Baton", () => false) };
  }
}

async function idsIn(rooms: Rooms, room: string, part: Parameters<Rooms["archive"]>[1]): Promise<Set<string>> {
  const kept = await rooms.archive(room, part);
  return new Set(kept.map(({ stanza }) => String(stanza.attrs["id"])));
}

/** People in it can read on; when the last of them leaves, it is gone, and so is what was said. */
async function endRoom(rooms: Rooms, jid: string): Promise<void> {
  const { subject } = await rooms.enter(jid);
  await rooms.configure(jid, { "muc#roomconfig_persistentroom": "0" });
  await rooms.setSubject(jid, `${ENDED}${subject}`);
}

async function sayMissing(rooms: Rooms, room: string, pages: string[], name: string, there: Set<string>): Promise<void> {
  for (const [n, page] of pages.entries()) {
    const id = `${name}:${n}`;
    if (!there.has(id)) await rooms.say(room, id, `${FOR_AGENTS}${page}`);
  }
}

/** Where the room has forgotten what was heard last, it is everything: under the same names, so that nothing is news twice. */
async function keptSince(rooms: Rooms, room: string, after: string | null): Promise<RoomStanza[]> {
  try {
    return await rooms.archive(room, { after });
  } catch (error) {
    if (after === null || ifGone(error) !== null) throw error;
    return rooms.archive(room, { after: null });
  }
}

function subjectOf({ destination, requested, isVisitorWaiting }: HandoffRequest): string {
  const reason = requested.reason ?? requested.destination;
  return writable(`${destination.urgent ? "Urgent: " : ""}${isVisitorWaiting ? "" : "Message left: "}${reason}`);
}

/** Nothing of who it is: it stays in the lobby when the visitor is forgotten. */
function noticeOf(request: HandoffRequest, room: string): string {
  const what = request.isVisitorWaiting ? "A visitor is waiting." : "A visitor has left a message.";
  return `${what} ${subjectOf(request)}\nxmpp:${room}?join`;
}

function ifGone(error: unknown): null {
  if (error instanceof CallError && error.kind === "gone") return null;
  throw error;
}
