import assert from "node:assert/strict";

/** Fails unless everything that is expected is there. Objects may hold more; lists may not, as Node's own partial comparison lets them. */
export function assertMatches(actual: unknown, expected: unknown): void {
  assert.deepEqual(asFarAs(expected, actual), expected);
}

function asFarAs(expected: unknown, actual: unknown): unknown {
  if (typeof expected !== "object" || expected === null || typeof actual !== "object" || actual === null) return actual;
  if (Array.isArray(expected)) return Array.isArray(actual) ? actual.map((one, n) => asFarAs(expected[n], one)) : actual;
  const found = new Map(Object.entries(actual));
  return Object.fromEntries(Object.entries(expected).map(([key, value]) => [key, asFarAs(value, found.get(key))]));
}
