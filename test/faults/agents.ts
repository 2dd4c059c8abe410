import { setTimeout as pause } from "node:timers/promises";
import { createDeliveries } from "@baton/demo/desk/deliveries";
import type { ToBridge } from "@baton/demo/desk/wire";
import type { Desk } from "../journeys/desk.ts";
import type { Event } from "./history.ts";

const LOOK_MS = 3;

/** Kim and Sam on a desk that delivers what they do until the bridge has it, in order, always under the same id. */
export function playAgents({ desk, hooks, note, signal }: Floor) {
  const deliveries = createDeliveries({ to: new URL(hooks), secret: desk.secret, pauseMs: 20 });

  return {
    /** Takes the chat as soon as it is there, talks, passes on to a colleague, and ends when the visitor says goodbye. */
    async play(): Promise<void> {
      await until("a chat", () => desk.chats.length > 0);
      const { ref: chat, request } = desk.chat();
      joins("Kim");
      for (const words of ["Hello Ada", "I am Kim", "What is it with the teapot?"]) says("Kim", words);
      await hears("drips all over");
      says("Kim", "I see");
      note({ who: "agent", did: "passed on", chat, to: "Sam" });
      tell({ type: "chat.transferred", to: "Sam" });
      joins("Sam");
      says("Sam", "Sam here");
      says("Sam", "The refund is on its way");
      await hears("Goodbye");
      says("Sam", "Bye");
      await new Promise<void>((done) => deliveries.tell(chat, { type: "chat.ended" }, () => done()));

      function joins(name: string): void {
        note({ who: "agent", did: "joined", chat, name });
        tell({ type: "agent.joined", agent: { id: name, name } });
      }
      function says(name: string, text: string): void {
        note({ who: "agent", did: "said", chat, text });
        tell({ type: "agent.said", agent: { id: name, name }, text, format: "plain" });
      }
      function tell(event: ToBridge): void {
        deliveries.tell(chat, event);
      }
      async function hears(words: string): Promise<void> {
        await until(`"${words}" on the desk`, () => {
          const there = desk.chats.find((one) => one.request === request);
          return there?.lines.some(({ text }) => text.includes(words)) ?? false;
        });
      }
    },
    stop: deliveries.stop,
  };

  async function until(what: string, isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      if (signal.aborted) throw new Error(`the agents waited in vain for ${what}`);
      await pause(LOOK_MS);
    }
  }
}

interface Floor {
  desk: Desk;
  hooks: string;
  note(event: Event): void;
  signal: AbortSignal;
}
