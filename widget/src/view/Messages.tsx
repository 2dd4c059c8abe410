import { useLayoutEffect, useRef } from "preact/hooks";
import type { OutboxLine } from "../conversation/outbox.ts";
import type { Notice, Shown, ShownLine } from "../conversation/story.ts";
import { Attachments } from "./Attachments.tsx";
import type { Shared } from "./Panel.tsx";
import { DeliveryMark, LostMark, SendingMark } from "./marks.tsx";
import { renderText } from "./text.ts";

const GROUPED_WITHIN_MS = 5 * 60_000;
const AT_THE_END_WITHIN_PX = 80;

/** Everything said so far, oldest first. Only what is new is announced, not the history that was there. */
export function Messages(shared: Shared) {
  const { chat, words } = shared;
  const { shown } = chat.story.value;
  const waiting = chat.waiting.value;
  const log = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const typist = whoTypes(shared);

  useLayoutEffect(() => {
    const element = log.current;
    if (element && (isAtEnd.current || waiting.length > 0)) element.scrollTop = element.scrollHeight;
  }, [shown.length, waiting.length, typist]);

  const rememberPlace = ({ currentTarget: { scrollTop, scrollHeight, clientHeight } }: { currentTarget: HTMLElement }): void => {
    isAtEnd.current = scrollHeight - scrollTop - clientHeight < AT_THE_END_WITHIN_PX;
  };
  return (
    <div
      ref={log}
      class="log"
      role="log"
      aria-label={words.messages}
      aria-live={chat.isCaughtUp.value ? "polite" : "off"}
      aria-relevant="additions"
      tabIndex={0}
      onScroll={rememberPlace}
    >
      {shown.map((item, index) => (
        <Item
          key={item.kind === "line" ? item.id : item.seq}
          item={item}
          before={shown[index - 1]}
          isLast={index === shown.length - 1}
          {...shared}
        />
      ))}
      {waiting.map((line) => (
        <Pending key={line.id} line={line} {...shared} />
      ))}
      {typist && (
        <div key="typing" class="line typing" data-by="assistant">
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

function Item({ item, before, isLast, ...shared }: Shared & { item: Shown; before: Shown | undefined; isLast: boolean }) {
  if (item.kind === "notice") return <p class="notice">{noticeText(item.what, shared)}</p>;
  return <Line line={item} isFollowUp={isFollowUp(item, before)} isLast={isLast} {...shared} />;
}

function Line({ line, isFollowUp, isLast, ...shared }: Shared & { line: ShownLine; isFollowUp: boolean; isLast: boolean }) {
  const { words, locale, chat } = shared;
  const isOwn = line.by === "visitor";
  const mayAnswer = isLast && chat.waiting.value.length === 0;
  return (
    <div class="line" data-by={line.by} data-followup={isFollowUp || undefined}>
      {!isFollowUp && (
        <p class="by">
          <span class={isOwn ? "hidden" : undefined}>{speaker(line, shared)}</span>
          <time dateTime={line.at}>{timeOf(line.at, locale)}</time>
        </p>
      )}
      <div class="bubble" dir="auto">
        {renderText(line.text, line.format, words.opensInNewTab)}
      </div>
      {line.rich && <Attachments rich={line.rich} mayAnswer={mayAnswer} {...shared} />}
      {line.delivery && <DeliveryMark state={line.delivery} words={words} />}
      {line.lost && <LostMark line={line} why={line.lost} isLast={isLast} {...shared} />}
    </div>
  );
}

function Pending({ line, ...shared }: Shared & { line: OutboxLine }) {
  return (
    <div class="line" data-by="visitor" data-pending={line.state !== "sent" || undefined}>
      <div class="bubble" dir="auto">
        {renderText(line.text, "plain", shared.words.opensInNewTab)}
      </div>
      <SendingMark line={line} {...shared} />
    </div>
  );
}

function isFollowUp(line: ShownLine, before: Shown | undefined): boolean {
  if (before?.kind !== "line" || before.by !== line.by || before.name !== line.name) return false;
  return Date.parse(line.at) - Date.parse(before.at) < GROUPED_WITHIN_MS;
}

function speaker({ by, name }: ShownLine, { words }: Shared): string {
  if (by === "visitor") return words.you;
  return name ?? (by === "agent" ? words.person : words.assistant);
}

function whoTypes({ chat, words }: Shared): string | null {
  if (chat.agentTypes.value && chat.phase.value === "live") return chat.story.value.agent ?? words.person;
  return chat.assistantThinks.value ? words.assistant : null;
}

/** By the bridge's clock, in the visitor's zone. */
function timeOf(at: string, locale: string): string {
  return new Date(at).toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit" });
}

function noticeText(notice: Notice, { words }: Shared): string {
  switch (notice.type) {
    case "agent_joined":
      return words.joined(notice.name);
    case "agent_left":
      return words.left(notice.name ?? words.person);
    case "transferred":
      return words.transferred(notice.to);
    case "assistant_restarted":
      return words.restarted;
    case "message_left":
      return words.messageLeft;
  }
}
