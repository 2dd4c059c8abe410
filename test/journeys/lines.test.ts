import { randomUUID } from "node:crypto";
import { request } from "node:http";
import { expect, test } from "vitest";
import { startRig } from "./rig.ts";

// F31, T22–T24, T26–T28: a line is taken once, whole, and not too often.

test("F31 the same line sent again gets the same answer, and is said once", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  const id = randomUUID();
  const answers = await Promise.all(Array.from({ length: 50 }, () => visitor.say("how are you?", id)));
  await rig.settle();
  expect(new Set(answers.map(({ status, body }) => `${status} ${body.seq} ${body.at}`)).size).toBe(1);
  expect(await visitor.say("how are you?", id)).toMatchObject({ status: 200, body: answers[0]!.body });
  expect(visitor.said()).toHaveLength(3);
  expect(rig.simulator.respondCount()).toBe(1);
});

test("F31 a line whose answer was lost is still the same line after the conversation has ended", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  const id = randomUUID();
  const first = await visitor.say("how are you?", id);
  await rig.settle();
  await visitor.leave();
  expect(await visitor.say("how are you?", id)).toMatchObject({ status: 200, body: first.body });
});

test("the same id with other words is refused, and changes nothing", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  const id = randomUUID();
  await visitor.say("hello", id);
  await rig.settle();
  expect(await visitor.say("goodbye", id)).toMatchObject({ status: 422, body: { code: "conflict" } });
  await rig.settle();
  expect(visitor.said().join()).not.toContain("goodbye");
});

test.for<[string, unknown, string]>([
  ["nothing", "", "400 invalid"],
  ["no JSON", "{", "400 invalid"],
  ["an array", [], "400 invalid"],
  ["null", "null", "400 invalid"],
  ["no id", { text: "hello" }, "400 invalid"],
  ["an id that is an object", { id: { $ne: "" }, text: "hello" }, "400 invalid"],
  ["a text that is a number", { id: randomUUID(), text: 7 }, "400 invalid"],
  ["a text of blanks", { id: randomUUID(), text: " \n\t" }, "400 invalid"],
  ["U15 a text that is too long", { id: randomUUID(), text: "x".repeat(4_001) }, "413 too_large"],
  ["T27 a body that is too large", { id: randomUUID(), text: "hello", more: "x".repeat(70_000) }, "413 too_large"],
  ["T27 a body that is too deep", `{"id":"${randomUUID()}","text":"hello","more":${"[".repeat(5_000)}${"]".repeat(5_000)}}`, "400 invalid"],
  ["T23 a prototype", `{"id":"${randomUUID()}","text":"hello","__proto__":{"polluted":true}}`, "200"],
  [
    "T22 fields that are the bridge's",
    { id: randomUUID(), text: "hello", by: "agent", seq: 99, at: "2000-01-01", site: "other", name: "Kim" },
    "200",
  ],
])("a line with %s", async ([, body, expected]) => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  const answer = await visitor.post<object>("lines", body);
  expect([answer.status, answer.body.code].filter(Boolean).join(" ")).toBe(expected);
  await rig.settle();
  expect({}).not.toHaveProperty("polluted");
  const said = visitor.entries.slice(1).filter(({ body: one }) => one.type === "said" && one.by === "visitor");
  expect(said.map((entry) => Object.keys(entry.body).toSorted())).toEqual(
    expected === "200" ? [["by", "format", "id", "text", "type"]] : [],
  );
});

test("T24 a body that is not sent as JSON has no effect", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonp"]) {
    const body = JSON.stringify({ id: randomUUID(), text: "hello" });
    const answer = await visitor.send("POST", `/v1/conversations/${visitor.conversation}/lines`, body, { "content-type": type });
    expect(answer).toMatchObject({ status: 400, body: { code: "invalid" } });
  }
  await rig.settle();
  expect(visitor.said()).toHaveLength(1);
});

test("T27 a body without an end is cut off", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  const status = await new Promise<number>((done, fail) => {
    const headers = { authorization: `Bearer ${visitor.token}`, "content-type": "application/json" };
    const sending = request(`${rig.url}/v1/conversations/${visitor.conversation}/lines`, { method: "POST", headers }, (response) => {
      sending.destroy();
      done(response.statusCode ?? 0);
    });
    sending.on("error", fail);
    const more = () => void (sending.destroyed || sending.write("x".repeat(16_000), () => setImmediate(more)));
    more();
  });
  expect(status).toBe(413);
});

test("L7 ratings are from one to five, or none", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  for (const score of [0, 6, 2.5, "5"])
    expect(await visitor.rate(score as number)).toMatchObject({ status: 400, body: { code: "invalid" } });
  expect((await visitor.rate(null)).status).toBe(200);
  await visitor.rate(5);
  await rig.settle();
  expect(visitor.types().filter((type) => type === "rated")).toHaveLength(1);
});

