import { expect, test } from "vitest";
import { startRig } from "./rig.ts";

// Where a handoff goes: the site's own table decides, and whatever the model says is only a key into it.

const second = { connector: "second", queue: null };

test("T31 D3 an unknown destination goes to the default route, and the log says what to add", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  await rig.says(visitor, "unknown destination");
  await visitor.reaches("queued");
  expect(rig.desk.chat().request.destination).toEqual({ queue: "general", urgent: false });
  expect(rig.log).toContainEqual(
    expect.objectContaining({ event: "unknown_destination", site: "shop", hint: expect.stringContaining("Lost & Found (T9)") }),
  );
  expect((await rig.handoffs(`id=${visitor.conversation}`)).body.handoffs[0]!.route!.because).toContain("default route");
});

test("C9 a route may depend on what the assistant stored, and waits a moment longer for it", async () => {
  await using rig = await startRig({
    site: { routes: [{ destination: "REFUNDS ", when: { context: { order_id: ["A-1001"] } }, to: second }] },
    simulator: { options: { handoffVisibleAfterMs: 900 } },
  });
  const visitor = await rig.visitor();
  await rig.says(visitor, "I want a refund", "A-1001");
  await rig.pass(3_000);
  await visitor.reaches("queued");
  expect(rig.secondDesk.chats).toHaveLength(1);
  expect((await rig.handoffs(`id=${visitor.conversation}`)).body.handoffs[0]!.route!.because).not.toContain("A-1001");
});

test("conditions on reason and language choose between routes of one destination", async () => {
  const routes = [
    { destination: "refunds", when: { language: "fr" }, to: { connector: "desk", queue: "french" } },
    { destination: "refunds", when: { reason: "customer_refund" }, to: second },
  ];
  await using rig = await startRig({ site: { routes } });
  const french = await rig.visitor({ begin: { language: "fr-CH" } });
  await rig.says(french, "I want a refund", "A-1001");
  await rig.queued();
  expect([rig.desk.chats.map(({ request }) => request.destination.queue), rig.secondDesk.chats.length]).toEqual([["french"], 1]);
});

test("G7 urgent is told to the desk", async () => {
  await using rig = await startRig({
    site: { routes: [{ destination: "urgent", to: { connector: "desk", queue: "first", urgent: true } }] },
  });
  const visitor = await rig.visitor();
  await rig.says(visitor, "this is urgent");
  await visitor.reaches("queued");
  expect(rig.desk.chat().request.destination).toEqual({ queue: "first", urgent: true });
});

test("A5 out of hours nobody is asked, and the fallback begins", async () => {
  await using rig = await startRig({
    at: new Date("2026-11-22T10:00:00Z"), // a Sunday
    site: {
      routes: [],
      hours: { office: { timeZone: "Europe/Zurich", week: { mon: ["09:00-18:00"] } } },
      defaultRoute: { to: { connector: "desk" }, hours: "office" },
      fallback: [{ to: "phone", label: "Hotline", number: "+41445556677" }],
    },
  });
  const visitor = await rig.visitor();
  await rig.says(visitor, "I want a refund", "A-1001");
  await rig.settle();
  await visitor.hears((body) => body.type === "phase_changed" && body.reason === "out_of_hours");
  await visitor.hears((body) => body.type === "offers");
  expect(rig.desk.told).toEqual([]);
});

test("a desk that says it is closed is not asked; one that cannot say is", async () => {
  for (const [state, chats] of [
    ["closed", 0],
    ["unknown", 1],
    ["silent", 1],
  ] as const) {
    await using rig = await startRig({ site: { fallback: [{ to: "goodbye" }] } });
    rig.desk.isAvailable(state);
    const visitor = await rig.visitor();
    await rig.says(visitor, "I want a refund", "A-1001");
    await rig.pass(1_500);
    await visitor.reaches(chats === 0 ? "ended" : "queued");
    expect(rig.desk.chats).toHaveLength(chats);
  }
});

test("the loop guard: a target that was asked is not asked again, whatever name leads to it", async () => {
  await using rig = await startRig({
    site: {
      routes: [
        { destination: "refunds", to: second },
        { destination: "again", to: second },
      ],
      defaultRoute: { to: second },
      fallback: [{ to: "destination", destination: "again" }, { to: "destination", destination: "nowhere" }, { to: "goodbye" }],
    },
  });
  rig.secondDesk.willAnswer(403, 403, 403);
  const visitor = await rig.visitor();
  await rig.says(visitor, "I want a refund", "A-1001");
  await rig.pass(10_000);
  await visitor.reaches("ended");
  expect(rig.secondDesk.told).toHaveLength(1);
  const causes = (await rig.handoffs(`id=${visitor.conversation}`)).body.handoffs.map(({ cause }) => cause);
  expect(causes).toEqual(["vendor_refused", "no_route", "no_route"]);
});
