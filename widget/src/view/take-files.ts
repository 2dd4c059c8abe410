import type { Shared } from "./props.ts";

/**
 * Files that are dropped on the chat or pasted into it go to the part that knows what to do with them, and never to the page, which would
 * be left for them. That part is loaded then, or as soon as files can be sent.
 */
export function takeFiles(panel: HTMLElement, { chat, files }: Shared): void {
  const offer = (): unknown => chat.phase.value === "live" && chat.site.value?.files && files.load();
  chat.phase.subscribe(offer);
  chat.site.subscribe(offer);

  panel.addEventListener("paste", (event) => {
    const { clipboardData: data } = event;
    // What is copied in a word processor is text, and a picture of that text.
    if (!data?.files.length || (data.types.includes("text/plain") && data.types.includes("text/html"))) return;
    event.preventDefault();
    give([...data.files]);
  });
  panel.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    files.load();
  });
  panel.addEventListener("drop", (event) => {
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    give([...event.dataTransfer.files]);
  });

  function give(given: File[]): void {
    files.load();
    let isGiven = false;
    files.parts.subscribe((parts) => {
      if (isGiven || typeof parts !== "object") return;
      isGiven = true;
      parts.take(given);
    });
  }
}
