import { describe, expect, test } from "vitest";
import { operatorAt } from "../journeys/operator.ts";
import { startRig, type RigOptions } from "../journeys/rig.ts";
import { createTroubledStore } from "../journeys/stuck-store.ts";
import { overTcp, request, startPhone } from "./phone.ts";

// Phone calls that are handed over by SIP: told where they go on, and kept as handoffs (F1–F4, G1, G2).

const week = { timeZone: "Europe/London", week: { mon: ["09:00-17:30"] } };
const sip: RigOptions["sip"] = { port: 0, allow: ["127.0.0.0/8"] };
const site: RigOptions["site"] = {
  routes: [
    {
      destination: "refunds",
      when: { reason: "fraud" },
      to: { connector: "desk", queue: "care", urgent: true },
      sip: "sip:care@sbc.example.com",
    },
    { destination: "refunds", to: { connector: "desk", queue: "refunds" }, sip: "sip:refunds@sbc.example.com;transport=tcp" },
    { destination: "chat only", to: { connector: "desk" } },
  ],
  defaultRoute: { to: { connector: "desk", queue: "general" }, hours: "office", sip: "sip:general@sbc.example.com" },
  hours: { office: week },
  fallback: [{ to: "assistant" }],
  sip: {
    headers: [
      { name: "X-Customer-Id", value: "$customer_id", longest: 16 },
      { name: "X-Reason", value: "$reason" },
      { name: "X-Destination", value: "$destination" },
      { name: "User-to-User", value: "$shared_id" },
      { name: "X-Source", value: "baton" },
    ],
    required: ["reason", "customer_id"],
  },
};
const start = (options: RigOptions = {}) => startRig({ sip, site, ...options });
const REFUND = ["X-Destination: refunds", "X-Reason: customer_refund", "X-Customer-ID: A-1001", "User-to-User: 0435663163;encoding=hex"];

