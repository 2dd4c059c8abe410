/** Who is answering the visitor. A detail that only makes sense in one phase lives only in that phase. */
export type Lifecycle =
  /** `fallbacksUsed` led here; once the visitor says something, the list is whole again. `language`: the assistant's own word, if it gave one. */
  | { phase: "automated"; assistantChat: string | null; sharedId: string; fallbacksUsed: number; language?: string }
  | { phase: "handoff_initiated"; handoff: HandoffId; story: Story; target: Target | null }
  | { phase: "queued"; handoff: HandoffId; story: Story; vendorChat: VendorChat; position: number | null; waitSeconds: number | null }
  | { phase: "live"; handoff: HandoffId; story: Story; vendorChat: VendorChat; agent: Agent | null; absences: number }
  | { phase: "failed"; handoff: HandoffId; story: Story; reason: FailureReason }
  | { phase: "ended"; by: EndedBy };

/** What a handoff remembers while it is under way, so that the next step can be chosen without looking elsewhere. */
export interface Story {
  /** The automated conversation it came from, to be closed once a person has accepted. */
  assistantChat: string | null;
  sharedId: string;
  /** Targets asked so far, the present one last: a fallback never asks the same one twice. */
  tried: string[];
  /** How many steps of the site's fallback list are used up. */
  fallbacksUsed: number;
  /** Lines said since automated turns stopped that nobody has read yet. */
  unread: string[];
  /** Whether a person has been in it: then the assistant's chat is no longer ours to close. */
  accepted: boolean;
}

/** Where a route led. */
export interface Target {
  /** The routing key that the loop guard goes by. */
  name: string;
  connector: string;
  queue: string | null;
  urgent: boolean;
}

export interface VendorChat {
  connector: string;
  ref: string;
}

/** What a vendor calls a chat, without what its connector keeps behind that for itself. */
export function shownRef(ref: string): string {
  return ref.split("\n", 1)[0] ?? ref;
}

export interface Agent {
  id: string | null;
  name: string;
  /** Where it can be had; never told to visitors. */
  picture?: string;
}

/** What can happen to it. Facts, in the past tense. */
export type LifecycleEvent =
  | { type: "handoff_requested"; handoff: HandoffId; fallbacksUsed: number }
  /** An operator asks for a person, by hand: whoever was asked before may be asked again, and the fallback begins anew. */
  | { type: "handoff_ordered"; handoff: HandoffId }
  | { type: "handoff_routed"; handoff: HandoffId; target: Target }
  /** The route is a number to call, `name` among those tried: what there was to do in the chat is done, and nobody has come to it. */
  | { type: "led_to_phone"; handoff: HandoffId; name: string }
  | { type: "handoff_accepted"; handoff: HandoffId; vendorChat: VendorChat; position: number | null; waitSeconds: number | null }
  | { type: "queue_moved"; handoff: HandoffId; position: number | null; waitSeconds: number | null }
  | { type: "agent_joined"; handoff: HandoffId; agent: Agent }
  /** The person went, the chat goes on: a colleague takes over or nobody does. */
  | { type: "agent_left"; handoff: HandoffId }
  | { type: "transferred"; handoff: HandoffId; to: string | null }
  /** The vendor ended the chat. `back` names the automated conversation to begin, where a site wants one. */
  | { type: "vendor_closed"; handoff: HandoffId; back: string | null }
  | { type: "wait_expired"; handoff: HandoffId }
  /** No colleague came after the person had left for the `absence`th time. */
  | { type: "absence_expired"; handoff: HandoffId; absence: number }
  /** `doubtfulTries`: after so many of them the desk may hold a chat that nobody here knows of. */
  | { type: "handoff_failed"; handoff: HandoffId; reason: FailureReason; doubtfulTries?: number }
  /** Who was left with offers has taken none of them for long. */
  | { type: "offers_expired"; handoff: HandoffId }
  | { type: "fallback_started"; handoff: HandoffId; sharedId: string; fallbacksUsed: number }
  | { type: "conversation_ended"; by: EndedBy };

export type HandoffId = string & { readonly __brand: "HandoffId" };
/** `passed_on`: a phone call was told where it goes on, and is not heard of again. */
export type EndedBy = "visitor" | "visitor_gone" | "agent" | "assistant" | "silence" | "fallback" | "operator" | "erasure" | "passed_on";
export type FailureReason =
  | "nobody_available"
  | "out_of_hours"
  | "waited_too_long"
  | "agent_gone"
  | "vendor_refused"
  | "vendor_unreachable"
  | "no_route"
  /** Its route is a number to call. Whether the visitor calls it, nobody here will know. */
  | "by_phone"
  /** The assistant's own topic says so (A10). */
  | "failure_state";

