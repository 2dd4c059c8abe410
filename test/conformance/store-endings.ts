import { expect } from "vitest";
import type { NoteBody } from "@baton/bridge-server/conversation/records";
import type { Store } from "@baton/bridge-server/store/store";
import { deciding, happen, saying, someone, upTo, type StoreUnderTest } from "./store-under-test.ts";

const over: NoteBody = { type: "conversation_ended", by: "visitor" };
const rated: NoteBody = { type: "rated", score: 5, comment: 'says "type":"erased"' };

/** What a store owes to those who copy out what has ended. */
export const endingRules: Record<string, (test: StoreUnderTest) => Promise<void>> = {
  async "S60 conversations are told in the order in which they ended, page by page, and those that go on are not"({ store, clock }) {
    const keys = upTo(5).map(() => someone());
    for (const key of keys) {
      await happen(store, key, saying("hello"));
      clock.pass(1_000);
      if (key !== keys[2]) await happen(store, key, deciding({ notes: [over] }));
    }
    const ended = keys.filter((key) => key !== keys[2]);
    const first = await store.endings(0, 3);
    expect(first.map(({ key }) => key)).toEqual(ended.slice(0, 3));
    expect(first[0]!.at).toBe("2026-11-22T12:00:01.000Z");
    expect((await store.endings(first.at(-1)!.number, 3)).map(({ key }) => key)).toEqual(ended.slice(3));
    await happen(store, keys[2]!, deciding({ notes: [rated] }));
    expect((await store.endings(0, 9)).map(({ key }) => key)).toEqual(ended);
  },

  async "S61 what comes of a conversation after its end is told once more, at the end and in place of what was told before"({ store }) {
    const [one, two] = [someone(), someone()];
    for (const key of [one, two]) await happen(store, key, deciding({ notes: [over] }));
    await happen(store, one, deciding({ notes: [rated] }));
    const endings = await store.endings(0, 9);
    expect(endings.map(({ key }) => key)).toEqual([two, one]);
    expect(await store.endingsOf(one)).toEqual([endings[0]!.number - 1, endings[1]!.number]);
    await happen(store, one, deciding({ notes: [{ type: "desk_told", connector: "desk", outcome: "forgotten" } satisfies NoteBody] }));
    expect(await store.endings(endings[1]!.number, 9)).toEqual([]);
  },

  async "S62 whoever asks again with the last number misses none, however many end at the same time"({ store }) {
    const seen: string[] = [];
    let after = 0;
    let isOver = false;
    const all = upTo(40).map(() => happen(store, someone(), deciding({ notes: [over] })));
    const ended = Promise.all(all).finally(() => void (isOver = true));
    do await look(store);
    while (!(await Promise.race([ended.then(() => true), new Promise<boolean>((done) => setImmediate(() => done(isOver)))])));
    for (const before = [-1]; before[0] !== after;) {
      before[0] = after;
      await look(store);
    }
    expect(new Set(seen).size).toBe(40);
    expect(seen).toHaveLength(40);

    async function look({ endings }: Store): Promise<void> {
      for (const { number, key } of await endings(after, 9)) {
        seen.push(key.id);
        after = number;
      }
    }
  },
};
