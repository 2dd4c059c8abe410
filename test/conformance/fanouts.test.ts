import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Fanout } from "@baton/bridge-server/fanout/fanout";
import { describe, expect, test } from "vitest";
import { busRules, fanoutRules } from "./fanout.ts";
import { busKinds, withBus, withInProcess } from "./fanout-kinds.ts";

/** One that is kept for each hint weighs hundreds of bytes. */
const LEFT_BEHIND_PER_HINT = 50;
const HINTS = 5_000;

describe("the fan-out within one process", () => {
  test.each(Object.entries(fanoutRules))("%s", (_, check) => withInProcess(check));
});

for (const [name, kind] of Object.entries(busKinds)) {
  if (kind.absent !== null) test.skip(`the ${name} fan-out: ${kind.absent}`);
  else {
    describe(`the ${name} fan-out`, () => {
      test.each(Object.entries({ ...fanoutRules, ...busRules }))("%s", (_, check) => withBus(kind, check));

      test("a hint that has gone out leaves nothing behind: memory does not grow with a bridge's age", () =>
        withBus(kind, async ({ here, there }) => {
          await sendEach(here, there, 500);
          const before = kept();
          await sendEach(here, there, HINTS);
          expect((kept() - before) / HINTS).toBeLessThan(LEFT_BEHIND_PER_HINT);
        }));
    });
  }
}

/** One after another, so that none goes out together with the next. */
async function sendEach(here: Fanout, there: Fanout, count: number): Promise<void> {
  let hear = () => {};
  const stop = await there.listen("topic", () => hear());
  for (let sent = 0; sent < count; sent++) {
    const heard = new Promise<void>((done) => (hear = done));
    await here.hint("topic");
    await heard;
  }
  stop();
}

/** What nothing can collect, in bytes. */
function kept(): number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void; // what the flag puts there
  collect();
  return process.memoryUsage().heapUsed;
}
