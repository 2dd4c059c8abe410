import { expect, test } from "vitest";
import { operatorAt } from "./operator.ts";
import { startRig } from "./rig.ts";

// F12, M1–M3: no person can be reached. Tries within a budget, then the site's own list, to its end.

const refund = ["I want a refund", "A-1001"];

test("A6 a desk that is busy and then down is asked again, each time a little later, until it takes the chat", async () => {
  await using rig = await startRig();
  rig.desk.willAnswer("busy", 503, 500);
  const visitor = await rig.visitor();
  await rig.says(visitor, ...refund);
  await rig.pass(10_000);
  await visitor.reaches("queued");
  const { history, state } = (await rig.handoffs(`id=${visitor.conversation}`)).body.handoffs[0]!;
  expect(state).toBe("handoff_initiated");
  expect(history.map(({ step, cause }) => cause ?? step)).toEqual(["initiated", "too_fast", "unreachable", "unclear", "queued"]);
  expect(rig.desk.chats).toHaveLength(1);
});

test("F12 a desk that stays down is given up within thirty seconds, and not asked in the background", async () => {
  await using rig = await startRig({ site: { fallback: [{ to: "goodbye" }] } });
  await rig.desk.goesDown();
  const visitor = await rig.visitor();
  await rig.says(visitor, ...refund);
  await rig.pass(30_000);
  await visitor.hears((body) => body.type === "phase_changed" && body.reason === "vendor_unreachable");
  await visitor.reaches("ended");
  await rig.desk.comesBack();
  await rig.pass(600_000);
  expect(rig.desk.told).toEqual([]);
});

test.for([403, 400, 404] as const)("A5 a desk that says no (%d) is not asked twice", async (status) => {
  await using rig = await startRig({ site: { fallback: [{ to: "goodbye" }] } });
  rig.desk.willAnswer(status);
  const visitor = await rig.visitor();
  await rig.says(visitor, ...refund);
  await visitor.hears((body) => body.type === "phase_changed" && body.reason === "vendor_refused");
  await visitor.reaches("ended");
  expect(rig.desk.told).toHaveLength(1);
});

test("F13 a desk that took the chat and could not say so ends up with one chat", async () => {
  await using rig = await startRig();
  rig.desk.willAnswer("drops_the_answer");
  const visitor = await rig.visitor();
  await rig.says(visitor, ...refund);
  await rig.pass(5_000);
  await visitor.reaches("queued");
  await rig.desk.joins("Kim");
  await rig.settle();
  await visitor.reaches("live");
  expect(rig.desk.chats).toHaveLength(1);
});

test.each([
  ["refused it", [403]],
  ["refused it for a while", [403, 403, 401]],
  ["closed", []],
] as const)("I-9 a desk that took the chat, could not say so, and then %s, is told that nobody waits there", async (_, then) => {
  const routes = [{ destination: "overflow", to: { connector: "second", queue: null } }];
  await using rig = await startRig({ site: { routes, fallback: [{ to: "destination", destination: "overflow" }] } });
  rig.desk.willAnswer("drops_the_answer", ...then);
  const visitor = await rig.visitor();
  await rig.says(visitor, ...refund);
  if (then.length === 0) rig.desk.isAvailable("closed");
  await rig.pass(5_000);
  await visitor.reaches("queued");
  await rig.pass(120_000);
  expect([...rig.desk.chats, ...rig.secondDesk.chats].map(({ closed }) => closed)).toEqual([1, 0]);
  expect(visitor.phase).toBe("queued");
});

test("M2 another destination: the next desk gets everything, what was said while waiting included", async () => {
  const routes = [{ destination: "overflow", to: { connector: "second", queue: null } }];
  await using rig = await startRig({ site: { routes, fallback: [{ to: "destination", destination: "overflow" }] } });
  rig.desk.willAnswer("busy", 403);
  const visitor = await rig.visitor();
  await rig.says(visitor, ...refund);
  await rig.says(visitor, "are you there?");
  await rig.pass(5_000);
  await visitor.reaches("queued");
  const { request, lines } = rig.secondDesk.chat();
  expect(request).toMatchObject({ requested: { by: "fallback", reason: "customer_refund" }, context: { data: { order_id: "A-1001" } } });
  expect(request.transcript.at(-1)).toMatchObject({ by: "visitor", text: "are you there?" });
  expect(lines).toEqual([]);
  expect(visitor.deliveries()).toEqual({});
  await rig.secondDesk.joins("Sam");
  await rig.settle();
  await visitor.reaches("live");
});

