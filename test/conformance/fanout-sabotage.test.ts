import { setImmediate as turn } from "node:timers/promises";
import type { Fanout } from "@baton/bridge-server/fanout/fanout";
import { describe, expect, test } from "vitest";
import { busRules, fanoutRules, type BusUnderTest, type FanoutUnderTest } from "./fanout.ts";
import { busKinds, withBus, withInProcess } from "./fanout-kinds.ts";

type Look = (aside?: string) => void;

// A contract that nothing can fail proves nothing: each rule must catch a fan-out that breaks it.
const sabotage: Record<string, (honest: Fanout) => Partial<Fanout>> = {
  N1: (honest) => ({ hint: (_, aside) => honest.hint("everything", aside), listen: (_, look) => honest.listen("everything", look) }),
  N2: (honest) => ({
    async listen(topic, look) {
      await honest.listen(topic, look);
      return () => {};
    },
  }),
  N3() {
    const looks: { topic: string; look: Look }[] = [];
    return {
      hint: async (topic, aside) => looks.forEach((one) => one.topic === topic && one.look(aside)),
      async listen(topic, look) {
        looks.push({ topic, look });
        return () => {};
      },
    };
  },
  N4(honest) {
    const busy = new Set<string>();
    return {
      async hint(topic, aside) {
        if (!busy.has(topic)) await honest.hint(topic, aside);
        if (aside === "typing on") busy.add(topic);
      },
    };
  },
  N5: (honest) => ({
    async hint(...hinted) {
      await turn();
      await honest.hint(...hinted);
    },
  }),
  N6(honest) {
    const known = new Map<Look, Promise<() => void>>();
    return {
      async listen(topic, look) {
        const stop = known.get(look) ?? honest.listen(topic, look);
        known.set(look, stop);
        return stop;
      },
    };
  },
  N7(honest) {
    let left = 1_000;
    return {
      async hint(topic, aside) {
        if (aside !== undefined || left-- > 0) await honest.hint(topic, aside);
      },
    };
  },
};

const busSabotage: Record<string, (honest: BusUnderTest) => Partial<BusUnderTest>> = {
  N8: onlyOnHints,
  N9: onlyOnHints,
  N10: onlyOnHints,
  N11({ here, cut, mend }) {
    let isCut = false;
    const hint: Fanout["hint"] = async (...hinted) => (isCut ? undefined : here.hint(...hinted));
    return { here: { ...here, hint }, cut: () => ((isCut = true), cut()), mend: () => ((isCut = false), mend()) };
  },
  N12: onlyOnHints,
};

/** Nobody looks but when there was a hint. */
function onlyOnHints({ here, there }: FanoutUnderTest): FanoutUnderTest {
  const hinted = new Set<string>();
  const broken = (honest: Fanout): Fanout => ({
    ...honest,
    hint(topic, aside) {
      if (aside === undefined) hinted.add(topic);
      return honest.hint(topic, aside).finally(() => hinted.delete(topic));
    },
    listen: (topic, look) => honest.listen(topic, (aside) => (aside !== undefined || hinted.has(topic)) && look(aside)),
  });
  return { here: broken(here), there: broken(there) };
}

// Side by side: each waits for what does not come.
describe.concurrent.each(Object.entries(fanoutRules))("%s", (rule, check) => {
  const number = rule.split(" ")[0]!; // split never gives nothing
  test(`catches a fan-out that breaks ${number}`, async () => {
    const breakIt = sabotage[number];
    expect(breakIt, `Write a saboteur for ${number}: a rule that nothing can fail proves nothing.`).toBeDefined();
    await withInProcess(async ({ here }) => {
      const broken = { ...here, ...breakIt!(here) }; // shown to be there
      await expect(check({ here: broken, there: broken })).rejects.toThrow();
    });
  });
});

const kind = Object.values(busKinds).find(({ absent }) => absent === null);
describe.concurrent.each(Object.entries(busRules))("%s", (rule, check) => {
  const number = rule.split(" ")[0]!; // split never gives nothing
  if (kind === undefined) test.skip("no bus can be started here");
  else {
    test(`catches a fan-out that breaks ${number}`, async () => {
      const breakIt = busSabotage[number];
      expect(breakIt, `Write a saboteur for ${number}: a rule that nothing can fail proves nothing.`).toBeDefined();
      await withBus(kind, async (honest) => {
        const broken = { ...honest, ...breakIt!(honest) }; // shown to be there
        await expect(check(broken)).rejects.toThrow();
      });
    });
  }
});
