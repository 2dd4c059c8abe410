import { expect, test } from "vitest";
import { startRig } from "./rig.ts";

// What a visitor sees of each fault of the automated agent, and how often it was asked. D9: never twice when unsure.

const TURN_BUDGET_MS = 60_000;
type Fault = Parameters<Awaited<ReturnType<typeof startRig>>["simulator"]["addFault"]>[0];

test.for<[string, Fault]>([
  ["F02 an agent that never answers", { kind: "never_answers", route: "respond" }],
  ["F02 an agent that took the line and never answers", { kind: "never_answers", route: "respond", processed: true }],
  ["F02 an answer that drips in", { kind: "slow_body", route: "respond" }],
  ["F03 a connection that breaks", { kind: "reset", route: "respond" }],
  ["D9 a line that was taken, and the answer lost", { kind: "answer_lost", route: "respond" }],
  ["an answer that breaks off", { kind: "reset_mid_body", route: "respond" }],
  ["F06 half an answer", { kind: "truncated_json", route: "respond" }],
  ["F06 far too large an answer", { kind: "oversized", route: "respond" }],
  ["U17 a page of a gateway", { kind: "html_body", route: "respond" }],
  ["an answer without a body", { kind: "empty_body", route: "respond" }],
  ["F04 500", { kind: "status", route: "respond", status: 500 }],
  ["F04 502", { kind: "status", route: "respond", status: 502 }],
  ["F04 503 that does not say when to come back", { kind: "status", route: "respond", status: 503 }],
  ["F04 504", { kind: "status", route: "respond", status: 504 }],
  ["F04 408", { kind: "status", route: "respond", status: 408 }],
])("%s: asked once, and the visitor may decide to try again", async ([, fault]) => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  rig.simulator.addFault({ ...fault, times: 1 });
  const { body } = await visitor.say("how are you?");
  await rig.pass(TURN_BUDGET_MS);
  await visitor.hears((one) => one.type === "answer_lost");
  await rig.pass(120_000);
  expect(rig.simulator.respondCount()).toBe(1);
  const lost = visitor.entries.filter((entry) => entry.body.type === "answer_lost");
  const said = visitor.entries.find(({ seq }) => seq === body.seq)!.body;
  expect(lost).toMatchObject([{ body: { to: said.type === "said" && said.id } }]);
  expect(visitor.phase).toBe("automated");
  await rig.says(visitor, "hello again");
  await visitor.hears("Hello! What can I do");
});

test.for<[string, Fault]>([
  ["never answers", { kind: "never_answers", route: "respond" }],
  ["sends a byte a second", { kind: "slow_body", route: "respond" }],
])("F02 an agent that %s is waited for until the turn's budget is over, and not a moment longer", async ([, fault]) => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  rig.simulator.addFault({ ...fault, times: 1 });
  await visitor.say("how are you?");
  await rig.pass(TURN_BUDGET_MS - 1);
  expect(visitor.types()).not.toContain("answer_lost");
  await rig.pass(1);
  await visitor.hears((one) => one.type === "answer_lost" && one.why === "unclear");
  await rig.says(visitor, "hello again");
  await visitor.hears("Hello! What can I do");
});

test.for<[string, Fault, string]>([
  ["F07 401", { kind: "status", route: "respond", status: 401 }, "unavailable"],
  ["F07 403", { kind: "status", route: "respond", status: 403 }, "unavailable"],
  ["409", { kind: "status", route: "respond", status: 409 }, "unavailable"],
  ["400", { kind: "status", route: "respond", status: 400 }, "refused"],
  ["U15 413", { kind: "status", route: "respond", status: 413 }, "too_long"],
  ["U16 success: false", { kind: "success_false", route: "respond" }, "unavailable"],
  ["T29 a redirect", { kind: "redirect", route: "respond", location: "http://127.0.0.1:9/elsewhere" }, "unavailable"],
])("%s is not asked again, and operators read about it", async ([, fault, why]) => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  rig.simulator.addFault(fault);
  await visitor.say("how are you?");
  await visitor.hears((one) => one.type === "answer_lost" && one.why === why);
  await rig.pass(60_000);
  expect(rig.simulator.respondCount()).toBe(1);
  expect(rig.log).toContainEqual(expect.objectContaining({ event: "call_failed", task: "ask_assistant", kind: "refused" }));
});

test.for<[string, Fault, number]>([
  ["F05 429 with seconds", { kind: "status", route: "respond", status: 429, retryAfter: { seconds: 2 }, times: 1 }, 3_000],
  ["F05 429 with a date", { kind: "status", route: "respond", status: 429, retryAfter: { dateInMs: 2_000 }, times: 1 }, 4_000],
  ["F05 429 without a word", { kind: "status", route: "respond", status: 429, times: 1 }, 6_000],
  ["F05 429 with nonsense", { kind: "status", route: "respond", status: 429, retryAfter: { text: "soon" }, times: 1 }, 6_000],
  ["F04 503 that says when to come back", { kind: "status", route: "respond", status: 503, retryAfter: { seconds: 1 }, times: 2 }, 9_000],
])("%s is heeded within the turn's budget, and the line is answered once", async ([, fault, ms]) => {
  await using rig = await startRig({ at: new Date() }); // dates in answers are measured by the machine's own
  const visitor = await rig.visitor();
  rig.simulator.addFault(fault);
  await visitor.say("how are you?");
  await rig.pass(ms);
  await visitor.hears("Very well");
  expect(visitor.types()).toEqual(["said", "said", "said"]);
});

