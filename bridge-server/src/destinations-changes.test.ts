import { expect, test } from "vitest";
import type * as z from "zod";
import { DestinationsSetting } from "./config-destinations.ts";
import { changesBetween } from "./destinations-changes.ts";

type Written = z.input<typeof DestinationsSetting>;
const before = {
  routes: [
    { destination: "refunds", to: { connector: "desk", queue: "gold" }, when: { context: { tier: "gold" } } },
    { destination: "refunds", to: { connector: "desk" } },
    { destination: "sales", to: { connector: "desk" } },
  ],
  defaultRoute: { to: { connector: "desk" } },
  hours: { office: { timeZone: "Europe/London", week: { mon: ["09:00-17:30", "22:00-24:00"] } } },
  fallback: [{ to: "phone" as const, label: "Shop", number: "+442071838750" }],
} satisfies Written;
const [gold, plain, sales] = before.routes;
const between = (one: Written, other: Written) => changesBetween(DestinationsSetting.parse(one), DestinationsSetting.parse(other));

test.for<[string, Partial<Written>, string[]]>([
  ["nothing", {}, []],
  [
    "a new route",
    { routes: [...before.routes, { destination: "W&G", to: { phone: { label: "W", number: "+442071838750" } } }] },
    ['New route: "W&G" leads to tel:+442071838750.'],
  ],
  ["one less", { routes: [gold!, plain!] }, ['Route "sales" is removed, which led to desk.']],
  [
    "where one leads",
    { routes: [gold!, plain!, { ...sales!, to: { connector: "desk", queue: "s", urgent: true } }] },
    ['Route "sales" leads to desk/s, urgent, instead of desk.'],
  ],
  [
    "the second of a name",
    { routes: [gold!, { ...plain!, to: { connector: "other" } }, sales!] },
    ['Route "refunds" (2) leads to other instead of desk.'],
  ],
  ["what has to hold", { routes: [{ ...gold!, when: {} }, plain!, sales!] }, ['Route "refunds" has other conditions: none.']],
  [
    "what has to hold, otherwise",
    { routes: [gold!, plain!, { ...sales!, when: { hours: "office" } }] },
    ['Route "sales" has other conditions (within the hours "office").'],
  ],
  ["the order", { routes: [sales!, gold!, plain!] }, ["The routes stand in another order."]],
  [
    "where calls go",
    { routes: [gold!, plain!, { ...sales!, sip: "tel:+442071838750" }] },
    ['Route "sales": calls go tel:+442071838750 instead of nowhere.'],
  ],
  ["what is needed", { routes: [gold!, plain!, { ...sales!, required: ["order_id"] }] }, ['Route "sales" needs order_id instead of none.']],
  ["what it is for", { routes: [gold!, plain!, { ...sales!, description: "Buying" }] }, ['Route "sales" is described in other words.']],
  [
    "the default",
    { defaultRoute: { to: { connector: "other" }, hours: "office" } },
    ["The default route leads to other instead of desk.", 'The default route is open by the hours "office" instead of always.'],
  ],
  [
    "hours",
    { hours: { office: { timeZone: "Europe/Paris", week: before.hours.office.week }, night: before.hours.office } },
    ['The hours "office" are others.', 'New hours: "night".'],
  ],
  ["no hours", { hours: {} }, ['The hours "office" are removed.']],
  [
    "the fallback",
    { fallback: [{ to: "leave_message", connector: "desk", queue: "late" }, { to: "assistant" }] },
    ["When nobody can be reached: leave_message at desk/late, then assistant, instead of phone +442071838750."],
  ],
])("what has become other is said in a sentence: %s", ([, change, sentences]) => {
  expect(between(before, { ...before, ...change })).toEqual(sentences);
});
