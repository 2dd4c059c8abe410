import type { Conversation } from "./conversations.ts";

/** What an agent does in one turn. */
export interface Reply {
  /** The words. On a handoff, the last ones before the transfer; may be empty. */
  say: string;
  end?: boolean;
  /** Exactly what goes on the wire, odd forms included. An object with a destination and no reason gets the destination as its reason. */
  handoff?: unknown;
  /** Merged into what the agent remembers of this conversation. */
  state?: Record<string, unknown>;
  /** What the conversation is about from here on. Absent: unchanged. `null`: nothing in particular. */
  topic?: string | null;
  delayMs?: number;
  /** The rest of the answer, which the caller collects with an empty message once `readyAfterMs` have passed. */
  delayed?: Reply & { readyAfterMs?: number };
  /** Fields that the documented answer does not have. */
  extras?: Record<string, unknown>;
}

/** The first rule that fits answers. A rule with `during` fits only while the conversation has that topic. */
export type Rule = { match: RegExp | string; during?: string } & (Reply | { reply: (turn: Heard) => Reply });

/** What a computed reply may look at. */
export interface Heard {
  text: string;
  /** The match's groups, `found[0]` being all that matched. */
  found: readonly string[];
  state: Readonly<Record<string, unknown>>;
  attributes: Readonly<Record<string, unknown>>;
}

export interface Start {
  attributes: Readonly<Record<string, unknown>>;
  variantId: string | null;
  language: string | null;
}

/** One agent's behaviour: what it says first, and what it says to what. */
export interface Script {
  start: (start: Start) => Reply;
  rules: Rule[];
}

const lost: Reply = { say: "Sorry, I did not catch that. Could you put it another way?" };

/** What the script answers to `text` at this point of the conversation. */
export function replyTo(rules: readonly Rule[], text: string, { topic, state, attributes }: Conversation): Reply {
  for (const rule of rules) {
    if (rule.during !== undefined && rule.during !== topic) continue;
    const found = matches(rule.match, text);
    if (!found) continue;
    return "reply" in rule ? rule.reply({ text, found, state, attributes }) : rule;
  }
  return lost;
}

/** A string fits when it is the whole message, whatever the case and the space around it. */
function matches(match: RegExp | string, text: string): readonly string[] | null {
  if (match instanceof RegExp) return new RegExp(match.source, match.flags.replace("g", "")).exec(text);
  return match.trim().toLowerCase() === text.trim().toLowerCase() ? [text] : null;
}
