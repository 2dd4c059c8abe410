import { pagesWord } from "./model-told.ts";
import type { DeskChat, Moment, World } from "./model.ts";

/** Which promises a step has broken. Empty, if the world is as it should be. */
export function broken(now: Moment, before: World): string[] {
  return [
    ...barrier(now, before),
    ...turns(now),
    ...order(now, before),
    ...desks(now),
    ...waits(now),
    ...lines(now),
    ...ending(now),
    ...topics(now),
    ...pagesWord(now),
  ];
}

/** A10: where a topic says that its handoff has failed, it has, and something follows. */
function topics({ decided }: Moment): string[] {
  return decided.flatMap(({ from, fact, decision: { lifecycle, jobs } }) => {
    if (fact.type !== "failure_state_found" || from.phase !== "handoff_initiated" || from.handoff !== fact.handoff) return [];
    const hasFailed = lifecycle.phase === "failed" && lifecycle.reason === "failure_state";
    return hasFailed && jobs.some(({ task }) => task.task === "start_fallback") ? [] : ["A10 a topic's failure was passed over"];
  });
}

/** I-8: from a handoff until an explicit return the assistant is neither asked nor heard. */
function barrier({ decided, isAskedTooLate, world }: Moment, before: World): string[] {
  const found: string[] = isAskedTooLate ? ["I-8 the assistant was asked while somebody else had the conversation"] : [];
  for (const { from, decision, fact } of decided) {
    const isHeard = decision.entries.some((entry) => entry.type === "said" && entry.by === "assistant");
    const reported = before.runs.filter((run) => !world.runs.includes(run) && !world.runs.some(({ job }) => job.id === run.job.id));
    const isStale = fact.type === "assistant_answered" && reported.length === 1 && reported[0]?.isStale === true;
    if (isHeard && (from.phase !== "automated" || isStale)) found.push("I-8 an answer from before a handoff was shown after it");
    const asks = decision.jobs.some(({ task }) => task.task === "ask_assistant" || task.task === "greet");
    if (asks && decision.lifecycle.phase !== "automated") found.push("I-8 a question to the assistant is owed while a person is asked for");
    const isReturn = ["fallback_started", "vendor_closed"].includes(fact.type);
    if (from.phase !== "automated" && decision.lifecycle.phase === "automated" && !isReturn)
      found.push("I-8 the assistant came back without an explicit return");
  }
  return found;
}

/** I-6: at most once when unsure. */
function turns({ world }: Moment): string[] {
  return world.lines.some(({ asked }) => asked > 1) ? ["I-6 the assistant was asked the same line twice"] : [];
}

/** I-2: nothing is in the conversation twice. */
function order({ entries, world }: Moment, before: World): string[] {
  const ids = entries.flatMap((entry) => (entry.type === "said" ? [`${entry.by === "visitor" ? "" : "by "}${entry.id}`] : []));
  const twice = ids.some((id) => before.marks.includes(`said ${id}`)) || new Set(ids).size < ids.length;
  const marked = world.marks.filter((mark) => mark.startsWith("undelivered "));
  return [
    ...(twice ? ["I-2 something was said twice"] : []),
    ...(new Set(marked).size < marked.length ? ["I-2 a line was marked twice"] : []),
  ];
}

/** I-9: no chat at a desk without somebody who ends it, and only the handoff's own news moves it. */
function desks({ decided, world }: Moment): string[] {
  const found = world.chats.some((chat) => chat.isOpen && !isOwned(chat, world)) ? ["I-9 a desk holds a chat that nobody will close"] : [];
  for (const { from, fact, decision } of decided) {
    if (!("handoff" in fact) || !("handoff" in from) || fact.handoff === from.handoff) continue;
    const { lifecycle } = decision;
    if (lifecycle !== from && fact.type !== "context_found" && fact.type !== "steered")
      found.push("I-9 what belongs to an earlier handoff has moved this one");
  }
  return found;
}

