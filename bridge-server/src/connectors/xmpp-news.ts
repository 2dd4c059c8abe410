// What happens in a room, as news of the visitor's chat.
import type { Agent, RemoteFile, VendorChat, VendorNews } from "./connector.ts";
import type { RoomStanza } from "./xmpp-rooms.ts";

/** How far a room has been heard. Who is in it is nowhere kept, so it is told by the difference. */
export interface Seen {
  /** The last that the room has kept. */
  after: string | null;
  agents: string[];
  /** How often somebody has come or gone: nothing else tells one time from the next. */
  moves: number;
  typing: boolean;
}

export const atFirst: Seen = { after: null, agents: [], moves: 0, typing: false };

interface Heard {
  news: VendorNews[];
  seen: Seen;
}

/** What a message makes something else than a person's words: a correction or a taking back of what was read, a reaction, what only a key opens. */
const NOT_WORDS =
  /^urn:xmpp:(message-correct|message-retract|message-moderate|fasten|reactions|eme|omemo|openpgp):|^jabber:x:encrypted$|axolotl/;

/** A person's message that everybody in the room has read. What begins with a slash is for colleagues, or tells what to do. */
export function heardWords(
  { nick, stanza, id }: RoomStanza,
  us: string,
  agent: Agent,
  chat: VendorChat,
  file: RemoteFile | null,
): VendorNews[] {
  const text = stanza.getChildText("body");
  if (nick === "" || nick === us || stanza.attrs["type"] !== "groupchat" || text === null || text.trim() === "") return [];
  if (stanza.getChildElements().some((one) => NOT_WORDS.test(one.getNS() ?? ""))) return [];
  const about = { chat, id: `message:${id ?? String(stanza.attrs["id"])}` };
  const command = text.trim().toLowerCase();
  if (command === "/end") return [{ chat, id: "ended", type: "ended" }];
  if (command === "/nobody") return [{ chat, id: "nobody", type: "failed", reason: "nobody_available" }];
  if (command.startsWith("/")) return [];
  // Programs write the address of what they have put on the server, and nothing else.
  const words = file && URL.parse(text.trim())?.href === file.url ? "" : text;
  return [{ ...about, type: "agent_said", agent, text: words, format: "plain", ...(file && { file }) }];
}

/** Those who are in the room now and were not. */
export function joined(seen: Seen, present: Map<string, { jid: string | null }>, chat: VendorChat): Heard {
  const come = [...present].filter(([nick]) => !seen.agents.includes(nick));
  return {
    news: come.map(([nick, { jid }], n) => ({
      chat,
      id: `move:${seen.moves + n + 1}:${nick}`,
      type: "agent_joined",
      agent: { id: jid, name: nick },
    })),
    seen: { ...seen, agents: [...seen.agents, ...come.map(([nick]) => nick)], moves: seen.moves + come.length },
  };
}

/** Those who were in the room and are not. It is news when nobody is left. */
export function left(seen: Seen, present: Map<string, unknown>, chat: VendorChat): Heard {
  const agents = seen.agents.filter((nick) => present.has(nick));
  if (agents.length === seen.agents.length) return { news: [], seen };
  const moves = seen.moves + 1;
  return { news: agents.length > 0 ? [] : [{ chat, id: `move:${moves}`, type: "agent_left" }], seen: { ...seen, agents, moves } };
}

/** Whether anybody is typing, where that has changed. */
export function typed(seen: Seen, { size }: Set<string>, chat: VendorChat): Heard {
  const typing = size > 0;
  if (typing === seen.typing) return { news: [], seen };
  return { news: [{ chat, id: `typing:${seen.after}`, type: "agent_typing", on: typing }], seen: { ...seen, typing } };
}
