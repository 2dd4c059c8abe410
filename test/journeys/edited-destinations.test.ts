import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Store } from "@baton/bridge-server/store/store";
import { expect, test } from "vitest";
import { operatorAt } from "./operator.ts";
import { startPhone } from "../sip/phone.ts";
import { startRig, type Rig, type RigOptions } from "./rig.ts";
import { secret } from "@baton/bridge-server/config";

// Where handoffs go is edited while the bridge is running (G1, G2, G3, G5, G6): versions, drafts, and two who edit at once.

interface Edited {
  version: number;
  made_by: string | null;
  in_force: string;
  mistakes: string[];
  warnings: string[];
  document: { routes: { destination: string; to: object }[]; defaultRoute: object };
}
const desk = (queue: string) => ({ connector: "desk", queue, urgent: false });
const file = {
  routes: [{ destination: "refunds", to: desk("refunds") }],
  defaultRoute: { to: desk("general") },
};
const moved = { ...file, routes: [{ destination: "refunds", to: { connector: "second" } }] };
const closed = { ...file, defaultRoute: { to: desk("general"), hours: "night" } };
const read = (rig: Rig) => operatorAt(rig).get<Edited>("destinations/shop");
const put = (rig: Rig, based: number, document: object | null) =>
  operatorAt(rig).put<Edited>("destinations/shop", { based_on: based, document });

test("G3 an edit counts for the next handoff, without a restart, and one that is under way keeps what it was given", async () => {
  await using rig = await startRig();
  const first = await rig.queued();
  expect((await put(rig, 0, moved)).body).toMatchObject({ version: 1, made_by: "tests", in_force: "console", mistakes: [] });
  const second = await rig.visitor();
  await rig.says(second, "I want a refund", "A-1001");
  await second.reaches("queued");
  const connectors = async (conversation: string) =>
    (await rig.handoffs(`id=${conversation}`)).body.handoffs.map(({ route }) => route?.connector);
  expect([await connectors(first.conversation), await connectors(second.conversation)]).toEqual([["desk"], ["second"]]);
  await rig.desk.joins("Kim");
  await first.reaches("live");
  await rig.restart();
  expect((await read(rig)).body).toMatchObject({
    version: 1,
    in_force: "console",
    document: { routes: [{ to: { connector: "second" } }] },
  });
});

test("G3 what another bridge has set counts here for the next handoff, before any time has passed", async () => {
  let store: Store | null = null;
  await using rig = await startRig({ between: (one) => (store = one) });
  const version = { site: "shop", number: 1, document: moved, changes: [], madeAt: rig.clock.now().toISOString(), madeBy: "kim" };
  expect(await store!.addDestinations(version)).toBe(true);
  const visitor = await rig.queued();
  expect((await rig.handoffs(`id=${visitor.conversation}`)).body.handoffs).toMatchObject([{ route: { connector: "second" } }]);
});

test("what another bridge has set is shown here within seconds, also where no handoff asks", async () => {
  let store: Store | null = null;
  await using rig = await startRig({ between: (one) => (store = one) });
  const version = { site: "shop", number: 1, document: moved, changes: [], madeAt: rig.clock.now().toISOString(), madeBy: "kim" };
  await store!.addDestinations(version);
  await rig.pass(3_000);
  const { body } = await operatorAt(rig).post("destinations/dry-run", { site: "shop", destination: "refunds" });
  expect(body).toMatchObject({ connector: "second" });
});

test("of two who edit the same version the second is told who has changed what, and nothing is lost", async () => {
  const operators: RigOptions["operators"] = [{ name: "ana", key: secret("ANA"), role: "admin" }];
  await using rig = await startRig({ operators, env: { ANA: "another-operator-key-of-length" } });
  const ana = operatorAt({ url: rig.url, operatorKey: "another-operator-key-of-length" });
  await ana.put("destinations/shop", { based_on: 0, document: moved });
  const { status, body } = await put(rig, 0, { ...file, routes: [] });
  expect(status).toBe(409);
  expect(body).toMatchObject({ code: "changed_meanwhile", detail: expect.stringContaining("ana has made version 1 at 2026-11-23") });
  expect(body.detail).toContain('Route "refunds" leads to second instead of desk/refunds.');
  expect((await read(rig)).body).toMatchObject({ version: 1, document: { routes: [{ destination: "refunds" }] } });
});

