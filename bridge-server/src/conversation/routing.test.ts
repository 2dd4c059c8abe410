import { describe, expect, test } from "vitest";
import type { Hours } from "./hours.ts";
import { needsContext, route, type Conditions, type Route, type RouteRequest, type Rules } from "./routing.ts";

const office: Hours = {
  timeZone: "Europe/London",
  week: { mon: [{ from: 540, until: 1020 }], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] },
  holidays: [],
};
const MONDAY_NOON = new Date("2026-11-23T12:00:00Z");
const MONDAY_NIGHT = new Date("2026-11-23T22:00:00Z");

function to(destination: string, queue: string, when: Partial<Conditions> = {}): Route {
  const always: Conditions = { reason: null, context: {}, language: null, hours: null, outsideHours: null };
  return { destination, when: { ...always, ...when }, to: { connector: "desk", queue, urgent: false } };
}

function rules(routes: Route[], defaultHours: string | null = null): Rules {
  return { routes, defaultRoute: { to: { connector: "desk", queue: null, urgent: false }, hours: defaultHours }, hours: { office } };
}

const asked = (destination: string | null, more: Partial<RouteRequest> = {}): RouteRequest => ({
  destination,
  reason: null,
  data: null,
  language: null,
  at: MONDAY_NOON,
  tried: [],
  inUse: [],
  ...more,
});

const nameOf = (routed: ReturnType<typeof route>) => (routed.route ? routed.name : routed.cause);

describe("D3 a destination", () => {
  const table = rules([
    to("W&G TBM", "wills"),
    to("T1 Skill", "tier one"),
    to("DEFAULT", "the one called default"),
    to("café ☕", "coffee"),
    to("refunds", "lower"),
    to("REFUNDS", "upper"),
  ]);

  test.each([
    ["W&G TBM", "desk/wills"],
    [" w&g tbm\n", "desk/wills"],
    ["T1 Skill", "desk/tier one"],
    ["DEFAULT", "desk/the one called default"],
    ["default", "desk/the one called default"],
    ["CAFE\u0301 ☕", "desk/coffee"],
    ["REFUNDS", "desk/upper"],
    ["refunds", "desk/lower"],
    ["Refunds", "desk/lower"],
    ["T1", "desk"],
    ["", "desk"],
    ["__proto__", "desk"],
    ["constructor", "desk"],
  ])("%j leads to %s: the same text first, then the same word, then the default", (destination, expected) => {
    expect(nameOf(route(table, asked(destination)))).toBe(expected);
  });

  test("that no route has is reported with what to do about it (T31)", () => {
    const routed = route(table, asked("Vulnerable_Customer"));
    expect(routed).toMatchObject({ name: "desk", unknown: true, hint: 'Add a route for "Vulnerable_Customer" to this site\'s routes.' });
  });

  test("that was not named is no unknown one", () => {
    const routed = route(table, asked(null));
    expect(routed).toMatchObject({ name: "desk", unknown: false, hint: null, because: expect.stringContaining("no_destination") });
  });

  test("of any length is shown on one short line", () => {
    const { because } = route(table, asked(`line\n${"x".repeat(10_000)}`));
    expect(because.length).toBeLessThan(250);
    expect(because).not.toContain("\n");
  });
});

describe("conditions", () => {
  test.each<[string, Partial<Conditions>, Partial<RouteRequest>, boolean]>([
    ["reason in any case", { reason: ["customer_refund"] }, { reason: "Customer_Refund" }, true],
    ["another reason", { reason: ["customer_refund"] }, { reason: "complaint" }, false],
    ["no reason", { reason: ["customer_refund"] }, { reason: null }, false],
    ["a language's region", { language: ["pt"] }, { language: "pt-BR" }, true],
    ["a language of the same beginning", { language: ["pt"] }, { language: "ptx" }, false],
    ["a region when the language says none", { language: ["pt-BR"] }, { language: "pt" }, false],
    ["no language", { language: ["pt"] }, {}, false],
    ["open hours", { hours: "office" }, {}, true],
    ["closed hours", { hours: "office" }, { at: MONDAY_NIGHT }, false],
    ["outside the hours", { outsideHours: "office" }, { at: MONDAY_NIGHT }, true],
    ["outside, but they are open", { outsideHours: "office" }, {}, false],
    ["a context field", { context: { "customer.tier": ["gold", "platinum"] } }, { data: { customer: { tier: "Gold" } } }, true],
    ["another value", { context: { "customer.tier": ["gold"] } }, { data: { customer: { tier: "iron" } } }, false],
    ["a key that has the dot itself", { context: { "customer.tier": ["gold"] } }, { data: { "customer.tier": "gold" } }, true],
    ["true written as a word", { context: { verified: [true] } }, { data: { verified: "true" } }, true],
    ["a number written as a word", { context: { level: ["7"] } }, { data: { level: 7 } }, true],
    ["null asked for", { context: { owner: [null] } }, { data: { owner: null } }, true],
    ["null is not the word null", { context: { owner: ["null"] } }, { data: { owner: null } }, false],
    ["a missing field is not null", { context: { owner: [null] } }, { data: {} }, false],
    ["an object is no value", { context: { owner: ["[object Object]"] } }, { data: { owner: {} } }, false],
    ["no context at all", { context: { verified: [true] } }, { data: null }, false],
    ["all must hold", { reason: ["a"], language: ["en"] }, { reason: "a", language: "fr" }, false],
  ])("%s", (_, when, request, applies) => {
    const routed = route(rules([to("refunds", "special", when)]), asked("refunds", request));
    expect(nameOf(routed)).toBe(applies ? "desk/special" : "desk");
    if (!applies) expect(routed.because).toContain("No route for");
  });

  test.each(["tier", "customer.tier", "customer.plan.name"])("what data only inherits at %s is not data (T23)", (path) => {
    const data = Object.create({ tier: "gold", customer: { tier: "gold" } }) as Record<string, unknown>;
    if (path === "customer.plan.name") data.customer = Object.create({ plan: { name: "gold" } });
    expect(nameOf(route(rules([to("a", "special", { context: { [path]: ["gold"] } })]), asked("a", { data })))).toBe("desk");
  });

  test("the first rule that holds is taken, in the order they are written", () => {
    const table = rules([to("a", "gold", { context: { tier: ["gold"] } }), to("a", "everyone"), to("a", "never")]);
    expect(nameOf(route(table, asked("a", { data: { tier: "gold" } })))).toBe("desk/gold");
    expect(nameOf(route(table, asked("a")))).toBe("desk/everyone");
  });

  test("why a rule was taken or not never says what the context holds", () => {
    const table = rules([to("a", "gold", { context: { ssn: ["078-05-1120"] } })]);
    expect(route(table, asked("a", { data: { ssn: "078-05-1120" } })).because).not.toContain("078");
    const other = route(table, asked("a", { data: { ssn: "219-09-9999" } })).because;
    expect(other).not.toContain("219");
    expect(other).not.toContain("078");
    expect(other).toContain("ssn");
  });

  test("only rules about the context have to wait for it", () => {
    expect(needsContext(rules([to("a", "x", { reason: ["r"], hours: "office" })]))).toBe(false);
    expect(needsContext(rules([to("a", "x"), to("b", "y", { context: { tier: ["gold"] } })]))).toBe(true);
  });
});

