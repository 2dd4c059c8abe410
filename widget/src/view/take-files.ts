import type { Shared } from "./props.ts";

/**
 * Files that are dropped on the chat or pasted into it go to the part that knows what to do with them, and never to the page, which would
 * be left for them. That part is loaded then.
 */
export function takeFiles(panel: HTMLElement, { files }: Shared): void {
  const given: File[] = [];
  files.parts.subscribe(hand);
  panel.addEventListener("paste", (event) => {
    const types = event.clipboardData?.types ?? [];
    // What is copied in a word processor is text, and a picture of that text.
    if (!types.includes("text/plain") || !types.includes("text/html")) take(event, event.clipboardData);
  });
  panel.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    files.load();
  });
  panel.addEventListener("drop", (event) => take(event, event.dataTransfer));

  function take(event: Event, data: DataTransfer | null): void {
    if (!data?.files.length) return;
    event.preventDefault();
    given.push(...data.files);
    files.load();
    hand();
  }

  function hand(): void {
    const parts = files.parts.value;
    if (typeof parts === "object" && given.length > 0) parts.take(given.splice(0));
  }
}