test("of two who press at the same moment one is kept", async () => {
  await using rig = await startRig();
  const pressed = [put(rig, 0, moved), put(rig, 0, { ...file, routes: [] }), put(rig, 0, { ...file, defaultRoute: { to: desk("new") } })];
  const statuses = (await Promise.all(pressed)).map(({ status }) => status);
  expect(statuses.toSorted()).toEqual([200, 409, 409]);
  const { body } = await operatorAt(rig).get<{ versions: object[] }>("destinations/shop/versions");
  expect(body.versions).toHaveLength(1);
});

test.for<[string, object, string[]]>([
  ["no default route", { routes: [] }, ["sites.shop.defaultRoute: is missing: write { … }"]],
  [
    "a connector that is not configured",
    { ...file, routes: [{ destination: "x", to: { connector: "nobodys" } }] },
    ["sites.shop.routes[0].to.connector: names no connector: write one of desk, second, or add it to connectors"],
  ],
  [
    "hours that nobody has described",
    closed,
    ["sites.shop.defaultRoute.hours: names no opening hours: write one, after adding it to sites.shop.hours"],
  ],
  [
    "a number that leads back here",
    { ...file, fallback: [{ to: "phone", label: "Us", number: "123" }] },
    ["sites.shop.fallback[0].number: is not an international number: write + and digits only, such as +442071838750"],
  ],
  [
    "a setting that does not belong there",
    { ...file, connectors: {} },
    ["sites.shop.connectors: is not a setting: correct its name, or remove it"],
  ],
])("G2 G4 what would be refused in the file is refused here, in the same words: %s", async ([, document, mistakes]) => {
  await using rig = await startRig();
  const { body } = await operatorAt(rig).post("destinations/shop/check", { document });
  expect(body).toEqual({ mistakes, warnings: [], changes: [] });
  const { status, body: refusal } = await put(rig, 0, document);
  expect([status, refusal.code, refusal.detail]).toEqual([400, "invalid", mistakes.join("; ")]);
  expect((await read(rig)).body).toMatchObject({ version: 0, in_force: "file" });
});

test("G5 a draft is tried before it counts, and says what it would change", async () => {
  await using rig = await startRig();
  const { post } = operatorAt(rig);
  const tried = await post<{ because: string[] }>("destinations/dry-run", { site: "shop", destination: "refunds", draft: moved });
  expect(tried.body).toMatchObject({ connector: "second", because: ['Destination "refunds" leads to second.'] });
  const checked = await post<{ changes: string[] }>("destinations/shop/check", { document: moved });
  expect(checked.body.changes).toEqual(['Route "refunds" leads to second instead of desk/refunds.']);
  expect((await post("destinations/dry-run", { site: "shop", destination: "refunds" })).body).toMatchObject({ connector: "desk" });
  const wrong = await post("destinations/dry-run", { site: "shop", destination: "x", draft: { routes: [] } });
  expect(wrong).toMatchObject({ status: 400, body: { detail: expect.stringContaining("defaultRoute: is missing") } });
});

