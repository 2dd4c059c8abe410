import type { Place } from "./credentials.ts";
import type { AgentOptions } from "./options.ts";
import { randomConversationId } from "./random.ts";
import type { Random } from "./random.ts";
import type { Reply } from "./script.ts";

export interface Turn {
  /** `null` on the greeting, which answers nobody. */
  said: string | null;
  saidAt: number;
  answered: string;
  answeredAt: number;
}

export interface Handoff {
  destination: string | null;
  reason: string | null;
  /** The exact words before the transfer. */
  utterance: string;
  at: number;
  /** The agent's state at that moment, as the project's configuration exposes it. */
  sharedId: string | null;
  data: Record<string, unknown>;
}

/** Everything the platform keeps of one automated conversation. */
export interface Conversation extends Place {
  id: string;
  environment: string;
  channel: string;
  variantId: string | null;
  languages: { input: string | null; output: string | null };
  attributes: Record<string, unknown>;
  startedAt: number;
  lastActiveAt: number;
  topic: string | null;
  state: Record<string, unknown>;
  turns: Turn[];
  pending: (Reply & { readyAt: number }) | null;
  ended: { by: "assistant" | "handoff" | "client" | "timeout"; at: number } | null;
  handoff: Handoff | null;
}

export type Opening = Pick<Conversation, "account" | "project" | "environment" | "channel" | "variantId" | "languages" | "attributes">;

/** The simulator's memory. Conversations are never forgotten before `clear`. */
export function createConversations(random: Random, now: () => number) {
  const all = new Map<string, Conversation>();

  return {
    open,
    /** A conversation of that agent; another agent's ids are as unknown as invented ones. */
    find: (id: unknown, { account, project }: Place): Conversation | null => {
      const found = typeof id === "string" ? all.get(id) : undefined;
      return found?.account === account && found.project === project ? found : null;
    },
    /** Oldest first. */
    list: (): Conversation[] => [...all.values()],
    clear: () => all.clear(),
  };

  function open(opening: Opening, form: AgentOptions["conversationIds"]): Conversation {
    let id = randomConversationId(form, random);
    while (all.has(id)) id = randomConversationId(form, random);
    const conversation: Conversation = {
      id,
      ...opening,
      startedAt: now(),
      lastActiveAt: now(),
      topic: null,
      state: {},
      turns: [],
      pending: null,
      ended: null,
      handoff: null,
    };
    all.set(id, conversation);
    return conversation;
  }
}

export type Conversations = ReturnType<typeof createConversations>;

/** Over, or idle for longer than allowed although nobody has noticed yet. */
export function isOver({ ended, lastActiveAt }: Conversation, idleLimitMs: number | null, now: number): boolean {
  return ended !== null || (idleLimitMs !== null && now - lastActiveAt > idleLimitMs);
}
