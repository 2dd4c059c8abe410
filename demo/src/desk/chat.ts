import type { Context, HandoffRequest, Line } from "./wire.ts";

/** One visitor on the desk, as its page shows it. */
export interface Chat {
  id: string;
  site: string;
  queue: string;
  urgent: boolean;
  requested: HandoffRequest["requested"];
  visitor: HandoffRequest["visitor"];
  ids: HandoffRequest["ids"];
  utterance: string | null;
  context: Context | null;
  contextCameLate: boolean;
  requestedAt: string;
  /** Said before the handoff. */
  before: Line[];
  /** Said since, and what happened on the desk meanwhile. */
  since: Item[];
  place: Place;
  visitorIsTyping: boolean;
  /** How many visitor lines the agent has not looked at. */
  unread: number;
}

/** Where a chat is. What only makes sense in one place lives only there. */
export type Place =
  | { at: "waiting"; since: string; transfer: Transfer | null }
  | { at: "agent"; agent: string; since: string }
  | { at: "over"; by: "agent" | "visitor" | "desk"; agent: string | null; since: string }
  /** The visitor is gone and has left words. */
  | { at: "message"; since: string; isDone: boolean }
  /** A phone call that was led on: it rings where `to` says, and what is known of it is here. */
  | { at: "phone"; since: string; to: string };

/** Passed on inside the desk. `agent` is set when it is meant for one person. */
export interface Transfer {
  from: string;
  agent: string | null;
  note: string | null;
}

export type Item =
  | { kind: "line"; line: Line; delivery: Delivery | null; isRead: boolean }
  /** For agents only. */
  | { kind: "note"; id: string; by: string; text: string; at: string }
  | { kind: "event"; id: string; text: string; at: string };

/** How far an agent's line has come: the bridge has it, will get it, or has refused it. `null`: not ours. */
export type Delivery = "sending" | "delivered" | "refused";

/** How the desk treats the bridge, for demonstrations and tests. */
export const behaviours = ["normal", "slow", "refusing", "down", "out_of_hours"] as const;
export type Behaviour = (typeof behaviours)[number];

/** Whether the bridge takes what the desk has to tell. `refusing`: it answers, and knows neither the address nor the secret. */
export type Reach = "reached" | "unreachable" | "refusing";

/** What the page's stream says. A chat is always told whole. */
export type DeskMessage =
  | { type: "hello"; chats: Chat[]; desk: DeskState }
  | { type: "chat"; chat: Chat }
  | { type: "desk"; desk: DeskState };

export interface DeskState {
  behaviour: Behaviour;
  agents: { name: string; isHere: boolean }[];
  queues: string[];
  bridge: Reach;
}
