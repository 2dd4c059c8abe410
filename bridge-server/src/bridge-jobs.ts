import type { Task } from "./conversation/facts.ts";
import type { Lifecycle } from "./conversation/lifecycle.ts";
import type { Owed } from "./conversation/move.ts";
import type { Decision, NewJob } from "./store/store.ts";

/** News of a whole account names a chat, but not whose site it is on; and some work is for all sites together. */
export const ANY_SITE = "";

/** Nothing has happened that anybody sees; there is work. */
export const owing =
  (job: NewJob) =>
  (lifecycle: Lifecycle): Decision => ({ lifecycle, entries: [], notes: [], names: [], turns: 0, jobs: [job] });

/** What is owed, as the store keeps it. */
export function newJob({ task, afterMs }: Owed, now: Date): NewJob {
  const lane = laneOf(task);
  return {
    task: task.task,
    input: task,
    ...(afterMs !== undefined && { runAt: new Date(now.getTime() + afterMs) }),
    ...(lane && { lane }),
  };
}

/** One question to the assistant at a time; the agent, and a visitor without a browser, see things in the order they were said. */
function laneOf(task: Task): string | null {
  switch (task.task) {
    case "greet":
    case "ask_assistant":
      return "assistant";
    case "open_handoff":
    case "tell_agent":
    case "attach_context":
      return `vendor ${task.handoff}`; // of its own: a desk that is down must not hold up the next one
    case "tell_visitor":
      return "visitor";
    case "announce":
      return `announce ${task.to}`; // each system hears of a conversation in order, and waits for no other's
    default:
      return null;
  }
}
