import type { Entry } from "@baton/bridge-server/protocol";

/** What somebody did or saw. Everybody tells for themselves; nobody is asked what the bridge believes. */
export type Event =
  /** The visitor pressed send. */
  | { who: "visitor"; did: "said"; id: string; text: string }
  /** The bridge said that it has the line, under this number. */
  | { who: "visitor"; did: "acknowledged"; id: string; seq: number }
  | { who: "visitor"; did: "rated"; score: number }
  /** Some reader got these entries when it had asked for those after `after`. The reader `at the end` has them all. */
  | { who: "reader"; did: "read"; reader: string; after: number; entries: Entry[] }
  /** The assistant's platform was asked for an answer. */
  | { who: "assistant"; did: "heard"; chat: string; text: string }
  /** It said that this chat is over, and did nothing with the line. */
  | { who: "assistant"; did: "refused"; chat: string; text: string }
  | { who: "assistant"; did: "closed"; chat: string }
  /** What is on the desk in the end. `handoff` is the bridge's name for it, `chat` the desk's. */
  | { who: "desk"; did: "took"; handoff: string; chat: string; assistantChat: string | null; transcript: Heard[] }
  | { who: "desk"; did: "heard"; chat: string; line: Heard }
  | { who: "agent"; did: "joined"; name: string }
  | { who: "agent"; did: "passed on"; to: string }
  | { who: "agent"; did: "said"; text: string };

/** A line as it stands on the desk. */
export interface Heard {
  id: string;
  by: "visitor" | "assistant" | "agent";
  text: string;
}

/** In the order in which it happened: all who play are in one process, so one list is their common clock. */
export type History = readonly Event[];

type Did<W extends Event["who"], D extends Event["did"]> = Extract<Event, { who: W; did: D }>;

export function eventsOf<W extends Event["who"], D extends Extract<Event, { who: W }>["did"]>(
  history: History,
  who: W,
  did: D,
): Did<W, D>[] {
  return history.filter((event): event is Did<W, D> => event.who === who && event.did === did);
}
