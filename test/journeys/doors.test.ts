import { randomBytes, randomUUID } from "node:crypto";
import { operations } from "@baton/bridge-server/http/operator-operations";
import { expect, test } from "vitest";
import { startRig, type RigOptions } from "./rig.ts";
import { ORIGIN } from "./visitor.ts";

// T18, T21, T15, T24: every door a visitor may knock at, with every key that does not fit.

const OTHER_ORIGIN = "https://other.example";
const twoSites: RigOptions = { sites: (base) => ({ other: { ...base, title: "Other", origins: [OTHER_ORIGIN] } }) };

const routes: [method: string, path: string, body?: () => object][] = [
  ["GET", "entries?after=0"],
  ["GET", "transcript"],
  ["POST", "lines", () => ({ id: randomUUID(), text: "Hello" })],
  ["POST", "handoff", () => ({ id: randomUUID() })],
  ["POST", "typing", () => ({ on: true })],
  ["POST", "read", () => ({ seq: 1 })],
  ["POST", "message", () => ({ id: randomUUID(), email: "a@b.ch", text: "Hello" })],
  ["POST", "rating", () => ({ score: 3 })],
  ["POST", "leave", () => ({})],
];

test("T18 T21 no route opens without the conversation's own token, and what is not yours looks like what is not there", async () => {
  await using rig = await startRig(twoSites);
  const mine = await rig.visitor();
  const theirs = await rig.visitor();
  const elsewhere = await rig.visitor({ site: "other", origin: OTHER_ORIGIN });
  const before = [mine.entries.length, mine.phase];
  const keys: [string, Record<string, string>, string, string][] = [
    ["no token", {}, mine.conversation, "401 unauthorized"],
    ["a wrong token", bearer(randomBytes(32).toString("base64url")), mine.conversation, "401 unauthorized"],
    ["half a token", bearer(mine.token.slice(0, 20)), mine.conversation, "401 unauthorized"],
    ["a token that is no token", { authorization: `Basic ${mine.token}` }, mine.conversation, "401 unauthorized"],
    ["the operators' key", { "x-api-key": rig.secrets[0]! }, mine.conversation, "401 unauthorized"],
    ["another visitor's token", bearer(theirs.token), mine.conversation, "404 not_found"],
    ["another site's token", bearer(elsewhere.token), mine.conversation, "404 not_found"],
    ["a conversation that does not exist", bearer(mine.token), "0".repeat(32), "404 not_found"],
    ["another site's page", { ...bearer(mine.token), origin: OTHER_ORIGIN }, mine.conversation, "403 forbidden_origin"],
    ["a stranger's page", { ...bearer(mine.token), origin: "https://evil.example" }, mine.conversation, "403 forbidden_origin"],
    ["a page without an origin of its own", { ...bearer(mine.token), origin: "null" }, mine.conversation, "403 forbidden_origin"],
  ];
  for (const [what, headers, conversation, expected] of keys) {
    for (const [method, path, body] of routes) {
      const answer = await ask(rig.url, method, `/v1/conversations/${conversation}/${path}`, headers, body?.());
      const isOperators = what === "the operators' key" && path === "transcript"; // the merged one
      expect(`${what}: ${method} ${path} ${answer}`).toBe(`${what}: ${method} ${path} ${isOperators ? "200 " : expected}`);
    }
  }
  await rig.settle();
  expect([mine.entries.length, mine.phase]).toEqual(before);
});

test("T18 what has ended can be read and rated, and nothing more is taken", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  await visitor.leave();
  await rig.settle();
  const seen = await Promise.all(
    routes.map(async ([method, path, body]) => {
      const answer = await ask(rig.url, method, `/v1/conversations/${visitor.conversation}/${path}`, bearer(visitor.token), body?.());
      return `${path} ${answer}`;
    }),
  );
  expect(seen).toEqual([
    "entries?after=0 200 ",
    "transcript 200 ",
    "lines 409 ended",
    "handoff 409 ended",
    "typing 200 ",
    "read 200 ",
    "message 409 ended",
    "rating 200 ",
    "leave 200 ",
  ]);
  const line = { id: randomUUID(), text: "Too late" };
  for (const answer of [await visitor.post("lines", line), await visitor.post("lines", line)])
    expect(answer).toMatchObject({ status: 409, body: { code: "ended" } });
});

