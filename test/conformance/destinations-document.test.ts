import { DestinationsSetting, documentOf } from "@baton/bridge-server/config-destinations";
import { changesBetween } from "@baton/bridge-server/destinations-changes";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { seedOf } from "../seed.ts";

// G3: what is kept of an edit is what was checked, and nothing of it is applied without being said.

const name = fc.constantFrom("a", "b", "c");
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const route = fc.record(
  {
    destination: name,
    to: fc.oneof(
      fc.record({ connector: name, queue: name, urgent: fc.boolean() }),
      fc.constant({ phone: { label: "L", number: "+442071838750" } }),
    ),
    description: maybe(name),
    when: fc.record(
      {
        reason: name,
        language: fc.constant("pt-BR"),
        context: fc.dictionary(name, fc.oneof(name, fc.integer(), fc.boolean())),
        hours: name,
      },
      { requiredKeys: [] },
    ),
    sip: maybe(fc.constantFrom("sip:a@b.example", "TEL:+442071838750")),
    required: fc.array(name, { maxLength: 2 }),
  },
  { requiredKeys: ["destination", "to"] },
);
const span = fc.constantFrom("00:00-24:00", "09:05-17:30", "22:00-06:00");
const document = fc.record({
  routes: fc.array(route, { maxLength: 4 }),
  defaultRoute: fc.record(
    { to: fc.record({ connector: name }), hours: maybe(name), sip: maybe(fc.constant("tel:+442071838750")) },
    { requiredKeys: ["to"] },
  ),
  hours: fc.dictionary(
    name,
    fc.record({
      timeZone: fc.constant("Asia/Tokyo"),
      week: fc.record({ tue: fc.tuple(span), fri: fc.constant(["09:00-10:00", "11:00-12:00"]) }),
    }),
  ),
  fallback: fc.array(fc.constantFrom({ to: "assistant" as const }, { to: "callback" as const, connector: "a", country: "GB" as const }), {
    maxLength: 2,
  }),
});

test("what is written of a document is the same document, and every change to one shows", () => {
  fc.assert(
    fc.property(document, document, (one, other) => {
      const [first, second] = [DestinationsSetting.parse(one), DestinationsSetting.parse(other)];
      expect(DestinationsSetting.parse(JSON.parse(JSON.stringify(documentOf(first))))).toEqual(first);
      const isSame = JSON.stringify(documentOf(first)) === JSON.stringify(documentOf(second));
      expect(changesBetween(first, second).length === 0).toBe(isSame);
    }),
    { seed: seedOf("DESTINATIONS") },
  );
});
