import { pictureName } from "./agent-picture.ts";
import type { Task } from "./facts.ts";
import { advance, shownRef, type Lifecycle, type LifecycleEvent } from "./lifecycle.ts";
import type { EntryBody, NoteBody } from "./records.ts";

export interface Decision {
  lifecycle: Lifecycle;
  entries: EntryBody[];
  notes: NoteBody[];
  jobs: Owed[];
  names: Name[];
  turns: number;
  /** What was kept until now goes, here and under these other keys of the same site. */
  erases?: string[];
  /** No token that was given until now opens the conversation any more. */
  revokesTokens?: true;
}
export interface Owed {
  task: Task;
  afterMs?: number;
}
export interface Name {
  kind: "token" | "shared_id" | "assistant_chat" | "handoff" | "vendor_chat" | "reference";
  value: string;
  handoff?: string;
  expiresAt?: string;
}

/** What a site wants, as far as it changes what follows. */
export interface Policy {
  queueWaitMs: number;
  colleagueWaitMs: number;
  abandonAfterMs: number;
  silenceWarnAfterMs: number;
  closeAssistantChat: boolean;
  /** Which variant of its assistant the site has asked for, if any. */
  variant?: string;
}

/** The lifecycle after an event, with everything that entering and leaving a phase entails. An event that does not apply changes nothing. */
export function move(from: Lifecycle, event: LifecycleEvent, policy: Policy): Decision {
  const to = advance(from, event);
  if (!to) return { ...nothing(from), jobs: releaseStranger(from, event) };
  if (to === from) return nothing(to);
  const names: Name[] =
    event.type === "handoff_accepted" ? [{ kind: "vendor_chat", value: vendorChatName(event.vendorChat), handoff: event.handoff }] : [];
  if (event.type === "fallback_started" || event.type === "vendor_closed") {
    if (to.phase === "automated") names.push({ kind: "shared_id", value: to.sharedId });
  }
  return {
    ...nothing(to),
    entries: [...lostOn(from, to), ...seen(from, event, to)],
    notes: noted(from, event, to),
    jobs: [...onLeave(from, event, to), ...onEnter(from, to, policy)],
    names,
  };
}

/** How a vendor's chat is found again. The caller of `find` adds the site: names are told apart by it. */
export function vendorChatName({ connector, ref }: { connector: string; ref: string }): string {
  return `${connector}/${shownRef(ref)}`;
}

/** Another phase, or the same one of another handoff. */
function isElsewhere(from: Lifecycle, to: Lifecycle): boolean {
  return to.phase !== from.phase || ("handoff" in from && "handoff" in to && to.handoff !== from.handoff);
}

function seen(from: Lifecycle, event: LifecycleEvent, to: Lifecycle): EntryBody[] {
  const entries: EntryBody[] = [];
  if (isElsewhere(from, to)) {
    entries.push({
      type: "phase_changed",
      phase: to.phase,
      ...(to.phase === "ended" && { by: to.by }),
      ...(to.phase === "failed" && { reason: to.reason }),
      ...("handoff" in to && { handoff: to.handoff }),
    });
  }
  if (to.phase === "queued" && (to.position !== null || to.waitSeconds !== null)) {
    entries.push({ type: "queue_moved", position: to.position, waitSeconds: to.waitSeconds });
  }
  if (event.type === "agent_joined") {
    const { name, picture } = event.agent;
    entries.push({ type: "agent_joined", name, ...(picture && { picture: pictureName(picture) }) });
  }
  const leaving = from.phase === "live" ? (from.agent?.name ?? null) : null;
  if (event.type === "agent_left") entries.push({ type: "agent_left", name: leaving });
  if (event.type === "transferred") entries.push({ type: "transferred", to: event.to });
  return entries;
}

/** What was said while waiting, when nobody will read it any more. A desk that has the chat has its lines too. */
function lostOn(from: Lifecycle, to: Lifecycle): EntryBody[] {
  if (!("story" in from) || "story" in to || from.story.unread.length === 0) return [];
  if ("vendorChat" in from && to.phase === "ended") return [];
  return [{ type: "delivery", lines: from.story.unread, state: "undelivered" }];
}

