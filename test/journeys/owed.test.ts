import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { secret } from "@baton/bridge-server/config";
import webhook from "@baton/bridge-server/connectors/webhook";
import { operatorAt } from "./operator.ts";
import { startReceiver, type Receiver } from "./receiver.ts";
import { startRig, type Rig, type RigOptions } from "./rig.ts";

// Operators see what is still owed and what was given up, and have an announcement sent once more.

interface Work {
  work: {
    task: string;
    state: string;
    attempt: number;
    since: string;
    due_at: string | null;
    lane: string | null;
    handoff: string | null;
  }[];
}
interface Deliveries {
  deliveries: { id: number; to: string; event_id: string; type: string; conversation: string; happened_at: string }[];
  next: string | null;
}

let crm: Receiver;
beforeAll(async () => void (crm = await startReceiver("crm")));
afterAll(() => crm.stop());

function telling(rest: RigOptions = {}) {
  crm.beginsAnew();
  const announce = { crm: { url: `${crm.origin}/baton`, secrets: [secret("CRM")] } };
  return startRig({ ...rest, announce, origins: [crm.origin], env: { CRM: crm.secret, VIEWER: "the-key-of-somebody-who-reads" } });
}
const replay = (rig: Rig, id: number | string, operatorKey = rig.operatorKey) =>
  operatorAt({ url: rig.url, operatorKey }).post<{ event_id?: string }>(`deliveries/${id}/replay`);
const kept = async (rig: Rig, query = "") => (await operatorAt(rig).get<Deliveries>(`deliveries?state=kept${query}`)).body;

test("while a desk is down, the work that is owed to the visitor's handoff is seen: what, since when, which try, and when the next", async () => {
  await using rig = await startRig();
  rig.desk.willAnswer(503, 503, 503);
  const visitor = await rig.visitor();
  await rig.says(visitor, "I want a refund", "A-1001", "my secret word is xyzzy");
  const [handoff] = (await rig.handoffs(`id=${visitor.conversation}`)).body.handoffs;
  const { body } = await operatorAt(rig).get<Work>(`handoffs/${handoff!.id}/work`);
  const open = body.work.find(({ task }) => task === "open_handoff");
  expect(open).toMatchObject({ state: "waiting", attempt: 1, lane: `vendor ${handoff!.id}`, handoff: handoff!.id });
  expect(Date.parse(open!.due_at!)).toBeGreaterThan(rig.clock.now().getTime());
  expect(body.work.map(({ task }) => task)).toEqual(expect.arrayContaining(["tell_agent", "watch_the_clock"]));
  expect(JSON.stringify(body)).not.toContain("xyzzy");
  expect((await operatorAt(rig).get("handoffs/nobodys/work")).status).toBe(404);
});

test("a job that was set aside is seen as kept, by the name it had, and never comes due", async () => {
  const bug = async () => {
    throw new TypeError("a bug");
  };
  const use = { ...webhook, connect: (...given: Parameters<typeof webhook.connect>) => ({ ...webhook.connect(...given), open: bug }) };
  const settings = { url: "http://127.0.0.1:9/nobody", secrets: [secret("DESK")] };
  const routes = [{ destination: "refunds", to: { connector: "broken" } }];
  await using rig = await startRig({ connectors: { broken: { use, settings } }, site: { routes } });
  const visitor = await rig.visitor();
  await rig.says(visitor, "I want a refund", "A-1001");
  await rig.pass(60_000);
  const [handoff] = (await rig.handoffs(`id=${visitor.conversation}`)).body.handoffs;
  const { body } = await operatorAt(rig).get<Work>(`handoffs/${handoff!.id}/work`);
  expect(body.work.find(({ task }) => task === "open_handoff")).toMatchObject({ state: "kept", due_at: null, lane: null });
});

