import type { ShownLine } from "../conversation/story.ts";
import { noticeText } from "./notice-text.ts";
import type { Shared } from "./props.ts";

/** Gives the visitor what was said, as a text file. Made here, so that it is in their language and needs no connection. */
export function saveTranscript(shared: Shared): void {
  const file = URL.createObjectURL(new Blob([transcriptOf(shared)], { type: "text/plain;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = file;
  link.download = `chat-${new Date(shared.clock.now()).toISOString().slice(0, 10)}.txt`;
  link.click();
  shared.clock.after(60_000, () => URL.revokeObjectURL(file)); // some browsers read it only after they have asked where to put it
}

/** One paragraph a line, oldest first, with what happened in between. */
function transcriptOf({ chat, say, language }: Shared): string {
  const written = new Intl.DateTimeFormat(language.locale.value, { dateStyle: "medium", timeStyle: "short" });
  const paragraphs = chat.story.value.shown.map((item) => {
    const at = written.format(new Date(item.at));
    return item.kind === "notice" ? `${at}\n${noticeText(item.what, say)}` : `${at} · ${speaker(item)}\n${item.text}`;
  });
  return [chat.site.value?.title ?? say("title"), ...paragraphs, ""].join("\n\n");

  function speaker({ by, name }: ShownLine): string {
    return name ?? say(({ visitor: "you", assistant: "assistant", agent: "person" } as const)[by]);
  }
}