test("every version is kept with who made it and when; an earlier one and the file's own come back by being set again", async () => {
  await using rig = await startRig();
  const { get } = operatorAt(rig);
  await put(rig, 0, moved);
  await rig.pass(60_000);
  await put(rig, 1, { ...file, routes: [] });
  const { body: earlier } = await get<{ document: object }>("destinations/shop/versions/1");
  await put(rig, 2, earlier.document);
  expect((await put(rig, 3, null)).body).toMatchObject({
    version: 4,
    in_force: "file",
    document: { routes: [{ to: { connector: "desk" } }] },
  });
  expect((await put(rig, 4, null)).body).toMatchObject({ code: "conflict", detail: "nothing is other than before" });
  const { body } = await get<{ versions: object[]; next: string | null }>("destinations/shop/versions?limit=3");
  expect(body.versions).toEqual([
    {
      number: 4,
      by: "file",
      made_by: "tests",
      made_at: "2026-11-23T10:01:00.000Z",
      changes: ['Route "refunds" leads to desk/refunds instead of second.'],
    },
    { number: 3, by: "console", made_by: "tests", made_at: "2026-11-23T10:01:00.000Z", changes: ['New route: "refunds" leads to second.'] },
    expect.objectContaining({ number: 2, changes: ['Route "refunds" is removed, which led to second.'] }),
  ]);
  const { body: older } = await get<{ versions: object[]; next: null }>(`destinations/shop/versions?limit=3&cursor=${body.next}`);
  expect(older).toEqual({ versions: [expect.objectContaining({ number: 1, made_at: "2026-11-23T10:00:00.000Z" })], next: null });
  expect((await get("destinations/shop/versions/9")).status).toBe(404);
});

test("T14 T48 only an admin edits, and it is in the log of deeds before it is done", async () => {
  const operators: RigOptions["operators"] = [{ name: "vi", key: secret("VI"), role: "operator" }];
  await using rig = await startRig({ operators, env: { VI: "the-key-of-an-operator-alone" } });
  const vi = operatorAt({ url: rig.url, operatorKey: "the-key-of-an-operator-alone" });
  for (const refused of [
    await vi.put("destinations/shop", { based_on: 0, document: moved }),
    await vi.post("destinations/shop/check", { document: moved }),
    await vi.post("destinations/shop/import", { yaml: "" }),
  ])
    expect(refused).toMatchObject({ status: 403, body: { code: "forbidden" } });
  expect((await vi.get("destinations/shop")).status).toBe(200);
  await put(rig, 0, moved);
  const { body } = await operatorAt(rig).get<{ deeds: object[] }>("audit");
  expect(body.deeds).toMatchObject([
    { did: "destinations_changed", who: { name: "tests" }, about: { site: "shop", version: "1", kind: "console" } },
  ]);
  expect((await operatorAt(rig).get("destinations/nobodys")).body).toMatchObject({ code: "not_found", detail: "site: write one of shop" });
});

test("a version that no longer fits the configuration gives way to the file, and it is said where and why", async () => {
  let store: Store | null = null;
  await using rig = await startRig({ between: (one) => (store = one) });
  const document = { ...file, routes: [{ destination: "refunds", to: { connector: "sold" } }] };
  await store!.addDestinations({ site: "shop", number: 1, document, changes: [], madeAt: rig.clock.now().toISOString(), madeBy: "kim" });
  const visitor = await rig.queued();
  expect((await rig.handoffs(`id=${visitor.conversation}`)).body.handoffs).toMatchObject([{ route: { connector: "desk" } }]);
  const mistakes = ["sites.shop.routes[0].to.connector: names no connector: write one of desk, second, or add it to connectors"];
  expect((await read(rig)).body).toMatchObject({ version: 1, made_by: "kim", in_force: "refused", mistakes });
  expect(rig.log.filter(({ event }) => event === "destinations_refused")).toMatchObject([
    { level: "error", site: "shop", because: `version 1, by kim: ${mistakes[0]}` },
  ]);
  expect((await put(rig, 1, moved)).body).toMatchObject({ version: 2, in_force: "console" });
});

