import { expect, test } from "vitest";
import { operatorAt } from "./operator.ts";
import { startRig, type Rig, type RigOptions } from "./rig.ts";

// Where handoffs go, how they fare there, what no route has, and where one would go (F2, G1, G3, G5).

interface Destinations {
  destinations: {
    name: string | null;
    is_default: boolean;
    route: object;
    last_accepted_at: string | null;
    failure_rate_24h: number | null;
    handoffs_24h: number;
  }[];
  unknown: { site: string; name: string; times: number; last_at: string }[];
}

const week = { timeZone: "Europe/London", week: { mon: ["09:00-17:30"] } };
const site: RigOptions["site"] = {
  routes: [
    { destination: "refunds", when: { context: { "customer.tier": "gold" } }, to: { connector: "desk", queue: "gold", urgent: true } },
    { destination: "refunds", when: { hours: "office" }, to: { connector: "desk", queue: "refunds" } },
    { destination: "W&G TBM", to: { connector: "second" } },
  ],
  defaultRoute: { to: { connector: "desk", queue: "general" }, hours: "office" },
  hours: { office: week },
  fallback: [{ to: "phone", label: "Shop", number: "+442071838750" }],
};
const read = (rig: Rig, query = "") => operatorAt(rig).get<Destinations>(`destinations${query}`);

const dryRun = (rig: Rig, asked: object) => operatorAt(rig).post<{ because: string[] }>("destinations/dry-run", { site: "shop", ...asked });

test("G1 G2 every route is listed with where it leads, and the default route last", async () => {
  await using rig = await startRig({ site });
  const { body } = await read(rig);
  const rest = { last_accepted_at: null, failure_rate_24h: null, handoffs_24h: 0 };
  expect(body.destinations).toMatchObject([
    {
      name: "refunds",
      is_default: false,
      route: { connector: "desk", queue: "gold", priority: "urgent", when: { context: { "customer.tier": ["gold"] } } },
    },
    { name: "refunds", route: { queue: "refunds", priority: "normal", when: null, hours: "office", open_now: true } },
    { name: "W&G TBM", route: { connector: "second", queue: null, hours: null, open_now: true } },
    { name: null, is_default: true, route: { queue: "general", hours: "office", fallback: [{ to: "phone", label: "Shop" }] }, ...rest },
  ]);
  expect(body.unknown).toEqual([]);
  expect((await read(rig, "?site=nobodys")).body).toMatchObject({ code: "not_found", detail: "site: write one of shop" });
});

test("G1 a route for when the others are closed is open then, and only then", async () => {
  const night = { destination: "refunds", when: { outsideHours: "office" }, to: { connector: "second" } };
  await using rig = await startRig({ site: { ...site, routes: [night] } });
  const isOpen = async () => (await read(rig)).body.destinations.map(({ route }) => (route as { open_now: boolean }).open_now);
  expect(await isOpen()).toEqual([false, true]);
  await rig.jump(10 * 60 * 60_000);
  expect(await isOpen()).toEqual([true, false]);
});

test("each destination tells how many of the last day's handoffs failed, and when a person last came", async () => {
  await using rig = await startRig({ site });
  await rig.live();
  const acceptedAt = rig.clock.now().toISOString().slice(0, 16);
  await rig.pass(60_000);
  rig.desk.isAvailable("closed");
  const failing = await rig.visitor();
  await rig.says(failing, "I want a refund", "A-1001");
  await rig.pass(5_000);
  await failing.hears((body) => body.type === "phase_changed" && body.phase === "failed");
  const refunds = async () => (await read(rig)).body.destinations[1]!;
  expect(await refunds()).toMatchObject({ handoffs_24h: 2, failure_rate_24h: 0.5, last_accepted_at: expect.stringContaining(acceptedAt) });
  await rig.jump(25 * 60 * 60_000);
  expect(await refunds()).toMatchObject({ handoffs_24h: 0, failure_rate_24h: null, last_accepted_at: expect.stringContaining(acceptedAt) });
});

test("G3 a name that no route has is listed with how often it was asked for, until a route has it", async () => {
  await using rig = await startRig({ site: { ...site, routes: [{ destination: "billing", to: { connector: "desk" } }] } });
  await rig.queued();
  await rig.queued();
  expect((await read(rig)).body.unknown).toMatchObject([{ site: "shop", name: "refunds", times: 2 }]);
  expect((await read(rig)).body.destinations.at(-1)).toMatchObject({ name: null, handoffs_24h: 2 });
});

test.for<[string, object, object]>([
  [
    "the first route whose conditions hold",
    { destination: "REFUNDS ", data: { customer: { tier: "Gold" } } },
    { destination: "refunds", queue: "gold", priority: "urgent", open: true },
  ],
  ["the next one, where they do not", { destination: "refunds" }, { queue: "refunds", priority: "normal", open: true }],
  [
    "a name with blanks and signs",
    { destination: "W&G TBM", at: "2026-11-29T03:00:00Z" },
    { connector: "second", queue: null, open: true },
  ],
  ["the default route, by day", { destination: "nobody's" }, { destination: "nobody's", connector: "desk", queue: "general", open: true }],
  [
    "nobody, by night",
    { destination: null, at: "2026-11-23T23:00:00+00:00" },
    { destination: null, connector: null, queue: null, priority: null, open: false },
  ],
])("G5 a dry run says where a handoff would go: %s", async ([, asked, expected]) => {
  await using rig = await startRig({ site });
  const { status, body } = await dryRun(rig, asked);
  expect({ status, body }).toMatchObject({ status: 200, body: expected });
  expect(body.because.length).toBeGreaterThan(0);
  await rig.settle();
  expect(rig.desk.told).toEqual([]);
});

test("G5 a dry run says why: which conditions failed, what to add, and what the visitor would get instead", async () => {
  await using rig = await startRig({ site });
  expect((await dryRun(rig, { destination: "nobody's" })).body.because).toEqual([
    `No route has the destination "nobody's", so the default route leads to desk/general.`,
    `Add a route for "nobody's" to this site's routes.`,
  ]);
  expect((await dryRun(rig, { destination: "refunds", at: "2026-11-28T12:00:00Z" })).body.because).toEqual([
    `No route for "refunds" applies: there is no context to look for customer.tier in; the hours "office" are over, and the default is closed by the hours "office".`,
    "Nobody is asked, and the fallback begins: phone +442071838750.",
  ]);
  expect(await dryRun(rig, { destination: "refunds", at: "soon" })).toMatchObject({
    status: 400,
    body: { detail: expect.stringContaining("at: is no time") },
  });
});
