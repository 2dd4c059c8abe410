import { expect, test } from "vitest";
import { startRig } from "./rig.ts";

// Everything the simulated agent may do, through the bridge.

test.for<[string, string]>([
  ["hello", "Hello! What can I do"],
  ["how are you?", "Very well"],
  ["how do returns work?", "**within 30 days**"],
  ["show me the size guide", "<strong>size guide</strong>"],
  ["parlez-vous français ?", "Bonjour"],
  ["¿habla español?", "¡Hola!"],
  ["مرحبا", "مرحبا"],
  ["are you there out of hours?", "not in right now"],
  ["handoff false", "I stay with you"],
  ["handoff null", "I stay with you"],
])("%s is answered, and the conversation goes on", async ([said, answered]) => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  await rig.says(visitor, said, "thank you");
  await visitor.hears(answered);
  await visitor.hears("You are welcome");
  expect(visitor.phase).toBe("automated");
  expect(rig.desk.chats).toEqual([]);
});

test.for([
  ["direct handoff", "support", "direct", ""],
  ["handoff without destination", "", "billing_question", "I am passing you to a colleague."],
  ["handoff without reason", "support", null, "I am passing you to a colleague."],
  ["handoff but stay open", "support", "assist", "A colleague is joining us."],
  ["handoff true", "", null, "One moment."],
  ["handoff empty", "", null, "One moment."],
  ["handoff as text", "support", null, "One moment."],
  ["unknown destination", "Lost & Found (T9)", "lost_item", "I am passing you to lost property."],
  ["this is urgent", "urgent", "safety", "This cannot wait. I am putting you through with priority."],
  ["I have a complaint", "complaints", "complaint_escalation", expect.stringContaining("sorry")],
] as const)("D1 %s: the last words are shown, then a person is asked for", async ([said, destination, reason, utterance]) => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  await rig.says(visitor, said);
  await visitor.reaches("queued");
  expect(rig.desk.chat().request).toMatchObject({ requested: { by: "assistant", reason }, utterance: utterance || null });
  expect(rig.desk.chat().request.requested.destination).toBe(destination);
  const words = visitor.types().slice(0, -2);
  expect(words).toEqual(["said", "said", ...(utterance === "" ? [] : ["said"]), "handoff_initiated"]);
  await rig.says(visitor, "are you there?");
  expect(rig.simulator.respondsAfterHandoff()).toBe(0);
});

test.for([
  ["identify and verify", ["I want to change my address", "A-1001", "1052"], { reason: "successfully_identified" }],
  ["verification that fails", ["verify me", "A-1001", "1111", "2222"], { reason: "verification_failed" }],
  ["an offer that is taken", ["a question about my invoice", "yes please"], { destination: "billing", reason: "billing_question" }],
  ["asking for a person twice", ["can I talk to a person?", "a person please"], { destination: "Default handoff", reason: "SPEAK_TO" }],
  ["out of scope twice", ["write me a poem", "who won the football?"], { destination: "Default handoff", reason: "OUT_OF_SCOPE" }],
  ["nonsense", ["asdf asdf", "???", "qwrtz"], { destination: "Default handoff", reason: "USER_INCOMPREHENSIBLE" }],
] as const)("%s takes several turns, then a person", async ([, lines, requested]) => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  await rig.says(visitor, ...lines);
  await visitor.reaches("queued");
  expect(rig.desk.chat().request.requested).toMatchObject(requested);
  expect(rig.simulator.respondCount()).toBe(lines.length);
});

test("an offer that is declined leaves the visitor with the assistant", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  await rig.says(visitor, "a question about my invoice", "no");
  await visitor.hears("I will stay with you");
  expect(visitor.phase).toBe("automated");
});

test("D6 an assistant that says goodbye ends the conversation: nothing more is called, a rating and a new chat are possible", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  await rig.says(visitor, "that's all, goodbye");
  await visitor.reaches("ended");
  const { responds, closes } = rig.simulator.counts();
  expect(await visitor.say("one more thing")).toMatchObject({ status: 409, body: { code: "ended" } });
  expect((await visitor.rate(4)).status).toBe(200);
  await rig.pass(60_000);
  expect(rig.simulator.counts()).toMatchObject({ responds, closes });
  const next = await rig.visitor();
  expect(next.conversation).not.toBe(visitor.conversation);
});

test.for([true, false])("D7 what was promised for later arrives, said to be delayed: %s", async (flagsDelayed) => {
  await using rig = await startRig({ simulator: { options: { flagsDelayed } } });
  const visitor = await rig.visitor();
  await visitor.say(flagsDelayed ? "do you have it in stock?" : "check my warranty");
  await rig.pass(5_000);
  await visitor.hears(flagsDelayed ? "it is in stock" : "runs for two more years");
  expect(visitor.types().filter((type) => type === "said")).toHaveLength(flagsDelayed ? 4 : 3);
  expect(rig.simulator.respondCount()).toBeLessThanOrEqual(4);
});

test("D7 what was promised and never comes is not waited for without end, and the visitor may try again", async () => {
  await using rig = await startRig({
    simulator: { rules: [{ match: "wait", say: "One moment…", delayed: { say: "never", readyAfterMs: 3_600_000 } }] },
  });
  const visitor = await rig.visitor();
  await visitor.say("wait");
  await rig.pass(120_000);
  await visitor.hears((body) => body.type === "answer_lost" && body.why === "unavailable");
  expect(rig.simulator.respondCount()).toBeLessThanOrEqual(6);
});

test("D7 nothing is fetched any more once a person has been asked for", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  await visitor.say("do you have it in stock?");
  await rig.settle();
  await visitor.askForPerson();
  await rig.pass(60_000);
  expect(rig.simulator.respondCount()).toBe(1);
  expect(visitor.said().at(-1)).toContain("Let me check with the warehouse");
});

test("D7 a promise may turn out to be a handoff", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  await visitor.say("ask the workshop");
  await rig.pass(5_000);
  await visitor.reaches("queued");
  expect(rig.desk.chat().request).toMatchObject({
    requested: { reason: "workshop" },
    utterance: expect.stringContaining("connecting you"),
  });
});

test("an assistant with nothing to say has not answered, and the visitor is told", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  await visitor.say("say nothing");
  await rig.pass(60_000);
  await visitor.hears((body) => body.type === "answer_lost");
});

test("U2 suggestions, links and numbers to call come with the words", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  await rig.says(visitor, "any gift ideas?");
  const { body } = await visitor.hears("Here are some ideas");
  expect(body).toMatchObject({
    rich: { suggestions: [{ text: "Where is my order?" }, {}, {}], attachments: [{ kind: "link" }], calls: [{ number: "+15551234567" }] },
  });
});

test.for([
  ["VARIANT-hands-off-at-start", "queued"],
  ["VARIANT-hangs-up-at-start", "ended"],
] as const)("D10 a greeting may be everything: %s", async ([variant, phase]) => {
  await using rig = await startRig({ assistant: { variant } });
  const visitor = await rig.visitor();
  await visitor.reaches(phase);
  expect(rig.simulator.counts()).toMatchObject({ creates: 1, responds: 0 });
});

test("a greeting that hands off, with nobody there and the assistant as the fallback, comes to an end", async () => {
  await using rig = await startRig({ assistant: { variant: "VARIANT-hands-off-at-start" }, site: { fallback: [{ to: "assistant" }] } });
  rig.desk.isAvailable("closed");
  const visitor = await rig.visitor();
  await rig.pass(60_000);
  await visitor.reaches("ended");
  expect(rig.simulator.createCount()).toBe(2);
});
