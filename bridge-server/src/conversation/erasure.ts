import type { Asked, Fact } from "./facts.ts";
import type { Lifecycle, VendorChat } from "./lifecycle.ts";
import { move, nothing, vendorChatName, type Decision, type Owed, type Policy } from "./move.ts";
import type { NoteBody } from "./records.ts";

/** Nothing that was said or known in it is left, and nothing that happens to it later brings any of it back (I-19). */
export function isErased(lifecycle: Lifecycle): boolean {
  return lifecycle.phase === "ended" && lifecycle.by === "erasure";
}

/** What has to be erased, by what was noted until now. A desk that accepts only after that is among those who were asked. */
export function erasureOf(notes: NoteBody[], by: "visitor" | "operator"): Fact {
  const chats = notes.flatMap((note) => (note.type === "queued" ? [note] : []));
  const unsure = notes.flatMap((note): Asked[] => {
    if (note.type === "message_left")
      return [{ handoff: note.id, of: note.wants === "callback" ? "whoever calls back" : "whoever takes messages" }];
    if (note.type !== "routed" || chats.some(({ handoff }) => handoff === note.handoff)) return [];
    if (notes.some((one) => one.type === "handoff_ended" && one.handoff === note.handoff && one.by === "passed_on")) return []; // no desk had it
    const { handoff, connector, queue, urgent } = note;
    return [{ handoff, of: { connector, queue, urgent } }];
  });
  return { type: "erasure_asked", by, chats: chats.map(({ vendorChat }) => vendorChat), unsure };
}

/**
 * Ends a conversation as whoever leaves does, takes everything away that was kept of it, and owes it to each desk that had it to say so.
 * What remains is that it was here, who wanted it erased, and who was told.
 */
export function erase(lifecycle: Lifecycle, { by, ...noted }: Extract<Fact, { type: "erasure_asked" }>, policy: Policy): Decision {
  const { chats, unsure } = withPresent(lifecycle, noted);
  const { jobs } = move(lifecycle, { type: "conversation_ended", by: "erasure" }, policy);
  return {
    ...nothing({ phase: "ended", by: "erasure" }),
    entries: [{ type: "phase_changed", phase: "ended", by: "erasure" }],
    notes: [{ type: "erased", by }],
    jobs: [
      ...jobs,
      ...chats.map(forget),
      ...unsure.map(forgetAsked),
      { task: { task: "forget_files" }, afterMs: SURELY_ARRIVED_MS },
      { task: { task: "forget_exports" } },
    ],
    erases: chats.map((chat) => `vendor-chat:${vendorChatName(chat)}`),
  };
}

/** With what has come of the present handoff since the notes were read. */
function withPresent(lifecycle: Lifecycle, { chats, unsure }: { chats: VendorChat[]; unsure: Asked[] }) {
  if ("vendorChat" in lifecycle) {
    const { handoff, vendorChat } = lifecycle;
    const name = vendorChatName(vendorChat);
    return {
      chats: [...chats.filter((one) => vendorChatName(one) !== name), vendorChat],
      unsure: unsure.filter((one) => one.handoff !== handoff),
    };
  }
  if (lifecycle.phase !== "handoff_initiated" || !lifecycle.target) return { chats, unsure };
  const { handoff, target } = lifecycle;
  const of = { connector: target.connector, queue: target.queue, urgent: target.urgent };
  return { chats, unsure: [...unsure.filter((one) => one.handoff !== handoff), { handoff, of }] };
}

/** What still happens to a conversation that is erased: somebody was told of it, or a desk has taken it a moment too late. */
export function afterErasure(lifecycle: Lifecycle, fact: Fact, policy: Policy): Decision {
  switch (fact.type) {
    case "desk_told":
      return { ...nothing(lifecycle), notes: [{ type: "desk_told", connector: fact.connector, outcome: fact.outcome }] };
    case "copies_erased":
      return { ...nothing(lifecycle), notes: [fact] };
    case "handoff_accepted": {
      const { jobs } = move(lifecycle, fact, policy);
      // Known by its name, the chat's news ends here at once, rather than waiting for a conversation to belong to.
      const name = { kind: "vendor_chat" as const, value: vendorChatName(fact.vendorChat), handoff: fact.handoff };
      return { ...nothing(lifecycle), jobs: [...jobs, forget(fact.vendorChat)], names: [name] };
    }
    default:
      return nothing(lifecycle);
  }
}

/** Long enough for a call that is under way, or a file on its way in, to have arrived. */
const SURELY_ARRIVED_MS = 15_000;

const forgetAsked = (asked: Asked): Owed => ({ task: { task: "forget_handoff", ...asked }, afterMs: SURELY_ARRIVED_MS });
const forget = (vendorChat: VendorChat): Owed => ({ task: { task: "forget_chat", vendorChat } });
