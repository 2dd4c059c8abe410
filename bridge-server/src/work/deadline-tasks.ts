import { channelOf } from "../bridge-threads.ts";
import type { Fact } from "../conversation/facts.ts";
import type { HandoffId } from "../conversation/lifecycle.ts";
import { during, type TaskRules } from "./task.ts";

/** A deadline is a job in the future. Whether it still matters is for the lifecycle to say. */
export const deadlineTasks: {
  watch_the_clock: TaskRules<{ task: "watch_the_clock"; handoff: HandoffId }>;
  watch_for_colleague: TaskRules<{ task: "watch_for_colleague"; handoff: HandoffId; absence: number }>;
  watch_offers: TaskRules<{ task: "watch_offers"; handoff: HandoffId }>;
  watch_visitor: TaskRules<{ task: "watch_visitor"; handoff: HandoffId }>;
  watch_silence: TaskRules<{ task: "watch_silence" }>;
} = {
  watch_the_clock: { run: async ({ handoff }) => ({ type: "wait_expired", handoff }), ...callsNobody() },

  watch_for_colleague: { run: async ({ handoff, absence }) => ({ type: "absence_expired", handoff, absence }), ...callsNobody() },

  watch_offers: { run: async ({ handoff }) => ({ type: "offers_expired", handoff }), ...callsNobody() },

  /** A visitor who has gone without a word is not kept in a queue (M5). */
  watch_visitor: {
    async run({ handoff }, { lifecycle, key }, { bridge, clock, site }) {
      if (lifecycle.phase !== "queued" || lifecycle.handoff !== handoff) return null;
      if (channelOf(key) !== null) return null; // whoever writes from a phone is never seen, and reached all the same
      const { abandonAfterMs } = site(key.site).handoff;
      const conversation = await bridge.read(key);
      const missedSince = Math.max(Date.parse(conversation?.seenAt ?? ""), bridge.since.getTime()); // nobody can be seen by a bridge that is down
      const leftMs = missedSince + abandonAfterMs - clock.now().getTime();
      return leftMs > 0 ? { laterMs: leftMs, because: "visitor_is_there" } : { type: "conversation_ended", by: "visitor_gone" };
    },
    ...callsNobody(),
  },

  /** Warns a visitor who has said nothing for long, then ends the automated conversation (U1). */
  watch_silence: {
    async run(_, job, { bridge, clock, site }) {
      const { key } = job;
      const { channels, silence } = site(key.site);
      const { warnAfterMs, endAfterMs } = channels[channelOf(key) ?? ""]?.silence ?? silence; // K5
      const conversation = await bridge.read(key);
      if (conversation?.lifecycle.phase !== "automated") return null;
      const quietMs = clock.now().getTime() - Date.parse(conversation.lastAt);
      const [last] = await bridge.entriesAfter(key, conversation.lastSeq - 1, 1);
      if (last?.body.type === "silence_warning") {
        return quietMs >= endAfterMs ? { type: "conversation_ended", by: "silence" } : { laterMs: endAfterMs - quietMs, because: "warned" };
      }
      if (quietMs < warnAfterMs) return { laterMs: warnAfterMs - quietMs, because: "not_silent" };
      // Each return to the assistant owes another watcher: whichever notices first has warned for all of them.
      const noticed: Fact = { type: "silence_noticed", endsInSeconds: Math.round(endAfterMs / 1_000) };
      await bridge.happened(key, `silence:${conversation.lastSeq}`, noticed, during(job));
      return { laterMs: endAfterMs, because: "warned" };
    },
    ...callsNobody(),
  },
};

function callsNobody(): Pick<TaskRules<unknown>, "again" | "giveUp"> {
  return { again: () => 0, giveUp: () => null }; // only a bug or the store can have been in the way
}