test("T14 a token opens its conversation for thirty days, and then no more", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor({ follows: false });
  await rig.jump(30 * 24 * 3_600_000 - 1_000);
  expect((await visitor.get("transcript")).status).toBe(200);
  await rig.jump(2_000);
  expect(await visitor.get("transcript")).toMatchObject({ status: 401, body: { code: "unauthorized" } });
});

test("T24 only the site's own origins are named in an answer, to the letter", async () => {
  await using rig = await startRig(twoSites);
  const visitor = await rig.visitor();
  for (const origin of [ORIGIN, OTHER_ORIGIN]) {
    const preflight = await fetch(`${rig.url}/v1/sites/shop/conversations`, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "POST" },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-origin")).toBe(origin);
    expect(preflight.headers.get("access-control-allow-headers")).toBe("authorization, content-type, content-disposition");
    expect(preflight.headers.get("access-control-allow-credentials")).toBeNull();
  }
  for (const origin of [
    "https://shop.example.evil.example",
    "https://evilshop.example",
    "http://shop.example",
    "https://shop.example:8443",
    "null",
    "https://SHOP.example",
  ]) {
    for (const method of ["OPTIONS", "GET"]) {
      const answer = await fetch(`${rig.url}/v1/conversations/${visitor.conversation}/transcript`, { method, headers: { origin } });
      expect([origin, method, answer.headers.get("access-control-allow-origin")]).toEqual([origin, method, null]);
    }
  }
  const refused = await fetch(`${rig.url}/v1/conversations/${visitor.conversation}/transcript`, { headers: { origin: ORIGIN } });
  expect([refused.status, refused.headers.get("access-control-allow-origin"), refused.headers.get("vary")]).toEqual([
    401,
    ORIGIN,
    "origin",
  ]);
});

test("T13 answers are not to be stored or sniffed, and tell no referrer", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  const own = `/v1/conversations/${visitor.conversation}`;
  const asked: [method: string, path: string, headers: Record<string, string>, body?: object | undefined][] = [
    ...routes.map(([method, path, body]) => [method, `${own}/${path}`, bearer(visitor.token), body?.()] as (typeof asked)[number]),
    ["GET", `${own}/entries?after=0`, { ...bearer(visitor.token), accept: "text/event-stream" }],
    ["GET", `${own}/nowhere`, bearer(visitor.token)],
    ["POST", `${own}/lines`, bearer(visitor.token), {}],
    ["POST", "/v1/hooks/shop/desk", {}, {}],
    ...operations
      .filter(({ role }) => role !== null) // what is everybody's describes the API, and holds nobody's data
      .flatMap(({ method, path }): typeof asked => {
        const at = `/v1${path.replaceAll(/:\w+/g, "x")}`;
        return [
          [method.toUpperCase(), at, {}],
          [method.toUpperCase(), at, { "x-api-key": rig.secrets[0]! }, method === "get" ? undefined : {}],
        ];
      }),
  ];
  const wanted = { "cache-control": "no-store", "x-content-type-options": "nosniff", "referrer-policy": "no-referrer" };
  const statuses = new Set<number>();
  for (const [method, path, headers, body] of asked) {
    const leaving = new AbortController(); // some answers are streams
    const answer = await fetch(rig.url + path, {
      method,
      signal: leaving.signal,
      headers: { accept: "application/json", "content-type": "application/json", ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
    leaving.abort();
    statuses.add(answer.status);
    const given = Object.fromEntries(Object.keys(wanted).map((name) => [name, answer.headers.get(name)]));
    expect({ asked: `${method} ${path} ${answer.status}`, ...given }).toEqual({ asked: `${method} ${path} ${answer.status}`, ...wanted });
  }
  expect([...statuses]).toEqual(expect.arrayContaining([200, 400, 401, 404]));
});

test.each(["openapi.json", "docs", "docs.css", "export/schema.json"])("%s holds nobody's data, and may be kept", async (path) => {
  await using rig = await startRig();
  expect((await fetch(`${rig.url}/v1/${path}`)).headers.get("cache-control")).toBe("public, max-age=300");
});

test("a conversation that is begun again with the same key is the same one, for ten minutes", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  const first = { conversation: visitor.conversation, token: visitor.token };
  const all = await Promise.all(Array.from({ length: 10 }, () => visitor.begin()));
  expect(new Set(all.map(({ conversation }) => conversation))).toEqual(new Set([first.conversation]));
  expect(new Set(all.map(({ token }) => token)).size).toBe(10);
  for (const token of [first.token, all[0]!.token])
    expect(await ask(rig.url, "GET", `/v1/conversations/${first.conversation}/transcript`, bearer(token))).toBe("200 ");
  await rig.settle();
  expect(rig.simulator.createCount()).toBe(1);
  await rig.pass(11 * 60_000);
  await expect(visitor.begin()).rejects.toThrow(/422/);
});

test("T26 a conversation is begun again ten times in ten minutes, and not once more", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  for (let n = 0; n < 10; n++) await visitor.begin();
  await expect(visitor.begin()).rejects.toThrow(/429.*too_fast/);
});

