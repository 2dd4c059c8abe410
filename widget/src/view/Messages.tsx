import type { VNode } from "preact";
import type { OutboxLine } from "../conversation/outbox.ts";
import type { Notice, Shown, ShownLine } from "../conversation/story.ts";
import { Attachments } from "./Attachments.tsx";
import { LostMark, SendingMark } from "./Marks.tsx";
import type { Shared } from "./props.ts";
import type { Words } from "../words.ts";
import { renderText } from "./text.ts";

const GROUPED_WITHIN_MS = 5 * 60_000;
const AT_THE_END_WITHIN_PX = 80;

/** Everything said so far, oldest first. Only what is new is announced, not the history that was there. */
export function Messages(shared: Shared) {
  const { chat, words } = shared;
  const { shown } = chat.story();
  const waiting = chat.waiting.value;
  const typist = whoTypes(shared);
  return (
    <div
      ref={(log) => void (log && stayAtEnd(log, `${shown.length} ${waiting.length} ${typist}`))}
      class="log"
      role="log"
      aria-label={words.messages}
      aria-live={chat.isCaughtUp.value ? "polite" : "off"}
      tabIndex={0}
      onScroll={({ currentTarget }) => currentTarget.toggleAttribute("data-away", !isAtEnd(currentTarget))}
    >
      {shown.map((item, index) =>
        item.kind === "notice" ? (
          <p key={item.seq} class="notice">
            {noticeText(item.what, words)}
          </p>
        ) : (
          <Line key={item.id} line={item} isFollowUp={isFollowUp(item, shown[index - 1])} isLast={index === shown.length - 1} {...shared} />
        ),
      )}
      {waiting.map((line) => (
        <Pending key={line.id} line={line} {...shared} />
      ))}
      {typist && (
        <div key="typing" class="line typing">
          <span class="hidden">{words.isTyping(typist)}</span>
          <span class="bubble" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
        </div>
      )}
    </div>
  );
}

/** What is new is scrolled to, unless the visitor has scrolled up to read. */
function stayAtEnd(log: HTMLElement, content: string): void {
  if (log.dataset.content === content) return;
  log.dataset.content = content;
  if (!log.hasAttribute("data-away")) log.scrollTop = log.scrollHeight;
}

function isAtEnd({ scrollTop, scrollHeight, clientHeight }: HTMLElement): boolean {
  return scrollHeight - scrollTop - clientHeight < AT_THE_END_WITHIN_PX;
}

function Line({ line, isFollowUp, isLast, ...shared }: Shared & { line: ShownLine; isFollowUp: boolean; isLast: boolean }) {
  const { words, locale, chat } = shared;
  const { by, name, at, delivery } = line;
  return (
    <div class="line" data-by={by} data-followup={isFollowUp || undefined}>
      {!isFollowUp && (
        <p class="by">
          <span class={by === "visitor" ? "hidden" : ""}>
            {by === "visitor" ? words.you : (name ?? (by === "agent" ? words.person : words.assistant))}
          </span>
          <time dateTime={at}>{new Date(at).toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit" })}</time>
        </p>
      )}
      {bubbleOf(line)}
      {line.rich && <Attachments rich={line.rich} mayAnswer={isLast && chat.assistantListens()} {...shared} />}
      {delivery && <p class={delivery === "delayed" ? "mark" : "mark problem"}>{words[delivery]}</p>}
      {line.lost && <LostMark line={line} why={line.lost} isLast={isLast} {...shared} />}
    </div>
  );
}

function Pending({ line, ...shared }: Shared & { line: OutboxLine }) {
  return (
    <div class="line" data-by="visitor" data-pending={line.state !== "sent" || undefined}>
      <div class="bubble" dir="auto">
        {renderText(line.text, "plain")}
      </div>
      <SendingMark line={line} {...shared} />
    </div>
  );
}

const bubbles = new WeakMap<ShownLine, VNode>();

/** The same element for the same line, so that the text of a long chat is not read again at every key stroke. */
function bubbleOf(line: ShownLine): VNode {
  const bubble = bubbles.get(line) ?? (
    <div class="bubble" dir="auto">
      {renderText(line.text, line.format)}
    </div>
  );
  bubbles.set(line, bubble);
  return bubble;
}

function isFollowUp(line: ShownLine, before: Shown | undefined): boolean {
  if (before?.kind !== "line" || before.by !== line.by || before.name !== line.name) return false;
  return Date.parse(line.at) - Date.parse(before.at) < GROUPED_WITHIN_MS;
}

function whoTypes({ chat, words }: Shared): string | null {
  if (chat.agentTypes.value && chat.phase() === "live") return chat.story().agent ?? words.person;
  return chat.assistantThinks() ? words.assistant : null;
}

function noticeText(notice: Notice, words: Words): string {
  // One line correlates the table with its key: the sentence under this type takes this notice.
  return (words.notices[notice.type] as (notice: Notice) => string)(notice);
}
