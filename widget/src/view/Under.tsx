import type { OutboxLine } from "../conversation/outbox.ts";
import type { ShownLine } from "../conversation/story.ts";
import { Extras } from "./Extras.tsx";
import { Lost, Problem } from "./Problems.tsx";
import type { Shared } from "./props.ts";

/** Under the words of a line: what came with them, and what did not go well. */
export function Under(shared: Shared & { line: ShownLine & { waiting?: OutboxLine }; isLast: boolean }) {
  const { line, say } = shared;
  return (
    <>
      {line.waiting && <Problem {...shared} of={line.waiting} />}
      {line.rich && <Extras {...shared} />}
      {line.delivery && <p class={line.delivery === "delayed" ? "mark" : "mark problem"}>{say(line.delivery)}</p>}
      {line.lost && <Lost {...shared} />}
    </>
  );
}
