import { isWaiting } from "../conversation/line-state.ts";
import type { OutboxLine } from "../conversation/outbox.ts";
import type { Shown, ShownLine } from "../conversation/story.ts";
import type { LaterParts } from "./parts.ts";
import type { Shared } from "./props.ts";
import { watched } from "./watched.ts";

const GROUPED_WITHIN_MS = 5 * 60_000;

/** Everything said so far, oldest first. Only what is new is announced, not the history that was there. */
export const Messages = watched(function Messages(shared: Shared) {
  const { chat, say, later } = shared;
  // Held back for the moment until its text can be drawn as it is meant, so that nothing moves under the visitor's eyes.
  const parts = later.parts.value;
  const there = typeof parts === "object" && parts;
  const isHeld = parts === "coming";
  const items: Drawn[] = [...(isHeld ? [] : chat.story.value.shown), ...chat.waiting.value.map(asShown)];
  return (
    <div
      class="log"
      part="log"
      role="log"
      aria-label={say("messages")}
      aria-live={chat.isCaughtUp.value && !isHeld ? "polite" : "off"}
      tabIndex={0}
    >
      <div>
        {there && <there.Welcome {...shared} />}
        {items.map((item, index) => [
          there && there.before(item, items[index - 1], shared),
          item.kind === "notice" ? (
            <p key={item.seq} class="notice">
              {there && there.noticeText(item.what, say)}
            </p>
          ) : (
            <Line
              key={item.id}
              line={item}
              isFollowUp={isFollowUp(item, items[index - 1])}
              isLast={index === items.length - 1}
              there={there}
              {...shared}
            />
          ),
        ])}
        {there && <there.Suggestions {...shared} />}
        {there && <there.Typing {...shared} />}
      </div>
    </div>
  );
});

interface LineProps {
  line: ShownLine & { waiting?: OutboxLine };
  isFollowUp: boolean;
  isLast: boolean;
  there: LaterParts | false;
}

function Line({ isFollowUp, there, ...shared }: Shared & LineProps) {
  const { say, language, line } = shared;
  const { by, name, at, waiting, text } = line;
  return (
    <div
      class="line"
      data-by={by}
      data-followup={isFollowUp || undefined}
      data-pending={(waiting && waiting.state !== "sent") || undefined}
    >
      {!isFollowUp && (
        <p class="by">
          {there && <there.Avatar {...shared} />}
          {by === "visitor" ? <span class="hidden">{say("you")}</span> : (name ?? (by === "agent" ? say("person") : say("assistant")))}
          <time dateTime={at}>{language.time(at)}</time>
        </p>
      )}
      {text &&
        (there ? (
          there.renderBubble(text, line.format)
        ) : (
          <p class="bubble" dir="auto">
            {text}
          </p>
        ))}
      {waiting && <State {...shared} waiting={waiting} />}
      {there && <there.Under {...shared} />}
    </div>
  );
}

/** How far a line has come that goes its way by itself. What has not gone well is said under it by the part that is loaded later. */
const State = watched(function State({ waiting: { state }, chat, say }: Shared & { waiting: OutboxLine }) {
  if (typeof state === "object" && !isWaiting(state)) return null;
  return <p class="mark">{say(state === "sent" ? "sent" : state === "sending" && chat.isReachable.value ? "sending" : "waiting")}</p>;
});

/** Drawn as the entry that it will be, so that it stays the same element when that arrives, and is read out once. */
function asShown(waiting: OutboxLine): Drawn {
  const at = new Date(waiting.at).toISOString();
  return { ...waiting, kind: "line", by: "visitor", format: "plain", seq: 0, at, delivery: null, lost: null, waiting };
}

type Drawn = Shown & { waiting?: OutboxLine };

function isFollowUp(line: ShownLine, before: Shown | undefined): boolean {
  if (before?.kind !== "line" || before.by !== line.by || before.name !== line.name) return false;
  return Date.parse(line.at) - Date.parse(before.at) < GROUPED_WITHIN_MS;
}