/** A visitor has left a message, and whoever takes messages will not have it. */
async function messageRefused(rest: RigOptions = {}) {
  const rig = await startRig({ ...rest, site: { fallback: [{ to: "leave_message", connector: "second" }] } });
  rig.desk.willAnswer(403);
  rig.secondDesk.willAnswer(400);
  const visitor = await rig.visitor();
  await rig.says(visitor, "I want a refund", "A-1001");
  await visitor.hears((body) => body.type === "offers");
  expect((await visitor.leaveMessage(LEFT)).status).toBe(200);
  await rig.settle();
  await visitor.reaches("ended");
  return { rig, visitor };
}
const LEFT = "canary-of-a-message-41";

test("a message that its desk will not have is kept, seen and counted, and is kept still when it is tried once more in vain", async () => {
  const { rig, visitor } = await messageRefused({ listen: { metrics: { host: "127.0.0.1", port: 0 } } });
  await using _ = rig;
  const [handoff] = (await rig.handoffs(`id=${visitor.conversation}`)).body.handoffs;
  const isSeen = async () => {
    const { body } = await operatorAt(rig).get<Work>(`handoffs/${handoff!.id}/work`);
    const kept = { task: "deliver_message", state: "kept", since: "2026-11-23T10:00:00.000Z", due_at: null };
    expect(body.work.filter(({ task }) => !task.startsWith("watch_"))).toMatchObject([kept]);
    expect(JSON.stringify(body)).not.toContain(LEFT);
  };
  await isSeen();
  const numbers = await (await fetch(`${rig.privateUrl}/metrics`)).text();
  expect(numbers).toMatch(/^baton_jobs_parked_total\{task="deliver_message"\} 1$/m);
  expect(rig.log).toContainEqual(expect.objectContaining({ event: "message_not_delivered", level: "error", kind: "refused" }));
  rig.secondDesk.willAnswer(400);
  await bringBack(rig);
  await isSeen();
  expect(rig.log).toContainEqual(expect.objectContaining({ event: "job_parked", level: "error" }));
  await bringBack(rig);
  expect(rig.secondDesk.chats).toHaveLength(1);
  expect(rig.secondDesk.chat().request.transcript.at(-1)).toMatchObject({ text: LEFT, at: "2026-11-23T10:00:00.000Z" });
});

test("a message that is brought back while its desk is away waits some minutes for it", async () => {
  const { rig } = await messageRefused();
  await using _ = rig;
  await rig.secondDesk.goesDown();
  await bringBack(rig);
  await rig.secondDesk.comesBack();
  await rig.pass(120_000);
  expect(rig.secondDesk.chats).toHaveLength(1);
});

test("L5 I-19 a message that is kept goes when its days are over, and with the conversation when that is erased", async () => {
  const { rig } = await messageRefused({ kept: { retention: { deliveries: 30 } } });
  await using first = rig;
  expect(await first.onDisk()).toContain(LEFT);
  await first.jump(31 * 24 * 60 * 60_000);
  await first.pass(60 * 60_000);
  expect(await first.onDisk()).not.toContain(LEFT);
  const { rig: second, visitor } = await messageRefused();
  await using _ = second;
  expect((await visitor.erase()).status).toBe(204);
  expect(await second.onDisk()).not.toContain(LEFT);
});

/** What an operator does about a job that is kept, in the store. */
async function bringBack(rig: Rig): Promise<void> {
  await rig.passUntil(rig.stopBridge(0));
  const db = new DatabaseSync(join(rig.data, "baton.db"));
  db.exec("UPDATE job SET run_at = 0 WHERE task = 'parked'");
  db.close();
  await rig.restart();
  await rig.pass(5_000);
}

test("an announcement that was given up is kept, and sent once more by hand: the same event, as it was when it happened", async () => {
  await using rig = await telling();
  crm.willAnswer(410);
  const visitor = await rig.visitor();
  const { deliveries } = await kept(rig);
  expect(deliveries).toMatchObject([{ to: "crm", type: "conversation.started", conversation: visitor.conversation }]);
  await rig.pass(60_000);
  const { status, body } = await replay(rig, deliveries[0]!.id);
  expect({ status, body }).toMatchObject({ status: 200, body: { event_id: crm.tries[0]!.id } });
  await rig.settle();
  expect(crm.heard).toMatchObject([{ id: crm.tries[0]!.id, type: "conversation.started", timestamp: deliveries[0]!.happened_at }]);
  expect(Date.parse(crm.heard[0]!.timestamp)).toBe(Date.parse("2026-11-23T10:00:00Z"));
  expect((await kept(rig)).deliveries).toEqual([]);
  expect(await replay(rig, deliveries[0]!.id)).toMatchObject({
    status: 404,
    body: { detail: expect.stringContaining("sent again already") },
  });
});