test("F05 a wait beyond the turn's budget is not waited for", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  rig.simulator.addFault({ kind: "status", route: "respond", status: 429, retryAfter: { seconds: 25 } });
  await visitor.say("how are you?");
  await visitor.hears((one) => one.type === "answer_lost");
  expect(rig.simulator.respondCount()).toBe(1);
});

test("F01 nobody listens there for a moment: the line is asked when somebody does", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  await rig.simulator.refuseConnections();
  await visitor.say("how are you?");
  await rig.pass(2_000);
  await rig.simulator.acceptConnections();
  await rig.pass(10_000);
  await visitor.hears("Very well");
  expect(rig.simulator.respondCount()).toBe(1);
});

test("F01 nobody listens there for long: after the turn's budget the visitor is told, and a person can still be had", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  await rig.simulator.refuseConnections();
  await visitor.say("how are you?");
  await rig.pass(30_000);
  await visitor.hears((one) => one.type === "answer_lost" && one.why === "unavailable");
  await visitor.askForPerson();
  await rig.pass(5_000);
  await visitor.reaches("queued");
});

test("F01 a platform that is down when the visitor arrives is asked again with the first line", async () => {
  await using rig = await startRig();
  await rig.simulator.refuseConnections();
  const visitor = await rig.visitor();
  await rig.pass(60_000);
  await rig.simulator.acceptConnections();
  await rig.says(visitor, "how are you?");
  await visitor.hears("Very well");
  expect(visitor.said()).toHaveLength(2);
  expect(rig.simulator.createCount()).toBe(1);
});

const over: [string, Fault][] = [
  ["410", { kind: "status", route: "respond", status: 410, times: 1 }],
  ["404 for the conversation", { kind: "status", route: "respond", status: 404, code: "CONVERSATIONS_NOT_FOUND", times: 1 }],
  ["400 CHAT_TIMEOUT", { kind: "status", route: "respond", status: 400, code: "CHAT_TIMEOUT", times: 1 }],
];

test.for(over)("F08 %s: the chat begins anew with a notice, and the line is asked there", async ([, fault]) => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  rig.simulator.addFault(fault);
  await rig.says(visitor, "how are you?");
  await visitor.hears("Very well");
  expect(visitor.types()).toEqual(["said", "said", "assistant_restarted", "said"]);
  const shared = rig.simulator.conversations().map(({ attributes }) => attributes["shared_id"]);
  expect([new Set(shared).size, shared.length]).toEqual([2, 2]);
});

test("F08 a chat that is always over is not begun without end", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  rig.simulator.addFault({ kind: "status", route: "respond", status: 410 });
  await rig.says(visitor, "how are you?");
  await visitor.hears((one) => one.type === "answer_lost" && one.why === "unavailable");
  await rig.pass(60_000);
  expect(rig.simulator.counts()).toMatchObject({ creates: 2, responds: 2 });
});

test("F08 where the site wants a person then, one is asked for; where it wants an end, it ends", async () => {
  for (const [whenOver, phase] of [
    ["handoff", "queued"],
    ["end", "ended"],
  ] as const) {
    await using rig = await startRig({ assistant: { whenOver } });
    const visitor = await rig.visitor();
    rig.simulator.addFault({ kind: "status", route: "respond", status: 410 });
    await visitor.say("how are you?");
    await rig.pass(3_000);
    await visitor.reaches(phase);
    expect(rig.simulator.counts()).toMatchObject({ creates: 1, responds: 1 });
  }
});

test.for<[string, Fault]>([
  ["camel case", { kind: "camel_case" }],
  ["fields that are missing", { kind: "missing_fields", route: "respond", fields: ["conversation_id", "end_conversation"] }],
  ["another content type", { kind: "wrong_content_type" }],
  ["a skewed clock", { kind: "clock_skew", ms: 3_600_000 }],
  ["U18 another conversation's id", { kind: "wrong_conversation_id", route: "respond" }],
])("%s does not keep an answer from being read", async ([, fault]) => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  rig.simulator.addFault(fault);
  await rig.says(visitor, "how are you?");
  await visitor.hears("Very well");
  expect(rig.simulator.conversations()).toHaveLength(1);
});

test.for(["unicode", "rtl", "emoji", "four_byte", "control", "script", "javascript_link", "long_word"] as const)(
  "text that is %s reaches the visitor as text, well-formed",
  async (sample) => {
    await using rig = await startRig();
    const visitor = await rig.visitor();
    rig.simulator.addFault({ kind: "awkward_text", sample, route: "respond" });
    await rig.says(visitor, "how are you?");
    await visitor.until(() => visitor.said().length === 3, "an answer");
    const answer = visitor.said().at(-1)!;
    expect(answer.isWellFormed()).toBe(true);
    // oxlint-disable-next-line no-control-regex -- they are what is looked for
    expect(answer).not.toMatch(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/);
  },
);
