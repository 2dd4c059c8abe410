import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { AlertAnnouncement } from "@baton/bridge-server/announce";
import { alertKey } from "@baton/bridge-server/bridge-alerts";
import { secret } from "@baton/bridge-server/config";
import type { Alerts } from "@baton/bridge-server/http/number-answers";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type * as z from "zod";
import { operatorAt } from "./operator.ts";
import { startReceiver, type Receiver } from "./receiver.ts";
import { startRig, type Rig, type RigOptions } from "./rig.ts";

// Operators are told without looking: once when something is so, and once when it is over.

let crm: Receiver;
let slack: Awaited<ReturnType<typeof startSlack>>;
beforeAll(async () => void ([crm, slack] = await Promise.all([startReceiver("crm"), startSlack()])));
beforeEach(() => (crm.beginsAnew(), void (slack.told.length = 0)));
afterAll(() => Promise.all([crm.stop(), slack.stop()]));

type AlertsOf = NonNullable<RigOptions["alerts"]>;
function alerting(alerts: AlertsOf, rest: RigOptions = {}): Promise<Rig> {
  return startRig({
    alerts,
    announce: { crm: { url: crm.origin, secrets: [secret("CRM")], events: ["alert.fired", "alert.over"] } },
    slack: { ops: { webhook: secret("SLACK") } },
    origins: [crm.origin, new URL(slack.url).origin],
    ...rest,
    env: { CRM: crm.secret, SLACK: slack.url, ...rest.env },
  });
}
const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;
/** So long at most until somebody is told. */
const PROMISED_MS = 10_000;
const heard = () => crm.heard.map(({ type, data }) => [type, (data as unknown as AlertAnnouncement["data"]).alert]);
const failures = { failures: { when: "failure_rate", above: 0.5, atLeast: 2 } } as const;

async function fails(rig: Rig): Promise<void> {
  const visitor = await rig.visitor();
  await visitor.askForPerson();
  await rig.pass(1_000);
  await visitor.reaches("failed");
}

test("M9 with the desk off, whoever is on call is told within ten seconds, once, and hears when it is over", async () => {
  await using rig = await alerting(
    { failures: { ...failures.failures, withinMs: 60_000 } },
    { site: { fallback: [{ to: "leave_message", connector: "desk" }] } },
  );
  rig.desk.isAvailable("closed");
  await fails(rig);
  await rig.pass(PROMISED_MS);
  expect(heard()).toEqual([]); // one is not enough to say anything
  await fails(rig);
  await rig.pass(PROMISED_MS);
  expect(heard()).toEqual([["alert.fired", "failures"]]);
  expect(crm.heard[0]?.data).toMatchObject({ says: "2 of 2 handoffs of the last minute have failed." });
  expect(slack.told).toEqual(["Alert: failures. 2 of 2 handoffs of the last minute have failed."]);
  const { get } = operatorAt(rig);
  const list = async () => (await get<z.output<typeof Alerts>>("alerts")).body.alerts;
  expect(await list()).toMatchObject([{ name: "failures", when: "failure_rate", site: null, state: "firing" }]);
  await fails(rig);
  await rig.pass(30_000);
  expect(heard()).toHaveLength(1);
  await rig.pass(150_000);
  expect(heard()).toEqual([
    ["alert.fired", "failures"],
    ["alert.over", "failures"],
  ]);
  expect(slack.told.at(-1)).toBe("Over: failures.");
  expect(await list()).toMatchObject([{ state: "quiet", says: null }]);
});

test("M9 what comes and goes is one alert, and neither a restart nor a second look tells it again", async () => {
  await using rig = await alerting({ waits: { when: "queue_time", aboveMs: 20_000 } });
  await rig.queued();
  await rig.pass(20_000 + PROMISED_MS);
  expect(heard()).toEqual([["alert.fired", "waits"]]);
  await rig.restart(1_000);
  await rig.pass(PROMISED_MS);
  expect(heard()).toHaveLength(1);
  await rig.desk.joins("Kim");
  await rig.settle();
  expect((await rig.handoffs("stage=live")).body.handoffs).toHaveLength(1);
  await rig.pass(30_000); // nobody waits: too short a while to say so
  await rig.queued();
  await rig.pass(30_000);
  expect(heard()).toHaveLength(1);
});