test("what is sent once more comes in the order in which it is asked for, behind what is still owed, and is kept again if it must be", async () => {
  await using rig = await telling();
  crm.willAnswer(410, 410);
  const visitor = await rig.visitor();
  await visitor.leave();
  await rig.settle();
  const first = await kept(rig, "&limit=1");
  const second = await kept(rig, `&limit=1&cursor=${first.next}`);
  expect([first, second].map(({ deliveries }) => deliveries[0]!.type)).toEqual(["conversation.started", "conversation.ended"]);
  expect(second.next).toBeNull();
  crm.willAnswer(503, 204, 410);
  for (const { deliveries } of [first, second]) await replay(rig, deliveries[0]!.id);
  await rig.pass(10_000);
  expect(crm.types()).toEqual(["conversation.started"]);
  expect((await kept(rig)).deliveries).toMatchObject([{ type: "conversation.ended", event_id: second.deliveries[0]!.event_id }]);
});

test("after an outage all of a time is sent once more, to one receiver, in its order, and nothing from outside that time", async () => {
  await using rig = await telling();
  crm.willAnswer(410, 410, 410);
  const visitor = await rig.visitor();
  await visitor.leave();
  await rig.settle();
  await rig.pass(60_000);
  await rig.visitor();
  expect((await kept(rig)).deliveries).toHaveLength(3);
  const range = async (since: string, until: string, to?: string) => {
    const { body } = await operatorAt(rig).post<{ replayed: number }>("deliveries/replay", {
      since,
      until,
      ...(to !== undefined && { to }),
    });
    await rig.settle();
    return body.replayed;
  };
  const count = async (query: string) => (await operatorAt(rig).get<{ kept: number }>(`deliveries/count?${query}`)).body.kept;
  expect(await count("since=2026-11-23T09:00:00Z&until=2026-11-23T10:00:30Z&to=crm")).toBe(2);
  expect(await count("since=2026-11-23T09:00:00Z&until=2026-11-24T00:00:00Z")).toBe(3);
  expect(await range("2026-11-23T09:00:00Z", "2026-11-23T10:00:30Z", "nobody")).toBe(0);
  expect(await range("2026-11-23T11:00:00+01:00", "2026-11-23T10:00:30Z", "crm")).toBe(2);
  expect(crm.types()).toEqual(["conversation.started", "conversation.ended"]);
  expect((await kept(rig)).deliveries).toHaveLength(1);
});

test("two who press at once send it once, and only an admin may", async () => {
  const operators = [{ name: "reader", key: secret("VIEWER"), role: "operator" as const }];
  await using rig = await telling({ operators });
  crm.willAnswer(410);
  await rig.visitor();
  const [{ id }] = (await kept(rig)).deliveries as [Deliveries["deliveries"][number]];
  expect(await replay(rig, id, "the-key-of-somebody-who-reads")).toMatchObject({
    status: 403,
    body: { detail: expect.stringContaining("role admin") },
  });
  const statuses = (await Promise.all([replay(rig, id), replay(rig, id)])).map(({ status }) => status);
  expect(statuses).toContain(200);
  await rig.settle();
  expect(crm.heard).toHaveLength(1);
  expect((await replay(rig, "nothing")).status).toBe(404);
  expect((await operatorAt(rig).get("deliveries?state=lost")).body).toMatchObject({ code: "invalid" });
});

test("I-19 what is kept of a conversation goes with it", async () => {
  await using rig = await telling();
  crm.willAnswer(410);
  const visitor = await rig.visitor();
  await visitor.erase();
  expect((await kept(rig)).deliveries).toEqual([]);
});
