import { expect, test } from "vitest";
import { call, callSimulator } from "./caller.ts";
import { createClock } from "./clock.ts";
import { demoAccount } from "./demo-account.ts";

const ids = (body: { conversations?: { id: string }[] }) => body.conversations?.map(({ id }) => id);

/** Three conversations a minute apart: small talk, a refund handed off, and one in the sandbox. */
async function busyShop() {
  const platform = await callSimulator({ clock: createClock({ frozenAt: Date.parse("2026-11-22T10:00:00Z") }) });
  const { id: talk } = await platform.converse("hello");
  platform.control.advance(60_000);
  const { id: refund } = await platform.converse("I want a refund", "A-1001");
  platform.control.advance(60_000);
  const headers = { "x-api-key": demoAccount.chatApiKey, "x-token": demoAccount.sandboxToken, "content-type": "application/json" };
  const { body } = await call(`${platform.base}/chat/create`, {
    method: "POST",
    headers,
    body: JSON.stringify({ channel: "sms", variant_id: "V 1" }),
  });
  return { platform, talk, refund, sandbox: body.conversation_id as string };
}

test("v3 lists the live conversations newest first, with handoff fields and metrics", async () => {
  const { platform, talk, refund } = await busyShop();
  await using _ = platform;
  const { body } = await platform.list();
  expect(ids(body)).toEqual([refund, talk]);
  expect(body.cursor).toBeNull();
  expect(body.conversations[0]).toMatchObject({
    account_id: "ws-acme",
    project_id: "PROJECT-shop",
    environment: "live",
    channel: "WEBCHAT",
    in_progress: false,
    num_turns: 3,
    handoff: true,
    handoff_reason: "customer_refund",
    handoff_destination: "refunds",
    metrics: { HANDOFF_TO: "refunds", HANDOFF_REASON: "customer_refund", CALL_COMPLETED: "true" },
    state: { order_id: "A-1001" },
    turns: [{ user_input: "" }, { user_input: "I want a refund" }, { user_input: "A-1001" }],
  });
  expect(body.conversations[1]).toMatchObject({ handoff: false, in_progress: true, metrics: { CALL_IN_PROGRESS: "true" } });
});

test("v1 lists oldest first, five at a time, calls a web chat CHAT and writes null for no words", async () => {
  const { platform, talk, refund } = await busyShop();
  await using _ = platform;
  for (let more = 0; more < 4; more += 1) await platform.open();
  const { body } = await platform.list("channel=VOICE", "v1");
  expect(body.conversations).toHaveLength(5);
  expect(ids(body)?.slice(0, 2)).toEqual([talk, refund]);
  expect(body.conversations[0]).toMatchObject({ channel: "CHAT", turns: [{ user_input: null }, {}] });
  expect(body).toMatchObject({ next_offset: 5 });
  expect(body).not.toHaveProperty("cursor");
  platform.control.setOptions({ descriptions: true });
  expect((await platform.list("", "v1")).body.descriptions).toHaveProperty("HANDOFF_TO");
  expect((await platform.list("limit=0", "v1")).body).toHaveProperty("error_message");
  expect((await platform.list("limit=0", "v1")).body).not.toHaveProperty("error_code");
});

test.for([
  ["client_env=sandbox", ["sandbox"]],
  ["client_env=sandbox&channel=sms&channel=VOICE", ["sandbox"]],
  ["client_env=sandbox&variant_id=V%201", ["sandbox"]],
  ["channel=chat", ["refund", "talk"]],
  ["channel=WEBCHAT", ["refund", "talk"]],
  ["channel=voice", []],
  ["variant_id=none", []],
  ["in_progress=true", ["talk"]],
  ["in_progress=false", ["refund"]],
  ["start_time=2026-11-22T10:01:00Z", ["refund"]],
  ["end_time=2026-11-22T10:00:30", ["talk"]],
  ["offset=1", ["talk"]],
  ["start_time=2026-01-01&end_time=2027-01-01&query_type=transcript&query=REFUND&turn_type=user", ["refund"]],
  ["start_time=2026-01-01&end_time=2027-01-01&query_type=semantic&query=teapot&turn_type=user", []],
  ["start_time=2026-01-01&end_time=2027-01-01&query_type=transcript&query=teapot", ["refund"]],
] as const)("filter %s", async ([query, expected]) => {
  const { platform, ...named } = await busyShop();
  await using _ = platform;
  const { status, body } = await platform.list(query);
  expect(status).toBe(200);
  expect(ids(body)).toEqual(expected.map((name) => named[name]));
});

