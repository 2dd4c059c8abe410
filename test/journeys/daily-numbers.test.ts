import { Numbers } from "@baton/bridge-server/http/number-answers";
import { expect, test } from "vitest";
import type * as z from "zod";
import { operatorAt } from "./operator.ts";
import { startRig } from "./rig.ts";

// What happened on each day, as systems and people read it: by the same names on PolyAI's side and on ours.

type Answer = z.output<typeof Numbers>;

test("N1 N2 N3 handoffs, times, failures, fallbacks and containment, by what they have in common, and the same for Prometheus", async () => {
  await using rig = await startRig({
    assistant: { variant: "VARIANT-7" },
    site: { fallback: [{ to: "leave_message", connector: "desk" }] },
    listen: { metrics: { host: "127.0.0.1", port: 0 } },
  });
  await rig.visitor(); // never needs anybody
  const refunded = await rig.visitor({ begin: { language: "fr" } });
  await rig.says(refunded, "I want a refund", "A-1001");
  await refunded.reaches("queued");
  await rig.pass(7_000);
  await rig.desk.joins("Kim");
  await rig.settle();
  rig.desk.isAvailable("closed");
  const failing = await rig.visitor();
  await failing.askForPerson();
  await rig.pass(5_000);
  await failing.reaches("failed");

  const { get } = operatorAt(rig);
  const { body } = await get<Answer>("numbers?by=destination");
  expect(body).toMatchObject({ since: "2026-10-27", until: "2026-11-23", metric: "HANDOFF_TO", rest: null });
  expect(body.total).toMatchObject({
    conversations: 3,
    handed_off: 2,
    handoffs: 2,
    accepted: 1,
    failed: 1,
    fell_back: 1,
    failure_rate: 0.5,
  });
  expect(body.total.containment).toBeCloseTo(1 / 3);
  expect(body.total).toMatchObject({ acceptance_seconds: 7, queue_seconds: 7 });
  expect(body.days.map(({ day, handoffs }) => [day, handoffs])).toEqual([["2026-11-23", 2]]);
  const groups = async (by: string, more = "") =>
    (await get<Answer>(`numbers?by=${by}${more}`)).body.groups.map(({ value, handoffs, failed }) => [value, handoffs, failed]);
  expect(await groups("destination")).toEqual([
    [null, 1, 1],
    ["refunds", 1, 0],
  ]);
  expect(await groups("reason")).toEqual([
    ["customer_refund", 1, 0],
    ["visitor_request", 1, 1],
  ]);
  expect(await groups("variant")).toEqual([["VARIANT-7", 2, 1]]);
  expect(await groups("language")).toContainEqual(["fr", 1, 0]);
  expect(await groups("site", "&site=shop")).toEqual([["shop", 2, 1]]);
  expect(await groups("day", "&since=2026-11-20&until=2026-11-22")).toEqual([]);
  const metrics = await (await fetch(`${rig.privateUrl}/metrics`)).text();
  expect(metrics).toContain('baton_conversations_total{site="shop"} 3');
  expect(metrics).toContain('baton_conversations_handed_off_total{site="shop"} 2');
});

test("N1 days that are none, or too many, are refused in a sentence", async () => {
  await using rig = await startRig();
  const { get } = operatorAt(rig);
  const refused = async (query: string) => (await get<{ detail: string }>(`numbers?${query}`)).body.detail;
  expect(await refused("since=yesterday")).toContain("is no day");
  expect(await refused("since=2026-11-23&until=2026-11-22")).toContain("is before since");
  expect(await refused("since=2020-01-01")).toContain("more than 400 days");
  expect(await refused("by=weather")).toContain("by:");
});
