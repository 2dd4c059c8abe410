import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAdaptorServer, type HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import { afterAll, afterEach, expect, test } from "vitest";
import { consoleRoutes } from "./console.ts";
import { createConsoleSessions } from "./console-session.ts";
import { createLimits } from "./limits.ts";
import { createKeyring, type ConfiguredKey } from "../keyring.ts";
import { sqliteStore } from "../store/sqlite.ts";
import { whoIsWith } from "./operators.ts";
import { answerProblem, Refusal } from "./problem.ts";
import { handClock } from "./test-clock.ts";

const HOUR = 60 * 60_000;
const sam: ConfiguredKey = { name: "sam", role: "viewer", reveal: () => "the-key-of-sam-is-long" };
const kim: ConfiguredKey = { name: "kim", role: "operator", reveal: () => "the-key-of-kim-is-long" };
const ownPage = { "sec-fetch-site": "same-origin" };

const folder = mkdtempSync(join(tmpdir(), "baton-console-"));
mkdirSync(join(folder, "assets"));
writeFileSync(join(folder, "index.html"), "<!doctype html><title>Console</title>");
writeFileSync(join(folder, "assets/main-abcdefgh.js"), "1");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const stops: (() => void)[] = [];
afterEach(() => stops.splice(0).forEach((stop) => stop()));

