import { expect, test } from "vitest";
import { operatorAt } from "./operator.ts";
import { startRig, type Rig, type RigOptions } from "./rig.ts";
import { startSmsRig } from "./sms.ts";
import type { Visitor } from "./visitor.ts";

// J: a destination that is a telephone number.

const hotline = { label: "Refund line", number: "+442079460018" };
const toHotline = { destination: "hotline", to: { phone: hotline } };
const RATHER = "I would rather talk on the phone";

test("J1 a route to a number gives the visitor a card with a reference, and whoever picks up finds all that is known by it", async () => {
  await using rig = await startRig({ site: { routes: [toHotline], fallback: [{ to: "goodbye" }] } });
  const visitor = await rig.visitor();
  await rig.says(visitor, RATHER);
  const reference = await cardOf(visitor);
  expect(visitor.phase).toBe("failed"); // nobody has come to the chat, and nobody will know whether they call
  expect(rig.desk.chats).toEqual([]);

  for (const heard of [reference, reference.toLowerCase().replace("-", " "), ` ${reference.replace("-", "")} `]) {
    const { status, body } = await rig.handoffs(`reference=${encodeURIComponent(heard)}`);
    expect({ status, body }, heard).toMatchObject({
      status: 200,
      body: {
        conversation: visitor.conversation,
        handoffs: [
          {
            state: "handoff_failed",
            stage: "failed",
            cause: "by_phone",
            destination: "hotline",
            reason: "prefers_phone",
            route: { connector: null, queue: null, phone: hotline },
            context: { state: "found", data: { intent: "talk" } },
          },
        ],
      },
    });
    expect(body.handoffs[0]!.history.map(({ step, cause }) => [step, cause])).toEqual([
      ["initiated", null],
      ["failed", "by_phone"],
      ["fell_back", "phone"],
    ]);
  }
  expect((await rig.handoffs("reference=AAAA-AAAA")).status).toBe(404);
  const { body } = await operatorAt(rig).get<{ lines: { text: string }[] }>(`conversations/${visitor.conversation}/transcript`);
  expect(body.lines.map(({ text }) => text).slice(-2)).toEqual([
    "The visitor was asked to go on by phone.",
    `The visitor was offered: to call Refund line with the reference ${reference}.`,
  ]);
});

test.for([
  ["a topic's action", RATHER],
  ["what a tool returns", "use the phone tool"],
] as const)("J2 %s leads to the number, and a dry run says so before", async ([, said]) => {
  await using rig = await startRig({ site: { routes: [toHotline] } });
  const dryRun = () => operatorAt(rig).post<object>("destinations/dry-run", { site: "shop", destination: "hotline" });
  expect((await dryRun()).body).toEqual({
    destination: "hotline",
    connector: null,
    queue: null,
    priority: "normal",
    phone: hotline,
    open: true,
    because: ['Destination "hotline" leads to tel:+442079460018.'],
  });
  const visitor = await rig.visitor();
  await rig.says(visitor, said);
  await cardOf(visitor);
});

test("J2 the destination is listed with its number, and what it was given to has not failed there", async () => {
  await using rig = await startRig({ site: { routes: [toHotline] } });
  await rig.says(await rig.visitor(), RATHER);
  await rig.settle();
  const { body } = await operatorAt(rig).get<{ destinations: object[] }>("destinations");
  expect(body.destinations[0]).toMatchObject({ name: "hotline", route: { phone: hotline }, handoffs_24h: 1, failure_rate_24h: 0 });
});

test("J1 whoever cannot call now is offered what the site offers next, and its list is not used up for it", async () => {
  const message = { to: "leave_message", connector: "second" } as const;
  await using rig = await startRig({ site: { routes: [toHotline], fallback: [message, { to: "assistant" }] } });
  const visitor = await rig.visitor();
  await rig.says(visitor, RATHER);
  await cardOf(visitor);
  expect(visitor.offers()).toMatchObject([{ type: "phone" }, { type: "leave_message" }]);
  expect((await visitor.leaveMessage("Please write to me instead.")).status).toBe(200);
  await rig.settle();
  await visitor.reaches("ended");
  expect(rig.secondDesk.chat().request.utterance).toBe("Please write to me instead.");
});

test("J4 a number that was given once is not given again, by whatever way it comes up", async () => {
  const site: RigOptions["site"] = {
    routes: [
      { destination: "refunds", to: { connector: "desk" } },
      { ...toHotline, destination: "overflow" },
    ],
    fallback: [
      { to: "destination", destination: "overflow" },
      { to: "phone", ...hotline, label: "Hotline" },
      { to: "leave_message", connector: "second" },
    ],
  };
  await using rig = await startRig({ site });
  rig.desk.willAnswer(403);
  const visitor = await rig.visitor();
  await rig.says(visitor, "I want a refund", "A-1001");
  await cardOf(visitor);
  expect(visitor.offers()).toMatchObject([{ type: "phone", label: "Refund line" }, { type: "leave_message" }]);
  const { handoffs } = (await rig.handoffs(`id=${visitor.conversation}`)).body;
  expect(handoffs.map(({ cause }) => cause)).toEqual(["vendor_refused", "by_phone"]);
});

test("J1 by text message: the number and the reference in plain words, and the next message begins anew", async () => {
  await using sms = await startSmsRig({ site: { routes: [toHotline], fallback: [{ to: "goodbye" }] } });
  const phone = sms.phone();
  await phone.writes(RATHER);
  const told = phone.reads().at(-1)!;
  expect(told).toMatch(
    /^We continue by phone\. Please call us\.\nYou can call Refund line: \+442079460018\. Your reference is \w{4}-\w{4}\.$/,
  );
  const reference = /(\w{4}-\w{4})\.$/.exec(told)![1]!;
  expect((await sms.handoffs(`reference=${reference}`)).body.handoffs).toMatchObject([{ destination: "hotline", cause: "by_phone" }]);
  await phone.writes("hello");
  expect(phone.reads().at(-1)).toContain("What can I do");
});

test("J4 whoever writes from the number that a route leads to is not sent there", async () => {
  await using sms = await startSmsRig({ site: { routes: [toHotline] } });
  await sms.phone(hotline.number).writes(RATHER);
  expect(sms.desk.chat().request).toMatchObject({ destination: { queue: "general" }, requested: { destination: "hotline" } });
});

test("J1 what is known late is found by the reference all the same", async () => {
  await using rig = await startRig({ site: { routes: [toHotline] } });
  rig.simulator.addFault({ kind: "status", route: "handoff_state", status: 503, times: 3 });
  const visitor = await rig.visitor();
  await rig.says(visitor, RATHER);
  await rig.pass(5_000);
  const reference = await cardOf(visitor);
  await rig.pass(60_000);
  expect((await byReference(rig, reference)).context).toMatchObject({ state: "found", data: { intent: "talk" } });
});

/** The reference on the card that the visitor has been given for the hotline. */
async function cardOf(visitor: Visitor): Promise<string> {
  await visitor.hears((body) => body.type === "offers");
  const card = visitor.offers().find(({ type }) => type === "phone");
  expect(card).toMatchObject(hotline);
  return card?.type === "phone" ? card.reference : "";
}

async function byReference(rig: Rig, reference: string) {
  const { body } = await rig.handoffs(`reference=${reference}`);
  return body.handoffs[0]!;
}
