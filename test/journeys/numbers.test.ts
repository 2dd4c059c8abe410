import { expect, test } from "vitest";
import { startRig, type Rig } from "./rig.ts";
import { startSmsRig } from "./sms.ts";

// What Prometheus reads of a few conversations. All of it comes from facts, so a fact that is told twice is counted once.

const privately = { metrics: { host: "127.0.0.1", port: 0 } };

test("turns are counted as asked, answered and lost", async () => {
  await using rig = await startRig({ listen: privately });
  const visitor = await rig.visitor();
  await rig.says(visitor, "how are you?", "hello again");
  const id = crypto.randomUUID();
  await visitor.say("how are you?", id);
  await visitor.say("how are you?", id);
  await rig.settle();
  rig.simulator.addFault({ kind: "status", route: "respond", status: 500, times: 1 });
  await rig.says(visitor, "hello again");
  const read = await numbersOf(rig);
  expect(read("baton_turns_asked_total", { site: "shop" })).toBe(4);
  expect(read("baton_turns_answered_total", { site: "shop" })).toBe(3);
  expect(read("baton_turn_seconds_count", { site: "shop" })).toBe(3);
  expect(read("baton_turns_lost_total", { site: "shop", why: "unclear" })).toBe(1);
  expect(read("baton_assistant_seconds_count", { site: "shop", operation: "answer", outcome: "ok" })).toBe(3);
  expect(read("baton_assistant_seconds_count", { site: "shop", operation: "answer", outcome: "unclear" })).toBe(1);
  expect(read("baton_streams_open", { site: "shop" })).toBe(1);
  expect(read("baton_store_seconds_count", { operation: "record" })).toBeGreaterThan(8);
});

test("a handoff is counted by where it goes and why, with the times that matter", async () => {
  await using rig = await startRig({ listen: privately });
  const visitor = await rig.queued();
  await rig.pass(7_000);
  await rig.desk.joins("Kim");
  await rig.settle();
  await visitor.reaches("live");
  await rig.desk.send("chat.ended");
  await rig.settle();
  const read = await numbersOf(rig);
  for (const state of ["initiated", "queued", "completed"])
    expect(read("baton_handoffs_total", { site: "shop", state, handoff_to: "refunds" })).toBe(1);
  expect(read("baton_handoff_accepted_seconds_count", { site: "shop", handoff_to: "refunds" })).toBe(1);
  expect(read("baton_handoff_in_queue_seconds_sum", { site: "shop", handoff_to: "refunds" })).toBe(7);
});

test("a handoff that fails is counted by its cause, and so is what the visitor gets instead", async () => {
  await using rig = await startRig({
    listen: privately,
    site: { fallback: [{ to: "phone", label: "Shop", number: "+442071838750" }] },
  });
  rig.desk.isAvailable("closed");
  const visitor = await rig.visitor();
  await visitor.askForPerson();
  await rig.pass(5_000);
  await visitor.reaches("failed");
  const read = await numbersOf(rig);
  expect(read("baton_handoffs_total", { state: "failed", handoff_to: "none", handoff_reason: "visitor_request" })).toBe(1);
  expect(read("baton_handoff_failures_total", { cause: "nobody_available" })).toBe(1);
  expect(read("baton_fallbacks_total", { kind: "phone" })).toBe(1);
});

test("messages are counted by channel: in, out, not delivered, and who wants no more", async () => {
  await using sms = await startSmsRig({ listen: privately });
  const phone = sms.phone();
  await phone.writes("hello", 3);
  await phone.does({ deed: "is_not_reached", ref: sms.twilio.sent()[0]!.sid }, 2);
  await phone.writes("I want a refund");
  await phone.writes("A-1001");
  await phone.does({ deed: "says_stop" });
  const read = await numbersOf(sms.rig);
  const labels = { site: "shop", channel: "sms" };
  expect(read("baton_messages_received_total", labels)).toBe(4);
  expect(read("baton_messages_sent_total", labels)).toBe(phone.reads().length);
  expect(read("baton_messages_missed_total", { ...labels, why: "not_delivered" })).toBe(1);
  expect(read("baton_opt_outs_total", labels)).toBe(1);
});

test("what is due and not begun is told with its age; who was held to a limit, and who was sent away, is counted", async () => {
  await using rig = await startRig({
    listen: privately,
    site: { limits: { perVisitor: { linesPerMinute: 6, burst: 1, linesPerDay: 100 } } },
  });
  const visitor = await rig.visitor();
  for (let n = 0; n < 6; n++) await visitor.say("how are you?");
  rig.isLate(5_000);
  await visitor.say("how are you?");
  const read = await numbersOf(rig);
  expect(read("baton_requests_limited_total", { what: "line" })).toBeGreaterThan(0);
  expect(read("baton_requests_shed_total", { what: "line" })).toBe(1);
});

test("T50 T43 no number and no verdict about health holds a word, an id or a secret", async () => {
  await using rig = await startRig({ listen: privately });
  const visitor = await rig.live();
  await visitor.say("my card is 4111 1111 1111 1111");
  rig.simulator.addFault({ kind: "status", route: "respond", status: 500, times: 1 });
  const other = await rig.visitor();
  await rig.says(other, "canary of words");
  const told = [
    ...(await Promise.all(["metrics", "readyz", "healthz"].map(async (path) => (await fetch(`${rig.privateUrl}/${path}`)).text()))),
    JSON.stringify(rig.log.filter(({ event }) => event !== "started")),
  ];
  for (const one of told) {
    for (const word of ["4111 1111", "canary", "A-1001", visitor.token, other.token, ...rig.secrets]) expect(one).not.toContain(word);
  }
  for (const one of told.slice(0, 3)) {
    for (const id of [visitor.conversation, other.conversation, rig.desk.chat().ref]) expect(one).not.toContain(id);
  }
});

/** Reads the numbers once; then a number is the sum over everything that has these labels. */
async function numbersOf(rig: Rig) {
  const lines = (await (await fetch(`${rig.privateUrl}/metrics`)).text()).split("\n");
  return (name: string, labels: Record<string, string>) =>
    lines
      .filter(
        (line) => line.startsWith(`${name}{`) && Object.entries(labels).every(([label, value]) => line.includes(`${label}="${value}"`)),
      )
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);
}
