import type { Task } from "./conversation/facts.ts";
import type { Owed } from "./conversation/move.ts";
import type { NewJob } from "./store/store.ts";

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

/** One question to the assistant at a time; the agent sees things in the order they were said. */
function laneOf(task: Task): string | null {
  switch (task.task) {
    case "greet":
    case "ask_assistant":
      return "assistant";
    case "open_handoff":
    case "tell_agent":
    case "attach_context":
      return `vendor ${task.handoff}`; // of its own: a desk that is down must not hold up the next one
    case "announce":
      return `announce ${task.to}`; // each system hears of a conversation in order, and waits for no other's
    default:
      return null;
  }
}
