import type { ServerMessage } from "@baton/bridge-server/protocol";
import type { Clock } from "../connection/clock.ts";
import type { RefusalCode } from "../connection/refusal.ts";
import { version } from "../connection/version.ts";
import type { Remembered, WaitingLine } from "./memory.ts";
import type { LineState } from "./outbox.ts";

/** What tabs tell each other. The content travels along: another tab's writes to the storage may become visible later than this. */
export type News =
  /** A tab wants what comes after this entry of this conversation; or a chat, where there is none. */
  | { type: "asked"; conversation: string | null; after: number; wantsChat: boolean }
  | { type: "began"; session: Remembered["session"] }
  | { type: "heard"; conversation: string; messages: ServerMessage[] }
  /** What the visitor is to agree to, or has agreed to. */
  | { type: "consent"; text: string; isGiven: boolean }
  | { type: "reachable"; isReachable: boolean }
  /** Pressed the first time, or once more. */
  | { type: "pressed"; line: WaitingLine }
  | { type: "line_changed"; id: string; to: LineState | "gone" }
  | { type: "over"; code: RefusalCode }
  | { type: "seen"; seq: number }
  /** What there was is forgotten. */
  | { type: "forgotten"; how: Leaving };

/** Why a chat is left behind: another is to begin, the visitor has deleted it, or they have signed out. */
export type Leaving = "left" | "erased" | "signed_out";

/** The tabs of one browser that show the same site. One leads: it alone follows the bridge and sends lines, for all. */
export interface Tabs {
  leads(): boolean;
  tell(news: News): void;
  /** Tells what only the leading tab can do. If it gives no sign of life, because the browser has put it to sleep, this tab leads. */
  need(news: News): void;
  close(): void;
}

export interface TabEvents {
  onLead(): void;
  /** Another tab has taken over. */
  onFollow(): void;
  onNews(news: News): void;
}

interface Envelope {
  from: "leader" | "tab";
  needsAnswer: boolean;
  news: News | null;
}

const SIGN_OF_LIFE_WITHIN_MS = 1_500;

/** Where the page has no locks, as without TLS, or keeps no storage, every tab is on its own and leads. */
export function joinTabs(site: string, areShared: boolean, events: TabEvents, clock: Clock): Tabs {
  const { locks } = navigator;
  let isClosed = false;
  if (!areShared || !locks) {
    clock.after(0, () => isClosed || events.onLead());
    return { leads: () => !isClosed, tell() {}, need() {}, close: () => void (isClosed = true) };
  }

  const name = `baton:${site}:${version}`; // tabs that loaded another version speak among themselves
  const channel = new BroadcastChannel(name);
  let release: (() => void) | null = null;
  let stopWaiting: (() => void) | null = null;

  channel.addEventListener("message", ({ data: { from, needsAnswer, news } }: MessageEvent<Envelope>) => {
    if (from === "leader") {
      stopWaiting?.();
      stopWaiting = null;
    }
    if (needsAnswer && release) post(null, false);
    if (news) events.onNews(news);
  });
  void standInLine(false);

  return {
    leads: () => release !== null,
    tell: (news) => post(news, false),
    need(news) {
      if (release) return;
      post(news, true);
      stopWaiting ??= clock.after(SIGN_OF_LIFE_WITHIN_MS, () => {
        stopWaiting = null;
        if (!release) void standInLine(true);
      });
    },
    close() {
      isClosed = true;
      stopWaiting?.();
      release?.();
      release = null;
      channel.close();
    },
  };

  function post(news: News | null, needsAnswer: boolean): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no other origin than its own
    if (!isClosed) channel.postMessage({ from: release ? "leader" : "tab", needsAnswer, news } satisfies Envelope);
  }

  async function standInLine(steal: boolean): Promise<void> {
    await Promise.resolve(); // a lock that is free may be given before this function's caller knows what it joined
    try {
      await locks.request(name, { steal }, lead);
    } catch {
      // Another tab has stolen the lock, because this one gave no sign of life in time.
      if (!release || isClosed) return;
      release = null;
      events.onFollow();
      void standInLine(false);
    }
  }

  async function lead(): Promise<void> {
    if (isClosed || release) return;
    await new Promise<void>((resolve) => {
      release = resolve;
      events.onLead();
    });
  }
}
