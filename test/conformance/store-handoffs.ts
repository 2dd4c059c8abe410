import { setImmediate as turn } from "node:timers/promises";
import { handoffsOf, topicStateOf, type HandoffRecord } from "@baton/bridge-server/conversation/handoff";
import type { HandoffId } from "@baton/bridge-server/conversation/lifecycle";
import type { NoteBody } from "@baton/bridge-server/conversation/records";
import type { HandoffQuery, ListedHandoff } from "@baton/bridge-server/store/handoff-list";
import type { ConversationKey, Note, Store } from "@baton/bridge-server/store/store";
import { expect } from "vitest";
import { deciding, happen, someone, upTo, type StoreUnderTest } from "./store-under-test.ts";

/** What a store owes to those who look at handoffs. */
export const handoffRules: Record<string, (test: StoreUnderTest) => Promise<void>> = {
  async "S43 A1 a handoff is listed as its notes tell it, after every single one"({ store, clock }) {
    for (const story of stories) {
      const key = someone();
      const handoff = someone().id as HandoffId;
      for (const body of story(handoff)) {
        clock.pass(1_000);
        await note(store, key, body);
        expect(await listed(store, key)).toEqual(await asNoted(store, key));
      }
    }
  },

  async "S44 a list is filtered and comes page by page, the latest handoff first, each once"({ store, clock }) {
    const ids: string[] = [];
    for (const n of upTo(7)) {
      if (n % 2 === 0) clock.pass(1_000); // some begin in the same millisecond
      const key = someone(n < 4 ? "shop" : "bank");
      ids.unshift(key.id);
      await note(store, key, begun(key.id as HandoffId, { destination: n === 2 ? "sales" : "refunds", sharedId: `shared-${key.id}` }));
      if (n > 5) await note(store, key, { type: "handoff_failed", handoff: key.id as HandoffId, cause: "no_route" });
    }
    expect(await pages(store, { limit: 3 })).toEqual([ids.slice(0, 3), ids.slice(3, 6), ids.slice(6)]);
    expect(await pages(store, { limit: 7 })).toEqual([ids]);
    expect(await pages(store, { limit: 9, site: "shop" })).toEqual([ids.slice(4)]);
    expect(await pages(store, { limit: 1, state: "handoff_failed" })).toEqual([[ids[0]], [ids[1]]]);
    expect(await pages(store, { limit: 9, stage: "initiated", site: "bank" })).toEqual([ids.slice(2, 4)]);
    expect(await pages(store, { limit: 9, destination: "sales" })).toEqual([[ids[5]]]);
    expect(await pages(store, { limit: 9, reason: "nobody's" })).toEqual([[]]);
    const { beganAt } = (await store.handoffs({ limit: 9 })).handoffs[1]!;
    expect(await pages(store, { limit: 2, since: beganAt })).toEqual([ids.slice(0, 2)]);
    expect(await pages(store, { limit: 9, until: beganAt })).toEqual([ids.slice(2)]);
    for (const text of [ids[3]!.slice(0, 8), `shared-${ids[3]!.slice(0, 8)}`])
      expect(await pages(store, { limit: 9, text })).toEqual([[ids[3]]]);
  },

  async "S45 whoever asks for changes after the last one misses none, however many are written at once"({ store }) {
    const keys = upTo(12).map(() => someone());
    const steps = upTo(8);
    const heard = new Map<string, number>();
    let isWritten = false;
    const written = Promise.all(
      keys.map(async (key) => {
        await note(store, key, begun(key.id as HandoffId));
        for (const n of steps) await note(store, key, { type: "try_failed", handoff: key.id as HandoffId, cause: `${n}` });
      }),
    ).then(() => (isWritten = true));
    let after = 0;
    for (let isLastLook = false; ; isLastLook = isWritten) {
      await turn(); // writers have theirs
      const changes = await store.handoffChanges(after, 5);
      for (const { id, tries, change } of changes) {
        expect(change).toBeGreaterThan(after);
        after = change;
        heard.set(id, tries);
      }
      if (changes.length === 0 && isLastLook) break;
    }
    await written;
    expect(await store.lastHandoffChange()).toBe(after);
    expect([...heard.values()]).toEqual(keys.map(() => steps.length));
    expect(heard.size).toBe(keys.length);
  },

  async "S46 I-19 of a handoff that is erased only remains that there was one, and whoever watches hears of it"({ store }) {
    const [key, other] = [someone(), someone()];
    for (const one of [key, other]) for (const id of [`1-${one.id}`, `2-${one.id}`]) await note(store, one, begun(id as HandoffId));
    await note(store, key, { type: "handoff_completed", handoff: `1-${key.id}` as HandoffId, agent: kim });
    const before = await store.lastHandoffChange();
    await happen(store, key, deciding({ notes: [{ type: "erased", by: "visitor" } satisfies NoteBody], erases: [] }));
    await note(store, key, { type: "handoff_failed", handoff: `1-${key.id}` as HandoffId, cause: "no_route" });
    const changes = await store.handoffChanges(before, 9);
    expect(changes.map(({ id, stage }) => [id, stage])).toEqual([`1-${key.id}`, `2-${key.id}`].map((id) => [id, "erased"]));
    expect(changes[0]).toMatchObject({ state: null, destination: null, reason: null, sharedId: null, by: null, acceptedAt: null });
    expect(await pages(store, { limit: 9, stage: "initiated" })).toEqual([[`2-${other.id}`, `1-${other.id}`]]);
  },

  async "S47 T44 whatever an assistant has stored, its handoff is saved and listed"({ store }) {
    const faithful = ["x".repeat(20_000), "ü€😀'\""];
    for (const awkward of ["\u0000", "\\\u0000\u0000", "\\\\u0000", "half a \ud83d", "\udc00 other half", ...faithful]) {
      const key = someone();
      const handoff = someone().id as HandoffId;
      await note(store, key, begun(handoff, { destination: awkward, reason: awkward, utterance: awkward }));
      await note(store, key, found(handoff, { handoff_state: awkward, [awkward]: { deep: [awkward] } }));
      const [row] = await listed(store, key);
      expect(row!.reason).toBe(row!.topicState);
      if (faithful.includes(awkward)) expect(row!.reason).toBe(awkward.slice(0, 200));
    }
  },

  async "S52 G1 each destination of a site tells how many asked for it since then, how many failed, and when a person last came"({
    store,
    clock,
  }) {
    const asked = async (destination: string | null, ...then: ("handoff_failed" | "handoff_completed")[]) => {
      const key = someone(destination === "elsewhere" ? "bank" : "shop");
      const handoff = key.id as HandoffId;
      await note(store, key, begun(handoff, { destination }));
      for (const type of then) {
        clock.pass(1_000);
        await note(store, key, type === "handoff_failed" ? { type, handoff, cause: "agent_gone" } : { type, handoff, agent: kim });
      }
      return clock.now().toISOString();
    };
    const long = await asked("refunds", "handoff_completed");
    clock.pass(60_000);
    const since = clock.now().toISOString();
    await asked("refunds", "handoff_failed");
    await asked("Refunds");
    await asked("refunds", "handoff_completed", "handoff_failed");
    const none = await asked(null, "handoff_completed");
    await asked("elsewhere", "handoff_completed");
    const counted = (await store.destinationCounts("shop", since)).map(({ destination, handoffs, failed }) => [
      destination,
      handoffs,
      failed,
    ]);
    expect(counted.toSorted()).toEqual(
      [
        [null, 1, 0],
        ["Refunds", 1, 0],
        ["refunds", 2, 2],
      ].toSorted(),
    );
    const all = (await store.destinationCounts("shop", long)).find(({ destination }) => destination === "refunds");
    expect(all!.lastAt > since).toBe(true);
    const last = await store.lastAcceptedAt("shop", "refunds");
    expect([last! > since, last! < none]).toEqual([true, true]);
    expect(await store.lastAcceptedAt("shop", null)).toBe(none);
    expect(await store.lastAcceptedAt("shop", "Refunds")).toBeNull();
  },
};

