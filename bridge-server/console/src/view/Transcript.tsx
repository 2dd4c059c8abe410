import type { TranscriptLine } from "../api/answers.ts";
import { emphasised } from "./emphasised.tsx";
import { timeOf } from "../times.ts";

const speakers: Record<TranscriptLine["by"]["kind"], string> = { visitor: "Visitor", assistant: "Assistant", agent: "Agent", system: "" };
/** What only says that something went as it should. */
const QUIET = new Set(["delivery"]);

/** Both halves of a conversation in one (E6, L3). Whatever was written is text, and never markup (T2, T33). */
export function Transcript({ lines }: { lines: TranscriptLine[] }) {
  const shown = lines.filter(({ kind, text }) => !QUIET.has(kind) || !text.endsWith(": delivered."));
  return (
    <div class="transcript" role="log" aria-label="What was said" tabIndex={0}>
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
