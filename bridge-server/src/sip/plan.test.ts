import { expect, test } from "vitest";
import type { FallbackStep } from "../conversation/fallback.ts";
import type { Conditions } from "../conversation/routing.ts";
import { planCall, type Taking } from "./plan.ts";

const always: Conditions = { reason: null, context: {}, language: null, hours: null, outsideHours: null };
const to = (name: string) => ({ connector: "sip", queue: `sip:${name}@sbc.example.com`, urgent: false });
const phone: FallbackStep = { to: "phone", label: "Shop", number: "+442071838750" };

/** Where a call for refunds goes, by the name of each line and how it is. */
async function planned(lines: Record<string, Taking>, fallback: FallbackStep[] = [], destination: string | null = "refunds") {
  const rules = {
    routes: [
      { destination: "refunds", when: always, to: to("refunds") },
      { destination: "refunds", when: always, to: to("refunds-2") },
      { destination: "billing", when: always, to: to("billing") },
    ],
    defaultRoute: { to: to("general"), hours: null },
    hours: {},
  };
  const asked = { destination, reason: null, data: {}, language: null, at: new Date(0), inUse: [] };
  const plan = await planCall({ rules, fallback, gateway: "gw.example.com" }, asked, async ({ queue }) => {
    return lines[/^sip:([^@]*)@/.exec(queue ?? "")?.[1] ?? ""] ?? "takes";
  });
  return plan.to === "target" ? { to: /^sip:([^@]*)@/.exec(plan.target.queue ?? "")?.[1], because: plan.because } : plan;
}

test("a line that is down hands its calls to the next of the same destination, and the reason says so", async () => {
  expect(await planned({ refunds: "down" })).toEqual({
    to: "refunds-2",
    because:
      'Destination "refunds" leads to sip/sip:refunds@sbc.example.com. It does not answer. Destination "refunds" leads to sip/sip:refunds-2@sbc.example.com.',
  });
});

test.each<[string, Record<string, Taking>, FallbackStep[], string]>([
  [
    "where all of it is down, to where the fallback leads",
    { refunds: "down", "refunds-2": "down" },
    [{ to: "destination", destination: "billing" }, phone],
    "billing",
  ],
  [
    "and past what is down there, too",
    { refunds: "down", "refunds-2": "down", billing: "down" },
    [{ to: "destination", destination: "billing" }, phone],
    "+442071838750",
  ],
  ["or the default way, where the fallback leads nowhere", { refunds: "down", "refunds-2": "down" }, [{ to: "goodbye" }], "general"],
  ["or where a line is, with nobody there", { refunds: "down", "refunds-2": "nobody", general: "down" }, [], "refunds-2"],
  ["and where everything is down, to where it was to go", { refunds: "down", "refunds-2": "down", general: "down" }, [], "refunds"],
  ["where nobody is there, but the line is up, its own next line is not asked", { refunds: "nobody" }, [], "refunds"],
  ["a phone number whose gateway is down is passed over", { refunds: "nobody", "+442071838750": "down" }, [phone], "refunds"],
])("%s", async (_, lines, fallback, name) => {
  expect((await planned(lines, fallback)).to).toBe(name);
});

test("a default that is down has no default of its own", async () => {
  expect((await planned({ general: "down" }, [], null)).to).toBe("general");
});
