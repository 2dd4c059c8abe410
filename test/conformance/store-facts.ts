import { automated, type Lifecycle } from "@baton/bridge-server/conversation/lifecycle";
import type { Name } from "@baton/bridge-server/store/store";
import { expect } from "vitest";
import { LATER, SITE, bodies, bug, deciding, gone, happen, owing, saying, someone, upTo, type StoreUnderTest } from "./store-under-test.ts";

/** What a store owes to facts, and to those who read what came of them. */
export const factRules: Record<string, (test: StoreUnderTest) => Promise<void>> = {
  async "S1 entries are numbered from one without gaps, each conversation on its own (I-3)"({ store, clock }) {
    const [a, b] = [someone(), someone()];
    const first = await happen(store, a, saying("one", "two"));
    await happen(store, b, saying("other"));
    await happen(store, a, saying("three"));
    const at = clock.now().toISOString();
    expect(first.entries).toEqual([
      { seq: 1, at, body: "one" },
      { seq: 2, at, body: "two" },
    ]);
    expect((await store.entriesAfter(a, 0)).map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(await store.entriesAfter(a, 2)).toEqual([{ seq: 3, at, body: "three" }]);
    expect(await store.entriesAfter(b, 0)).toEqual([{ seq: 1, at, body: "other" }]);
  },

  async "S2 a fact counts once, however often it arrives (I-2)"({ store }) {
    const key = someone();
    const same = { key, factId: "same", decide: saying("hi") };
    const [first, second] = await Promise.all([store.record(same), store.record(same)]);
    expect([first.entries.length, second.entries.length]).toEqual([1, 0]);
    expect((await store.record({ ...same, decide: bug })).entries).toEqual([]); // nothing is left to decide
    expect(await bodies(store, key)).toEqual(["hi"]);
  },

  async "S3 when deciding fails, nothing is saved and the fact may come again"({ store }) {
    const key = someone();
    await expect(store.record({ key, factId: "f", decide: bug })).rejects.toThrow("a bug in deciding");
    expect(await store.read(key)).toBeNull();
    expect((await store.record({ key, factId: "f", decide: saying("hi") })).entries).toHaveLength(1);
  },

  async "S4 facts arriving together are taken one at a time, each knowing what the one before it changed"({ store }) {
    const key = someone();
    const moves = upTo(20).map(() => happen(store, key, (now) => deciding({ lifecycle: oneFurther(now), entries: ["moved"] })(now)));
    await Promise.all(moves);
    expect((await store.read(key))?.lifecycle).toEqual(automated("x".repeat(20)));
    expect((await store.entriesAfter(key, 0)).map(({ seq }) => seq)).toEqual(upTo(20));
  },

  async "S5 what was saved survives a restart (I-1)"({ store, reopen }) {
    const key = someone();
    await store.record({
      key,
      factId: "1",
      decide: deciding({ lifecycle: gone, entries: ["bye"], notes: ["by hand"], jobs: [{ task: "tell", input: 1 }] }),
    });
    const again = await reopen();
    const { repeats, lifecycle } = await again.record({ key, factId: "1", decide: bug });
    expect({ repeats, lifecycle }).toEqual({ repeats: { digest: null, firstSeq: 1 }, lifecycle: gone });
    expect(await bodies(again, key)).toEqual(["bye"]);
    expect(await again.notes(key)).toMatchObject([{ seq: 1, body: "by hand" }]);
    expect(await again.claimJobs(1, LATER)).toMatchObject([{ key, task: "tell", input: 1 }]);
  },

  async "S14 a name leads back to its conversation and handoff, even after the handoff is over"({ store }) {
    const key = someone();
    const name = { kind: "vendor_chat", value: someone().id, handoff: "h-1" } as const;
    expect(await store.find(name)).toBeNull();
    await happen(store, key, deciding({ names: [name] }));
    await happen(store, key, deciding({ lifecycle: gone }));
    expect(await store.find({ kind: "vendor_chat", value: name.value })).toEqual({ key, handoff: "h-1" });
    expect(await store.find({ kind: "reference", value: name.value })).toBeNull();
  },

  async "S15 a name leads nowhere once its time is over"({ store, clock }) {
    const key = someone();
    const name = { kind: "token", value: someone().id } as const;
    await happen(store, key, deciding({ names: [{ ...name, expiresAt: new Date(clock.now().getTime() + LATER).toISOString() }] }));
    expect(await store.find(name)).toEqual({ key, handoff: null });
    clock.pass(LATER);
    expect(await store.find(name)).toBeNull();
  },

  async "S16 a second claim to a name changes nothing, wherever it comes from"({ store }) {
    const [key, other] = [someone(), someone("another site")];
    const name = { kind: "token", value: someone().id } as const;
    await happen(store, key, deciding({ names: [name] }));
    await happen(store, other, deciding({ names: [{ ...name, handoff: "h-2" }] }));
    expect(await store.find(name)).toEqual({ key, handoff: null });
  },

  async "S17 notes are numbered on their own and never stand among the entries"({ store, clock }) {
    const key = someone();
    const { entries } = await happen(store, key, deciding({ entries: ["said"], notes: ["routed", "asked"] }));
    await happen(store, key, deciding({ entries: ["said again"], notes: ["answered"] }));
    const at = clock.now().toISOString();
    expect(entries).toHaveLength(1);
    expect(await bodies(store, key)).toEqual(["said", "said again"]);
    expect(await store.notes(key)).toEqual(["routed", "asked", "answered"].map((body, index) => ({ seq: index + 1, at, body })));
  },

  async "S18 nothing crosses sites: the same id on two sites is two conversations (I-15)"({ store }) {
    const ours = someone();
    const theirs = { ...ours, site: "another site" };
    await store.record({ key: ours, factId: "1", decide: deciding({ lifecycle: gone, entries: ["ours"], notes: ["ours"] }) });
    expect([await store.read(theirs), await bodies(store, theirs), await store.notes(theirs)]).toEqual([null, [], []]);
    const { entries, lifecycle } = await store.record({ key: theirs, factId: "1", decide: saying("theirs") });
    expect({ seq: entries[0]?.seq, lifecycle }).toEqual({ seq: 1, lifecycle: automated("") });
    expect(await bodies(store, ours)).toEqual(["ours"]);
  },

  async "S19 a repetition tells what was said the first time and where it stands"({ store }) {
    const key = someone();
    const fact = { key, factId: "line", digest: "of the text" };
    await happen(store, key, saying("before"));
    expect((await store.record({ ...fact, decide: saying("line", "and more") })).repeats).toBeNull();
    await store.record({ key, factId: "silent", decide: deciding({}) });
    const { repeats } = await store.record({ ...fact, digest: "of another text", decide: saying("another") });
    expect(repeats).toEqual({ digest: "of the text", firstSeq: 2 });
    expect((await store.record({ key, factId: "silent", decide: bug })).repeats).toEqual({ digest: null, firstSeq: null });
  },

  async "S20 one fact that cannot be saved costs those that arrive with it nothing"({ store }) {
    const key = someone();
    const wrong = [bug, saying({ tooBig: 1n }), owing({ task: "never", runAt: new Date(Number.NaN) })];
    const results = await Promise.allSettled(
      upTo(12).map((n) => happen(store, key, n % 4 === 0 ? wrong[n / 4 - 1]! : saying(n))), // n / 4 is 1, 2 or 3
    );
    expect(results.map(({ status }) => status === "fulfilled")).toEqual(upTo(12).map((n) => n % 4 !== 0));
    expect(await store.entriesAfter(key, 0)).toMatchObject([1, 2, 3, 5, 6, 7, 9, 10, 11].map((body, index) => ({ seq: index + 1, body })));
    expect(await store.claimJobs(1, LATER)).toEqual([]);
  },

  async "S21 turns are counted per site and UTC day"({ store, clock }) {
    const site = `site ${someone().id}`;
    const today = clock.now().toISOString().slice(0, 10);
    await happen(store, someone(site), deciding({ turns: 1 }));
    await happen(store, someone(site), deciding({ turns: 2 }));
    await happen(store, someone("another site"), deciding({ turns: 4 }));
    clock.pass(24 * 60 * 60_000);
    await happen(store, someone(site), deciding({ turns: 8 }));
    const tomorrow = clock.now().toISOString().slice(0, 10);
    expect([await store.turnsOn(site, today), await store.turnsOn(site, tomorrow), await store.turnsOn(site, "1999-12-31")]).toEqual([
      3, 8, 0,
    ]);
  },

  async "S22 it is known when the visitor was last there, also after a quiet restart"({ store, reopen, clock }) {
    const [key, nobody] = [someone(), someone()];
    await happen(store, key, saying("hi"));
    clock.pass(LATER);
    await Promise.all([store.seen(key), store.seen(nobody)]);
    const seenAt = clock.now().toISOString();
    expect(await store.read(key)).toMatchObject({ seenAt });
    clock.pass(LATER);
    const again = await reopen();
    expect([await again.read(key), await again.read(nobody)]).toMatchObject([{ seenAt }, null]);
  },

  async "S23 a long conversation can be read in parts"({ store }) {
    const key = someone();
    await happen(store, key, saying(...upTo(7)));
    const parts = [await store.entriesAfter(key, 0, 3), await store.entriesAfter(key, 3, 3), await store.entriesAfter(key, 6, 3)];
    expect(parts.map((part) => part.map(({ body }) => body))).toEqual([[1, 2, 3], [4, 5, 6], [7]]);
  },

  async "S24 news kept for a conversation that is not known yet does not make one"({ store }) {
    const key = { site: SITE, id: `vendor-chat:${someone().id}` };
    const parked = { key, factId: "news", decide: owing({ task: "pass_on_news" }) };
    await store.record(parked);
    expect((await store.record(parked)).repeats).not.toBeNull();
    expect(await store.read(key)).toBeNull();
    expect(await store.claimJobs(9, LATER)).toMatchObject([{ key, lifecycle: automated("") }]);
  },

  async "S25 two hundred facts at once stand in the order in which they came"({ store }) {
    const key = someone();
    const recorded = await Promise.all(upTo(200).map((n) => happen(store, key, saying(n))));
    expect(recorded.map(({ entries }) => entries[0]?.seq)).toEqual(upTo(200));
    expect(await bodies(store, key)).toEqual(upTo(200));
  },

  async "S26 a conversation tells where it stands, how far it goes and since when"({ store, clock }) {
    const key = someone();
    await happen(store, key, deciding({ lifecycle: automated("shared") }));
    const beganAt = clock.now().toISOString();
    expect(await store.read(key)).toEqual({ key, lifecycle: automated("shared"), lastSeq: 0, beganAt, lastAt: beganAt, seenAt: beganAt });
    clock.pass(LATER);
    await happen(store, key, saying("one", "two"));
    const lastAt = clock.now().toISOString();
    clock.pass(LATER);
    await happen(store, key, deciding({ lifecycle: gone, notes: ["left"] }));
    expect(await store.read(key)).toEqual({ key, lifecycle: gone, lastSeq: 2, beganAt, lastAt, seenAt: beganAt });
  },

  async "S41 whoever comes back by a name gets in one look what three looks give (I-16)"({ store, clock }) {
    const [key, news] = [someone(), someone()];
    const name = { kind: "token", value: key.id } as const;
    const later = { kind: "token", value: news.id, expiresAt: new Date(clock.now().getTime() + LATER).toISOString() } as const;
    await happen(store, key, deciding({ lifecycle: automated("shared"), entries: upTo(5).map((n) => `${n} \u0000 ü`), names: [name] }));
    await happen(store, news, deciding({ names: [later] }));
    clock.pass(LATER - 1);
    await store.seen(key);
    const known = { key, handoff: null };
    for (const after of [0, 3, 5, 9]) {
      const [conversation, entries] = [await store.read(key), await store.entriesAfter(key, after, 3)];
      expect(await store.resume(name, after, 3)).toEqual({ known, conversation, entries });
    }
    expect(await store.resume(later, 0, 3)).toEqual({ known: { key: news, handoff: null }, conversation: null, entries: [] });
    clock.pass(1);
    expect(await store.resume(later, 0, 3)).toBeNull();
    expect(await store.resume({ ...name, value: "nobody's" }, 0, 3)).toBeNull();
  },

  async "S42 I-19 what is erased is gone with the fact that says so: words, notes, work and names, but not by which vendors' chats are known"({
    store,
  }) {
    const [key, other, parked] = [someone(), someone(), { site: SITE, id: `vendor-chat:${someone().id}` }];
    const names: Name[] = [
      { kind: "token", value: `token of ${key.id}` },
      { kind: "vendor_chat", value: `chat of ${key.id}` },
    ];
    const all = deciding({ lifecycle: gone, entries: ["said"], notes: ["noted"], names, jobs: [{ task: "ask", input: "said" }] });
    for (const one of [key, other]) await store.record({ key: one, factId: "all", decide: all });
    await store.record({ key: parked, factId: "news", decide: owing({ task: "pass_on_news" }) });
    const erase = deciding({
      lifecycle: gone,
      entries: ["over"],
      notes: ["erased"],
      jobs: [{ task: "forget", input: null }],
      erases: [parked],
    });
    const { entries } = await store.record({ key, factId: "erasure", decide: erase });
    expect(entries).toMatchObject([{ seq: 2, body: "over" }]);
    expect([await bodies(store, key), (await store.notes(key)).map(({ body }) => body)]).toEqual([["over"], ["erased"]]);
    expect(await Promise.all(names.map((name) => store.find(name)))).toEqual([null, { key, handoff: null }]);
    expect((await store.claimJobs(9, LATER)).map(({ task, key: { id } }) => [task, id])).toEqual([
      ["ask", other.id],
      ["forget", key.id],
    ]);
    expect((await store.record({ key, factId: "all", decide: deciding({}) })).repeats).toBeNull();
    expect(await bodies(store, other)).toEqual(["said"]);
  },

  async "S55 T12 tokens that are revoked lead nowhere from the same fact on, and the conversation keeps everything else"({
    store,
    reopen,
  }) {
    const [key, other] = [someone(), someone()];
    const token = ({ id }: { id: string }, which = "first"): Name => ({ kind: "token", value: `${which} token of ${id}` });
    const reference: Name = { kind: "reference", value: `reference of ${key.id}` };
    await happen(store, key, deciding({ entries: ["said"], names: [token(key), token(key, "second"), reference] }));
    await happen(store, other, deciding({ names: [token(other)] }));
    expect(await store.find(token(key))).toEqual({ key, handoff: null }); // whoever remembers names has it now
    const { entries } = await happen(store, key, deciding({ entries: ["left"], revokesTokens: true }));
    expect(entries).toMatchObject([{ seq: 2, body: "left" }]);
    for (const open of [() => store, reopen]) {
      const one = await open();
      expect(await Promise.all([token(key), token(key, "second")].map((name) => one.resume(name, 0, 9)))).toEqual([null, null]);
      expect(await Promise.all([token(key), token(other), reference].map((name) => one.find(name)))).toEqual([
        null,
        { key: other, handoff: null },
        { key, handoff: null },
      ]);
      expect(await bodies(one, key)).toEqual(["said", "left"]);
    }
  },
};

function oneFurther(now: Lifecycle): Lifecycle {
  return automated(now.phase === "automated" ? `${now.sharedId}x` : "");
}