describe("the default route", () => {
  test("is closed by its hours", () => {
    const table = rules([to("refunds", "refunds")], "office");
    expect(route(table, asked("other", { at: MONDAY_NIGHT }))).toMatchObject({ route: null, cause: "out_of_hours" });
    expect(nameOf(route(table, asked("other")))).toBe("desk");
    expect(nameOf(route(table, asked("refunds", { at: MONDAY_NIGHT })))).toBe("desk/refunds");
  });

  test("by hours that nobody described is closed, whatever objects inherit", () => {
    expect(nameOf(route(rules([], "constructor"), asked("x")))).toBe("out_of_hours");
  });
});

describe("J4 nobody is asked twice", () => {
  test("one target behind two destinations is one target", () => {
    const table = rules([to("refunds", "money"), to("billing", "money")]);
    const first = route(table, asked("refunds"));
    expect(nameOf(first)).toBe("desk/money");
    expect(nameOf(route(table, asked("billing", { tried: [nameOf(first)] })))).toBe("desk");
  });

  test("a number is one target however it is labelled, and is told apart from a connector's name", () => {
    const line = (label: string) => ({ phone: { label, number: "+442071838750" } });
    const table = { ...rules([to("refunds", "money")]), defaultRoute: { to: line("Shop"), hours: null } };
    table.routes.push({ ...to("urgent", ""), to: line("Emergencies") });
    const first = route(table, asked("urgent"));
    expect(first).toMatchObject({ route: line("Emergencies"), name: "tel:+442071838750", unknown: false });
    expect(route(table, asked("other", { tried: ["tel:+442071838750"] }))).toMatchObject({ route: null, cause: "loop" });
    expect(nameOf(route(table, asked("other", { tried: ["desk", "desk/money"] })))).toBe("tel:+442071838750");
  });

  test("nobody is sent to the number that they write from or to", () => {
    const hotline = { label: "Hotline", number: "+442071838750" };
    const table = rules([{ ...to("urgent", ""), to: { phone: hotline } }]);
    const routed = route(table, asked("urgent", { inUse: ["+15550001111", "+442071838750"] }));
    expect(routed).toMatchObject({ name: "desk", because: expect.stringContaining("tel:+442071838750 is where the visitor writes") });
    expect(nameOf(route(table, asked("urgent", { inUse: ["+15550001111"] })))).toBe("tel:+442071838750");
    const only = { ...table, defaultRoute: { to: { phone: hotline }, hours: null } };
    expect(route(only, asked(null, { inUse: ["+442071838750"] }))).toMatchObject({ route: null, cause: "loop" });
  });

  test("the next rule for the same destination is asked before the default", () => {
    const table = rules([to("refunds", "first"), to("refunds", "second")]);
    expect(nameOf(route(table, asked("refunds", { tried: ["desk/first"] })))).toBe("desk/second");
    expect(nameOf(route(table, asked("refunds", { tried: ["desk/first", "desk/second"] })))).toBe("desk");
  });

  test("when the default was asked, too, there is nobody left", () => {
    const table = rules([to("refunds", "money")]);
    expect(route(table, asked("refunds", { tried: ["desk/money", "desk"] }))).toMatchObject({ route: null, cause: "loop" });
    expect(route(table, asked(null, { tried: ["desk"] }))).toMatchObject({ route: null, cause: "loop" });
  });
});
