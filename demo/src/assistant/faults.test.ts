import { expect, test } from "vitest";
import { createFaults } from "./faults.ts";
import type { FaultRequest } from "./faults.ts";
import { createRandom } from "./random.ts";

function withFaults(...faults: FaultRequest[]) {
  const created = createFaults(createRandom(1));
  faults.forEach(created.add);
  return created;
}

test("a fault strikes its own route only, and any route when it names none", () => {
  const faults = withFaults({ kind: "empty_body", route: "respond" }, { kind: "latency", ms: 5 });
  expect(faults.strike("create").kinds).toEqual(["latency"]);
  expect(faults.strike("respond").kinds).toEqual(["latency", "empty_body"]);
});

test("a counted fault is gone when it has struck, and lets pass what it should", () => {
  const faults = withFaults({ kind: "status", status: 500, times: 2, skip: 1 });
  const struck = [1, 2, 3, 4].map(() => faults.strike("respond").kinds.length);
  expect(struck).toEqual([0, 1, 1, 0]);
  expect(faults.list()).toEqual([]);
});

test("an uncounted fault strikes until it is cleared", () => {
  const faults = withFaults({ kind: "status", status: 500 });
  for (let count = 0; count < 50; count += 1) expect(faults.strike("create").kinds).toEqual(["status"]);
  faults.clear();
  expect(faults.strike("create").kinds).toEqual([]);
});

test("probability is kept, and the same seed chooses the same requests", () => {
  const row = () => {
    const faults = withFaults({ kind: "reset", probability: 0.3 });
    return Array.from({ length: 1000 }, () => faults.strike("respond").kinds.length);
  };
  const struck = row().filter(Boolean).length;
  expect(struck).toBeGreaterThan(250);
  expect(struck).toBeLessThan(350);
  expect(row()).toEqual(row());
});

test("replacements are used up one request after the other, in order", () => {
  const faults = withFaults({ kind: "status", status: 500, times: 1 }, { kind: "status", status: 429, times: 1 });
  expect(faults.strike("respond").replacement).toMatchObject({ status: 500 });
  expect(faults.strike("respond").replacement).toMatchObject({ status: 429 });
  expect(faults.strike("respond").replacement).toBeNull();
});

test("alterations combine, and wait while requests are not carried out", () => {
  const faults = withFaults(
    { kind: "empty_body", times: 1 },
    { kind: "camel_case", times: 1 },
    { kind: "numeric_conversation_id", times: 1 },
  );
  expect(faults.strike("respond").kinds).toEqual(["empty_body"]);
  expect(faults.strike("respond").kinds).toEqual(["camel_case", "numeric_conversation_id"]);
});

test("latency adds up, with jitter within its bound", () => {
  const faults = withFaults({ kind: "latency", ms: 100 }, { kind: "latency", ms: 10, jitterMs: 5 });
  const delays = Array.from({ length: 100 }, () => faults.strike("respond").delayMs);
  expect(Math.min(...delays)).toBeGreaterThanOrEqual(110);
  expect(Math.max(...delays)).toBeLessThan(115);
  expect(new Set(delays).size).toBeGreaterThan(50);
});

test("a fault that does not exist is refused when it is set", () => {
  // Not a kind, not a status of an error, a misspelt field: each would silently test nothing.
  const wrong = [{ kind: "gremlins" }, { kind: "status", status: 200 }, { kind: "reset", time: 1 }] as unknown as FaultRequest[];
  for (const fault of wrong) expect(() => withFaults(fault)).toThrow();
});
