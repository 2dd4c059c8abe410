import { expect, test } from "vitest";
import { isLinearizable, type Operation } from "./linearizable.ts";

const write = (value: string, from: number, to: number): Operation<string> => ({ type: "write", value, from, to });
const read = (value: string, from: number, to: number): Operation<string> => ({ type: "read", value, from, to });

test.for<[string, Operation<string>[], Operation<string>[]]>([
  ["nothing happened", [], []],
  ["a read gives the initial value before the first write", [write("b", 2, 3)], [read("a", 0, 1)]],
  ["a read beside a write gives either", [write("b", 0, 10)], [read("b", 1, 2), read("b", 3, 4)]],
  ["reads beside a write change once", [write("b", 0, 10)], [read("a", 1, 2), read("b", 3, 4)]],
  ["a slow read gives what was there when it began", [write("b", 2, 3)], [read("a", 1, 9)]],
  ["a write whose end nobody saw took effect early", [write("b", 0, Infinity)], [read("b", 1, 2)]],
])("%s", ([, writes, reads]) => {
  expect(isLinearizable("a", writes, reads)).toBe(true);
});

test.for<[string, Operation<string>[], Operation<string>[]]>([
  ["a read gives the initial value after the write was over", [write("b", 0, 1)], [read("a", 2, 3)]],
  ["a read gives what is not written yet", [write("b", 5, 6)], [read("b", 1, 2)]],
  ["one reads the new value, and a later one the old", [write("b", 0, 10)], [read("b", 1, 2), read("a", 3, 4)]],
  ["a value comes back", [write("b", 0, 1), write("c", 2, 3)], [read("c", 4, 5), read("b", 6, 7)]],
  ["a value was never written", [write("b", 0, 1)], [read("c", 2, 3)]],
])("not: %s", ([, writes, reads]) => {
  expect(isLinearizable("a", writes, reads)).toBe(false);
});
