import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";
import { sqliteStore } from "@baton/bridge-server/store/sqlite";
import { checkAudit } from "@baton/bridge-server/store/audit";
import { secret } from "@baton/bridge-server/config";
import type { Store } from "@baton/bridge-server/store/store";
import { afterEach, expect, test } from "vitest";
import { operatorAt } from "./operator.ts";
import { startRig, type Rig, type RigOptions } from "./rig.ts";

// L3, L5, I-19, I-21, T46, T48: what is kept is copied out, forgotten and erased, and whoever does it stands in a log that shows tampering.

const CANARY = "canary-private-41";
const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;
const rigs: Rig[] = [];
afterEach(async () => void (await Promise.all(rigs.splice(0).map((rig) => rig.stop()))));

async function start(options: RigOptions = {}): Promise<Rig> {
  const rig = await startRig(options);
  rigs.push(rig);
  return rig;
}

/** Files are written in the machine's time, and not in the one that tests turn. */
async function comesTrue(rig: Rig, is: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 30_000; !(await is()); await rig.pass(10)) {
    if (Date.now() > end) throw new Error("this never comes true");
  }
}

interface Proof {
  conversation: string;
  asked_by: string;
  places: { place: string; name: string | null; outcome: string; because: string | null }[];
}
const outcomes = ({ places }: Proof) => Object.fromEntries(places.map(({ place, outcome }) => [place, outcome]));

test("L3 L4 conversations that end are in the export within the hour, and a bridge that dies over it leaves it whole", async () => {
  const rig = await start();
  const folder = join(rig.data, "copies");
  const withExport = await start({ kept: { export: { to: { folder }, everyMinutes: 60 } } });
  const visitor = await withExport.live();
  await withExport.says(visitor, "hello Kim");
  await visitor.leave();
  await withExport.pass(HOUR + 1_000);
  await withExport.restart();
  await withExport.pass(HOUR + 1_000);
  const partsOf = () => (existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith("part-")) : []);
  await comesTrue(withExport, () => partsOf().length > 0);
  const parts = partsOf();
  const lines = parts.flatMap((part) => readFileSync(join(folder, part), "utf8").trim().split("\n"));
  expect(lines.map((line) => (JSON.parse(line) as { conversation: string }).conversation)).toEqual([visitor.conversation]);
  expect(lines[0]).toContain("hello Kim");
});

test("L5 I-19 T46 F19 an operator erases by shared id: nothing is left here, on the desk or in the export, and the proof says so without a word of it", async () => {
  const shelf = await start();
  const folder = join(shelf.data, "copies");
  const rig = await start({ kept: { export: { to: { folder }, everyMinutes: 60 } } });
  const { get, post } = operatorAt(rig);
  const visitor = await rig.live();
  const chat = rig.desk.chat().ref;
  await rig.says(visitor, CANARY);
  await visitor.leave();
  await rig.jump(HOUR + 1_000);
  const exported = () => {
    const names = existsSync(folder) ? readdirSync(folder) : [];
    return names.map((name) => readFileSync(join(folder, name), "utf8")).join("");
  };
  await comesTrue(rig, () => exported().includes(CANARY));
  const [handoff] = (await rig.handoffs(`id=${visitor.conversation}`)).body.handoffs;

  const { status, body } = await post<{ erasures: Proof[]; ask_the_assistants_platform: object[] }>("erasures", {
    shared_id: handoff!.shared_id,
  });
  expect(status).toBe(200);
  expect(body.ask_the_assistants_platform).toEqual([{ site: "shop", assistant_conversation_id: handoff!.assistant_conversation_id }]);
  await rig.pass(20_000);
  const proven = async () => (await get<Proof>(`erasures/${visitor.conversation}`)).body;
  await comesTrue(rig, async () => !(await proven()).places.some(({ outcome }) => outcome === "waiting"));
  const proof = await proven();
  expect(proof.asked_by).toBe("operator");
  expect(outcomes(proof)).toEqual({ store: "erased", files: "erased", exports: "erased", desk: "erased", assistant: "by_hand" });
  expect(JSON.stringify(proof)).not.toContain(CANARY);
  expect(exported()).not.toContain(CANARY);
  expect(rig.desk.chats).toEqual([]);

  expect(await rig.desk.says("Kim", CANARY, chat)).toBe(204); // the vendor has not heard of it yet
  await rig.jump(HOUR + 1_000);
  await rig.pass(1_000);
  expect(exported()).not.toContain(CANARY);
  expect((await post("erasures", { shared_id: handoff!.shared_id })).status).toBe(404);
  expect(await rig.onDisk()).not.toContain(CANARY);
});

