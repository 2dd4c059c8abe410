import { signal } from "@preact/signals-core";
import type { Clock } from "../connection/clock.ts";
import { createPatience } from "../connection/patience.ts";
import { isFinal, refusalOf, type RefusalCode } from "../connection/refusal.ts";
import { isRefused, isSetAside, type LineState } from "./line-state.ts";
import type { Memory, WaitingLine } from "./memory.ts";
import { randomId } from "./random.ts";

export interface OutboxLine extends WaitingLine {
  state: LineState;
}

export interface OutboxEvents {
  /** Sends once. Throws a `Refusal`. */
  say(line: { id: string; text: string }): Promise<unknown>;
  /** Whether this tab may send now. */
  maySend(): boolean;
  changed(id: string, to: LineState): void;
  /** The bridge does not want to hear from this conversation any more. */
  over(code: RefusalCode): void;
}

/** Remembers what was typed until the bridge has confirmed it; sends one line at a time, in the order they were pressed. */
export function createOutbox(memory: Memory, clock: Clock, events: OutboxEvents) {
  const lines = signal<OutboxLine[]>([]);
  const patience = createPatience(clock);
  const removed = new Set<string>();
  let isSending = false;
  recall();

  return {
    lines,
    recall,
    press(text: string): WaitingLine {
      // The order in which lines were pressed holds even if the visitor's clock goes backwards.
      const line = { id: randomId(), text, at: Math.max(clock.now(), ...lines.value.map(({ at }) => at + 1)) };
      memory.keepLine(line);
      add(line);
      return line;
    },
    add,
    change,
    /** Its entry has arrived, or the visitor has taken it back. */
    remove(id: string): void {
      removed.add(id);
      memory.dropLine(id);
      lines.value = lines.value.filter((line) => line.id !== id);
    },
    tryAgain,
  };

  /** A line was pressed, here or in another tab; or pressed again. */
  function add(line: WaitingLine): void {
    if (!take(line)) return tryAgain();
    void send();
  }

  /** What was pressed on another page, before this one was there to be told. In another chat nothing but what is to be said in it. */
  function recall(isAnotherChat = false): void {
    if (isAnotherChat) lines.value = [];
    memory.lines().forEach(take);
  }

  /** Whether it is new here. Another tab may tell of it when its entry is here already. */
  function take({ id, text, at }: WaitingLine): boolean {
    if (removed.has(id) || lines.value.some((line) => line.id === id)) return false;
    lines.value = [...lines.value, { id, text, at, state: "sending" as const }].sort((a, b) => a.at - b.at);
    return true;
  }

  /** Everything once more, now. */
  function tryAgain(): void {
    for (const { id, state } of lines.value) if (isRefused(state)) change(id, "sending");
    patience.succeeded();
    if (!patience.hurry()) void send();
  }

  function change(id: string, state: LineState): void {
    if (state === "sent") memory.dropLine(id);
    lines.value = lines.value.map((line) => (line.id === id ? { ...line, state } : line));
  }

  async function send(): Promise<void> {
    if (isSending) return;
    isSending = true;
    for (let line = next(); line && events.maySend(); line = next()) await sendOne(line);
    isSending = false;
  }

  async function sendOne({ id, text }: OutboxLine): Promise<void> {
    try {
      await events.say({ id, text });
      patience.succeeded();
      report(id, "sent");
    } catch (error) {
      const { code, retryAfterMs } = refusalOf(error);
      if (!report(id, { refused: code, afterMs: retryAfterMs })) return;
      if (isFinal(code)) events.over(code);
      else if (!isSetAside(code)) await patience.afterFailure(retryAfterMs);
    }
  }

  function next(): OutboxLine | undefined {
    return lines.value.find(({ state }) => state === "sending" || (isRefused(state) && !isSetAside(state.refused)));
  }

  /** Unless its entry was quicker, or the visitor has left the chat in which it was said. */
  function report(id: string, to: LineState): boolean {
    if (!lines.value.some((line) => line.id === id && line.state !== "sent")) return false;
    change(id, to);
    events.changed(id, to);
    return true;
  }
}