function noted(from: Lifecycle, event: LifecycleEvent, to: Lifecycle): NoteBody[] {
  const handoff = "handoff" in from ? from.handoff : null;
  const notes: NoteBody[] = [];
  if (to.phase === "queued" && from.phase !== "queued") notes.push({ type: "queued", handoff: to.handoff, vendorChat: to.vendorChat });
  if (to.phase === "live" && from.phase !== "live") notes.push({ type: "handoff_completed", handoff: to.handoff, agent: to.agent });
  if (to.phase === "live" && from.phase === "live" && event.type === "agent_joined")
    notes.push({ type: "agent_changed", handoff: to.handoff, agent: to.agent });
  if (event.type === "transferred" || event.type === "agent_left")
    notes.push({ type: "agent_changed", handoff: event.handoff, agent: null });
  if (to.phase === "failed") notes.push({ type: "handoff_failed", handoff: to.handoff, cause: to.reason });
  if (handoff && from.phase !== "failed" && !("handoff" in to && to.handoff === handoff)) {
    const by = event.type === "handoff_ordered" ? "operator" : to.phase === "ended" ? to.by : "agent";
    notes.push({ type: "handoff_ended", handoff, by, wasLive: from.phase === "live" });
  }
  if (handoff && from.phase === "failed" && to.phase === "automated") notes.push({ type: "fell_back", handoff, to: ["assistant"] });
  if (handoff && from.phase === "failed" && to.phase === "ended" && event.type !== "offers_expired")
    notes.push({ type: "fell_back", handoff, to: ["goodbye"] });
  if (to.phase === "ended") notes.push({ type: "conversation_ended", by: to.by });
  return notes;
}

function onEnter(from: Lifecycle, to: Lifecycle, policy: Policy): Owed[] {
  if (to.phase === "live" && from.phase === "live") {
    if (to.agent !== null || from.agent === null) return [];
    return [{ task: { task: "watch_for_colleague", handoff: to.handoff, absence: to.absences }, afterMs: policy.colleagueWaitMs }];
  }
  if (!isElsewhere(from, to)) return [];
  switch (to.phase) {
    case "automated":
      return [{ task: { task: "greet" } }, { task: { task: "watch_silence" }, afterMs: policy.silenceWarnAfterMs }];
    case "handoff_initiated":
      return [
        { task: { task: "open_handoff", handoff: to.handoff } },
        { task: { task: "watch_the_clock", handoff: to.handoff }, afterMs: policy.queueWaitMs },
      ];
    case "queued":
      return [{ task: { task: "watch_visitor", handoff: to.handoff }, afterMs: policy.abandonAfterMs }];
    case "live":
      return policy.closeAssistantChat && "story" in from && !from.story.accepted ? endChat(to.story.assistantChat) : [];
    case "failed":
      return [{ task: { task: "start_fallback", handoff: to.handoff } }];
    case "ended":
      return [];
  }
}

function onLeave(from: Lifecycle, event: LifecycleEvent, to: Lifecycle): Owed[] {
  const vendor: Owed[] =
    "vendorChat" in from && !("vendorChat" in to) && event.type !== "vendor_closed"
      ? [{ task: { task: "close_handoff", vendorChat: from.vendorChat } }]
      : [];
  const isLeft = from.phase === "automated" && to.phase === "ended" && to.by !== "assistant";
  const isGivenUp = "story" in from && !from.story.accepted && !("story" in to);
  return [
    ...vendor,
    ...withdraw(event),
    ...(isLeft ? endChat(from.assistantChat) : []),
    ...(isGivenUp ? endChat(from.story.assistantChat) : []),
  ];
}

const endChat = (chat: string | null): Owed[] => (chat === null ? [] : [{ task: { task: "end_assistant_chat", chat } }]);

/** A desk that may have accepted without our hearing of it is asked once more, in order to end what it has. */
function withdraw(event: LifecycleEvent): Owed[] {
  if (event.type !== "handoff_failed" || event.doubtfulTries === undefined) return [];
  return [{ task: { task: "withdraw_handoff", handoff: event.handoff, tries: event.doubtfulTries } }];
}

/** A vendor that accepts after we stopped waiting holds a chat nobody will read. */
function releaseStranger(current: Lifecycle, event: LifecycleEvent): Owed[] {
  if (event.type !== "handoff_accepted") return withdraw(event);
  const isOurs = "vendorChat" in current && vendorChatName(current.vendorChat) === vendorChatName(event.vendorChat);
  return isOurs ? [] : [{ task: { task: "close_handoff", vendorChat: event.vendorChat } }];
}

export const nothing = (lifecycle: Lifecycle): Decision => ({ lifecycle, entries: [], notes: [], jobs: [], names: [], turns: 0 });
