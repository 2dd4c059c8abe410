import { batch, signal } from "@preact/signals-core";
import type { Entry, Phase, ServerMessage, Site } from "@baton/bridge-server/protocol";
import type { Clock } from "../connection/clock.ts";
import { dispatch } from "../connection/handlers.ts";

const AGENT_TYPES_FOR_MS = 6_000;

/** Keeps what the bridge has said, whoever brings it: the connection or another tab. Entries are in order, each once, without gaps. */
export function createHeard(clock: Clock, onShown: (entries: Entry[]) => void) {
  const entries = signal<Entry[]>([]);
  /** Whether `entries` is as far as the bridge was when it greeted. */
  const isCaughtUp = signal(false);
  /** The phase by the bridge's greeting, before the entries that tell it have come. */
  const greetedIn = signal<Phase | null>(null);
  const agentTypes = signal(false);
  /** The last entry there was when the person looked. */
  const agentRead = signal(0);
  const site = signal<Site | null>(null);
  let hello: Extract<ServerMessage, { type: "hello" }> | null = null;
  let arriving: Entry[] = []; // not shown before all are here, so that a long history is drawn once
  let stopAgentTyping = (): void => {};

  return {
    entries,
    isCaughtUp,
    greetedIn,
    agentTypes,
    agentRead,
    site,
    after,

    hear(message: ServerMessage): void {
      batch(() => take(message));
    },

    /** The same again for somebody who has heard everything up to `seq`; nothing before the bridge has greeted. */
    since(seq: number, phase: Phase): ServerMessage[] {
      if (!hello) return [];
      const missing = entries.value.slice(seq).map((entry): ServerMessage => ({ type: "entry", entry }));
      return [{ ...hello, phase, lastSeq: entries.value.length }, ...missing];
    },

    startAgain(): void {
      arriving = [];
      hello = null;
      batch(() => {
        entries.value = [];
        isCaughtUp.value = false;
        greetedIn.value = null;
        agentTypes.value = false;
        agentRead.value = 0;
      });
    },
  };

  function take(message: ServerMessage): void {
    dispatch(message, {
      hello(heard) {
        hello = heard;
        site.value = heard.site;
        greetedIn.value = heard.phase;
        show();
      },
      entry({ entry }) {
        if (entry.seq !== after() + 1) return;
        arriving.push(entry);
        show();
      },
      typing({ on }) {
        stopAgentTyping();
        agentTypes.value = on;
        if (on) stopAgentTyping = clock.after(AGENT_TYPES_FOR_MS, () => (agentTypes.value = false));
      },
      read() {
        agentRead.value = after();
      },
      bye() {}, // the connection has seen to it
    });
  }

  function after(): number {
    return arriving.at(-1)?.seq ?? entries.value.at(-1)?.seq ?? 0;
  }

  function show(): void {
    if (!hello || after() < hello.lastSeq) return;
    const shown = arriving;
    arriving = [];
    onShown(shown);
    const endsTyping = ({ body }: Entry) => (body.type === "said" ? body.by === "agent" : body.type === "transferred");
    if (shown.some(endsTyping)) agentTypes.value = false;
    if (shown.length > 0) entries.value = [...entries.value, ...shown];
    isCaughtUp.value = true;
  }
}