test("the cursor walks through everything once, and wins over offset", async () => {
  await using platform = await callSimulator();
  const opened: string[] = [];
  for (let count = 0; count < 5; count += 1) opened.push(await platform.open());
  const seen: string[] = [];
  let cursor = "";
  do {
    const { body } = await platform.list(`limit=2${cursor && `&offset=4&cursor=${cursor}`}`);
    seen.push(...(ids(body) ?? []));
    cursor = body.cursor;
  } while (cursor);
  expect(seen).toEqual(opened.toReversed());
});

test("a random sample is everything that fits, in another order for another seed", async () => {
  const { platform, talk, refund } = await busyShop();
  await using _ = platform;
  const { body } = await platform.list("start_time=2026-01-01&end_time=2027-01-01&sample=random");
  expect(ids(body)?.toSorted()).toEqual([talk, refund].toSorted());
});

test.for([
  "limit=0",
  "limit=1001",
  "limit=many",
  "offset=-1",
  "cursor=%25",
  "cursor=bm9wZQ",
  "start_time=yesterday",
  "client_env=moon",
  "in_progress=maybe",
  "query_type=transcript&query=x",
  "start_time=2026-01-01&end_time=2027-01-01&query_type=transcript",
  "start_time=2026-01-01&end_time=2027-01-01&query_type=transcript&query=x&sample=random",
  "variant_id=a&variant_name=b",
])("a list cannot be asked for with %s", async (query) => {
  await using platform = await callSimulator();
  const { status, body } = await platform.list(query);
  expect([status, body.error_code]).toEqual([400, "GET_CONVERSATIONS_FILTER_PARSE_ERROR"]);
});

test("E2 without transcripts the turns are counted but not shown", async () => {
  const { platform } = await busyShop();
  await using _ = platform;
  platform.control.setOptions({ transcripts: false });
  expect((await platform.list("limit=1")).body.conversations[0]).toMatchObject({ num_turns: 3, turns: [] });
});

test("latency is told on request, the default length of a list and the form of a handoff are configured", async () => {
  const { platform } = await busyShop();
  await using _ = platform;
  expect((await platform.list("include_latency=true")).body.conversations[0].turns[1]).toHaveProperty("latency", 0);
  expect((await platform.list()).body.conversations[0].turns[1]).not.toHaveProperty("latency");
  platform.control.setOptions({ handoffInLists: "object" });
  expect((await platform.list()).body.conversations[0].handoff).toMatchObject({ destination: "refunds", reason: "customer_refund" });
  for (let count = 0; count < 5; count += 1) await platform.open();
  platform.control.setOptions({ listLimit: 5 });
  expect((await platform.list()).body.conversations).toHaveLength(5);
});

test("one conversation can be fetched by its id", async () => {
  const { platform, refund } = await busyShop();
  await using _ = platform;
  const headers = { "x-api-key": demoAccount.conversationsApiKey };
  const at = `${platform.url}/v3/${demoAccount.account}/${demoAccount.project}/conversations`;
  expect((await call(`${at}/${refund}`, { headers })).body).toMatchObject({ id: refund, handoff: true });
  expect((await call(`${at}/CONV-1`, { headers })).body).toMatchObject({ error_code: "CONVERSATIONS_NOT_FOUND" });
});
