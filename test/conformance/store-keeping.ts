import { checkAudit } from "@baton/bridge-server/store/audit";
import { automated } from "@baton/bridge-server/conversation/lifecycle";
import type { NoteBody } from "@baton/bridge-server/conversation/records";
import type { DestinationsVersion } from "@baton/bridge-server/store/destination-versions";
import { expect } from "vitest";
import { bodies, deciding, happen, saying, someone, upTo, type StoreUnderTest } from "./store-under-test.ts";

const began = (id: string, email: string | null, theirs?: string): NoteBody => ({
  type: "conversation_began",
  sharedId: "s",
  visitor: {
    language: null,
    page: null,
    identity: { id, name: null, email, attributes: {} },
    ...(theirs !== undefined && { reached: { channel: "sms", ours: "+441", theirs } }),
  },
});
const itself = (body: unknown) => body;

/** What a store owes to those who answer for what is kept: who may use it, who did, and what is forgotten. */
export const keepingRules: Record<string, (test: StoreUnderTest) => Promise<void>> = {
  async "S63 L5 a visitor's conversations are found by the id, the mail address or the number they are known by, until they are erased"({
    store,
  }) {
    const [one, two, other] = [someone(), someone(), someone("bank")];
    await happen(store, one, deciding({ lifecycle: automated("s"), notes: [began("ada \u0000", "ada@example.com", "+4477")] }));
    await happen(store, two, deciding({ lifecycle: automated("s"), notes: [began("ada \u0000", null)] }));
    await happen(store, other, deciding({ lifecycle: automated("s"), notes: [began("ada \u0000", null)] }));
    const found = async (id: string) => (await store.conversationsOfVisitor("shop", id)).map((key) => key.id).sort();
    expect(await found("ada \u0000")).toEqual([one.id, two.id].sort());
    expect(await found("ada@example.com")).toEqual([one.id]);
    expect(await found("+4477")).toEqual([one.id]);
    expect(await found("ada")).toEqual([]);
    await happen(store, one, deciding({ notes: [{ type: "erased", by: "operator" } satisfies NoteBody], erases: [] }));
    expect(await found("ada \u0000")).toEqual([two.id]);
    const anonymous = { type: "conversation_began", sharedId: "s", visitor: { language: null, page: null } };
    await store.rewrite(two, { entry: itself, note: () => anonymous });
    expect(await found("ada \u0000")).toEqual([]);
  },

  async "S64 L5 what is kept of a conversation is written anew as it is told, and nothing else of it or of another changes"({ store }) {
    const [one, two] = [someone(), someone()];
    for (const key of [one, two]) await happen(store, key, deciding({ entries: ["a", "secret", "b"], notes: ["secret", "n"] }));
    const before = await store.entriesAfter(one, 0);
    const gone = (body: unknown) => (body === "secret" ? "" : body);
    expect(await store.rewrite(one, { entry: gone, note: gone })).toBe(2);
    expect(await store.entriesAfter(one, 0)).toEqual(before.map((entry) => Object.assign(entry, { body: gone(entry.body) })));
    expect((await store.notes(one)).map(({ body }) => body)).toEqual(["", "n"]);
    expect(await bodies(store, two)).toEqual(["a", "secret", "b"]);
    expect(await store.rewrite(one, { entry: gone, note: gone })).toBe(0);
    expect((await happen(store, one, saying("next"))).entries).toMatchObject([{ seq: 4 }]);
  },

  async "S77 what is old under a key is forgotten, part by part, but not its last note: numbers go on, and what is newer stays"({
    store,
    clock,
    reopen,
  }) {
    const [one, two] = [someone(), someone()];
    const record = (key: typeof one, factId: string) => store.record({ key, factId, decide: deciding({ notes: [factId] }) });
    const noted = async (from: typeof store) => (await from.notes(one)).map(({ seq, body }) => [seq, body]);
    for (const n of upTo(5)) await record(one, `old-${n}`);
    await record(two, "old-1");
    clock.pass(1_000);
    const then = clock.now().toISOString();
    await store.record({ key: one, factId: "says nothing", decide: deciding({}) });
    const counts: number[] = [];
    do counts.push(await store.forgetBefore(one, then, 2));
    while (counts.at(-1)! > 0 && counts.length < 9);
    expect(counts).toEqual([4, 4, 1, 0]); // five facts, and four of five notes
    expect(await noted(store)).toEqual([[5, "old-5"]]);
    expect((await store.notes(two)).map(({ body }) => body)).toEqual(["old-1"]);
    const again = await reopen();
    const repeats = async (key: typeof one, factId: string) =>
      (await again.record({ key, factId, decide: deciding({ notes: ["anew"] }) })).repeats !== null;
    expect([await repeats(one, "says nothing"), await repeats(two, "old-1")]).toEqual([true, true]);
    expect(await repeats(one, "old-1")).toBe(false);
    expect(await noted(again)).toEqual([
      [5, "old-5"],
      [6, "anew"],
    ]);
    clock.pass(1_000);
    await again.forgetBefore(one, clock.now().toISOString(), 9);
    expect(await noted(again)).toEqual([[6, "anew"]]);
  },

  async "S65 how far work has come is remembered by its name"({ store, reopen }) {
    expect(await store.mark("one")).toBe(0);
    await store.setMark("one", 5);
    await store.setMark("two", 7);
    await store.setMark("one", 2 ** 40);
    const again = await reopen();
    expect([await again.mark("one"), await again.mark("two")]).toEqual([2 ** 40, 7]);
  },

  async "S66 I-21 T48 deeds make one chain without gaps, however many are written at once, and it checks"({ store, reopen }) {
    await Promise.all(upTo(12).map((n) => store.addAudit(JSON.stringify({ n, awkward: "Zoë \ud83d" }))));
    const again = await reopen();
    const links = await again.auditAfter(0, 99);
    expect(links.map(({ number }) => number)).toEqual(upTo(12));
    expect(new Set(links.map(({ line }) => line)).size).toBe(12);
    expect((await again.auditBefore(9, 3)).map(({ number }) => number)).toEqual([8, 7, 6]);
    expect(await again.auditEnd()).toMatchObject({ number: 12, hash: links.at(-1)!.hash });
    expect(await checkAudit(again, null)).toMatchObject({ intact: true, lines: 12 });
  },

  async "S67 operators' keys are kept until they are taken back, and of each its digest alone"({ store, reopen }) {
    const key = {
      name: "crm",
      role: "viewer",
      scopes: ["read", "outcomes"],
      madeAt: "2026-11-22T12:00:00.000Z",
      madeBy: "kim",
      expiresAt: "2027-11-22T12:00:00.000Z",
      usedAt: null,
    };
    await store.saveOperatorKey({ ...key, id: "k1", digest: "d1" });
    await store.saveOperatorKey({ ...key, id: "k2", digest: "d2", scopes: null, expiresAt: null });
    await store.useOperatorKey("k1", key.madeAt);
    await store.endOperatorKey("k1", "2026-12-01T12:00:00.000Z");
    await store.endOperatorKey("k1", "2026-12-02T12:00:00.000Z"); // it does not come to hold longer
    const again = await reopen();
    expect(await again.operatorKeys()).toEqual([
      { ...key, id: "k1", digest: "d1", usedAt: key.madeAt, expiresAt: "2026-12-01T12:00:00.000Z" },
      { ...key, id: "k2", digest: "d2", scopes: null, expiresAt: null },
    ]);
    const taken = await Promise.all([again.removeOperatorKey("k1"), again.removeOperatorKey("k1")]);
    expect(taken.toSorted()).toEqual([false, true]); // by one of two who do so at once
    await again.useOperatorKey("k1", key.expiresAt); // somebody has used it in the same moment
    await again.endOperatorKey("k1", key.expiresAt); // and somebody else has changed it for another
    await again.endOperatorKey("k2", key.expiresAt);
    expect(await again.operatorKeys()).toMatchObject([{ id: "k2", expiresAt: key.expiresAt }]);
  },

  async "S68 G3 versions of destinations are kept in order and without gaps, and of several that follow the same one is"({
    store,
    reopen,
  }) {
    expect(await store.latestDestinations(["shop"])).toEqual([]);
    expect(await store.addDestinations(versionOf("shop", 2))).toBe(false);
    const at = await Promise.all(upTo(5).map((n) => store.addDestinations(versionOf("shop", 1, { n }))));
    expect(at.filter(Boolean)).toHaveLength(1);
    expect(await store.addDestinations(versionOf("shop", 2, null))).toBe(true);
    expect(await store.addDestinations(versionOf("bank", 1))).toBe(true);
    expect(await store.addDestinations(versionOf("shop", 2))).toBe(false);
    expect(await store.addDestinations(versionOf("shop", 3))).toBe(true);
    const again = await reopen();
    const latest = await again.latestDestinations(["shop", "nobodys", "bank"]);
    expect(latest.toSorted((one, other) => one.number - other.number)).toEqual([
      { site: "bank", number: 1 },
      { site: "shop", number: 3 },
    ]);
    expect(await again.destinationVersions("shop", null, 2)).toEqual([versionOf("shop", 3), versionOf("shop", 2, null)]);
    expect(await again.destinationVersions("shop", 2, 9)).toEqual([versionOf("shop", 1, { n: at.indexOf(true) + 1 })]);
    expect(await again.destinationVersions("nobodys", null, 9)).toEqual([]);
  },
};

const versionOf = (site: string, number: number, document: unknown = { awkward: "Zoë \ud83d \u0000" }): DestinationsVersion => {
  return { site, number, document, changes: ["It is other."], madeAt: "2026-11-22T12:00:00.000Z", madeBy: "kim" };
};
