import { effect } from "@preact/signals-core";
import type { Shared } from "./props.ts";

/** Tells the page what happens in the chat, and whoever looks at the launcher how much of it is new; and follows the chat to its language. */
export function followChat({ chat, look, say, language, asking, forms, files, button, emit, found, until }: Shared): void {
  /** What was said before this page is no news. */
  const seqBefore = (): number => (chat.session.value === found ? -1 : 0);
  let told = { unread: -1, phase: "", seq: seqBefore() };
  let before: string | null = null; // what was spoken before the assistant changed it
  const stops = [
    effect(tell),
    effect(name),
    effect(() => {
      const next = chat.story.value.language;
      before ??= next && language.locale.peek();
      if (before) void language.speak(next ?? before);
    }),
    effect(() => {
      if (chat.phase.value !== "automated" || chat.story.value.endsInSeconds) forms.load(); // a person's lines are not to be missed, nor the end
      if (chat.phase.value === "live" && chat.site.value?.files) files.load();
    }),
    chat.session.subscribe(() => void (asking.value = null)), // another chat, perhaps begun in another tab, is not the one to end
  ];
  until.addEventListener("abort", () => stops.forEach((stop) => stop()));

  function tell(): void {
    const [unread, phase] = [chat.unread.value, chat.phase.value];
    const { shown } = chat.story.value;
    const isCaughtUp = chat.isCaughtUp.value;
    if (told.unread !== unread) {
      button.title = ""; // where the panel could not be loaded before
      delete button.dataset["unread"];
      if (unread > 0) button.dataset["unread"] = Math.min(unread, 99) as unknown as string; // the platform makes a text of it
      emit("unread", unread);
    }
    if (told.phase !== phase && isCaughtUp) emit("phase", phase);
    for (const item of told.seq < 0 ? [] : shown) {
      if (item.kind !== "line" || item.seq <= told.seq) continue;
      emit("message", { by: item.by, name: item.name ?? null, text: item.text, at: item.at });
    }
    told = {
      unread,
      phase: isCaughtUp ? phase : told.phase,
      seq: isCaughtUp ? (shown.at(-1)?.seq ?? 0) : seqBefore(),
    };
  }

  /** What is written on it comes first, or whoever speaks to the machine could not name it. */
  function name(): void {
    const { label } = look.value;
    const count = chat.unread.value;
    button.ariaLabel = (label ? `${label}: ` : "") + (count > 0 ? say("openChatUnread", { count }) : say("openChat"));
  }
}