const transitions: { [P in Phase]: { [E in EventType]?: (event: Of<E>, current: In<P>) => Lifecycle } } = {
  automated: {
    handoff_requested: initiate,
    handoff_ordered: ({ handoff }, current) => initiate({ handoff }, { ...current, fallbacksUsed: 0 }),
    conversation_ended: end,
  },
  handoff_initiated: {
    handoff_ordered: order,
    handoff_routed: ({ target }, current) => ({
      ...current,
      target,
      story: { ...current.story, tried: [...current.story.tried, target.name] },
    }),
    led_to_phone: ({ name }, { handoff, story }) => failed({ handoff, story: { ...story, tried: [...story.tried, name] } }, "by_phone"),
    handoff_accepted: queue,
    wait_expired: (_, current) => failed(current, "waited_too_long"),
    handoff_failed: ({ reason }, current) => failed(current, reason),
    conversation_ended: end,
  },
  queued: {
    handoff_ordered: order,
    queue_moved: ({ position, waitSeconds }, current) =>
      current.position === position && current.waitSeconds === waitSeconds ? current : { ...current, position, waitSeconds },
    agent_joined: join,
    vendor_closed: (_, current) => failed(current, "nobody_available"),
    wait_expired: (_, current) => failed(current, "waited_too_long"),
    handoff_failed: ({ reason }, current) => failed(current, reason),
    conversation_ended: end,
  },
  live: {
    agent_joined: join, // a transfer to a colleague
    agent_left: leave,
    transferred: leave,
    absence_expired: ({ absence }, current) =>
      current.agent === null && current.absences === absence ? failed(current, "agent_gone") : current,
    vendor_closed: ({ back }) => (back === null ? { phase: "ended", by: "agent" } : automated(back)),
    handoff_failed: ({ reason }, current) => failed(current, reason),
    conversation_ended: end,
  },
  failed: {
    handoff_requested: ({ handoff, fallbacksUsed }, { story }) => ({
      phase: "handoff_initiated",
      handoff,
      story: { ...story, fallbacksUsed },
      target: null,
    }),
    handoff_ordered: order,
    offers_expired: () => ({ phase: "ended", by: "visitor_gone" }),
    fallback_started: ({ sharedId, fallbacksUsed }) => automated(sharedId, fallbacksUsed),
    conversation_ended: end,
  },
  ended: {},
};

/** A conversation that the assistant answers, before its own chat exists. */
export function automated(sharedId: string, fallbacksUsed = 0): Lifecycle {
  return { phase: "automated", assistantChat: null, sharedId, fallbacksUsed };
}

/**
 * The lifecycle after `event`, or `null` when the event does not apply here.
 * Vendors repeat themselves and arrive late, so "does not apply" is normal, not an error.
 */
export function advance(current: Lifecycle, event: LifecycleEvent): Lifecycle | null {
  if (isFromEarlierHandoff(event, current)) return null;
  // One line correlates the table with its key: the row for this phase takes this phase, the cell for this event this event.
  const step = transitions[current.phase][event.type] as ((event: LifecycleEvent, current: Lifecycle) => Lifecycle) | undefined;
  return step ? step(event, current) : null;
}

function initiate({ handoff }: { handoff: HandoffId }, { assistantChat, sharedId, fallbacksUsed }: In<"automated">): Lifecycle {
  const story = { assistantChat, sharedId, tried: [], fallbacksUsed, unread: [], accepted: false };
  return { phase: "handoff_initiated", handoff, story, target: null };
}
function order({ handoff }: Of<"handoff_ordered">, { story }: In<"handoff_initiated" | "queued" | "failed">): Lifecycle {
  return { phase: "handoff_initiated", handoff, story: { ...story, tried: [], fallbacksUsed: 0 }, target: null };
}
function queue({ vendorChat, position, waitSeconds }: Of<"handoff_accepted">, { handoff, story }: In<"handoff_initiated">): Lifecycle {
  return { phase: "queued", handoff, story, vendorChat, position, waitSeconds };
}
function join({ agent }: Of<"agent_joined">, current: In<"queued" | "live">): Lifecycle {
  const { handoff, story, vendorChat } = current;
  if (current.phase === "live" && isSame(current.agent, agent)) return current; // some vendors say it twice
  return {
    phase: "live",
    handoff,
    story: { ...story, unread: [], accepted: true },
    vendorChat,
    agent,
    absences: "absences" in current ? current.absences : 0,
  };
}
function leave(_: unknown, current: In<"live">): Lifecycle {
  return current.agent === null ? current : { ...current, agent: null, absences: current.absences + 1 };
}
function failed({ handoff, story }: { handoff: HandoffId; story: Story }, reason: FailureReason): Lifecycle {
  return { phase: "failed", handoff, story, reason };
}
function end({ by }: Of<"conversation_ended">): Lifecycle {
  return { phase: "ended", by };
}

function isSame(one: Agent | null, other: Agent): boolean {
  return one !== null && one.id === other.id && one.name === other.name;
}

function isFromEarlierHandoff(event: LifecycleEvent, current: Lifecycle): boolean {
  if (event.type === "handoff_requested" || event.type === "handoff_ordered") return false; // it names the next one
  return "handoff" in event && "handoff" in current && event.handoff !== current.handoff;
}

export type Phase = Lifecycle["phase"];
type EventType = LifecycleEvent["type"];
export type In<P extends Phase> = Extract<Lifecycle, { phase: P }>;
type Of<E extends EventType> = Extract<LifecycleEvent, { type: E }>;
