import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { automated } from "../conversation/lifecycle.ts";
import { sqliteStore } from "../store/sqlite.ts";
import type { Decide } from "../store/store.ts";
import { unmeasured } from "./measure.ts";
import { createWaiting } from "./pressure.ts";
import { watchStore } from "./watch-store.ts";

const key = { site: "shop", id: "c" };
const asking: Decide = (lifecycle) => ({ lifecycle, entries: [{ type: "said" }], notes: [], jobs: [], names: [], turns: 1 });

function begin() {
  const groups: number[] = [];
  const told: string[] = [];
  const waiting = createWaiting();
  const own = sqliteStore(":memory:");
  const measure = {
    ...unmeasured,
    saved: ({ factId }: { factId: string }) => void told.push(`saved ${factId}`),
    stored: (operation: string, _: number, isDone: boolean) => void told.push(`${operation} ${isDone ? "done" : "failed"}`),
    savedTogether: (writes: number) => void groups.push(writes),
  };
  return { store: watchStore(own, measure, waiting), own, waiting, groups, told };
}

test("a fact that is told twice is counted once, even by a store that decides before it looks", async () => {
  const { own, told, waiting } = begin();
  const hasty = { ...own, record: async (fact: Parameters<typeof own.record>[0]) => (fact.decide(automated("")), own.record(fact)) };
  const saved = (fact: { factId: string }) => void told.push(`saved ${fact.factId}`);
  const store = watchStore(hasty, { ...unmeasured, saved }, waiting);
  for (let times = 0; times < 2; times++) await store.record({ key, factId: "line", decide: asking });
  expect(told).toEqual(["saved line"]);
});

test("what failed was not saved", async () => {
  const { store, own, told, waiting } = begin();
  await own.close();
  await expect(store.record({ key, factId: "line", decide: asking })).rejects.toThrow();
  expect([told, waiting.count()]).toEqual([["record failed"], 0]);
});

test("writes that one flush saved are counted together", async () => {
  const { store, groups, waiting } = begin();
  const all = Array.from({ length: 7 }, (_, n) => store.record({ key: { site: "shop", id: `c${n}` }, factId: "line", decide: asking }));
  expect(waiting.count()).toBe(7);
  await Promise.all(all);
  await store.record({ key, factId: "line", decide: asking });
  await turn();
  expect(groups).toEqual([7, 1]);
});