test("G3 a phone call goes by an edit as well, within seconds", async () => {
  const called = (uri: string) => ({ ...file, routes: [], defaultRoute: { to: desk("general"), sip: uri } });
  await using rig = await startRig({ sip: { port: 0, allow: ["127.0.0.0/8"] }, site: called("sip:before@sbc.example.com") });
  await using phone = await startPhone(() => rig.sipPort);
  expect((await phone.ask("INVITE")).header("Contact")).toBe("<sip:before@sbc.example.com>");
  expect((await put(rig, 0, called("sip:after@sbc.example.com"))).status).toBe(200);
  expect((await phone.ask("INVITE")).header("Contact")).toBe("<sip:after@sbc.example.com>");
  const { detail } = (await put(rig, 1, { ...file, routes: [] })).body;
  expect(detail).toContain("sip: is on, but no site has anywhere for calls to go");
});

test("G6 PolyAI's own list of handoffs becomes a draft, and counts once it is set", async () => {
  await using rig = await startRig();
  const yaml =
    'handoffs:\n  - name: BILLING\n    description: About bills\n    is_default: false\n    sip_config: { method: refer, phone_number: "+442071838750" }\n';
  const { body } = await operatorAt(rig).post<{ document: object; taken: string[]; left: string[] }>("destinations/shop/import", { yaml });
  expect(body.taken).toEqual(['"BILLING" is a route to desk/general for now, and calls to tel:+442071838750: choose who takes it.']);
  expect(body.left).toEqual([]);
  expect((await put(rig, 0, body.document)).body.document.routes.map(({ destination }) => destination)).toEqual(["refunds", "BILLING"]);
  const broken = await operatorAt(rig).post("destinations/shop/import", { yaml: "handoffs: [" });
  expect(broken).toMatchObject({ status: 400, body: { detail: expect.stringContaining("This is not YAML, at line 1") } });
});

test("G6 the command line says what PolyAI's list would change, and changes it once it is told to", async () => {
  await using rig = await startRig();
  const path = join(rig.data, "handoffs.yaml");
  writeFileSync(path, "handoffs:\n  - name: BILLING\n    colour: red\n");
  const baton = async (...given: string[]) => {
    const program = join(import.meta.dirname, "../../bridge-server/src/baton.js");
    const env = { ...process.env, BATON_KEY: rig.operatorKey };
    return (await promisify(execFile)(process.execPath, [program, "import", path, "--bridge", rig.url, ...given], { env })).stdout;
  };
  const said = [
    "Taken:",
    '  "BILLING" is a route to desk/general for now: choose who takes it.',
    "Not taken:",
    '  "BILLING": the field colour is not known here, and not taken.',
    "What changes:",
    '  New route: "BILLING" leads to desk/general.',
  ].join("\n");
  expect(await baton()).toBe(`${said}\nNothing was applied: add --apply.\n`);
  expect((await read(rig)).body).toMatchObject({ version: 0 });
  expect(await baton("--site", "shop", "--apply")).toBe(`${said}\nApplied as version 1, on every bridge.\n`);
  expect((await read(rig)).body.document.routes.map(({ destination }) => destination)).toEqual(["refunds", "BILLING"]);
  expect(await baton("--apply")).toContain("Nothing changes, so nothing was applied.");
});

test("G4 a queue that its connector's settings do not know is told before it is applied", async () => {
  const token = secret("SLACK");
  const slack = { use: "slack", settings: { token, secrets: [token], channel: "C1", channels: { billing: "C2" } } };
  await using rig = await startRig({ connectors: { slack }, env: { SLACK: "xoxb-1" } });
  const leading = (queue: string) => ({ ...file, defaultRoute: { to: { connector: "slack", queue } } });
  const warnings = async (document: object) =>
    (await operatorAt(rig).post<{ warnings: string[] }>("destinations/shop/check", { document })).body.warnings;
  expect(await warnings(leading("billing"))).toEqual([]);
  expect(await warnings(leading("biling"))).toEqual([
    "sites.shop.defaultRoute.to.queue: slack knows no queue biling, so its chats go where all others go; its settings name billing",
  ]);
});
