import { afterAll, beforeAll, expect, test } from "vitest";
import { readConfig, secret, type ConfigFile } from "@baton/bridge-server/config";
import { startReceiver, type Receiver } from "./receiver.ts";
import { startRig, type RigOptions } from "./rig.ts";

// Other systems are told of every handoff by themselves: signed, in order, until they have taken it.

let crm: Receiver;
let lake: Receiver;
beforeAll(async () => void ([crm, lake] = await Promise.all([startReceiver("crm"), startReceiver("lake")])));
afterAll(() => Promise.all([crm.stop(), lake.stop()]));

function telling(announce: NonNullable<ConfigFile["announce"]>, rest: RigOptions = {}) {
  for (const receiver of [crm, lake]) receiver.beginsAnew();
  return startRig({ ...rest, announce, origins: [crm.origin, lake.origin], env: { CRM: crm.secret, LAKE: lake.secret } });
}
const toCrm = () => ({ url: `${crm.origin}/baton`, secrets: [secret("CRM")] });
const toLake = () => ({ url: `${lake.origin}/baton`, secrets: [secret("LAKE")] });

test("a handoff from beginning to end is told in order, as it stood at each moment, without a word of what was said or known", async () => {
  await using rig = await telling({ crm: toCrm() });
  const visitor = await rig.live();
  await rig.desk.send("chat.transferred", { to: "Sam" });
  await rig.desk.joins("Sam");
  await rig.says(visitor, "Thank you");
  await rig.desk.send("chat.ended");
  await rig.settle();

  expect(crm.heard.map(({ type, data }) => [type, data.handoff?.state ?? null, data.handoff?.stage ?? null, data.cause])).toEqual([
    ["conversation.started", null, null, null],
    ["handoff.initiated", "handoff_initiated", "initiated", "customer_refund"],
    ["handoff.queued", "handoff_initiated", "queued", null],
    ["handoff.completed", "handoff_completed", "live", null],
    ["handoff.transferred", "handoff_completed", "live", null],
    ["handoff.ended", "handoff_completed", "ended", "agent"],
    ["conversation.ended", null, null, "agent"],
  ]);
  const { request } = rig.desk.chat();
  for (const { data } of crm.heard)
    expect(data).toMatchObject({ site: "shop", conversation: visitor.conversation, shared_id: request.ids.sharedId });
  expect(crm.heard.at(-2)?.data).toMatchObject({
    assistant_conversation_id: request.ids.assistantChat,
    handoff: {
      id: request.handoff,
      requested_by: "assistant",
      destination: "refunds",
      reason: "customer_refund",
      route: { connector: "desk", queue: "refunds", urgent: false },
      chat: { connector: "desk", ref: rig.desk.chat().ref },
      agent: { name: "Sam" },
    },
  });
  expect(new Set(crm.heard.map(({ id }) => id)).size).toBe(7);
  expect(crm.heard.every(({ timestamp }) => Date.parse(timestamp) === Date.parse("2026-11-23T10:00:00Z"))).toBe(true); // when it happened
  const told = JSON.stringify(crm.heard);
  for (const words of ["A-1001", "Thank you", "Ada Moreau", "teapot", ...rig.secrets]) expect(told).not.toContain(words);
});

test("a receiver that is down is told later, under the same id and in order, also by the next process; another one does not wait for it", async () => {
  await using rig = await telling({ crm: toCrm(), lake: toLake() });
  crm.willAnswer(500, 429, 403);
  await rig.queued();
  expect(lake.types()).toEqual(["conversation.started", "handoff.initiated", "handoff.queued"]);
  expect(crm.heard).toEqual([]);
  await rig.restart();
  await rig.pass(10 * 60_000);
  expect(crm.types().slice(0, 3)).toEqual(["conversation.started", "handoff.initiated", "handoff.queued"]);
  const [first] = crm.heard;
  expect(crm.tries.slice(0, 4).map(({ id, status }) => [id, status])).toEqual([500, 429, 403, 204].map((status) => [first?.id, status]));
  expect(Date.parse(first!.timestamp)).toBe(Date.parse("2026-11-23T10:00:00Z"));
});