test("L5 a desk that cannot forget is named in the proof, with what is left to do by hand", async () => {
  const rig = await start();
  const visitor = await rig.live();
  rig.desk.willAnswer(422, 422);
  await operatorAt(rig).post("erasures", { conversation: visitor.conversation });
  await rig.settle();
  const { body } = await operatorAt(rig).get<Proof>(`erasures/${visitor.conversation}`);
  expect(body.places).toContainEqual(expect.objectContaining({ place: "desk", name: "desk", outcome: "by_hand" }));
  expect(body.places).toContainEqual(expect.objectContaining({ place: "exports", outcome: "by_hand" }));
});

test("L5 what has been kept for its days is forgotten, class by class, and how the handoff went stays", async () => {
  const rig = await start({ kept: { retention: { messages: 30, context: 10 } } });
  const visitor = await rig.live();
  await rig.says(visitor, CANARY);
  await visitor.leave();
  await rig.jump(9 * DAY);
  await rig.pass(2 * HOUR);
  const view = async () => (await rig.handoffs(`id=${visitor.conversation}`)).body.handoffs[0]!;
  expect(Object.keys((await view()).context.data ?? {})).not.toEqual([]);
  await rig.jump(2 * DAY);
  await rig.pass(2 * HOUR);
  expect((await view()).context.data).toEqual({});
  expect(await rig.onDisk()).toContain(CANARY);
  await rig.jump(20 * DAY);
  await rig.pass(2 * HOUR);
  expect(await rig.onDisk()).not.toContain(CANARY);
  expect(await view()).toMatchObject({ state: "handoff_completed", destination: "refunds", stage: "ended" });
  const { body } = await operatorAt(rig).get<{ deeds: { did: string; about: object }[] }>("audit");
  expect(body.deeds.filter(({ did }) => did === "retention").map(({ about }) => about)).toEqual([
    { kind: "messages", count: "1" },
    { kind: "context", count: "1" },
  ]);
});

test("I-21 T48 every deed has one line, by whom and of what, and a line that is changed, taken out, put in or cut off is found", async () => {
  const rig = await start({
    operators: [{ name: "kim", key: secret("KIM_KEY"), role: "operator" }],
    env: { KIM_KEY: "the-key-of-kim-on-call" },
  });
  const kim = operatorAt({ url: rig.url, operatorKey: "the-key-of-kim-on-call" });
  const { get, post } = operatorAt(rig);
  const visitor = await rig.queued();
  const [handoff] = (await rig.handoffs(`id=${visitor.conversation}`)).body.handoffs;
  await kim.steer(handoff!.id, "reroute", { id: "1", destination: "refunds" });
  await rig.settle();
  const [next] = (await rig.handoffs(`id=${visitor.conversation}`)).body.handoffs.toReversed();
  await kim.steer(next!.id, "close", { id: "2" });
  await post("erasures", { conversation: visitor.conversation });
  const { body } = await get<{ deeds: { did: string; who: { name: string; role: string }; about: object }[] }>("audit?limit=9");
  expect(body.deeds.map(({ did, who }) => [did, who.name, who.role])).toEqual([
    ["erase", "tests", "admin"],
    ["close", "kim", "operator"],
    ["reroute", "kim", "operator"],
  ]);
  expect(body.deeds.at(-1)!.about).toEqual({
    site: "shop",
    conversation: visitor.conversation,
    handoff: handoff!.id,
    destination: "refunds",
  });
  expect((await kim.get("audit")).status).toBe(403);
  const { body: check } = await get<{ intact: boolean; lines: number; end: string }>("audit/check");
  expect(check).toMatchObject({ intact: true, lines: 3, broken: null });
  expect((await get(`audit/check?end=${check.end}`)).body).toMatchObject({ intact: true });
  expect((await get(`audit/check?end=3:${"0".repeat(64)}`)).body).toMatchObject({ intact: false, broken: { at: 3 } });
});