test("M2 the assistant anew: a new chat upstream, the old one closed, and what nobody read is marked", async () => {
  await using rig = await startRig({ site: { fallback: [{ to: "assistant" }] } });
  rig.desk.willAnswer("busy", 403);
  const visitor = await rig.visitor();
  await rig.says(visitor, ...refund);
  const { body } = await visitor.say("are you there?");
  await rig.pass(5_000);
  await visitor.reaches("automated");
  const { body: line } = visitor.entries.find(({ seq }) => seq === body.seq)!;
  expect(visitor.deliveries()).toEqual({ [line.type === "said" ? line.id : ""]: "undelivered" });
  await rig.says(visitor, "how are you?");
  await visitor.hears("Very well");
  expect(rig.simulator.counts()).toMatchObject({ creates: 2, closes: 1, respondsAfterHandoff: 0 });
});

test("M2 leaving a message: the desk gets it as one from somebody who has gone, even if it was down when it was left", async () => {
  const fallback = [
    { to: "leave_message", connector: "desk", queue: "mail" },
    { to: "phone", label: "Hotline", number: "+41445556677" },
  ] as const;
  await using rig = await startRig({ site: { fallback: [...fallback] } });
  await rig.desk.goesDown();
  const visitor = await rig.visitor();
  await rig.says(visitor, ...refund);
  await rig.pass(30_000);
  await visitor.hears((body) => body.type === "offers");
  expect(visitor.offers()).toEqual([
    { type: "leave_message" },
    { type: "phone", label: "Hotline", number: "+41445556677", reference: expect.any(String) },
  ]);
  await rig.says(visitor, "nobody there?");
  expect((await visitor.leaveMessage("Please call me about the teapot.")).status).toBe(200);
  await rig.settle();
  await visitor.reaches("ended");
  await rig.jump(3_600_000);
  await rig.desk.comesBack();
  await rig.jump(24 * 3_600_000);
  await rig.pass(60_000);
  expect(rig.desk.chats).toHaveLength(1);
  const { request } = rig.desk.chat();
  expect(request).toMatchObject({
    isVisitorWaiting: false,
    destination: { queue: "mail" },
    visitor: { name: "Ada", email: "ada@example.com" },
    requested: { reason: "customer_refund" },
  });
  expect(request.transcript.slice(-2).map(({ text }) => text)).toEqual(["nobody there?", "Please call me about the teapot."]);
  expect(visitor.deliveries()).toEqual({});
});

test("M2 a message that was left while the desk's key was wrong arrives once the key is mended", async () => {
  await using rig = await startRig({ site: { fallback: [{ to: "leave_message", connector: "second", queue: "mail" }] } });
  rig.desk.willAnswer(403);
  const visitor = await rig.visitor();
  await rig.says(visitor, ...refund);
  await visitor.hears((body) => body.type === "offers");
  rig.secondDesk.willAnswer(401, 403, 402);
  expect((await visitor.leaveMessage("Please call me about the teapot.")).status).toBe(200);
  await visitor.reaches("ended");
  await rig.pass(600_000);
  expect(rig.secondDesk.chat().request).toMatchObject({ isVisitorWaiting: false, utterance: "Please call me about the teapot." });
});

test("M2 asking for a call back: the desk gets a number that can be called, however it was written, and nobody waits for an answer", async () => {
  const fallback = [
    { to: "leave_message", connector: "desk", queue: "mail" },
    { to: "callback", connector: "desk", queue: "calls", country: "GB" },
  ] as const;
  await using rig = await startRig({ site: { fallback: [...fallback] } });
  await rig.desk.goesDown();
  const visitor = await rig.visitor();
  await rig.says(visitor, ...refund);
  await rig.pass(30_000);
  await visitor.hears((body) => body.type === "offers");
  expect(visitor.offers()).toEqual([{ type: "leave_message" }, { type: "callback" }]);
  for (const wrong of ["call me", "020", "+44 20 7946 00180099", "tel:+442079460018;ext=1\r\nBcc: all"]) {
    const { status, body } = await visitor.askCallback(wrong);
    expect([status, body.code], wrong).toEqual([400, "invalid"]);
  }
  expect((await visitor.askCallback("(020) 7946 0018")).status).toBe(200);
  await rig.settle();
  await visitor.reaches("ended");
  await visitor.hears((body) => body.type === "message_left" && body.wants === "callback");
  await rig.desk.comesBack();
  await rig.jump(24 * 3_600_000);
  await rig.pass(60_000);
  expect(rig.desk.chats).toHaveLength(1);
  const { request } = rig.desk.chat();
  expect(request).toMatchObject({
    isVisitorWaiting: false,
    destination: { queue: "calls" },
    requested: { destination: "callback", reason: "customer_refund" },
    visitor: { name: "Ada", email: null, phone: "+442079460018" },
    utterance: null,
  });
  expect(request.transcript.at(-1)?.by).toBe("assistant"); // they wrote nothing with it
  const { body } = await operatorAt(rig).get<{ lines: { text: string }[] }>(`conversations/${visitor.conversation}/transcript`);
  expect(body.lines.map(({ text }) => text)).toEqual(
    expect.arrayContaining(["The visitor was offered: to leave a message, to be called back.", "The visitor asked to be called back."]),
  );
});