test("L5 what alerts have told for longer than it is kept is forgotten, and the next one is told like any other", async () => {
  await using rig = await alerting({ waits: { when: "queue_time", aboveMs: 20_000 } }, { kept: { retention: { findings: 30 } } });
  const waitsAndIsServed = async () => {
    await rig.queued();
    await rig.pass(20_000 + PROMISED_MS);
    await rig.desk.joins("Kim");
    await rig.pass(120_000);
  };
  const kept = async () => (await rig.bridge.notes(alertKey("waits"))).map(({ body }) => body.type);
  await waitsAndIsServed();
  await rig.jump(20 * DAY);
  for (let n = 0; n < 2; n++) await waitsAndIsServed();
  expect(await kept()).toHaveLength(6);
  await rig.jump(11 * DAY);
  await rig.pass(2 * HOUR);
  expect(await kept()).toHaveLength(4);
  await waitsAndIsServed();
  expect(heard().slice(6)).toEqual([
    ["alert.fired", "waits"],
    ["alert.over", "waits"],
  ]);
  await rig.jump(32 * DAY);
  await rig.pass(2 * HOUR);
  expect(await kept()).toEqual(["alert_over"]);
});

test("M9 a handoff that no desk has answered is stuck, and says so", async () => {
  await using rig = await alerting({ stuck: { when: "stuck_handoff", aboveMs: 5_000 } }, { site: { handoff: { openWithinMs: 60_000 } } });
  await rig.desk.goesDown();
  const visitor = await rig.visitor();
  await visitor.askForPerson();
  await rig.pass(5_000 + PROMISED_MS);
  expect(crm.heard[0]?.data).toMatchObject({
    alert: "stuck",
    says: expect.stringContaining("A visitor has waited for longer than 5 seconds"),
  });
  await rig.desk.comesBack();
});

test("M9 U19 a key that PolyAI takes no more is told of, and one that will end", async () => {
  const keys = { chat: "2026-12-01", handoff: "2027-12-01" };
  await using rig = await alerting({ refused: { when: "key_refused" }, ends: { when: "key_expires", keys } });
  await rig.pass(PROMISED_MS);
  expect(crm.heard.map(({ data }) => data)).toEqual([{ alert: "ends", says: "chat ends on 2026-12-01: get a new key." }]);
  rig.simulator.addFault({ kind: "status", route: "handoff_state", status: 401 });
  await rig.pass(60_000 + PROMISED_MS);
  expect(crm.heard.at(-1)?.data).toMatchObject({ alert: "refused", says: expect.stringContaining("for shop") });
});

test("M9 a system that took nothing for days is told of in Slack", async () => {
  const lake = await startReceiver("lake");
  lake.willAnswer(410);
  await using rig = await alerting(
    { kept: { when: "delivery_kept" } },
    {
      announce: { lake: { url: lake.origin, secrets: [secret("LAKE")], events: ["conversation.started"] } },
      origins: [lake.origin, new URL(slack.url).origin],
      env: { LAKE: lake.secret },
    },
  );
  await rig.visitor();
  await rig.pass(PROMISED_MS);
  expect(slack.told).toEqual(["Alert: kept. lake did not take what it was told, for days: mend it, then send it again."]);
  await lake.stop();
});

test("T29 the address of a channel in Slack, which lets whoever knows it write there, stands in no log when Slack says no", async () => {
  slack.willAnswer(403);
  await using rig = await alerting({ ends: { when: "key_expires", keys: { chat: "2020-01-01" } } });
  await rig.pass(PROMISED_MS);
  const told = rig.log.filter(({ event }) => event === "call_failed");
  expect(told).toMatchObject([{ error: `POST ${new URL(slack.url).host}/… 403` }]);
  expect(JSON.stringify(rig.log)).not.toContain("T0/B0");
});

test("alerts are no conversations", async () => {
  await using rig = await alerting({ ends: { when: "key_expires", keys: { chat: "2020-01-01" } } });
  await rig.pass(PROMISED_MS);
  expect(heard()).toHaveLength(1);
  expect((await operatorAt(rig).get<{ conversations: unknown[] }>("conversations")).body.conversations).toEqual([]);
});

/** One channel's incoming webhook: it takes a text, and answers in one word. */
async function startSlack() {
  const told: string[] = [];
  const scripted: number[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request.setEncoding("utf8")) body += part as string; // an encoding is set
    told.push((JSON.parse(body) as { text: string }).text);
    response.writeHead(scripted.shift() ?? 200, { "content-type": "text/html" }).end("ok");
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo; // a TCP server that listens has one
  return {
    told,
    willAnswer: (status: number) => void scripted.push(status),
    url: `http://127.0.0.1:${port}/services/T0/B0/secret`,
    async stop() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
