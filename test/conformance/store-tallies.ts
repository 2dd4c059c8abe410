import type { HandoffId } from "@baton/bridge-server/conversation/lifecycle";
import type { NoteBody } from "@baton/bridge-server/conversation/records";
import { NOTHING, type Tally, type TallyDimension } from "@baton/bridge-server/store/tallies";
import type { ConversationKey, Store } from "@baton/bridge-server/store/store";
import { expect } from "vitest";
import { deciding, happen, someone, type StoreUnderTest } from "./store-under-test.ts";

/** What a store owes to those who want numbers. */
export const tallyRules: Record<string, (test: StoreUnderTest) => Promise<void>> = {
  async "S70 N1 N3 what happened is counted as it happens, by whatever it is asked for, and an erasure takes no number away"(test) {
    const { store, clock } = test;
    const day = clock.now().toISOString().slice(0, 10);
    const refund = await story(test, "shop", { language: "en-GB", variant: "VARIANT-1" }, (handoff) => [
      [0, begun(handoff)],
      [0, found(handoff, "complaint_escalation")],
      [1_000, { type: "queued", handoff, vendorChat: { connector: "desk", ref: "1" } }],
      [5_000, { type: "handoff_completed", handoff, agent: kim }],
      [9_000, { type: "handoff_completed", handoff, agent: kim }],
      [0, { type: "handoff_ended", handoff, by: "agent", wasLive: true }],
    ]);
    await story(test, "shop", { language: "de" }, (handoff) => [
      [0, begun(handoff, { by: "visitor", destination: null, reason: null })],
      [0, { type: "queued", handoff, vendorChat: { connector: "desk", ref: "2" } }],
      [3_000, { type: "handoff_failed", handoff, cause: "waited_too_long" }],
      [0, begun(`next-${handoff}` as HandoffId, { by: "fallback", destination: "sales" })],
      [2_000, { type: "handoff_completed", handoff: `next-${handoff}` as HandoffId, agent: kim }],
    ]);
    await story(test, "shop", { language: "de" }, (handoff) => [
      [0, begun(handoff, { reason: "Ann wants her money back" })],
      [0, { type: "handoff_ended", handoff, by: "visitor", wasLive: false }],
    ]);
    await story(test, "bank", { language: null }, () => []);

    await counted();
    const erased: NoteBody = { type: "erased", by: "visitor" };
    await happen(store, refund, deciding({ notes: [erased], erases: [] }));
    await counted();

    async function counted() {
      const all = { conversations: 3, handedOff: 3, handoffs: 4, queued: 2, leftQueue: 2, queueMs: 8_000 };
      const ends = { accepted: 2, acceptedMs: 8_000, failed: 1, fellBack: 1, abandoned: 1 };
      expect(await by(store, "site", day)).toEqual([
        { value: "shop", ...all, ...ends },
        { ...NOTHING, value: "bank", conversations: 1 },
      ]);
      expect(await by(store, "day", day, "shop")).toEqual([{ value: day, ...all, ...ends }]);
      expect(short(await by(store, "destination", day))).toEqual([
        ["refunds", 2, 1, 0],
        [null, 1, 0, 1],
        ["sales", 1, 1, 0],
      ]);
      expect(short(await by(store, "reason", day))).toEqual([
        ["customer_refund", 2, 2, 0],
        [null, 1, 0, 1],
        ["other", 1, 0, 0],
      ]);
      expect(short(await by(store, "topic_state", day))).toEqual([
        [null, 3, 1, 1],
        ["complaint_escalation", 1, 1, 0],
      ]);
      expect(short(await by(store, "cause", day)).filter(([value]) => value !== null)).toEqual([["waited_too_long", 1, 0, 1]]);
      const languages = (await by(store, "language", day)).map(({ value, conversations, handedOff }) => [value, conversations, handedOff]);
      expect(languages).toEqual([
        ["de", 2, 2],
        ["en-GB", 1, 1],
        [null, 1, 0],
      ]);
      expect(short(await by(store, "variant", day))).toEqual([
        [null, 3, 1, 1],
        ["VARIANT-1", 1, 1, 0],
      ]);
    }
  },

  async "S71 N1 what begins on another day, or is said of it later, counts where it belongs and once"(test) {
    const { store, clock } = test;
    const day = clock.now().toISOString().slice(0, 10);
    const handoffs: HandoffId[] = [];
    const key = await story(test, "shop", { language: "en" }, (handoff) => (handoffs.push(handoff), []));
    clock.pass(24 * 60 * 60_000);
    const next = clock.now().toISOString().slice(0, 10);
    for (const body of [begun(handoffs[0]!), found(handoffs[0]!, "first"), found(handoffs[0]!, "second")])
      await happen(store, key, deciding({ notes: [body] }));
    const states = async (on: string) => short(await store.tallies({ by: "topic_state", since: on, until: on }));
    expect(await states(next)).toEqual([["second", 1, 0, 0]]);
    expect(await states(day)).toEqual([]);
    const days = await store.tallies({ by: "day", since: day, until: next });
    expect(days.map(({ value, conversations, handedOff, handoffs: count }) => [value, conversations, handedOff, count])).toEqual([
      [day, 1, 1, 0],
      [next, 0, 0, 1],
    ]);
    expect(await store.tallies({ by: "day", since: next, until: next, site: "bank" })).toEqual([]);
  },
};

/** A conversation in which each of these is noted, so long after the one before. */
async function story(
  { store, clock }: StoreUnderTest,
  site: string,
  { language, variant }: { language: string | null; variant?: string },
  told: (handoff: HandoffId) => [ms: number, body: NoteBody][],
): Promise<ConversationKey> {
  const key = someone(site);
  const began: NoteBody = { type: "conversation_began", sharedId: key.id, visitor: { language, page: null }, ...(variant && { variant }) };
  for (const [ms, body] of [[0, began] as const, ...told(key.id as HandoffId)]) {
    clock.pass(ms);
    await happen(store, key, deciding({ notes: [body] }));
  }
  return key;
}

const begun = (handoff: HandoffId, what: Partial<Extract<NoteBody, { type: "handoff_initiated" }>> = {}): NoteBody => ({
  type: "handoff_initiated",
  handoff,
  by: "assistant",
  destination: "refunds",
  reason: "customer_refund",
  utterance: null,
  assistantChat: null,
  sharedId: handoff,
  ...what,
});
const found = (handoff: HandoffId, topicState: string): NoteBody => ({
  type: "context",
  handoff,
  look: { state: "found", context: { source: "id", at: "2026-11-22T12:00:00.000Z", data: {}, topicState } },
});
const kim = { id: "kim", name: "Kim" };

const by = (store: Store, dimension: TallyDimension, day: string, site?: string): Promise<Tally[]> =>
  store.tallies({ by: dimension, since: day, until: day, site });
const short = (tallies: Tally[]) =>
  tallies.filter(({ handoffs }) => handoffs > 0).map(({ value, handoffs, accepted, failed }) => [value, handoffs, accepted, failed]);
