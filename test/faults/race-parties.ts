import type { Answer, Assistant } from "@baton/bridge-server/assistant/assistant";
import { CallError } from "@baton/bridge-server/call";
import type { Connector } from "@baton/bridge-server/connectors/connector";

/** Asked before every step of somebody outside; whoever gives it decides when that step is taken. */
export type Wait = (step: string) => Promise<void>;

const nothing = { suggestions: [], attachments: [], calls: [] };

/** An assistant that keeps what it heard, and would rather be asked one thing at a time. The words of a line decide what it does. */
export function racingAssistant(wait: Wait, phase: () => string) {
  const heard: string[] = [];
  const wrong: string[] = [];
  let chats = 0;
  let thinking = 0;

  return {
    heard,
    /** What a bridge must never do to an assistant. */
    wrong,
    begin: async () => {
      await wait("begin arrives");
      const answer = words(`chat-${++chats}`, "Hello");
      await wait("begin is answered");
      return answer;
    },
    async answer({ chat, text }) {
      if (text === null) return words(chat, "");
      if (phase() !== "automated") wrong.push(`I-8: asked "${text}" while ${phase()}`);
      if (thinking++ > 0) wrong.push(`I-7: asked "${text}" while it was thinking`);
      try {
        await wait(`"${text}" arrives`);
        if (text.startsWith("busy") && !heard.includes(`refused ${text}`)) {
          heard.push(`refused ${text}`);
          throw new CallError("too_fast", "the assistant is busy");
        }
        if (heard.includes(text)) wrong.push(`I-6: heard "${text}" twice`);
        heard.push(text);
        await wait(`"${text}" is answered`);
        if (text.startsWith("lost")) throw new CallError("unclear", "the answer was lost");
      } finally {
        thinking--;
      }
      return words(chat, `re ${text}`, text.startsWith("person"));
    },
    end: async () => wait("end arrives"),
    context: async () => ({ state: "foreign" }),
  } satisfies Assistant & Record<string, unknown>;

  function words(chat: string, text: string, handsOff = false): Answer {
    const next = handsOff ? { type: "hand_off" as const, destination: null, reason: null } : null;
    return { chat, text, more: false, next, language: null, rich: nothing };
  }
}

interface RacingChat {
  ref: string;
  handoff: string;
  transcript: string[];
  lines: string[];
  isClosed: boolean;
  isForgotten: boolean;
}

/** A desk that makes one chat of one handoff, whose agents see a line once, and that may be down. */
export function racingDesk(wait: Wait) {
  const chats: RacingChat[] = [];
  let isDown = false;
  const find = ({ ref }: { ref: string }) => chats.find((chat) => chat.ref === ref)!; // nobody else gives names

  async function arrives(what: string): Promise<void> {
    await wait(`${what} arrives`);
    if (isDown) throw new CallError("unreachable", "the desk is down");
  }

  return {
    chats,
    goDown: (down: boolean) => void (isDown = down),
    examine: async () => [],
    availability: async () => ({ state: "unknown", waitSeconds: null }),
    async open({ handoff, transcript }) {
      await arrives(`open ${handoff}`);
      let chat = chats.find((one) => one.handoff === handoff);
      if (!chat) {
        const lines = transcript.flatMap(({ id, by }) => (by === "visitor" ? [id] : []));
        chats.push((chat = { ref: `d${chats.length + 1}`, handoff, transcript: lines, lines: [], isClosed: false, isForgotten: false }));
      }
      await wait(`open ${handoff} is answered`);
      return { chat: { ref: chat.ref }, position: null, waitSeconds: null, dropped: [] };
    },
    async say(ref, { id }) {
      await arrives(`line ${id}`);
      const { lines } = find(ref);
      if (!lines.includes(id)) lines.push(id);
      await wait(`line ${id} is answered`);
    },
    async close(ref) {
      await arrives("close");
      find(ref).isClosed = true;
    },
    async forget(ref) {
      await arrives("forget");
      find(ref).isForgotten = true;
      return "forgotten";
    },
    attach: async () => {},
    signal: async () => {},
    fetchFile: async () => new Uint8Array(),
    inbound: { style: "webhook", receive: async () => ({ news: [], reply: null }) },
  } satisfies Connector & Record<string, unknown>;
}