test("T26 a visitor may say so much at once, and so much in a minute", async () => {
  await using rig = await startRig({ site: { limits: { perVisitor: { burst: 3, linesPerMinute: 6, linesPerDay: 100 } } } });
  const visitor = await rig.visitor();
  const statuses = [];
  for (let n = 0; n < 6; n++) statuses.push((await visitor.say(`echo ${n}`)).status);
  expect(statuses).toEqual([200, 200, 200, 200, 429, 429]);
  const refused = await visitor.say("echo more");
  expect(refused).toMatchObject({ body: { code: "too_fast", retryAfter: 10 } });
  expect(refused.headers.get("retry-after")).toBe("10");
  await rig.pass(10_000);
  expect((await visitor.say("echo more")).status).toBe(200);
  expect((await visitor.say("echo and more")).status).toBe(429);
});

test("T26 a site's turns for the day are counted, and a person can be reached without any", async () => {
  await using rig = await startRig({ site: { limits: { turnsPerDay: 2, perVisitor: { burst: 100 } } } });
  const visitor = await rig.visitor();
  await rig.says(visitor, "hello", "hello");
  expect(await visitor.say("hello")).toMatchObject({ status: 429, body: { code: "too_much_today", retryAfter: 14 * 3_600 } });
  await visitor.askForPerson();
  await rig.pass(2_000);
  expect((await visitor.say("hello, person")).status).toBe(200);
  await rig.jump(14 * 3_600_000);
  const tomorrow = await rig.visitor();
  expect((await tomorrow.say("hello")).status).toBe(200);
});

test("T28 who asks is told by the connection, or by as many proxies as the site has", async () => {
  const limits = { perAddress: { conversationsPerHour: 2 } };
  const begun = async (trustedProxies: number, addresses: string[]) => {
    await using rig = await startRig({ site: { limits }, listen: { trustedProxies } });
    const statuses = [];
    for (const address of addresses) {
      const headers = { "x-forwarded-for": address, forwarded: `for=${address}`, "x-real-ip": address };
      statuses.push(
        await rig.visitor({ headers, follows: false }).then(
          () => 201,
          (error: Error) => Number(/\d{3}/.exec(error.message)?.[0]),
        ),
      );
    }
    return statuses;
  };
  expect(await begun(0, ["1.1.1.1", "2.2.2.2", "3.3.3.3"])).toEqual([201, 201, 429]);
  expect(await begun(1, ["6.6.6.6, 1.1.1.1", "7.7.7.7, 1.1.1.1", "8.8.8.8, 1.1.1.1", "1.1.1.1, 2.2.2.2"])).toEqual([201, 201, 429, 201]);
  expect(await begun(1, ["2001:db8:1:2::1", "2001:db8:1:2:ffff::2", "2001:0db8:0001:0002::3", "2001:db8:1:3::1"])).toEqual([
    201, 201, 429, 201,
  ]);
  expect(await begun(1, ["::ffff:1.1.1.1", "1.1.1.1", "1.1.1.1"])).toEqual([201, 201, 429]);
});

test("T26 asking for a person is limited for the whole site", async () => {
  await using rig = await startRig({ site: { limits: { handoffsPerHour: 1 } } });
  const one = await rig.visitor();
  const other = await rig.visitor();
  expect((await one.askForPerson()).status).toBe(200);
  expect(await other.askForPerson()).toMatchObject({ status: 429, body: { code: "too_fast" } });
});

test("T26 who asks for a person again and again uses up their own allowance, and not the site's", async () => {
  await using rig = await startRig({ site: { limits: { handoffsPerHour: 2 } } });
  const one = await rig.visitor();
  const other = await rig.visitor();
  const statuses = [];
  for (let n = 0; n < 7; n++) statuses.push((await one.askForPerson()).status);
  expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429]);
  expect((await other.askForPerson()).status).toBe(200);
  await other.reaches("handoff_initiated");
});

test("F31 a message whose answer was lost gets the same answer when it is sent again, and only one is taken", async () => {
  await using rig = await startRig({ site: { fallback: [{ to: "leave_message", connector: "desk", queue: "mail" }] } });
  await rig.desk.goesDown();
  const visitor = await rig.visitor();
  const message = { id: randomUUID(), email: "ada@example.com", text: "Call me" };
  const leave = (one = message) => visitor.post("message", one);
  expect(await leave()).toMatchObject({ status: 400, body: { code: "invalid" } });
  await rig.says(visitor, "I want a refund", "A-1001");
  await rig.pass(30_000);
  await visitor.reaches("failed");
  expect([(await leave()).status, (await leave()).status]).toEqual([200, 200]);
  const other = { ...message, id: randomUUID() };
  for (const answer of [await leave(other), await leave(other)]) expect(answer).toMatchObject({ status: 409, body: { code: "ended" } });
  await visitor.reaches("ended");
  expect(visitor.types().filter((type) => type === "message_left")).toHaveLength(1);
});

test("F31 a line that took the site's last turn is still taken when it is sent again", async () => {
  await using rig = await startRig({ site: { limits: { turnsPerDay: 1, perVisitor: { burst: 100 } } } });
  const visitor = await rig.visitor();
  const id = randomUUID();
  const first = await visitor.say("hello", id);
  await rig.settle();
  expect(await visitor.say("hello", id)).toMatchObject({ status: 200, body: first.body });
  expect(await visitor.say("hello", randomUUID())).toMatchObject({ status: 429, body: { code: "too_much_today" } });
});
