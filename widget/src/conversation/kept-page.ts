import type { PageCache } from "../connection/page-cache.ts";
import type { Conversation } from "./conversation.ts";
import type { Memory } from "./memory.ts";

/**
 * While the browser keeps the page to show it again as it was, the chat holds nothing that would make the browser throw it away. Back, it goes on
 * from the last entry; and what other tabs have done is done here: begun another chat, or left this one so that nobody could see it.
 */
export function bearKeeping(pages: PageCache, memory: Memory, { write, kept: { tabs, forget, catchUp } }: Conversation): void {
  pages.onKept(tabs.rest, () => {
    if (!memory.read("session")) forget();
    write(memory.read("draft") ?? "");
    tabs.wake();
    catchUp();
  });
}