test("a receiver that is gone for good is given up for that event, which is logged, and asked again with the next", async () => {
  await using rig = await telling({ crm: toCrm() });
  crm.willAnswer(410);
  const visitor = await rig.visitor();
  expect(rig.log.filter(({ event }) => event === "announcement_kept")).toMatchObject([
    { site: "shop", conversation: visitor.conversation, kind: "conversation.started", hint: "crm" },
  ]);
  await visitor.leave();
  await rig.settle();
  expect(crm.types()).toEqual(["conversation.ended"]);
});

test("what nobody takes for three days is given up, and what came after it is told then", async () => {
  await using rig = await telling({ crm: toCrm() });
  crm.willAnswer(...Array.from({ length: 20 }, () => 500));
  const visitor = await rig.visitor();
  await visitor.leave();
  for (let hour = 0; hour < 100; hour++) await rig.jump(3_600_000);
  expect(crm.types()).toEqual([]);
  expect(rig.log.filter(({ event }) => event === "announcement_kept").map(({ kind }) => kind)).toEqual([
    "conversation.started",
    "conversation.ended",
  ]);
});

test("a failure, its tries and what the visitor got instead are told with their causes", async () => {
  await using rig = await telling(
    { crm: { ...toCrm(), events: ["handoff.retried", "handoff.failed", "handoff.fell_back", "conversation.ended"] } },
    { site: { fallback: [{ to: "goodbye" }] } },
  );
  rig.desk.willAnswer("busy", 403);
  const visitor = await rig.visitor();
  await visitor.askForPerson();
  await rig.pass(120_000);
  expect(crm.heard.map(({ type, data }) => [type, data.cause])).toEqual([
    ["handoff.retried", "too_fast"],
    ["handoff.retried", "refused"],
    ["handoff.failed", "vendor_refused"],
    ["handoff.fell_back", "goodbye"],
    ["conversation.ended", "fallback"],
  ]);
  expect(crm.heard[2]?.data.handoff).toMatchObject({ state: "handoff_failed", stage: "failed", requested_by: "visitor" });
});

test("whoever leaves the queue has abandoned the handoff, and I-19 an erasure is told by the conversation's name alone", async () => {
  await using rig = await telling({ crm: { ...toCrm(), events: ["handoff.abandoned", "conversation.erased"] } });
  const visitor = await rig.queued();
  await visitor.leave();
  await rig.settle();
  expect(crm.heard).toMatchObject([{ type: "handoff.abandoned", data: { cause: "visitor", handoff: { stage: "abandoned" } } }]);
  await visitor.erase();
  await rig.settle();
  expect(crm.heard[1]).toMatchObject({
    type: "conversation.erased",
    data: {
      site: "shop",
      conversation: visitor.conversation,
      shared_id: null,
      assistant_conversation_id: null,
      cause: "visitor",
      handoff: null,
    },
  });
});

test("only what was asked for is told, and only of the sites that were named", async () => {
  await using rig = await telling(
    { crm: { ...toCrm(), sites: ["other"] }, lake: { ...toLake(), events: ["handoff.queued"] } },
    { sites: (base) => ({ other: { ...base, title: "Other" } }) },
  );
  await rig.queued();
  expect(crm.heard).toEqual([]);
  expect(lake.types()).toEqual(["handoff.queued"]);
});

test.each([
  [
    "an address of another kind",
    { url: "ftp://crm.example.com" },
    "announce.crm.url: is not an address: write one such as https://crm.example.com/baton",
  ],
  [
    "a secret that is none",
    { secrets: [secret("WEAK")] },
    'announce.crm.secrets[0]: is no signing secret: write "whsec_" and 24 to 64 random bytes in base64',
  ],
  ["an event that there is not", { events: ["handoff.lost"] }, "announce.crm.events[0]: is not one of the values allowed here"],
  ["a site that there is not", { sites: ["shopp"] }, "announce.crm.sites[0]: names no site"],
])("%s is a mistake that the configuration names", (_, wrong, sentence) => {
  const config = {
    connectors: {},
    sites: {},
    announce: { crm: { url: "https://crm.example.com", secrets: [secret("CRM")], ...wrong } },
  };
  expect(() => readConfig(config, { CRM: crm.secret, WEAK: "whsec_c2hvcnQ=" })).toThrow(sentence);
});
