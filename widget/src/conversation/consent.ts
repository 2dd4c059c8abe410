import { signal } from "@preact/signals-core";
import type { Memory } from "./memory.ts";
import type { News } from "./tabs.ts";

/** What the visitor has to agree to before a chat can begin. Agreed to in one tab it is agreed to in all, and remembered with its text. */
export function createConsent(memory: Memory, tell: (news: News) => void, goOn: () => void) {
  /** As the site has written it, while it waits for an answer. */
  const asked = signal<string | null>(null);

  return {
    asked,
    given: () => memory.read("consent") ?? undefined,
    ask: (text: string) => hear(text, false),
    agree: () => hear(asked.value ?? "", true),
    take,
  };

  function hear(text: string, isGiven: boolean): void {
    take(text, isGiven);
    tell({ type: "consent", text, isGiven });
  }

  function take(text: string, isGiven: boolean): void {
    asked.value = isGiven ? null : text;
    if (!isGiven) return;
    memory.write("consent", text);
    goOn();
  }
}
