import { useLayoutEffect, useRef } from "preact/hooks";
import type { TranscriptLine } from "../api/answers.ts";
import { emphasised } from "./emphasised.tsx";
import { timeOf } from "../times.ts";

const speakers: Record<TranscriptLine["by"]["kind"], string> = { visitor: "Visitor", assistant: "Assistant", agent: "Agent", system: "" };
/** What only says that something went as it should. */
const QUIET = new Set(["delivery"]);

const CLOSE_TO_END_PX = 40;

/** Both halves of a conversation in one (E6, L3). Whatever was written is text, and never markup (T2, T33). */
export function Transcript({ lines }: { lines: TranscriptLine[] }) {
  const log = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  // The latest is what matters, unless somebody has scrolled up to read.
  useLayoutEffect(() => {
    if (log.current && isAtEnd.current) log.current.scrollTop = log.current.scrollHeight;
  }, [lines]);
  const shown = lines.filter(({ kind, text }) => !QUIET.has(kind) || !text.endsWith(": delivered."));
  return (
    <div
      ref={log}
      class="transcript"
      role="log"
      aria-label="What was said"
      tabIndex={0}
      onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
        isAtEnd.current = scrollTop + clientHeight >= scrollHeight - CLOSE_TO_END_PX;
      }}
    >
      {shown.length === 0 && <p class="event">Nothing has been said yet.</p>}
      {shown.map((line) =>
        line.by.kind === "system" ? (
          <p key={line.seq} class="event" dir="auto">
            {line.text} <time dateTime={line.at}>{timeOf(line.at)}</time>
          </p>
        ) : (
          <article key={line.seq} class={`said ${line.by.kind}`} lang={line.language}>
            <header>
              <strong dir="auto">{line.by.name ?? speakers[line.by.kind]}</strong> <time dateTime={line.at}>{timeOf(line.at)}</time>
            </header>
            <p dir="auto">{line.by.kind === "assistant" ? emphasised(line.text) : line.text}</p>
            <Offered line={line} />
          </article>
        ),
      )}
    </div>
  );
}

/** What stood below the words to be pressed. */
function Offered({ line: { rich } }: { line: TranscriptLine }) {
  if (!rich) return null;
  const titles = [
    ...rich.suggestions.map(({ text }) => text),
    ...rich.attachments.map(({ title }) => title),
    ...rich.calls.map(({ title }) => title),
  ];
  return titles.length > 0 ? <footer dir="auto">Offered: {titles.join(" · ")}</footer> : null;
}