const begun = (handoff: HandoffId, what: Partial<Extract<NoteBody, { type: "handoff_initiated" }>> = {}): NoteBody => ({
  type: "handoff_initiated",
  handoff,
  by: "assistant",
  destination: "refunds",
  reason: "customer_refund",
  utterance: "One moment",
  assistantChat: "chat-1",
  sharedId: `shared-${handoff}`,
  ...what,
});
/** `topicState`: as it was read by a site's own keys. Left out: as it was noted before there were any. */
const found = (handoff: HandoffId, data: Record<string, unknown>, topicState?: string | null): NoteBody => {
  const context = { source: "id" as const, at: "2026-11-22T12:00:00.000Z", data, ...(topicState !== undefined && { topicState }) };
  return { type: "context", handoff, look: { state: "found", context } };
};
const kim = { id: "kim", name: "Kim" };

/** Everything that can be noted of a handoff, in orders in which it happens. */
const stories: ((handoff: HandoffId) => NoteBody[])[] = [
  (handoff) => [
    begun(handoff),
    found(handoff, { handoff_state: 7, state: "", handoff_reason: "vip", name: "Ann" }),
    { type: "routed", handoff, connector: "desk", queue: "refunds", urgent: true, because: "of its destination" },
    { type: "try_failed", handoff, cause: "unreachable" },
    { type: "try_failed", handoff, cause: "too_fast" },
    { type: "queued", handoff, vendorChat: { connector: "desk", ref: "1" } },
    { type: "context_dropped", handoff, keys: ["name"] },
    { type: "handoff_completed", handoff, agent: kim },
    { type: "agent_changed", handoff, agent: null },
    { type: "agent_changed", handoff, agent: { id: null, name: "Lee" } },
    { type: "handoff_completed", handoff, agent: kim },
    found(handoff, { handoff_status: "late", handoff_reason: "vip" }),
    found(handoff, { handoff_status: "late", step: "escalated" }, "escalated"),
    found(handoff, { handoff_status: "late" }, null),
    found(handoff, { step: "x".repeat(190) }, "x".repeat(190)),
    { type: "handoff_ended", handoff, by: "agent", wasLive: true },
    { type: "outcome_reported", handoff, resolution: "resolved", wrapUp: null, rating: 5 },
    { type: "rated", score: 1, comment: null },
  ],
  (handoff) => [
    { type: "conversation_began", sharedId: "s", visitor: { language: null, page: null } },
    begun(handoff, { by: "visitor", destination: null, reason: null, assistantChat: null }),
    { type: "context", handoff, look: { state: "missing" } },
    { type: "routed", handoff, connector: "desk", queue: null, urgent: false, because: "of no other" },
    { type: "handoff_failed", handoff, cause: "waited_too_long" },
    { type: "fell_back", handoff, to: ["leave_message", "phone"] },
    { type: "steered", handoff, id: "press-1", operator: "kim", did: "rerouted", destination: "billing", next: null },
    begun(`next-${handoff}` as HandoffId, { by: "fallback" }),
    { type: "handoff_failed", handoff: `next-${handoff}` as HandoffId, cause: "vendor_refused" },
    { type: "message_left", handoff, id: "m" },
    { type: "news_dropped", handoff, news: "agent_said" },
    { type: "handoff_ended", handoff, by: "visitor", wasLive: false },
    { type: "outcome_reported", handoff: null, resolution: "resolved", wrapUp: null, rating: null },
    { type: "conversation_ended", by: "visitor" },
  ],
];