test.each([
  ["changed", "UPDATE audit SET line = replace(line, 'crm', 'kim') WHERE number = 2", 2],
  ["taken out", "DELETE FROM audit WHERE number = 2", 2],
  ["put in", "UPDATE audit SET number = number + 1 WHERE number = 3; INSERT INTO audit VALUES (3, '{}', 'x')", 3],
  ["cut off", "DELETE FROM audit WHERE number = 3", 3],
])("T48 a line that was %s is found", async (_, sql, at) => {
  const rig = await start();
  const file = join(rig.data, "forged.db");
  const store = sqliteStore(file);
  for (const who of ["crm", "crm", "crm"]) await store.addAudit(JSON.stringify({ who }));
  await store.close();
  const db = new DatabaseSync(file);
  db.exec(sql);
  db.close();
  const forged = sqliteStore(file);
  expect(await checkAudit(forged, null)).toMatchObject({ intact: false, at });
  await forged.close();
});

test("a key for a system is told once, opens what its scopes say, is changed without a pause, and is taken back at once", async () => {
  const rig = await start();
  const { get, post, remove } = operatorAt(rig);
  const visitor = await rig.queued();
  const { body: made } = await post<{ key: string; id: string }>("keys", { name: "crm", scopes: ["read"], expires_in_days: 30 });
  const crm = operatorAt({ url: rig.url, operatorKey: made.key });
  expect((await crm.get("operators/me")).body).toEqual({ name: "crm", role: "viewer", scopes: ["read"] });
  expect((await crm.get(`conversations/${visitor.conversation}`)).status).toBe(200);
  const report = { id: "1", about: { id: visitor.conversation }, resolution: "resolved" };
  expect(await crm.post("outcomes", report)).toMatchObject({
    status: 403,
    body: { detail: expect.stringContaining("the scope outcomes") },
  });
  expect((await crm.get("keys")).status).toBe(403);
  await rig.pass(1_000);
  const { body: next } = await post<{ key: string; id: string }>(`keys/${made.id}/rotate`, { overlap_hours: 24 });
  const later = operatorAt({ url: rig.url, operatorKey: next.key });
  const both = async () => [
    (await operatorAt({ url: rig.url, operatorKey: made.key }).get("operators/me")).status,
    (await later.get("operators/me")).status,
  ];
  expect(await both()).toEqual([200, 200]);
  await rig.jump(DAY + 1_000);
  expect(await both()).toEqual([401, 200]);
  const { body: listed } = await get<{ keys: { name: string; state: string; used_at: string | null }[] }>("keys");
  expect(listed.keys.map(({ name, state, used_at: usedAt }) => [name, state, usedAt === null])).toEqual([
    ["tests", "configured", true],
    ["crm", "expired", false],
    ["crm", "holds", false],
  ]);
  expect((await remove(`keys/${next.id}`)).status).toBe(200);
  expect(await both()).toEqual([401, 401]);
  const { body: audit } = await get<{ deeds: { did: string }[] }>("audit");
  expect(audit.deeds.map(({ did }) => did)).toEqual(["key_removed", "key_rotated", "key_made"]);
  const left = await rig.onDisk();
  for (const { key } of [made, next]) expect(left).not.toContain(key);
});