/** A bridge of nothing but its console and one address that only operators may read. */
async function start({
  keys = [sam],
  publicUrl = "http://localhost:3001",
  hand = handClock(),
  deeds = async (...told: object[]) => void told,
} = {}) {
  const leaving = new AbortController();
  const keyring = createKeyring({ configured: keys, secrets: [], store: sqliteStore(":memory:"), clock: hand.clock });
  const sessions = createConsoleSessions({ keyring, accountsSeal: null, clock: hand.clock, publicUrl });
  const whoIs = whoIsWith(keyring, (c) => sessions.of(c)?.operator ?? null);
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.onError((error, c) => (error instanceof Refusal ? answerProblem(c, error) : c.text(String(error), 500)));
  app.route(
    "/console",
    consoleRoutes({
      folder,
      accounts: null,
      sessions,
      hasKeys: true,
      limits: createLimits(hand.clock),
      trustedProxies: 1,
      noteDeed: async (who, did, about) => {
        await deeds({ who: who.name, did, ...about });
        return { cameToNothing: async () => {} };
      },
      clock: hand.clock,
      leaving: leaving.signal,
      log: () => {},
    }),
  );
  app.all("/v1/secret", (c) => c.text(whoIs(c)?.name ?? "nobody"));
  const server = createAdaptorServer({ fetch: app.fetch });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  stops.push(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // TCP: an object with a port
  const send = (path: string, init: RequestInit = {}) => fetch(url + path, { redirect: "manual", ...init });
  return {
    hand,
    leaving,
    send,
    signIn: (key: string, headers: Record<string, string> = ownPage) =>
      send("/console/session", {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify({ key }),
      }),
    /** Whom the operators' API takes for the one who comes with these headers. */
    askedBy: async (headers: Record<string, string>, method = "GET") => (await send("/v1/secret", { method, headers })).text(),
  };
}

const cookieOf = (response: Response) => response.headers.getSetCookie()[0] ?? "";
/** What a browser would send back. */
const kept = (response: Response) => ({ cookie: cookieOf(response).split(";")[0]! });

test("whoever signs in with a key is that operator to every operators' API, and nobody else is", async () => {
  const { signIn, askedBy, send } = await start({ keys: [sam, kim] });
  const answer = await signIn(kim.reveal());
  expect([answer.status, await answer.json()]).toEqual([200, { name: "kim", role: "operator", ends_at: "1970-01-01T08:00:00.000Z" }]);
  expect(answer.headers.get("cache-control")).toBe("no-store");
  expect(await askedBy({ ...kept(answer), ...ownPage })).toBe("kim");
  expect(await askedBy({ ...kept(answer), ...ownPage }, "POST")).toBe("kim");
  expect(await askedBy(ownPage)).toBe("nobody");
  const whoIsIn = async (headers: Record<string, string>) =>
    (await send("/console/session", { headers: { ...headers, ...ownPage } })).json();
  expect(await whoIsIn(kept(answer))).toMatchObject({ name: "kim", role: "operator" });
  expect(await whoIsIn({})).toBeNull();
});

test("a key that is nobody's signs nobody in, and is told so in a sentence", async () => {
  const { signIn } = await start();
  const answer = await signIn("another-key-of-some-length");
  expect([answer.status, cookieOf(answer)]).toEqual([401, ""]);
  expect(await answer.json()).toMatchObject({ code: "unauthorized", detail: "no operator has this key" });
});

test("T14 T48 whoever is not let in is in the log of deeds, and cannot fill it", async () => {
  const deeds: object[] = [];
  const { signIn, leaving } = await start({ deeds: async (deed) => void deeds.push(deed) });
  for (let n = 0; n < 25; n++) await signIn("another-key-of-some-length");
  expect(deeds).toEqual([
    { who: "nobody", did: "sign_in_refused", kind: "key", count: "1" },
    { who: "nobody", did: "sign_in_refused", kind: "too_fast", count: "1" },
  ]);
  leaving.abort();
  await expect
    .poll(() => deeds.slice(2))
    .toEqual([
      { who: "nobody", did: "sign_in_refused", kind: "key", count: "19" },
      { who: "nobody", did: "sign_in_refused", kind: "too_fast", count: "4" },
    ]);
});

test("T14 a session ends after eight hours, to the second, however much it is used", async () => {
  const { signIn, askedBy, hand } = await start();
  const session = { ...kept(await signIn(sam.reveal())), ...ownPage };
  hand.turn(8 * HOUR - 1_000);
  expect(await askedBy(session)).toBe("sam");
  hand.turn(1_000);
  expect(await askedBy(session)).toBe("nobody");
});

test("T14 a session is only what a key has sealed: no longer, no other, nothing made up", async () => {
  const { signIn, askedBy } = await start({ keys: [sam, kim] });
  const { cookie } = kept(await signIn(sam.reveal()));
  const [, until, seal] = /=(\d+)\.(.+)$/.exec(cookie)!;
  for (const forged of [
    `${Number(until) + 1}.${seal}`,
    `${until}.`,
    `${until}.${"A".repeat(seal!.length)}`,
    "",
    ".",
    "NaN.NaN",
    `1e99.${seal}`,
  ])
    expect(await askedBy({ ...ownPage, cookie: `baton_console=${forged}` })).toBe("nobody");
});

test("T14 a session opens every bridge of the same configuration, and none any more once its key is taken out or replaced", async () => {
  const one = await start({ keys: [sam, kim] });
  const session = { ...kept(await one.signIn(sam.reveal())), ...ownPage };
  const other = await start({ keys: [kim, sam], hand: one.hand });
  expect(await other.askedBy(session)).toBe("sam");
  for (const keys of [[kim], [{ ...sam, reveal: () => "the-new-key-of-sam-is-long" }], []])
    expect(await (await start({ keys, hand: one.hand })).askedBy(session)).toBe("nobody");
});

test("T12 who signs out leaves nothing behind in the browser", async () => {
  const { signIn, send } = await start({ publicUrl: "https://chat.example.com" });
  const session = { ...kept(await signIn(sam.reveal())), ...ownPage };
  const gone = await send("/console/session", { method: "DELETE", headers: session });
  expect(gone.status).toBe(204);
  expect(cookieOf(gone)).toMatch(/^__Host-baton_console=; Max-Age=0; Path=\/; Secure$/);
});

test("T13 the session is kept where no script and no other page gets at it, and over https alone where there is https", async () => {
  const local = cookieOf(await (await start()).signIn(sam.reveal()));
  const real = cookieOf(await (await start({ publicUrl: "https://chat.example.com" })).signIn(sam.reveal()));
  expect(local).toMatch(/^baton_console=\d+\.[\w-]+; Max-Age=28800; Path=\/; HttpOnly; SameSite=Strict$/);
  expect(real).toMatch(/^__Host-baton_console=\d+\.[\w-]+; Max-Age=28800; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
});

test.each([
  ["a page of somebody else's", { "sec-fetch-site": "cross-site", origin: "https://evil.example" }],
  ["a page of the shop, which is of the same site", { "sec-fetch-site": "same-site", origin: "https://shop.example.com" }],
  ["an old browser on somebody else's page", { origin: "https://evil.example" }],
  ["a page without an origin", { origin: "null" }],
  ["a browser that does not say where it comes from", {}],
])("T24 T49 %s acts in nobody's name", async (_, headers) => {
  const { signIn, askedBy, send } = await start();
  const session = kept(await signIn(sam.reveal()));
  expect(await askedBy({ ...session, ...headers }, "POST")).toBe("nobody");
  expect((await send("/console/session", { method: "DELETE", headers: { ...session, ...headers } })).status).toBe(403);
  const answer = await signIn(sam.reveal(), headers);
  expect([answer.status, cookieOf(answer)]).toEqual([403, ""]);
});

test("T24 another page of the same site cannot even read with the operator's session", async () => {
  const { signIn, askedBy } = await start();
  const session = kept(await signIn(sam.reveal()));
  expect(await askedBy({ ...session, "sec-fetch-site": "same-site" })).toBe("nobody");
});

test("a key that a request carries goes before the session", async () => {
  const { signIn, askedBy } = await start({ keys: [sam, kim] });
  const session = { ...kept(await signIn(sam.reveal())), ...ownPage };
  expect(await askedBy({ ...session, "x-api-key": kim.reveal() })).toBe("kim");
  expect(await askedBy({ ...session, "x-api-key": "wrong" })).toBe("nobody");
});

test("no key is taken from a page that was reached in the clear over a network", async () => {
  const { signIn } = await start();
  const answer = await signIn(sam.reveal(), { ...ownPage, origin: "http://192.168.1.20:3001" });
  expect(answer.status).toBe(403);
  expect(await answer.json()).toMatchObject({ detail: expect.stringContaining("write its https address into listen.publicUrl") });
  expect((await signIn(sam.reveal(), { ...ownPage, origin: "http://localhost:3001" })).status).toBe(200);
});

test("T26 T28 nobody tries keys without end, and who comes from elsewhere can still sign in", async () => {
  const { signIn, hand } = await start();
  const from = (address: string) => ({ ...ownPage, "x-forwarded-for": address });
  for (let n = 0; n < 20; n++) expect((await signIn(`a-guess-of-some-length-${n}`, from(`198.51.100.${n}, 203.0.113.7`))).status).toBe(401);
  const answer = await signIn(sam.reveal(), from("203.0.113.7"));
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([429, "30"]);
  expect((await signIn(sam.reveal(), from("203.0.113.8"))).status).toBe(200);
  hand.turn(30_000);
  expect((await signIn(sam.reveal(), from("203.0.113.7"))).status).toBe(200);
});

test("T2 T11 every page of the console is the same document, under a policy that allows its own files and nothing else", async () => {
  const { send } = await start();
  for (const path of ["/console/", "/console/handoffs", "/console/handoffs/0198?x=y"]) {
    const answer = await send(path);
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect(answer.headers.get("content-security-policy")).toMatch(
      /^default-src 'none'; script-src 'self'; .*frame-ancestors 'none'; require-trusted-types-for/,
    );
    expect(answer.headers.get("content-security-policy")).not.toMatch(/unsafe|\*|data:|https?:/);
    expect([answer.headers.get("x-frame-options"), answer.headers.get("cache-control")]).toEqual(["DENY", "no-store"]);
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
  }
  expect((await send("/console")).headers.get("location")).toBe("/console/");
  const script = await send("/console/assets/main-abcdefgh.js");
  expect([script.status, script.headers.get("content-type")]).toEqual([200, "text/javascript; charset=utf-8"]);
  expect(script.headers.get("cache-control")).toContain("immutable");
  expect((await send("/console/assets/older-abcdefgh.js")).status).toBe(404);
});
