import { randomUUID } from "node:crypto";
import type { Chat, Item } from "./chat.ts";
import type { Context, HandoffRequest, Line, ToBridge, WireAgent } from "./wire.ts";

interface Options {
  /** Where the picture of an agent is, if there is one. */
  pictureOf?(agent: string): string | null;
  /** Takes an event to the bridge, sooner or later. */
  tell(chat: string, event: ToBridge, onOutcome?: (outcome: "delivered" | "refused") => void): void;
  changed(chat: Chat): void;
  /** A chat and everything that came with it is to go. */
  erased(chat: string): void;
  now?(): Date;
}

interface Call extends Pick<Chat, "site" | "urgent" | "requested" | "ids" | "context"> {
  handoff: string;
  /** Where it rings. */
  to: string;
}

/** What we tell a visitor who waits: a minute for everybody in front. */
const SECONDS_EACH = 60;
/** Nobody promises that we hear of the end of it. */
const TYPING_LASTS_MS = 10_000;

/**
 * Every chat on the desk, who has it, and who waits. What agents do here is told to the bridge; what does not apply (accepting a
 * chat that a colleague has taken) changes nothing and answers `false`.
 */
export function createFloor({ tell, changed, erased, pictureOf = () => null, now = () => new Date() }: Options) {
  const chats = new Map<string, Chat>();
  const byHandoff = new Map<string, string>();
  const told = new Map<string, number>();
  const typing = new Map<string, NodeJS.Timeout>();

  return {
    all: () => [...chats.values()],
    get: (id: string) => chats.get(id) ?? null,

    // ── what the bridge tells ──

    /** The chat of this handoff: a new one, or the one it already has. */
    request(request: HandoffRequest, isOpen: boolean): { chat: string; position?: number; waitSeconds?: number } {
      const known = byHandoff.get(request.handoff);
      const chat = (known && chats.get(known)) || admit(request, isOpen);
      requeue(); // somebody urgent moves the others down
      const position = positionOf(chat);
      if (position === null) return { chat: chat.id };
      told.set(chat.id, position);
      return { chat: chat.id, position, waitSeconds: position * SECONDS_EACH };
    },
    attach(chat: Chat, context: Context): void {
      chat.contextCameLate ||= chat.context === null;
      chat.context = context;
      changed(chat);
    },
    /** What the page says of the visitor now, in the place of what it said. */
    learn(chat: Chat, told: Record<string, string | null>): void {
      const now = Object.entries({ ...chat.visitor.attributes, ...told }).filter((one): one is [string, string] => one[1] !== null);
      chat.visitor = { ...chat.visitor, attributes: Object.fromEntries(now) };
      changed(chat);
    },
    hear(chat: Chat, line: Line): void {
      if (chat.before.some(({ id }) => id === line.id) || chat.since.some((item) => item.kind === "line" && item.line.id === line.id))
        return;
      chat.since.push({ kind: "line", line, delivery: null, isRead: false });
      if (line.by === "visitor") {
        chat.visitorIsTyping = false;
        chat.unread++;
      }
      changed(chat);
    },
    visitorTypes,
    visitorRead(chat: Chat): void {
      for (const item of chat.since) if (item.kind === "line" && item.line.by === "agent") item.isRead = true;
      changed(chat);
    },
    visitorGone(chat: Chat): void {
      if (chat.place.at === "over" || chat.place.at === "message" || chat.place.at === "phone") return;
      finish(chat, "visitor", "The visitor has left the chat");
    },

    erase,

    // ── what is announced ──

    /** A phone call was led on. Nobody here answers it: that is done on the phone. Told again, it is the same. */
    ring({ handoff, to, ...call }: Call): void {
      if (byHandoff.has(handoff)) return;
      const chat: Chat = {
        id: `call-${randomUUID()}`,
        queue: call.requested.destination || "general",
        ...call,
        visitor: { name: null, email: null, language: null, page: null },
        utterance: null,
        contextCameLate: false,
        requestedAt: at(),
        before: [],
        since: [],
        place: { at: "phone", since: at(), to },
        visitorIsTyping: false,
        unread: 0,
      };
      chats.set(chat.id, chat);
      byHandoff.set(handoff, chat.id);
      changed(chat);
    },
    eraseCalls(conversation: string): void {
      for (const chat of chats.values()) if (chat.place.at === "phone" && chat.ids.conversation === conversation) erase(chat);
    },

    // ── what agents do ──

    accept(chat: Chat, agent: string): boolean {
      if (chat.place.at !== "waiting") return false;
      chat.place = { at: "agent", agent, since: at() };
      tell(chat.id, { type: "agent.joined", agent: wireAgent(agent) });
      note(chat, `${agent} has joined`);
      requeue();
      return true;
    },
    say: (chat: Chat, agent: string, id: string, text: string): boolean => say(chat, agent, { id, text }),
    /** A file that the bridge finds at its address. */
    send: (chat: Chat, agent: string, id: string, file: NonNullable<Line["file"]>): boolean => say(chat, agent, { id, text: "", file }),
    type(chat: Chat, agent: string, on: boolean): boolean {
      if (!isWith(chat, agent)) return false;
      tell(chat.id, { type: "agent.typing", on });
      return true;
    },
    look(chat: Chat, agent: string): boolean {
      if (!isWith(chat, agent)) return false;
      if (chat.unread > 0) {
        chat.unread = 0;
        tell(chat.id, { type: "agent.read" });
        changed(chat);
      }
      return true;
    },
    transfer(chat: Chat, agent: string, to: { agent: string } | { queue: string }, text: string | null): boolean {
      if (!isWith(chat, agent)) return false;
      const colleague = "agent" in to ? to.agent : null;
      if ("queue" in to) chat.queue = to.queue;
      chat.place = { at: "waiting", since: at(), transfer: { from: agent, agent: colleague, note: text } };
      tell(chat.id, { type: "chat.transferred", to: colleague ?? chat.queue });
      if (text) chat.since.push({ kind: "note", id: randomUUID(), by: agent, text, at: at() });
      note(chat, `${agent} has passed the chat to ${colleague ?? chat.queue}`);
      return true;
    },
    end(chat: Chat, agent: string): boolean {
      if (!isWith(chat, agent)) return false;
      finish(chat, "agent", `${agent} has ended the chat`);
      tell(chat.id, { type: "chat.ended" });
      return true;
    },
    answered(chat: Chat): boolean {
      if (chat.place.at !== "message") return false;
      chat.place = { ...chat.place, isDone: true };
      changed(chat);
      return true;
    },
  };

  /** Nothing of it is left here; a page that shows it is told to show that. */
  function erase(chat: Chat): void {
    erased(chat.id);
    clearTimeout(typing.get(chat.id));
    for (const all of [chats, told, typing]) all.delete(chat.id);
    for (const [handoff, id] of byHandoff) if (id === chat.id) byHandoff.delete(handoff);
    const visitor = { name: null, email: null, language: null, page: null };
    const empty = { before: [], since: [], context: null, utterance: null, visitor, visitorIsTyping: false, unread: 0 };
    finish(Object.assign(chat, empty), "visitor", "The visitor has had everything erased");
  }

  function admit({ handoff, destination, isVisitorWaiting, transcript, ...request }: HandoffRequest, isOpen: boolean): Chat {
    const chat: Chat = {
      id: `chat-${randomUUID()}`,
      queue: destination.queue ?? "general",
      urgent: destination.urgent,
      ...request,
      contextCameLate: false,
      requestedAt: at(),
      before: transcript,
      since: [],
      place: isVisitorWaiting ? { at: "waiting", since: at(), transfer: null } : { at: "message", since: at(), isDone: false },
      visitorIsTyping: false,
      unread: 0,
    };
    chats.set(chat.id, chat);
    byHandoff.set(handoff, chat.id);
    if (!isVisitorWaiting || isOpen) changed(chat);
    else {
      finish(chat, "desk", "The desk was closed");
      tell(chat.id, { type: "chat.failed", reason: "out_of_hours" });
    }
    return chat;
  }

  function say(chat: Chat, agent: string, said: Pick<Line, "id" | "text" | "file">): boolean {
    if (!isWith(chat, agent)) return false;
    if (chat.since.some((item) => item.kind === "line" && item.line.id === said.id)) return true;
    const line: Line = { ...said, by: "agent", name: agent, at: at() };
    const item: Item & { kind: "line" } = { kind: "line", line, delivery: "sending", isRead: false };
    chat.since.push(item);
    const file = said.file && { name: said.file.name, url: said.file.url };
    tell(chat.id, { type: "agent.said", agent: wireAgent(agent), text: said.text, format: "plain", ...(file && { file }) }, (outcome) => {
      item.delivery = outcome;
      changed(chat);
    });
    changed(chat);
    return true;
  }

  function visitorTypes(chat: Chat, on: boolean): void {
    clearTimeout(typing.get(chat.id));
    if (on) typing.set(chat.id, setTimeout(() => visitorTypes(chat, false), TYPING_LASTS_MS).unref());
    chat.visitorIsTyping = on;
    changed(chat);
  }

  function finish(chat: Chat, by: "agent" | "visitor" | "desk", text: string): void {
    chat.place = { at: "over", by, agent: chat.place.at === "agent" ? chat.place.agent : null, since: at() };
    chat.visitorIsTyping = false;
    note(chat, text);
    requeue();
  }

  function note(chat: Chat, text: string): void {
    chat.since.push({ kind: "event", id: randomUUID(), text, at: at() });
    changed(chat);
  }

  /** Where a visitor stands in the queue. Somebody who has been transferred is not in it again. */
  function positionOf(chat: Chat): number | null {
    if (chat.place.at !== "waiting" || chat.place.transfer) return null;
    const queue = [...chats.values()].filter(
      (other) => other.queue === chat.queue && other.place.at === "waiting" && !other.place.transfer,
    );
    return queue.sort((a, b) => Number(b.urgent) - Number(a.urgent)).indexOf(chat) + 1; // the sort keeps who came first
  }

  function requeue(): void {
    for (const [id, before] of told) {
      const chat = chats.get(id);
      const position = chat ? positionOf(chat) : null;
      if (position === null) told.delete(id);
      else if (position !== before) {
        told.set(id, position);
        tell(id, { type: "queue.moved", position, waitSeconds: position * SECONDS_EACH });
      }
    }
  }

  function wireAgent(name: string): WireAgent {
    const picture = pictureOf(name);
    return { id: name.toLowerCase(), name, ...(picture && { picture }) };
  }

  function at(): string {
    return now().toISOString();
  }
}

export type Floor = ReturnType<typeof createFloor>;

function isWith(chat: Chat, agent: string): boolean {
  return chat.place.at === "agent" && chat.place.agent === agent;
}