test("a site that calls nobody back says so", async () => {
  await using rig = await startRig({ site: { fallback: [{ to: "leave_message", connector: "desk", queue: "mail" }] } });
  rig.desk.willAnswer(403);
  const visitor = await rig.visitor();
  await rig.says(visitor, ...refund);
  await visitor.hears((body) => body.type === "offers");
  const { status, body } = await visitor.askCallback("+442079460018");
  expect([status, body.detail]).toEqual([400, "phone: nobody is called back here"]);
});

test("M2 on the phone the visitor reads out a reference, and whoever picks up finds the handoff by it", async () => {
  await using rig = await startRig({ site: { fallback: [{ to: "phone", label: "Hotline", number: "+41445556677" }] } });
  rig.desk.willAnswer(403);
  const visitor = await rig.visitor();
  await rig.says(visitor, ...refund);
  await visitor.hears((body) => body.type === "offers");
  const [offer] = visitor.offers();
  const reference = offer?.type === "phone" ? offer.reference : "";
  expect(reference).toMatch(/^[ACDEFHJKMNPRTUVWXY34679]{4}-[ACDEFHJKMNPRTUVWXY34679]{4}$/);
  const found = await rig.handoffs(`id=${reference}`);
  expect(found).toMatchObject({
    status: 200,
    body: { conversation: visitor.conversation, handoffs: [{ state: "handoff_failed", cause: "vendor_refused" }] },
  });
});

test("a list of several steps is gone through to its end", async () => {
  const routes = [{ destination: "overflow", to: { connector: "second", queue: null } }];
  const fallback = [{ to: "destination", destination: "overflow" }, { to: "assistant" }] as const;
  await using rig = await startRig({ site: { routes, fallback: [...fallback] } });
  rig.desk.willAnswer(403);
  rig.secondDesk.willAnswer(403);
  const visitor = await rig.visitor();
  await rig.says(visitor, ...refund);
  await rig.settle();
  await visitor.reaches("automated");
  expect(visitor.types().filter((type) => type === "failed")).toHaveLength(2);
});

test("M3 nobody comes in time: the visitor is told so, the desk that nobody waits any more", async () => {
  await using rig = await startRig({ site: { handoff: { queueWaitMs: 60_000, abandonAfterMs: 600_000 }, fallback: [{ to: "goodbye" }] } });
  const visitor = await rig.queued();
  await rig.pass(59_000);
  expect(visitor.phase).toBe("queued");
  await rig.pass(2_000);
  await visitor.hears((body) => body.type === "phase_changed" && body.reason === "waited_too_long");
  expect(rig.desk.chat().closed).toBe(1);
});

test("a person who is already there is not taken away by the clock of the queue", async () => {
  await using rig = await startRig({ site: { handoff: { queueWaitMs: 60_000 } } });
  const visitor = await rig.live();
  await rig.pass(120_000);
  expect(visitor.phase).toBe("live");
});

test("a desk that accepts after we stopped waiting is told, and its agent hears nothing", async () => {
  await using rig = await startRig({ site: { handoff: { queueWaitMs: 10_000 }, fallback: [{ to: "goodbye" }] } });
  rig.desk.willAnswer("holds");
  const visitor = await rig.visitor();
  await rig.says(visitor, ...refund);
  await visitor.say("hello?");
  await rig.pass(11_000);
  await visitor.reaches("ended");
  rig.desk.release();
  await rig.settle();
  await rig.pass(5_000);
  expect(rig.desk.chat()).toMatchObject({ closed: 1, lines: [] });
  await rig.desk.joins("Kim");
  await rig.desk.says("Kim", "Hello?");
  await rig.pass(5_000);
  expect(visitor.said().join()).not.toContain("Kim");
});

test("I-10 a fallback does not wait for a question that the assistant is still thinking about", async () => {
  await using rig = await startRig({ site: { fallback: [{ to: "goodbye" }] } });
  const visitor = await rig.visitor();
  rig.simulator.addFault({ kind: "latency", route: "respond", ms: 50_000 });
  rig.desk.willAnswer(403);
  await visitor.say("how are you?");
  await rig.settle();
  await visitor.askForPerson();
  await rig.pass(3_000);
  await visitor.reaches("ended");
});
