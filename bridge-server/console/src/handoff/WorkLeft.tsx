import { useEffect, useState } from "preact/hooks";
import type { Work } from "../api/answers.ts";
import { now } from "../clock.ts";
import type { Console } from "../console.ts";
import { labelOf } from "../brief.ts";
import { createLoad } from "../model/load.ts";
import { elapsed, momentOf } from "../times.ts";
import { Shown } from "../view/Notice.tsx";

type Job = Work["work"][number];

const states: Record<Job["state"], string> = { waiting: "Waiting", under_way: "Under way", kept: "Given up, and kept" };

/** What the bridge still owes to others for this conversation, and what it has given up. */
export function WorkLeft({ parts, id }: { parts: Console; id: string }) {
  const [load] = useState(() =>
    createLoad(parts.clock, (stop) => parts.api.get<Work>(`/v1/handoffs/${encodeURIComponent(id)}/work`, {}, stop)),
  );
  useEffect(() => {
    void load.read();
    const stopListening = parts.changes.listen((changed) => void (changed.id === id && load.read()));
    return () => {
      stopListening();
      load.stop();
    };
  }, [load]);
  return (
    <section>
      <h2>Work left</h2>
      <Shown loaded={load.state.value} retry={load.read}>
        {({ work }) => {
          const owed = work.filter(isOwed);
          return owed.length === 0 ? (
            <p class="hint">Nothing is owed to anybody for this conversation.</p>
          ) : (
            <ul class="work" aria-label="Work left">
              {owed.map((job) => (
                <li key={job.id}>
                  <span title={job.task}>{labelOf(job.task)}</span>
                  <span class={`badge ${job.state === "kept" ? "urgent" : ""}`}>{states[job.state]}</span>
                  <span class="muted">{whenOf(job)}</span>
                </li>
              ))}
            </ul>
          );
        }}
      </Shown>
    </section>
  );
}

/** A watch that waits is owed to nobody: it looks at the clock. */
const isOwed = ({ task, state }: Job): boolean => state !== "waiting" || !task.startsWith("watch_");

/** What is not due yet has not been owed for any time. */
function whenOf({ attempt, since, due_at: due }: Job): string {
  const isDue = since !== null && Date.parse(since) < now.value;
  return [attempt > 1 && `try ${attempt}`, isDue && `owed for ${elapsed(since)}`, due && `due ${momentOf(due)}`]
    .filter(Boolean)
    .join(" · ");
}
