import type { Entry, Phase } from "@baton/bridge-server/protocol";

/** What somebody did or saw. Everybody tells for themselves; nobody is asked what the bridge believes. */
export type Event =
  /** The visitor pressed send. */
  | { who: "visitor"; did: "said"; id: string; text: string }
  /** The bridge said that it has the line, under this number. */
  | { who: "visitor"; did: "acknowledged"; id: string; seq: number }
  /** Nobody answered, or not in time: the line may be there or not. It is said again under the same id. */
  | { who: "visitor"; did: "was left unsure"; id: string }
  /** The bridge said that it will not take the line, whatever comes. */
  | { who: "visitor"; did: "was refused"; id: string }
  | { who: "visitor"; did: "rated"; score: number }
  /** Some reader got these entries when it had asked for those after `after`. The reader `at the end` has them all. */
  | { who: "reader"; did: "read"; reader: string; after: number; entries: Entry[] }
  /** The bridge told a reader, who had asked at `since` on the same clock, in which phase the conversation is and its last number. */
  | { who: "reader"; did: "was told the phase"; reader: string; phase: Phase; lastSeq: number; since: number }
  /** Somebody asked for this conversation who may not have it. */
  | { who: "stranger"; did: "asked"; status: number }
  /** The assistant's platform was asked for an answer. */
  | { who: "assistant"; did: "heard"; chat: string; text: string }
  /** It said that this chat is over, and did nothing with the line. */
  | { who: "assistant"; did: "refused"; chat: string; text: string }
  | { who: "assistant"; did: "closed"; chat: string }
  /** What is on the desk in the end. `handoff` is the bridge's name for it, `chat` the desk's. */
  | { who: "desk"; did: "took"; handoff: string; chat: string; assistantChat: string | null; transcript: Heard[] }
  | { who: "desk"; did: "heard"; chat: string; line: Heard }
  | { who: "agent"; did: "joined"; chat: string; name: string }
  | { who: "agent"; did: "passed on"; chat: string; to: string }
  | { who: "agent"; did: "said"; chat: string; text: string }
  /** Words that only some places may hold, and what a place was seen to hold. */
  | { who: "canary"; did: "hid"; name: string; words: string; allowed: string[] }
  | { who: "canary"; did: "overheard"; place: string; text: string };

/** A line as it stands on the desk. */
export interface Heard {
  id: string;
  by: "visitor" | "assistant" | "agent";
  text: string;
}

/** `at` counts milliseconds on the one clock of all who play; `of` names the visitor that it is about, where there are several. */
export type Noted = Event & { at: number; of?: string };

/** In the order in which it happened: all who play are in one process, so one list is their common clock. */
export type History = readonly Noted[];

/** Takes down what happens, in its order. */
export function createNotebook(now: () => number = () => performance.now()) {
  const history: Noted[] = [];
  return {
    history,
    note: (event: Event, of?: string): void => void history.push({ ...event, at: now(), ...(of !== undefined && { of }) }),
  };
}

/** What is about one visitor, and what is about nobody in particular. */
export function partOf(history: History, visitor: string): History {
  return history.filter(({ of }) => of === undefined || of === visitor);
}

type Did<W extends Event["who"], D extends Event["did"]> = Extract<Event, { who: W; did: D }> & Pick<Noted, "at" | "of">;

export function eventsOf<W extends Event["who"], D extends Extract<Event, { who: W }>["did"]>(
  history: History,
  who: W,
  did: D,
): Did<W, D>[] {
  return history.filter((event): event is Did<W, D> & Noted => event.who === who && event.did === did);
}
