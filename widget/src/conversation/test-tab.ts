import { afterEach } from "vitest";
import { createConnection } from "../connection/connection.ts";
import { createTestClock, createTestNetwork, createTestStream, reply, site } from "../connection/rehearsal.ts";
import { type Conversation, createConversation } from "./conversation.ts";
import { bearKeeping } from "./kept-page.ts";
import { createMemory } from "./memory.ts";
import { createTestStorage } from "./test-storage.ts";

/** What the bridge of a test answers to a beginning. */
export const began = { conversation: "c1", token: "t", site };
const open: Conversation[] = [];
afterEach(() => {
  for (const chat of open.splice(0)) chat.close();
});

/** One tab. Tabs that are given the same storage are tabs of one browser. */
export function tab(storage = createTestStorage(), clock = createTestClock()) {
  const streams: ReturnType<typeof createTestStream>[] = [];
  const network = createTestNetwork({
    conversations: () => reply(began, 201),
    lines: () => reply({ seq: 1, at: "2026-01-01T00:00:00Z" }),
    entries(request, signal) {
      const stream = createTestStream();
      streams.push(stream);
      return stream.open(request, signal);
    },
    handoff: () => new Response(null, { status: 204 }),
    read: () => new Response(null, { status: 204 }),
    typing: () => new Response(null, { status: 204 }),
    leave: () => new Response(null, { status: 204 }),
    rating: () => new Response(null, { status: 204 }),
    message: () => new Response(null, { status: 204 }),
    c1: () => new Response(null, { status: 204 }), // to erase it
  });
  const memory = createMemory("shop", () => storage);
  const chat = createConversation({
    site: "shop",
    connection: createConnection("https://bridge.example", network.fetch, clock),
    memory,
    clock,
    language: "en",
    page: () => ({ url: "https://shop.example/", title: "Shop" }),
  });
  let page = { putAway(): void {}, bringBack(): void {} };
  bearKeeping({ onKept: (putAway, bringBack) => (page = { putAway, bringBack }) }, memory, chat);
  open.push(chat);
  const shown = (): string[] => chat.story.value.shown.map((item) => (item.kind === "line" ? item.text : item.what.type));
  return { chat, page, clock, network, storage, shown, stream: () => streams.at(-1), streams };
}

/** Two tabs of one browser in which a chat has begun. The first leads. */
export async function twoTabs() {
  const first = tab();
  await together(first);
  const second = tab(first.storage);
  first.chat.begin();
  await together(first, second);
  return { first, second };
}

/** Lets two tabs speak with each other, which takes real turns of the event loop, and their clocks move. */
export async function together(...tabs: { clock: { pass(ms: number): Promise<void> } }[]): Promise<void> {
  for (let round = 0; round < 6; round += 1) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    for (const { clock } of tabs) await clock.pass(50);
  }
}