test("a key that was narrowed gives nobody more than it has", async () => {
  const rig = await start();
  const { body: made } = await operatorAt(rig).post<{ key: string }>("keys", { name: "vault", scopes: ["keys", "read"] });
  const vault = operatorAt({ url: rig.url, operatorKey: made.key });
  expect((await vault.post("keys", { name: "a", scopes: ["read"] })).status).toBe(200);
  expect(await vault.post("keys", { name: "b", scopes: ["erase"] })).toMatchObject({ status: 403 });
  expect(await vault.post("keys", { name: "c", role: "admin" })).toMatchObject({ status: 403 });
  expect(await vault.post("keys", { name: "d" })).toMatchObject({ status: 400 });
});

test("L6 what is to be taken out reaches no desk, no export and no log; the visitor and the store have it whole", async () => {
  const shelf = await start();
  const folder = join(shelf.data, "copies");
  const redaction = { cards: true, emails: true, patterns: [{ name: "word", pattern: CANARY }] };
  const rig = await start({ kept: { export: { to: { folder } }, redaction } });
  const visitor = await rig.queued();
  await rig.says(visitor, `${CANARY} and 4111 1111 1111 1111`);
  await rig.desk.joins("Kim");
  await rig.settle();
  await rig.says(visitor, "write to ada@example.com");
  const { request, lines } = rig.desk.chat();
  const seen = JSON.stringify([request, lines]);
  expect(seen).toContain("[word] and [card]");
  expect(seen).toContain("write to [email]");
  await visitor.leave();
  await rig.jump(HOUR + 1_000);
  const exported = () => {
    const names = existsSync(folder) ? readdirSync(folder) : [];
    return names.map((name) => readFileSync(join(folder, name), "utf8")).join("");
  };
  await comesTrue(rig, () => exported().includes("[card]"));
  for (const place of [seen, exported(), JSON.stringify(rig.log)])
    for (const gone of [CANARY, "4111 1111", "ada@example.com"]) expect(place).not.toContain(gone);
  expect(visitor.said().join()).toContain(CANARY);
});

test("a key that one admin takes back while another changes it for a new one stays taken back", async () => {
  let takeBack: (() => Promise<unknown>) | null = null;
  const between = (store: Store): Store => ({
    ...store,
    async endOperatorKey(...asked) {
      await takeBack?.();
      return store.endOperatorKey(...asked);
    },
  });
  await using rig = await startRig({ between });
  const { post, get, remove } = operatorAt(rig);
  const { body: made } = await post<{ id: string }>("keys", { name: "crm", role: "viewer" });
  takeBack = () => remove(`keys/${made.id}`);
  const { body: next } = await post<{ id: string }>(`keys/${made.id}/rotate`, { overlap_hours: 24 });
  const { body } = await get<{ keys: { id: string | null }[] }>("keys");
  expect(body.keys.flatMap(({ id }) => id ?? [])).toEqual([next.id]);
});

test("the command line exports, erases, checks the log and makes keys on a bridge that runs", async () => {
  const rig = await start();
  const visitor = await rig.live();
  await visitor.leave();
  await rig.settle();
  const baton = async (...given: string[]) => {
    const program = join(import.meta.dirname, "../../bridge-server/src/baton.js");
    const env = { ...process.env, BATON_KEY: rig.operatorKey };
    const [command = "", ...rest] = given;
    return (await promisify(execFile)(process.execPath, [program, command, ...rest, "--bridge", rig.url], { env })).stdout;
  };
  expect(JSON.parse(await baton("export"))).toMatchObject({ kind: "conversation", conversation: visitor.conversation });
  expect(await baton("export", "--format", "csv")).toMatch(/^site,conversation,/);
  const folder = join(rig.data, "by-hand");
  expect(await baton("export", "--to", folder)).toContain("1 lines in 1 new parts");
  expect(await baton("export", "--to", folder)).toContain("0 lines in 0 new parts");
  expect(await baton("key", "create", "--name", "crm", "--scopes", "read")).toMatch(/^baton_[\w-]{43}\n/);
  expect(await baton("audit", "--verify")).toContain("All 5 lines are as they were written");
  expect(await baton("audit")).toContain('"did":"key_made"');
});
