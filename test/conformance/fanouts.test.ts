import { describe, test } from "vitest";
import { busRules, fanoutRules } from "./fanout.ts";
import { busKinds, withBus, withInProcess } from "./fanout-kinds.ts";

describe("the fan-out within one process", () => {
  test.each(Object.entries(fanoutRules))("%s", (_, check) => withInProcess(check));
});

for (const [name, kind] of Object.entries(busKinds)) {
  if (kind.absent !== null) test.skip(`the ${name} fan-out: ${kind.absent}`);
  else {
    describe(`the ${name} fan-out`, () => {
      test.each(Object.entries({ ...fanoutRules, ...busRules }))("%s", (_, check) => withBus(kind, check));
    });
  }
}
