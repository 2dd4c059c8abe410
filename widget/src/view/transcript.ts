import type { ShownLine } from "../conversation/story.ts";
import type { Shared } from "./props.ts";
import { saveFile } from "./save-file.ts";

/** Gives the visitor what was said, as a text file. Made here, so that it is in their language and needs no connection. */
export function saveTranscript(shared: Shared): void {
  const today = new Date(shared.clock.now()).toISOString().slice(0, 10);
  saveFile(new Blob([transcriptOf(shared)], { type: "text/plain;charset=utf-8" }), `chat-${today}.txt`, shared.clock);
}

/** One paragraph a line, oldest first, with what happened in between. Files are named. */
function transcriptOf({ chat, say, language, later }: Shared): string {
  const written = new Intl.DateTimeFormat(language.locale.value, { dateStyle: "medium", timeStyle: "short" });
  const parts = later.parts.value;
  const paragraphs = chat.story.value.shown.map((item) => {
    const at = written.format(new Date(item.at));
    if (item.kind === "notice") return typeof parts === "object" && `${at}\n${parts.noticeText(item.what, say)}`;
    return [`${at} · ${speaker(item)}`, wordsOf(item), item.file?.name, ...offered(item)].filter(Boolean).join("\n");
  });
  return [chat.site.value?.title ?? say("title"), ...paragraphs.filter(Boolean), ""].join("\n\n");

  function wordsOf({ text, format }: ShownLine): string {
    return typeof parts === "object" ? parts.plainText(text, format) : text;
  }
  function offered({ rich }: ShownLine): string[] {
    return [
      ...(rich?.attachments ?? []).map(({ title, url }) => `${title} ${url}`),
      ...(rich?.calls ?? []).map(({ title, number }) => `${title} ${number}`),
    ];
  }
  function speaker({ by, name }: ShownLine): string {
    return name ?? say(({ visitor: "you", assistant: "assistant", agent: "person" } as const)[by]);
  }
}
