import { isRefused, isWaiting, type LineState, type Refused } from "../conversation/line-state.ts";
import type { OutboxLine } from "../conversation/outbox.ts";
import type { ShownLine } from "../conversation/story.ts";
import { Extras } from "./Extras.tsx";
import { Loaded } from "./Loaded.tsx";
import type { Shared } from "./props.ts";
import { watched } from "./watched.ts";

/** Under the words of a line: what came with them, and what did not go well. */
export function Under(shared: Shared & { line: ShownLine & { waiting?: OutboxLine }; isLast: boolean }) {
  const { line, say } = shared;
  const { waiting } = line;
  const why = waiting && whyRefused(waiting.state);
  return (
    <>
      {why && <Loaded from={shared.forms} draw={({ Problem }) => <Problem {...shared} of={waiting} why={why} />} />}
      {line.rich && <Extras {...shared} />}
      {line.file && <Loaded from={shared.files} draw={({ SentFile }) => <SentFile {...shared} />} />}
      {line.delivery && <p class={line.delivery === "delayed" ? "mark" : "mark problem"}>{say(line.delivery)}</p>}
      {line.by === "visitor" && <ReadMark {...shared} />}
      {line.lost && <Loaded from={shared.forms} draw={({ Lost }) => <Lost {...shared} />} />}
    </>
  );
}

/** Under the last line that the person has read. Nobody is told of it: it is for who wonders. */
const ReadMark = watched(function ReadMark({ chat, line, say }: Shared & { line: ShownLine }) {
  const read = chat.story.value.shown.findLast((item) => item.kind === "line" && item.by === "visitor" && item.seq <= chat.agentRead.value);
  return read && read.seq === line.seq ? (
    <p class="mark" aria-live="off">
      {say("read")}
    </p>
  ) : null;
});

/** For good, or until the visitor does something about it. */
function whyRefused(state: LineState): Refused | null {
  return isRefused(state) && !isWaiting(state) ? state : null;
}