test("whoever runs the bridge is told once which page is not on a site's list, be it on another's", async () => {
  await using rig = await startRig(twoSites);
  for (const origin of [OTHER_ORIGIN, OTHER_ORIGIN, "https://staging.shop.example", ORIGIN])
    await fetch(`${rig.url}/v1/sites/shop/look`, { headers: { origin } });
  expect(rig.log.filter(({ level }) => level === "warn")).toEqual([
    {
      event: "origin_not_allowed",
      level: "warn",
      source: OTHER_ORIGIN,
      hint: "If it is a page of yours, write its origin into the site's origins.",
    },
  ]);
});

test("T24 a page that is on no list can begin nothing, and can read why; of all else it reads nothing", async () => {
  await using rig = await startRig();
  const headers = { origin: "https://staging.shop.example", "content-type": "application/json" };
  const asked = async (method: string, path: string, more: RequestInit = {}) => {
    const answer = await fetch(`${rig.url}/v1/${path}`, { method, headers, ...more });
    return [answer.status, answer.headers.get("access-control-allow-origin"), answer.headers.get("access-control-allow-credentials")];
  };
  const begin = { body: JSON.stringify({ version: 1, key: randomBytes(32).toString("base64url") }) };
  expect(await asked("OPTIONS", "sites/shop/conversations")).toEqual([204, "*", null]);
  expect(await asked("POST", "sites/shop/conversations", begin)).toEqual([403, "*", null]);
  expect(await asked("POST", "sites/nobody/conversations", begin)).toEqual([404, "*", null]);
  const refused = await fetch(`${rig.url}/v1/sites/shop/conversations`, { method: "POST", headers, ...begin });
  expect(await refused.json()).toMatchObject({
    code: "forbidden_origin",
    detail: `https://staging.shop.example is not among this site's origins. If it is yours, write it into "origins" in the bridge's configuration.`,
  });
  expect(rig.simulator.createCount()).toBe(0);
  for (const path of ["sites/shop/look", "conversations/0/lines", "conversations/0/transcript", "handoffs"]) {
    for (const method of ["OPTIONS", "GET"]) expect([path, (await asked(method, path))[1]]).toEqual([path, null]);
  }
});

test("beginning is refused for a site that is not there, an origin that is not its own, and a widget of another time", async () => {
  await using rig = await startRig();
  const begin = { version: 1, key: randomBytes(32).toString("base64url") };
  const path = "/v1/sites/shop/conversations";
  expect(await ask(rig.url, "POST", "/v1/sites/nobody/conversations", {}, begin)).toBe("404 unknown_site");
  expect(await ask(rig.url, "POST", "/v1/sites/__proto__/conversations", {}, begin)).toBe("404 unknown_site");
  expect(await ask(rig.url, "POST", path, { origin: "https://evil.example" }, begin)).toBe("403 forbidden_origin");
  expect(await ask(rig.url, "POST", path, {}, { ...begin, version: 2 })).toBe("426 outdated");
  expect(await ask(rig.url, "POST", path, {}, { ...begin, key: "short" })).toBe("400 invalid");
  expect(rig.simulator.createCount()).toBe(0);
});

async function ask(bridge: string, method: string, path: string, headers: Record<string, string>, body?: object): Promise<string> {
  const response = await fetch(bridge + path, {
    method,
    headers: { accept: "application/json", "content-type": "application/json", ...headers },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isProblem = response.headers.get("content-type") === "application/problem+json";
  return `${response.status} ${isProblem ? (JSON.parse(text) as { code: string }).code : ""}`;
}

function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}
