import { afterAll, beforeEach, expect, test } from "vitest";
import { startRig } from "./rig.ts";
import { recordSpans } from "./span-recorder.ts";

// Traces go to whatever OpenTelemetry SDK the operator registers. This one remembers.

const { spans, stop } = recordSpans();
afterAll(stop);
beforeEach(() => void spans.splice(0));

test("a line can be followed from the request to the assistant and back", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  spans.splice(0);
  await rig.says(visitor, "how are you?");
  await visitor.hears("Very well");
  const request = spans.find(({ name }) => name === "POST /v1/conversations/:id/lines");
  expect(request?.attributes).toMatchObject({ "http.response.status_code": 200 });
  const record = spans.find(({ name, parent }) => name === "record" && parent === request?.own.spanId);
  const job = spans.find(({ name }) => name === "job ask_assistant");
  expect(job).toMatchObject({ parent: null, links: [record?.own.spanId] });
  const call = spans.find(({ name, parent }) => name === "call POST" && parent === job?.own.spanId);
  expect(call?.attributes).toMatchObject({ "server.address": "127.0.0.1" });
  expect(spans.filter(({ isOver }) => !isOver)).toEqual([]);
});

test("T43 no span holds a word, an id or a secret", async () => {
  await using rig = await startRig();
  const visitor = await rig.live();
  await visitor.say("my card is 4111 1111 1111 1111");
  await rig.settle();
  expect(spans.length).toBeGreaterThan(20);
  const told = JSON.stringify(spans.map(({ name, attributes }) => ({ name, attributes })));
  for (const word of ["4111 1111", visitor.conversation, visitor.token, rig.desk.chat().ref, "A-1001", ...rig.secrets])
    expect(told).not.toContain(word);
});

test.for([
  [false, /^$/],
  [true, /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/],
] as const)("the assistant learns of the trace only if the configuration says so: %s", async ([traceparent, expected]) => {
  await using rig = await startRig({ outbound: { traceparent } });
  const visitor = await rig.visitor();
  await rig.says(visitor, "how are you?");
  for (const { headers } of rig.simulator.requests()) expect(headers["traceparent"] ?? "").toMatch(expected);
});
