import type { TextFormat } from "@baton/bridge-server/protocol";
import { isWaiting, type OutboxLine } from "../conversation/outbox.ts";
import type { Shown, ShownLine } from "../conversation/story.ts";
import { Loaded } from "./Loaded.tsx";
import type { Shared } from "./props.ts";
import { watched } from "./watched.ts";

const GROUPED_WITHIN_MS = 5 * 60_000;
const AT_THE_END_WITHIN_PX = 80;

/** Everything said so far, oldest first. Only what is new is announced, not the history that was there. */
export const Messages = watched(function Messages(shared: Shared) {
  const { chat, say, later, look } = shared;
  // Held back for the moment until its text can be drawn as it is meant, so that nothing moves under the visitor's eyes.
  const isHeld = later.parts.value === "coming";
  const items: Drawn[] = [...(isHeld ? [] : chat.story.value.shown), ...chat.waiting.value.map(asShown)];
  const typist = whoTypes(shared);
  return (
    <div
      ref={stayAtEnd}
      class="log"
      part="log"
      role="log"
      aria-label={say("messages")}
      aria-live={chat.isCaughtUp.value && !isHeld ? "polite" : "off"}
      tabIndex={0}
    >
      <div>
        {look.value.welcome && <Loaded key="welcome" from={later} draw={({ Welcome }) => <Welcome {...shared} />} />}
        {items.map((item, index) =>
          item.kind === "notice" ? (
            <p key={item.seq} class="notice">
              <Loaded from={shared.later} draw={({ noticeText }) => noticeText(item.what, say)} />
            </p>
          ) : (
            <Line
              key={item.id}
              line={item}
              isFollowUp={isFollowUp(item, items[index - 1])}
              isLast={index === items.length - 1}
              {...shared}
            />
          ),
        )}
        {look.value.suggestions && <Loaded key="suggestions" from={later} draw={({ Suggestions }) => <Suggestions {...shared} />} />}
        {typist && (
          <div key="typing" class="line typing">
            <span class="hidden">{say("typing", { who: typist })}</span>
            <span class="bubble" aria-hidden="true">
              <i />
              <i />
              <i />
            </span>
          </div>
        )}
      </div>
    </div>
  );
});

/** What is new is scrolled to, whatever made it or its place larger or smaller; unless the visitor has scrolled up to read. */
function stayAtEnd(log: HTMLElement | null): void {
  if (!log?.firstElementChild) return;
  let isAway = false;
  let top = 0;
  log.addEventListener("scroll", () => {
    // Away is who moves up. Who was at the end and is not any more may only not have been scrolled to what has just come.
    const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < AT_THE_END_WITHIN_PX;
    isAway = !isAtEnd && (isAway || log.scrollTop < top);
    top = log.scrollTop;
  });
  const watcher = new ResizeObserver(() => {
    if (!isAway) log.scrollTop = log.scrollHeight;
  });
  watcher.observe(log);
  watcher.observe(log.firstElementChild);
}

function Line({
  line,
  isFollowUp,
  isLast,
  ...shared
}: Shared & { line: ShownLine & { waiting?: OutboxLine }; isFollowUp: boolean; isLast: boolean }) {
  const { say, language } = shared;
  const { by, name, at, delivery, waiting } = line;
  const avatar = by === "visitor" ? undefined : shared.look.value.avatars?.[by];
  return (
    <div
      class="line"
      data-by={by}
      data-followup={isFollowUp || undefined}
      data-pending={(waiting && waiting.state !== "sent") || undefined}
    >
      {!isFollowUp && (
        <p class="by">
          {avatar && <Loaded from={shared.later} draw={({ Picture }) => <Picture {...shared} path={avatar} of="avatar" />} />}
          <span class={by === "visitor" ? "hidden" : ""}>
            {by === "visitor" ? say("you") : (name ?? (by === "agent" ? say("person") : say("assistant")))}
          </span>
          <time dateTime={at}>{language.time(at)}</time>
        </p>
      )}
      <Bubble text={line.text} format={line.format} {...shared} />
      {waiting && <State line={waiting} {...shared} />}
      {line.rich && <Loaded from={shared.later} draw={({ Extras }) => <Extras line={line} isLast={isLast} {...shared} />} />}
      {delivery && <p class={delivery === "delayed" ? "mark" : "mark problem"}>{say(delivery)}</p>}
      {line.lost && <Loaded from={shared.later} draw={({ Lost }) => <Lost line={line} isLast={isLast} {...shared} />} />}
    </div>
  );
}

const Bubble = watched(function Bubble({ text, format, later }: Shared & { text: string; format: TextFormat }) {
  const parts = later.parts.value;
  return (
    <div class="bubble" dir="auto">
      {typeof parts === "object" ? parts.renderText(text, format) : <p>{text}</p>}
    </div>
  );
});

const State = watched(function State({ line, ...shared }: Shared & { line: OutboxLine }) {
  const { chat, say } = shared;
  return typeof line.state === "object" && !isWaiting(line.state) ? (
    <Loaded from={shared.later} draw={({ Problem }) => <Problem of={line} {...shared} />} />
  ) : (
    <p class="mark">
      {line.state === "sent" ? say("sent") : line.state === "sending" && chat.isReachable.value ? say("sending") : say("waiting")}
    </p>
  );
});

/** Drawn as the entry that it will be, so that it stays the same element when that arrives, and is read out once. */
function asShown(waiting: OutboxLine): Drawn {
  const at = new Date(waiting.at).toISOString();
  return {
    kind: "line",
    id: waiting.id,
    by: "visitor",
    text: waiting.text,
    format: "plain",
    seq: 0,
    at,
    delivery: null,
    lost: null,
    waiting,
  };
}

type Drawn = Shown & { waiting?: OutboxLine };

function isFollowUp(line: ShownLine, before: Shown | undefined): boolean {
  if (before?.kind !== "line" || before.by !== line.by || before.name !== line.name) return false;
  return Date.parse(line.at) - Date.parse(before.at) < GROUPED_WITHIN_MS;
}

function whoTypes({ chat, say }: Shared): string | null {
  if (chat.agentTypes.value && chat.phase.value === "live") return chat.story.value.agent ?? say("person");
  return chat.assistantThinks.value ? say("assistant") : null;
}
