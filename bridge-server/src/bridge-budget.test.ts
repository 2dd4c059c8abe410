import { expect, test } from "vitest";
import { turnBudget } from "./bridge-budget.ts";

function budgetOf(turns: number) {
  let now = Date.parse("2026-03-04T23:59:59.400Z");
  const spent = { turns, asked: 0 };
  const store = { turnsOn: async () => (spent.asked++, spent.turns) };
  const clock = { now: () => new Date(now), after: () => () => {} };
  return { spent, budget: turnBudget({ store, clock }), pass: (ms: number) => void (now += ms) };
}

test("while plenty of turns are left, the store is asked for their number once a second", async () => {
  const { spent, budget, pass } = budgetOf(0);
  for (let line = 0; line < 50; line++) expect(await budget.hasSpentTurns("shop", 5_000)).toBe(false);
  expect(spent.asked).toBe(1);
  spent.turns = 5_000;
  pass(1_000);
  expect(await budget.hasSpentTurns("shop", 5_000)).toBe(true);
});

test("near the limit every turn is counted, so that none is given too many", async () => {
  const { spent, budget } = budgetOf(4_001);
  expect(await budget.hasSpentTurns("shop", 5_000)).toBe(false);
  spent.turns = 5_000;
  expect(await budget.hasSpentTurns("shop", 5_000)).toBe(true);
});

test("what was plenty under one limit, for one site or on one day says nothing of another", async () => {
  const { spent, budget, pass } = budgetOf(100);
  expect(await budget.hasSpentTurns("shop", 5_000)).toBe(false);
  expect(await budget.hasSpentTurns("shop", 100)).toBe(true);
  expect(await budget.hasSpentTurns("bank", 5_000)).toBe(false);
  expect(spent.asked).toBe(3);
  pass(700); // past midnight
  await budget.hasSpentTurns("bank", 5_000);
  expect(spent.asked).toBe(4);
});
