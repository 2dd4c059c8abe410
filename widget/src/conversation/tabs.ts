import type { ReadonlySignal } from "@preact/signals-core";
import type { ServerMessage } from "@baton/bridge-server/protocol";
import type { Clock } from "../connection/clock.ts";
import type { RefusalCode } from "../connection/refusal.ts";
import { version } from "../connection/version.ts";
import type { Chat } from "./chats.ts";
import type { WaitingLine } from "./memory.ts";
import type { LineState } from "./line-state.ts";

/** What tabs tell each other. The content travels along: another tab's writes to the storage may become visible later than this. */
export type News =
  /** A tab wants what comes after this entry of the chat, and that it begins if it has not. */
  | { type: "asked"; after: number }
  /** `upTo`: the number of the last entry that the teller has heard. */
  | { type: "heard"; messages: ServerMessage[]; upTo: number }
  /** What the visitor is to agree to, or has agreed to. */
  | { type: "consent"; text: string; isGiven: boolean }
  | { type: "reachable"; isReachable: boolean }
  /** Pressed the first time, or once more. */
  | { type: "pressed"; line: WaitingLine }
  | { type: "line_changed"; id: string; to: LineState | "gone" }
  | { type: "over"; code: RefusalCode }
  | { type: "seen"; seq: number };

/** The tabs of one browser that show the same site. One leads: it alone follows the bridge and sends lines, for all. */
export interface Tabs {
  leads(): boolean;
  tell(news: News): void;
  /** Tells what only the leading tab can do. If it gives no sign of life, because the browser has put it to sleep, this tab leads. */
  need(news: News): void;
  /** Lets go of everything, while the browser keeps the page: one that holds a lock which others want, or can be told news, is thrown away. */
  rest(): void;
  wake(): void;
  close(): void;
}

export interface TabEvents {
  onLead(): void;
  /** This tab leads no more: another has taken over, or it has let go. */
  onFollow(): void;
  /** The chat that this tab's news is of. */
  chat: ReadonlySignal<Chat>;
  /** `of`: the chat that the teller's was. */
  onNews(news: News, of: Chat): void;
}

interface Envelope {
  chat: Chat;
  /** `null`: the leading tab lives, and has heard what needed an answer. */
  news: News | null;
  needsAnswer: boolean;
}

const SIGN_OF_LIFE_WITHIN_MS = 1_500;

/** Where the page has no locks, as without TLS, or keeps no storage, every tab is on its own and leads. */
export function joinTabs(site: string, areShared: boolean, events: TabEvents, clock: Clock): Tabs {
  const { locks } = navigator;
  const { onLead, onFollow } = events;
  let isClosed = false;
  if (!areShared || !locks) {
    clock.after(0, () => isClosed || onLead());
    return { leads: () => !isClosed, tell() {}, need() {}, rest: onFollow, wake: onLead, close: () => ((isClosed = true), onFollow()) };
  }

  const name = `baton:${site}:${version}`; // tabs that loaded another version speak among themselves
  let channel: BroadcastChannel;
  let line: AbortController;
  let release: (() => void) | null = null;
  let stopWaiting: (() => void) | null = null;
  join();

  return {
    leads: () => release !== null,
    tell: (news) => post(news, false),
    need(news) {
      post(news, true); // even if this tab leads: it may have lost that while it was asleep
      if (!release)
        stopWaiting ??= clock.after(SIGN_OF_LIFE_WITHIN_MS, () => {
          stopWaiting = null;
          if (!release) void standInLine(true);
        });
    },
    rest: leave,
    wake() {
      isClosed = false;
      join();
    },
    close: leave,
  };

  function join(): void {
    line = new AbortController();
    channel = new BroadcastChannel(name);
    channel.addEventListener("message", ({ data: { chat, news, needsAnswer } }: MessageEvent<Envelope>) => {
      if (needsAnswer && release) post(null, false);
      if (news) return events.onNews(news, chat);
      stopWaiting?.();
      stopWaiting = null;
    });
    void standInLine(false);
  }

  function leave(): void {
    isClosed = true;
    stopWaiting?.();
    stopWaiting = null;
    line.abort();
    release?.();
    release = null;
    channel.close();
    onFollow();
  }

  function post(news: News | null, needsAnswer: boolean): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no other origin than its own
    if (!isClosed) channel.postMessage({ chat: events.chat.value, news, needsAnswer } satisfies Envelope);
  }

  async function standInLine(steal: boolean): Promise<void> {
    await Promise.resolve(); // a lock that is free may be given before this function's caller knows what it joined
    const { signal } = line;
    try {
      await locks.request(name, steal ? { steal } : { signal }, lead);
    } catch {
      if (signal.aborted) return; // this tab has left the line
      // Another tab has stolen the lock, because this one gave no sign of life in time.
      if (release) {
        release = null;
        onFollow();
      }
      void standInLine(false);
    }
  }

  async function lead(): Promise<void> {
    if (isClosed || release) return;
    await new Promise<void>((resolve) => {
      release = resolve;
      onLead();
    });
  }
}