function isOwned({ ref, handoff }: DeskChat, { lifecycle, jobs, runs }: World): boolean {
  if ("vendorChat" in lifecycle && lifecycle.vendorChat.ref === ref) return true;
  const willAccept = runs.some(
    ({ outcome }) => outcome.type === "fact" && "vendorChat" in outcome.fact && outcome.fact.vendorChat.ref === ref,
  );
  return willAccept || jobs.some(({ task }) => (task.task === "close_handoff" && task.vendorChat.ref === ref) || opens(task));
  function opens(task: World["jobs"][number]["task"]): boolean {
    return (task.task === "open_handoff" || task.task === "withdraw_handoff") && task.handoff === handoff;
  }
}

/** I-10: whatever is waited for has an end, and no deadline ends another wait than its own. */
function waits({ world: { lifecycle, jobs }, decided }: Moment): string[] {
  const found: string[] = [];
  for (const { from, fact, decision } of decided) {
    const isEarly = fact.type === "absence_expired" && from.phase === "live" && fact.absence !== from.absences;
    if (isEarly && decision.lifecycle.phase === "failed")
      found.push("I-10 the wait for a colleague was ended by an earlier one's deadline");
  }
  const owes = (is: (task: World["jobs"][number]["task"]) => boolean) => jobs.some(({ task }) => is(task));
  const hasEnd = () => {
    switch (lifecycle.phase) {
      case "automated":
        return owes(({ task }) => task === "watch_silence");
      case "handoff_initiated":
        return (
          owes((task) => task.task === "watch_the_clock" && task.handoff === lifecycle.handoff) &&
          owes((task) => task.task === "open_handoff" && task.handoff === lifecycle.handoff)
        );
      case "queued":
        return owes((task) => task.task === "watch_the_clock" && task.handoff === lifecycle.handoff);
      case "live":
        return (
          lifecycle.agent !== null ||
          owes((task) => task.task === "watch_for_colleague" && task.handoff === lifecycle.handoff && task.absence === lifecycle.absences)
        );
      case "failed": // with offers made, it is for the visitor to choose while they stand
        return owes((task) => (task.task === "start_fallback" || task.task === "watch_offers") && task.handoff === lifecycle.handoff);
      case "ended":
        return true;
    }
  };
  return hasEnd() ? found : [...found, `I-10 nothing ends the wait in ${lifecycle.phase}`];
}

/** I-11: every line is somewhere, and at no desk twice. */
function lines({ world }: Moment): string[] {
  const { chats, jobs, runs, marks, lifecycle } = world;
  const unread = "story" in lifecycle ? lifecycle.story.unread : [];
  const isLost = ({ id, asked, isSettled }: World["lines"][number]) => {
    if (asked > 0 || isSettled || unread.includes(id) || marks.includes(`undelivered ${id}`) || marks.includes("message_left "))
      return false;
    if (chats.some(({ transcript, got }) => transcript.includes(id) || got.includes(id))) return false;
    const isOwed = ({ task }: { task: World["jobs"][number]["task"] }) => "line" in task && task.line.id === id;
    if (jobs.some(isOwed) || runs.some(({ job }) => isOwed(job))) return false;
    return marks.includes(`said ${id}`);
  };
  return [
    ...(world.lines.some(isLost) ? ["I-11 a line has fallen between"] : []),
    ...(chats.some(({ transcript, got }) => got.some((line) => transcript.includes(line))) ? ["I-11 a desk has a line twice"] : []),
  ];
}

/** What is over stays over: only what is open elsewhere is still ended. */
function ending({ decided }: Moment): string[] {
  const isKept = decided.every(({ from, decision: { lifecycle, entries, jobs } }) => {
    if (from.phase !== "ended") return true;
    const isClosing = jobs.every(({ task }) => ["close_handoff", "withdraw_handoff", "end_assistant_chat"].includes(task.task));
    return lifecycle === from && isClosing && entries.every(({ type }) => type === "delivery" || type === "rated");
  });
  return isKept ? [] : ["an ended conversation has gone on"];
}