function note(store: Store, key: ConversationKey, body: NoteBody) {
  return happen(store, key, deciding({ notes: [body] }));
}

/** Without what notes say nothing about. */
async function listed(store: Store, key: ConversationKey) {
  const { handoffs } = await store.handoffs({ limit: 100, site: key.site, text: key.id });
  return handoffs.toReversed().map((row) => {
    const { change: _, ...rest } = row;
    return rest;
  });
}

/** The same as the notes themselves tell it. */
async function asNoted(store: Store, key: ConversationKey): Promise<Omit<ListedHandoff, "change">[]> {
  const notes = (await store.notes(key)) as Note<NoteBody>[]; // this rule has written them
  return handoffsOf(notes).map((record) => {
    const { handoff: id, sharedId, assistantChat, by, destination, reason, state, stage, cause, route, agent, outcome } = record;
    const changed = notes.filter(({ body }) => "handoff" in body && body.handoff === id && !SAYS_NOTHING.has(body.type));
    const toldOf = (type: NoteBody["type"]) => changed.flatMap(({ body }) => (body.type === type ? [body] : []));
    return {
      site: key.site,
      conversation: key.id,
      id,
      sharedId,
      assistantChat,
      by,
      destination,
      reason,
      state,
      stage,
      cause,
      topicState: topicStateOf(record),
      connector: route?.connector ?? null,
      queue: route?.queue ?? null,
      agent: agent?.name ?? null,
      tries: toldOf("try_failed").length,
      fellBackTo: toldOf("fell_back").flatMap((body) => (body.type === "fell_back" ? body.to : [])),
      resolution: outcome?.resolution ?? null,
      step: lastStep(record),
      acceptedAt: record.history.find(({ step }) => step === "completed")?.at ?? null,
      beganAt: changed[0]!.at,
      changedAt: changed.at(-1)!.at,
    };
  });
}

const SAYS_NOTHING = new Set(["context_dropped", "news_dropped"]);
const lastStep = ({ history }: HandoffRecord) => history.at(-1)!.step; // it began with one

async function pages(store: Store, query: HandoffQuery): Promise<string[][]> {
  const all: string[][] = [];
  let next: HandoffQuery["before"] | null = query.before;
  while (next !== null) {
    expect(all.length, "pages of a list that never ends").toBeLessThan(10);
    const page = await store.handoffs({ ...query, before: next });
    all.push(page.handoffs.map(({ id }) => id));
    next = page.next;
  }
  return all;
}
