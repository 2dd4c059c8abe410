import { expect } from "vitest";
import { wishesIn } from "@baton/bridge-server/bridge-threads";
import type { NoteBody } from "@baton/bridge-server/conversation/records";
import type { Note } from "@baton/bridge-server/store/store";
import { deciding, happen, someone, upTo, type StoreUnderTest } from "./store-under-test.ts";

const out: NoteBody = { type: "opted_out", message: "m-1" };
const back: NoteBody = { type: "opted_in", message: "m-2" };
const joined: NoteBody = { type: "conversation_joined", conversation: "c-1" };
const thread = (channel: string, site = "shop") => ({ site, id: `thread:${channel}/${someone().id}` });

/** What a store owes to those who ask who wants no more messages. */
export const optOutRules: Record<string, (test: StoreUnderTest) => Promise<void>> = {
  async "S74 who has opted out of a site's channel is listed, once and with the last word, and nobody who has come back"({ store, clock }) {
    const [stays, returned, wavers] = [thread("sms"), thread("sms"), thread("sms")];
    const others = [thread("sms", "bank"), thread("pigeons"), { site: "shop", id: `sms.${someone().id}` }];
    for (const key of [stays, returned, wavers, ...others]) await happen(store, key, deciding({ notes: [joined, out] }));
    clock.pass(1_000);
    await happen(store, returned, deciding({ notes: [back] }));
    await happen(store, wavers, deciding({ notes: [back] }));
    clock.pass(1_000);
    await happen(store, wavers, deciding({ notes: [out, joined] }));
    const found = await store.optOuts({ site: "shop", begins: "thread:sms/", limit: 9 });
    expect(found).toEqual([
      { key: wavers, at: "2026-11-22T12:00:02.000Z", body: out },
      { key: stays, at: "2026-11-22T12:00:00.000Z", body: out },
    ]);
  },

  async "S75 the list is told page by page, the latest first, however many opted out at the same moment"({ store, clock }) {
    const keys = upTo(7).map(() => thread("sms"));
    for (const [n, key] of keys.entries()) {
      if (n === 3) clock.pass(1_000);
      await happen(store, key, deciding({ notes: [out] }));
    }
    const seen = [];
    for (let before; ; before = seen.at(-1)) {
      const page = await store.optOuts({ site: "shop", begins: "thread:sms/", limit: 2, ...(before && { before }) });
      if (page.length === 0) break;
      seen.push(...page);
      expect(seen.length).toBeLessThanOrEqual(7);
    }
    expect(new Set(seen.map(({ key }) => key.id))).toEqual(new Set(keys.map(({ id }) => id)));
    expect(seen.map(({ at }) => at)).toEqual(
      seen
        .map(({ at }) => at)
        .toSorted()
        .toReversed(),
    );
  },

  async "S76 an operator's word holds where nothing was said since they looked, and what is said meanwhile holds instead"({ store }) {
    const byOperator = (type: "opted_out" | "opted_in", saw: number): NoteBody => ({ type, message: `o-${saw}`, operator: "Kim", saw });
    const stories: [NoteBody[], number | null][] = [
      [[byOperator("opted_out", 0)], 0],
      [[byOperator("opted_out", 0), byOperator("opted_in", 1)], null],
      [[byOperator("opted_out", 0), joined, out, byOperator("opted_in", 1)], 2],
      [[byOperator("opted_out", 0), out, byOperator("opted_in", 1), back], null],
      [[out, byOperator("opted_out", 0)], 0],
      [[back, byOperator("opted_out", 0)], null],
      [[back, byOperator("opted_out", 0), joined, byOperator("opted_out", 2)], 3],
      [
        [
          { type: "opted_out", message: "m-3", operator: "Kim" },
          { type: "opted_in", message: "m-4", operator: "Kim" },
        ],
        null,
      ],
    ];
    for (const [told, standing] of stories) {
      const [key, site] = [thread("sms", "bazaar"), "bazaar"];
      for (const note of told) await happen(store, key, deciding({ notes: [note] }));
      const found = (await store.optOuts({ site, begins: "thread:sms/", limit: 99 })).find((one) => one.key.id === key.id);
      expect(found?.body, JSON.stringify(told)).toEqual(standing === null ? undefined : told[standing]);
      const holding = wishesIn((await store.notes(key)) as Note<NoteBody>[]).at(-1)?.body;
      expect(holding?.type === "opted_out" ? holding : undefined, "by the bridge's own rule").toEqual(found?.body);
    }
  },
};
