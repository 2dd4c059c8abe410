import { signal } from "@preact/signals-core";
import { render } from "@testing-library/preact";
import { createConnection } from "./connection/connection.ts";
import { createTestClock, createTestNetwork, createTestStream, entry, hello, reply, site } from "./connection/rehearsal.ts";
import { createConversation } from "./conversation/conversation.ts";
import { createMemory } from "./conversation/memory.ts";
import { createTestStorage } from "./conversation/test-storage.ts";
import { filesParts } from "./files.tsx";
import { formsParts } from "./forms.tsx";
import { laterParts } from "./later-parts.ts";
import { Panel } from "./view/Panel.tsx";
import { createPart } from "./view/part.ts";
import type { FilesParts } from "./view/parts.ts";
import type { Shared } from "./view/props.ts";
import { parts } from "./words/from-source.ts";
import { createLanguage } from "./words/language.ts";

type EntryBody = Parameters<typeof entry>[1];

/** A panel whose conversation has come this far. */
export async function panelAfter(...bodies: EntryBody[]) {
  const storage = createTestStorage();
  storage.refuse("writing"); // a tab on its own
  const clock = createTestClock();
  const stream = createTestStream();
  const network = createTestNetwork({
    conversations: () => reply({ conversation: "c1", token: "t", site }, 201),
    lines: () => reply({ seq: 1, at: "2026-01-01T00:00:00Z" }),
    entries: (request, signal) => stream.open(request, signal),
    handoff: () => new Response(null, { status: 204 }),
    leave: () => new Response(null, { status: 204 }),
    rating: () => new Response(null, { status: 204 }),
    message: () => new Response(null, { status: 204 }),
  });
  const connection = createConnection("https://bridge.example", network.fetch, clock);
  const memory = createMemory("shop", () => storage);
  const page = () => ({ url: "https://shop.example/", title: "Shop" });
  const chat = createConversation({ site: "shop", connection, memory, clock, language: "en", page });
  const asking: Shared["asking"] = signal(null);
  const newFrom = signal<number | null>(null);
  const scrolledUpFrom = signal<number | null>(null);
  const habits = signal("");
  const later = createPart(async () => laterParts);
  const forms = createPart(async () => formsParts);
  later.load();
  forms.load();
  const language = createLanguage(() => Promise.reject(new Error("English is enough here")));
  for (const [at, sentences] of parts.entries()) language.learn(at, sentences);
  const files = createPart(async (): Promise<FilesParts> => filesParts(view.container as HTMLElement, shared)); // a div
  const shared: Shared = {
    root: document.createElement("div").attachShadow({ mode: "open" }),
    button: document.createElement("button"),
    emit() {},
    addStyles() {},
    focus() {},
    until: new AbortController().signal,
    found: null,
    chat,
    say: language.say,
    language,
    look: signal({}),
    bridge: "https://bridge.example",
    fetch: network.fetch,
    asking,
    newFrom,
    scrolledUpFrom,
    habits,
    memory,
    clock,
    mistakes: signal({}),
    later,
    forms,
    files,
    sendFiles: signal(null),
    close() {},
  };
  const panel = () => <Panel {...shared} />;
  const view = render(panel());
  let heard = 0;
  const hear = async (...more: EntryBody[]): Promise<void> => {
    stream.send(...more.map((body) => entry(++heard, body)));
    await draw();
  };
  const draw = async (): Promise<void> => {
    await clock.pass(100);
    view.rerender(panel());
  };
  chat.begin();
  await clock.pass(200);
  stream.send(hello(bodies.length));
  await hear(...bodies);
  return { ...view, chat, clock, memory, network, hear, draw, status: () => view.getByRole("status").textContent };
}

export const said = (by: "visitor" | "assistant" | "agent", text: string, more = {}): EntryBody => ({
  type: "said",
  id: `${by}-${text}`,
  by,
  text,
  format: "plain",
  ...more,
});
export const phase = (to: "handoff_initiated" | "queued" | "live" | "failed" | "ended", more = {}): EntryBody => ({
  type: "phase_changed",
  phase: to,
  ...more,
});
