import { setTimeout as pause } from "node:timers/promises";
import { createDeliveries } from "@baton/demo/desk/deliveries";
import type { ToBridge } from "@baton/demo/desk/wire";
import type { EntryBody } from "@baton/bridge-server/protocol";
import type { Desk, DeskChat } from "../journeys/desk.ts";
import type { Event } from "./history.ts";
import type { PatientVisitor } from "./patient-visitor.ts";

const LOOK_MS = 5;
/** A greeting may be lost, and then the visitor speaks first. */
const GREETED_WITHIN_MS = 5_000;
/** A line may be marked as undelivered, and then the agent comes without it. */
const HEARD_WITHIN_MS = 5_000;

/** Ada speaks with the assistant, is handed to Kim, speaks with her, and leaves. What goes wrong on the way she begins again. */
export async function playAda(ada: PatientVisitor): Promise<void> {
  await ada.begin();
  void ada.follow();
  await Promise.race([ada.sees("a greeting", isSaidBy("assistant")), pause(GREETED_WITHIN_MS)]);
  const hello = await ada.say("Hello");
  await ada.sees("an answer", isOutcomeOf(hello));
  await isWithAgent(ada);
  for (;;) {
    const thanks = await ada.say("Thank you");
    const isUndelivered = (body: EntryBody) => body.type === "delivery" && body.state === "undelivered" && body.lines.includes(thanks);
    const next = await ada.sees("a goodbye", (body) => isUndelivered(body) || (body.type === "said" && body.text === "Bye"));
    if (next.type === "said") break;
  }
  await ada.leave();
  await ada.sees("the end", (body) => body.type === "phase_changed" && body.phase === "ended");
}

/** Asks for a refund, which means a person, until one is there. */
async function isWithAgent(ada: PatientVisitor): Promise<void> {
  for (;;) {
    const before = ada.last();
    const asked = await ada.say("I want a refund");
    const isHandoff = (body: EntryBody) => body.type === "phase_changed" && body.phase === "handoff_initiated";
    const outcome = await ada.sees("what comes of the refund", (body) => isHandoff(body) || isLost(body, asked), before);
    if (outcome.type !== "phase_changed") continue;
    await ada.say("It drips");
    const isOver = (body: EntryBody) => body.type === "phase_changed" && (body.phase === "live" || body.phase === "automated");
    const turn = await ada.sees("a person, or the assistant again", isOver, before);
    if (turn.type === "phase_changed" && turn.phase === "live") return;
  }
}

/** Bea comes when Ada has gone: she speaks with the assistant, asks for a person herself, waits a moment, and leaves. */
export async function playBea(bea: PatientVisitor): Promise<void> {
  await bea.begin();
  void bea.follow();
  const hello = await bea.say("Hello");
  await bea.sees("an answer", isOutcomeOf(hello));
  await bea.askForPerson();
  await bea.sees("a place in the queue", (body) => body.type === "phase_changed" && body.phase !== "handoff_initiated");
  await bea.leave();
  await bea.sees("the end", (body) => body.type === "phase_changed" && body.phase === "ended");
}

const isSaidBy = (by: "assistant" | "agent") => (body: EntryBody) => body.type === "said" && body.by === by;
const isLost = (body: EntryBody, line: string) => body.type === "answer_lost" && body.to === line;
const isOutcomeOf = (line: string) => (body: EntryBody) =>
  isLost(body, line) || (body.type === "said" && body.id.startsWith(`re:${line}:`)) || body.type === "phase_changed";

const KIM = { id: "kim", name: "Kim" };

interface Floor {
  desk: Desk;
  hooks: string;
  /** Whose chats are answered. */
  conversation(): string | null;
  note(event: Event): void;
  signal: AbortSignal;
}

/** Kim takes every chat of one visitor: she joins when she has heard what it is about, speaks, listens, and says goodbye. */
export function createKim({ desk, hooks, conversation, note, signal }: Floor) {
  const deliveries = createDeliveries({ to: new URL(hooks), secret: desk.secret, pauseMs: 20 });
  signal.addEventListener("abort", deliveries.stop, { once: true });
  const taken = new Set<DeskChat>();

  return {
    async play(): Promise<void> {
      while (!signal.aborted) {
        for (const chat of desk.chats) {
          if (taken.has(chat) || chat.request.ids.conversation !== conversation()) continue;
          taken.add(chat);
          void take(chat);
        }
        await pause(LOOK_MS);
      }
    },
    /** Says something in every chat that she had, whether or not anybody is there. Resolves when the bridge has taken it. */
    async saysTooLate(text: string): Promise<void> {
      const event = { type: "agent.said", agent: KIM, text, format: "plain" } as const;
      const isTaken = Promise.all([...taken].map(({ ref }) => new Promise<void>((done) => deliveries.tell(ref, event, () => done()))));
      await Promise.race([isTaken, isAborted()]);
    },
  };

  function isAborted(): Promise<never> {
    return new Promise((_, fail) => {
      if (signal.aborted) fail(signal.reason as Error);
      signal.addEventListener("abort", () => fail(signal.reason as Error), { once: true });
    });
  }

  async function take(chat: DeskChat): Promise<void> {
    await Promise.race([hears(chat, "It drips"), pause(HEARD_WITHIN_MS)]);
    note({ who: "agent", did: "joined", chat: chat.ref, name: "Kim" });
    tell(chat, { type: "agent.joined", agent: KIM });
    says(chat, "Hello, I am Kim");
    await hears(chat, "Thank you");
    says(chat, "Bye");
  }

  function says(chat: DeskChat, text: string): void {
    if (signal.aborted) return;
    note({ who: "agent", did: "said", chat: chat.ref, text });
    tell(chat, { type: "agent.said", agent: KIM, text, format: "plain" });
  }

  function tell(chat: DeskChat, event: ToBridge): void {
    deliveries.tell(chat.ref, event);
  }

  async function hears({ lines, request }: DeskChat, words: string): Promise<void> {
    while (!signal.aborted && ![...request.transcript, ...lines].some(({ text }) => text.includes(words))) await pause(LOOK_MS);
  }
}