describe("where a call goes on", () => {
  test("F1 F3 F4 to its destination's address, with the headers that the site maps", async () => {
    await using rig = await start();
    await using phone = await startPhone(() => rig.sipPort);
    const answer = await phone.ask("INVITE", { headers: REFUND });
    expect(answer.status).toBe(302);
    expect(answer.header("Contact")).toBe("<sip:refunds@sbc.example.com;transport=tcp>");
    expect(answer.header("X-Customer-Id")).toBe("A-1001");
    expect(answer.header("X-Reason")).toBe("customer_refund");
    expect(answer.header("User-to-User")).toBe("0435663163;encoding=hex");
    expect(answer.header("X-Source")).toBe("baton");
  });

  test("F1 the same headers within the address, where whoever follows it is to send them", async () => {
    await using rig = await start({ sip: { ...sip!, headersIn: "contact" } });
    await using phone = await startPhone(() => rig.sipPort);
    const answer = await phone.ask("INVITE", { headers: ['X-Reason: a "b" <c>; d, e@f?g&h=i', ...REFUND] });
    const contact = answer.header("Contact")!;
    expect(contact).toMatch(/^<sip:refunds@sbc\.example\.com;transport=tcp\?X-Customer-Id=A-1001&X-Reason=[\w%.!~*'()-]+&/);
    const headers = Object.fromEntries(new URLSearchParams(contact.slice(contact.indexOf("?") + 1, -1)));
    expect(headers).toMatchObject({ "X-Reason": 'a "b" <c>; d, e@f?g&h=i', "User-to-User": "0435663163;encoding=hex" });
    expect(answer.header("X-Reason")).toBe(null);
  });

  test.each([
    ["the reason of a route", ["X-Destination: Refunds", "X-Reason: fraud"], "<sip:care@sbc.example.com>"],
    ["no destination", [], "<sip:general@sbc.example.com>"],
    ["a destination that no route has", ["X-Destination: nowhere"], "<sip:general@sbc.example.com>"],
    ["a destination that takes chats alone", ["X-Destination: chat only"], "<sip:general@sbc.example.com>"],
  ])("G1 G2 by the rules that chats go by: %s", async (_, headers, contact) => {
    await using rig = await start();
    await using phone = await startPhone(() => rig.sipPort);
    expect((await phone.ask("INVITE", { headers })).header("Contact")).toBe(contact);
  });

  test("J1 J4 to the number of a route that is one, but never to where it came in, nor to who calls", async () => {
    const line = (destination: string, number: string) => ({ destination, to: { phone: { label: "Hotline", number } } });
    const lines = [line("hotline", "+442079460018"), line("caller's own", "+442071838751")];
    await using rig = await start({ site: { ...site, routes: [...site!.routes!, ...lines] } });
    await using phone = await startPhone(() => rig.sipPort);
    const headers = ["X-Destination: hotline"];
    expect((await phone.ask("INVITE", { headers })).header("Contact")).toBe("<tel:+442079460018>");
    const looping = await phone.ask("INVITE", { headers, user: "+442079460018", call: "looping" });
    expect(looping.header("Contact")).toBe("<sip:general@sbc.example.com>");
    const back = await phone.ask("INVITE", { headers: ["X-Destination: caller's own"] });
    expect(back.header("Contact")).toBe("<sip:general@sbc.example.com>");
  });

  test("out of hours nowhere, or where the fallback leads that a call can follow", async () => {
    const night = new Date("2026-11-23T23:00:00Z");
    await using closed = await start({ at: night });
    await using phone = await startPhone(() => closed.sipPort);
    expect((await phone.ask("INVITE")).status).toBe(480);
    const { handoffs } = (await operatorAt(closed).get<Listed>("handoffs")).body;
    expect(handoffs).toMatchObject([{ state: "handoff_failed", stage: "failed", cause: "out_of_hours", fell_back_to: ["goodbye"] }]);

    const fallback = [
      { to: "leave_message" as const, connector: "desk" },
      { to: "phone" as const, label: "Shop", number: "+442071838750" },
    ];
    await using rig = await start({ at: night, site: { ...site, fallback } });
    await using other = await startPhone(() => rig.sipPort);
    expect((await other.ask("INVITE")).header("Contact")).toBe("<tel:+442071838750>");
    await using behind = await start({ at: night, site: { ...site, fallback }, sip: { ...sip!, gateway: "gw.example.com:5080" } });
    await using third = await startPhone(() => behind.sipPort);
    expect((await third.ask("INVITE")).header("Contact")).toBe("<sip:+442071838750@gw.example.com:5080;user=phone>");
  });

  test("elsewhere while a desk says that nobody is there, and there all the same where there is no elsewhere", async () => {
    await using rig = await start({ site: { ...site, fallback: [{ to: "phone", label: "Shop", number: "+442071838750" }] } });
    await using phone = await startPhone(() => rig.sipPort);
    rig.desk.isAvailable("closed");
    expect((await phone.ask("INVITE", { headers: REFUND })).header("Contact")).toBe("<tel:+442071838750>");
    await using alone = await start();
    alone.desk.isAvailable("closed");
    await using other = await startPhone(() => alone.sipPort);
    expect((await other.ask("INVITE", { headers: REFUND })).header("Contact")).toBe("<sip:refunds@sbc.example.com;transport=tcp>");
  });

  test("by the name or number that was called, where several sites take calls", async () => {
    const called = (name: string, to: string) => ({ sip: { called: [name] }, defaultRoute: { to: { connector: "desk" }, sip: to } });
    await using rig = await start({
      site: { ...site, ...called("shop", "sip:shop@sbc.example.com") },
      sites: (base) => ({ bank: { ...base, ...called("+442071838752", "sip:bank@sbc.example.com") } }),
    });
    await using phone = await startPhone(() => rig.sipPort);
    expect((await phone.ask("INVITE", { user: "shop" })).header("Contact")).toBe("<sip:shop@sbc.example.com>");
    expect((await phone.ask("INVITE", { user: "+44%320718%33%38752" })).header("Contact")).toBe("<sip:bank@sbc.example.com>");
    expect((await phone.ask("INVITE", { user: "nobody" })).status).toBe(404);
  });
});

interface Listed {
  handoffs: { id: string; shared_id: string; stage: string; connector: string; queue: string; conversation: string }[];
}

describe("what is kept of a call", () => {
  test("F1 a handoff that is found by its shared id, and says where it went, why and with what", async () => {
    await using rig = await start();
    await using phone = await startPhone(() => rig.sipPort);
    await phone.ask("INVITE", { headers: REFUND });
    const { status, body } = await rig.handoffs("shared_id=nobodys");
    expect(status).toBe(404);
    expect(body.code).toBe("not_found");
    const found = await rig.handoffs("shared_id=5f1c");
    expect(found.body.handoffs).toMatchObject([
      {
        state: "handoff_initiated", // whether a person took it, the phone system knows
        stage: "ended",
        cause: "passed_on",
        requested_by: "assistant",
        destination: "refunds",
        reason: "customer_refund",
        route: { connector: "sip", queue: "sip:refunds@sbc.example.com;transport=tcp", urgent: false },
        context: { state: "brought", source: "headers", data: { customer_id: "A-1001", reason: "customer_refund", shared_id: "5f1c" } },
      },
    ]);
    const [{ id } = { id: "" }] = found.body.handoffs;
    const listed = await operatorAt(rig).get<Listed>("handoffs?connector=sip");
    expect(listed.body.handoffs).toMatchObject([{ id, queue: "sip:refunds@sbc.example.com;transport=tcp", stage: "ended" }]);
    const conversation = await operatorAt(rig).get<object>(`conversations/${listed.body.handoffs[0]!.conversation}`);
    expect(conversation.body).toMatchObject({ channel: "sip", phase: "ended", ended_by: "passed_on" });
    const context = await operatorAt(rig).post<object>("sip/context", { site: "shop", headers: { "User-to-User": "5f1c" } });
    expect(context.body).toMatchObject({
      handoff: { id, destination: "refunds" },
      stored: "missing",
      context: { customer_id: { value: "A-1001", from: "header" } },
      missing: [],
    });
  });

  test("one that belongs to a chat stands beside that chat's own, brings what the assistant knows, and changes nothing of it", async () => {
    await using rig = await start();
    await using phone = await startPhone(() => rig.sipPort);
    const visitor = await rig.live();
    const [before] = (await rig.handoffs(`id=${visitor.conversation}`)).body.handoffs;
    const answer = await phone.ask("INVITE", { headers: ["X-Destination: refunds", `X-Shared-Id: ${before!.shared_id}`] });
    expect(answer.header("X-Reason")).toBe(null); // neither the call nor the assistant's context names one
    const { handoffs } = (await rig.handoffs(`shared_id=${before!.shared_id}`)).body;
    expect(handoffs).toMatchObject([
      { id: before!.id, stage: "live" },
      { stage: "ended", cause: "passed_on", context: { source: "shared_id", data: before!.context.data } },
    ]);
    await rig.says(visitor, "Still there?");
    expect(rig.desk.chat().lines.at(-1)).toMatchObject({ text: "Still there?" });
  });

  test("one handoff, however often it is asked for, whoever answers: before and after a restart, at other hours too", async () => {
    await using rig = await start();
    await using phone = await startPhone(() => rig.sipPort);
    const first = await phone.ask("INVITE", { call: "again" });
    await rig.restart(14 * 60 * 60_000);
    const from = phone.heard.length;
    phone.send(phone.written("INVITE", { call: "again" }));
    const second = await phone.hears(from);
    expect(second.text).toBe(first.text);
    expect((await operatorAt(rig).get<Listed>("handoffs")).body.handoffs).toHaveLength(1);
    const fresh = await phone.ask("INVITE", { call: "another" });
    expect(fresh.status).toBe(480); // it is past midnight
  });

  test("that its caller hung up before there was an answer", async () => {
    const store = createTroubledStore();
    await using rig = await start({ between: store.between });
    await using phone = await startPhone(() => rig.sipPort);
    store.getStuck();
    phone.send(phone.written("INVITE", { call: "short", headers: REFUND }));
    const from = phone.heard.length;
    await rig.settle();
    phone.send(phone.written("CANCEL", { call: "short" }));
    expect((await phone.hears(from)).status).toBe(200);
    store.recover();
    await expect.poll(async () => (await operatorAt(rig).get<Listed>("handoffs")).body.handoffs[0]?.stage).toBe("abandoned");
    expect(phone.heard.map(({ status }) => status)).toEqual([200, 487]);
  });

  test("F2 and what it lacks is told to whoever runs the bridge, by name alone", async () => {
    await using rig = await start();
    await using phone = await startPhone(() => rig.sipPort);
    await phone.ask("INVITE", { headers: ["X-Reason: customer_refund", `X-Customer-Id: ${"A".repeat(17)}`] });
    expect(rig.log.find(({ event }) => event === "call_without")?.fields).toEqual(["x-customer-id", "customer_id"]);
    expect(JSON.stringify(rig.log)).not.toMatch(/AAAA|customer_refund|2071838751|Ana/);
  });

  test("is erased with its conversation, and no desk is asked to forget what it never had", async () => {
    await using rig = await start();
    await using phone = await startPhone(() => rig.sipPort);
    await phone.ask("INVITE", { headers: REFUND });
    const [call] = (await operatorAt(rig).get<Listed>("handoffs")).body.handoffs;
    await rig.bridge.erase({ site: "shop", id: call!.conversation }, "operator");
    const owed = await rig.bridge.jobsOf({ site: "shop", id: call!.conversation });
    expect(owed.map(({ task }) => task).filter((task) => task === "forget_handoff" || task === "forget_chat")).toEqual([]);
    expect(await rig.onDisk()).not.toContain("A-1001");
  });
});

describe("when the store is away", () => {
  test("a caller is passed on all the same, and the call is written down when it is back", async () => {
    const store = createTroubledStore();
    await using rig = await start({ between: store.between });
    await using phone = await startPhone(() => rig.sipPort);
    store.fail();
    expect((await phone.ask("INVITE", { headers: REFUND })).header("Contact")).toBe("<sip:refunds@sbc.example.com;transport=tcp>");
    expect(rig.log.find(({ event }) => event === "call_not_recorded")).toMatchObject({ level: "error", state: "waiting" });
    expect((await rig.handoffs("shared_id=5f1c")).status).toBe(404);
    store.recover();
    await rig.pass(2_000);
    expect((await rig.handoffs("shared_id=5f1c")).body.handoffs).toMatchObject([{ destination: "refunds", stage: "ended" }]);
  });
});

describe("who is heard", () => {
  test("nobody who is not on the list, however politely they ask; whoever runs the bridge is told once", async () => {
    await using rig = await start({ sip: { ...sip!, allow: ["127.0.0.1"] } });
    await using stranger = await startPhone(() => rig.sipPort, "127.0.0.2");
    await using phone = await startPhone(() => rig.sipPort);
    for (let n = 0; n < 3; n++) stranger.send(stranger.written("OPTIONS"));
    expect((await phone.ask("OPTIONS")).status).toBe(200); // what was sent before has been read by then
    expect(stranger.heard).toEqual([]);
    const told = rig.log.filter(({ event }) => event === "sip_source_not_allowed");
    expect(told).toMatchObject([{ source: "127.0.0.2", hint: expect.stringContaining("sip.allow") }]);
    expect((await operatorAt(rig).get<Listed>("handoffs")).body.handoffs).toEqual([]);
  });

  test("a source beyond its allowance is asked to come back", async () => {
    await using rig = await start({ sip: { ...sip!, perSource: { perSecond: 1, burst: 3 } } });
    await using phone = await startPhone(() => rig.sipPort);
    const statuses = [];
    for (let n = 0; n < 4; n++) statuses.push((await phone.ask("OPTIONS")).status);
    expect(statuses).toEqual([200, 200, 200, 503]);
    await rig.pass(1_000);
    expect((await phone.ask("OPTIONS")).status).toBe(200);
  });

  test("over TCP too, several messages in one breath and one in several, until there is no telling them apart", async () => {
    await using rig = await start();
    const call = (n: number) => request("INVITE", "127.0.0.1:5999", "TCP", { call: `tcp-${n}`, headers: REFUND });
    const heard = await overTcp(rig.sipPort!, call(1) + call(2) + request("OPTIONS", "127.0.0.1:5999", "TCP"), 3);
    expect(heard.match(/^SIP\/2\.0 \d+/gm)?.toSorted()).toEqual(["SIP/2.0 200", "SIP/2.0 302", "SIP/2.0 302"]);
    const spoilt = await overTcp(
      rig.sipPort!,
      `${request("OPTIONS", "127.0.0.1:5999", "TCP").replace("Length: 0", "Length: -5")}${call(3)}`,
      9,
    );
    expect(spoilt.match(/^SIP\/2\.0 \d+/gm)).toEqual(["SIP/2.0 400"]);
  });

  test("an answer that would be cut in two on its way leaves out what it has no room for, and says so", async () => {
    const headers = Array.from({ length: 8 }, (_, n) => ({ name: `X-Long-${n}`, value: "$long", longest: 400 }));
    await using rig = await start({ site: { ...site, sip: { headers: [{ name: "X-Long", value: "$long", longest: 400 }, ...headers] } } });
    await using phone = await startPhone(() => rig.sipPort);
    const answer = await phone.ask("INVITE", { headers: [`X-Long: ${"y".repeat(300)}`] });
    expect(answer.text.length).toBeLessThanOrEqual(1_300);
    expect(answer.text.length).toBeGreaterThan(900);
    expect(rig.log.find(({ event }) => event === "call_headers_left_out")?.fields).toContain("X-Long-7");
  });
});
