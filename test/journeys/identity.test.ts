import { generateKeyPairSync, randomUUID } from "node:crypto";
import { secret } from "@baton/bridge-server/config";
import { base64url, exportJWK, type JWTPayload, SignJWT } from "jose";
import { expect, test } from "vitest";
import { startRig } from "./rig.ts";
import { createVisitor } from "./visitor.ts";

// T14 to T20: who a visitor is, by the site's own word; and every way of saying it without being it.

const HMAC = "a-secret-of-the-site-that-is-long-enough";
const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const PEM = publicKey.export({ type: "spki", format: "pem" }) as string; // what `pem` gives
const START = Date.parse("2026-11-23T10:00:00Z") / 1_000;
const claims = { sub: "customer-7", name: "Ada Lovelace", email: "ada@shop.example", tier: "gold", iban: "CH93" };

type Rig = Awaited<ReturnType<typeof start>>;
const start = (more: object = {}) =>
  startRig({ site: { identity: { algorithm: "EdDSA", publicKey: PEM, attributes: ["tier"], ...more } } });

function signed(
  more: Record<string, unknown> = {},
  { alg = "EdDSA", key = privateKey as Parameters<SignJWT["sign"]>[0], header = {} } = {},
): Promise<string> {
  const payload = { ...claims, aud: "shop", jti: randomUUID(), iat: START, exp: START + 120, ...more };
  return new SignJWT(JSON.parse(JSON.stringify(payload)) as JWTPayload).setProtectedHeader({ alg, ...header }).sign(key); // without what is undefined
}
async function answerTo(rig: Rig, identity: string | undefined): Promise<string> {
  return createVisitor(() => rig.url)
    .begin({ ...(identity !== undefined && { identity }) })
    .then(
      () => "let in",
      (error: Error) => /\d{3}/.exec(error.message)![0],
    );
}

async function begunAgain(rig: Rig, key: string, identity: string): Promise<string | undefined> {
  return (await createVisitor(() => rig.url).send("POST", "/v1/sites/shop/conversations", { version: 1, key, identity })).body.code;
}

test("E9 L2 what the site has signed reaches the assistant and the agent as verified, and only the claims that are listed", async () => {
  await using rig = await start();
  const visitor = await rig.visitor({ begin: { identity: await signed() } });
  await rig.settle();
  const created = rig.simulator.requests().find(({ route }) => route === "create")?.body as { integration_attributes: object };
  expect(created.integration_attributes).toMatchObject({
    verified_id: "customer-7",
    verified_name: "Ada Lovelace",
    verified_email: "ada@shop.example",
    verified_tier: "gold",
  });
  expect(JSON.stringify(created)).not.toContain("CH93");
  await visitor.askForPerson();
  await rig.pass(2_000);
  const { identity, name, email } = rig.desk.chat().request.visitor;
  expect({ identity, name, email }).toEqual({
    identity: { id: "customer-7", name: "Ada Lovelace", email: "ada@shop.example", attributes: { tier: "gold" } },
    name: "Ada Lovelace",
    email: "ada@shop.example",
  });
});

test("what a page says of its visitor reaches the assistant and the agent as said and not proven, beside what is", async () => {
  await using rig = await start();
  const attributes = { plan: "gold", basket: 3, isMember: true, name: "Mallory" };
  const visitor = await rig.visitor({ begin: { identity: await signed(), attributes } });
  await rig.settle();
  const created = rig.simulator.requests().find(({ route }) => route === "create")?.body as { integration_attributes: object };
  expect(created.integration_attributes).toMatchObject({
    told_plan: "gold",
    told_basket: "3",
    told_name: "Mallory",
    verified_name: "Ada Lovelace",
  });
  await visitor.askForPerson();
  await rig.pass(2_000);
  const asked = rig.desk.chat().request.visitor;
  expect([asked.name, asked.attributes]).toEqual(["Ada Lovelace", { plan: "gold", basket: "3", isMember: "true", name: "Mallory" }]);
});

test.each([
  ["more than twenty", Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`a${n}`, n]))],
  ["a name with a dot", { "a.b": 1 }],
  ["a long text", { a: "x".repeat(201) }],
  ["something nested", { a: { b: 1 } }],
])("what a page says has limits: %s is refused", async (_, attributes) => {
  await using rig = await start();
  await expect(rig.visitor({ begin: { attributes } })).rejects.toThrow(/"code":"(invalid|too_large)"/);
});

test("T16 what a page only says is never passed on as who somebody is", async () => {
  await using rig = await start();
  const visitor = await rig.visitor({
    begin: { name: "Ada", email: "ada@shop.example", sub: "customer-7", visitor: { identity: { id: "customer-7" } } },
  });
  await visitor.askForPerson();
  await rig.pass(2_000);
  expect(rig.desk.chat().request.visitor).toMatchObject({ name: null, email: null });
  expect(rig.desk.chat().request.visitor.identity).toBeUndefined();
  expect(JSON.stringify(rig.simulator.requests())).not.toContain("customer-7");
});

test("T17 a token is believed in one way of signing, for this site, for five minutes, once", async () => {
  await using rig = await start();
  const jwk = await exportJWK(rsa.publicKey);
  const once = await signed();
  const unsigned = `${base64url.encode('{"alg":"none"}')}.${base64url.encode(JSON.stringify({ ...claims, aud: "shop", jti: "12345678", exp: START + 60 }))}.`;
  const [head, body, signature] = once.split(".") as [string, string, string];
  const tampered = base64url.encode(JSON.stringify({ ...JSON.parse(Buffer.from(body, "base64url").toString()), sub: "customer-8" }));
  const cases: [string, string, string][] = [
    ["good", once, "let in"],
    ["the same once more", once, "401"],
    ["no algorithm", unsigned, "401"],
    ["the public key as a shared secret", await signed({}, { alg: "HS256", key: new TextEncoder().encode(PEM) }), "401"],
    ["another way of signing, its key in the token", await signed({}, { alg: "RS256", key: rsa.privateKey, header: { jwk } }), "401"],
    ["another's key under the same way", await signed({}, { key: generateKeyPairSync("ed25519").privateKey }), "401"],
    ["the address of a key", await signed({}, { alg: "RS256", key: rsa.privateKey, header: { jku: "https://evil.example/keys" } }), "401"],
    ["changed in transit", `${head}.${tampered}.${signature}`, "401"],
    ["another site's", await signed({ aud: "other" }), "401"],
    ["nobody's", await signed({ aud: undefined }), "401"],
    ["without an end", await signed({ exp: undefined }), "401"],
    ["of six minutes", await signed({ exp: START + 6 * 60 }), "401"],
    ["of five", await signed({ exp: START + 5 * 60 }), "let in"],
    ["over", await signed({ exp: START - 6 }), "401"],
    ["over for the time that clocks may differ", await signed({ exp: START - 4 }), "let in"],
    ["not yet", await signed({ nbf: START + 60 }), "401"],
    ["without a name of its own", await signed({ jti: undefined }), "401"],
    ["of nobody", await signed({ sub: undefined }), "401"],
    ["no token at all", "not.a.token", "401"],
    ["too long", `${once}${"a".repeat(16_000)}`, "413"],
  ];
  for (const [what, token, expected] of cases) expect(`${what}: ${await answerTo(rig, token)}`).toBe(`${what}: ${expected}`);
});

test("T17 of two that come at once with the same token one is let in", async () => {
  await using rig = await start();
  const token = await signed();
  const answers = await Promise.all(Array.from({ length: 8 }, () => answerTo(rig, token)));
  expect(answers.filter((answer) => answer === "let in").length).toBe(1);
});

test("a beginning whose answer was lost may be asked for again with the same token", async () => {
  await using rig = await start();
  const identity = await signed();
  const visitor = await rig.visitor({ begin: { identity } });
  const first = visitor.conversation;
  await visitor.begin({ identity });
  expect(visitor.conversation).toBe(first);
});

test("T20 who knows the key of a beginning, but is nobody or somebody else, gets another conversation", async () => {
  await using rig = await start();
  const visitor = await rig.visitor({ begin: { identity: await signed() } });
  const named = visitor.conversation;
  await visitor.begin({});
  expect(visitor.conversation).not.toBe(named);
  await visitor.begin({ identity: await signed({ sub: "customer-8" }) });
  expect(visitor.conversation).not.toBe(named);
});

test("T18 where the site says who its visitors are, no door opens to a stranger, not even with the rest of a token", async () => {
  await using rig = await start({ required: true });
  expect(await answerTo(rig, undefined)).toBe("401");
  expect(await answerTo(rig, await signed({ exp: START - 60 }))).toBe("401");
  const visitor = await rig.visitor({ begin: { identity: await signed() } });
  expect((await visitor.say("hello")).status).toBe(200);
  expect(visitor.token.startsWith("id.")).toBe(true);
  const withoutMark = { authorization: `Bearer ${visitor.token.slice(3)}` };
  for (const path of ["entries?after=0", "transcript"]) {
    const answer = await fetch(`${rig.url}/v1/conversations/${visitor.conversation}/${path}`, {
      headers: { accept: "application/json", ...withoutMark },
    });
    expect(answer.status).toBe(401);
  }
});

test("a site that shares a secret takes that, and nothing that is signed with a pair of keys", async () => {
  await using rig = await startRig({
    site: { identity: { algorithm: "HS256", secret: secret("IDENTITY_SECRET"), attributes: [] } },
    env: { IDENTITY_SECRET: HMAC },
  });
  expect(await answerTo(rig, await signed({}, { alg: "HS256", key: new TextEncoder().encode(HMAC) }))).toBe("let in");
  expect(await answerTo(rig, await signed({}, { alg: "HS256", key: new TextEncoder().encode(`${HMAC}!`) }))).toBe("401");
  expect(await answerTo(rig, await signed())).toBe("401");
});

test("a site that has no way set up is not believed: its tokens name nobody, and it chats all the same", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor({ begin: { identity: await signed() } });
  await visitor.askForPerson();
  await rig.pass(2_000);
  expect(rig.desk.chat().request.visitor.identity).toBeUndefined();
});

test("T12 once somebody has signed out, no token that they had opens anything, not even the one they signed out with, nor after a restart", async () => {
  await using rig = await start();
  const visitor = await rig.visitor({ begin: { identity: await signed() } });
  await rig.says(visitor, "hello");
  const first = visitor.token;
  await visitor.begin({ identity: await signed() }); // its answer was lost, so there are two
  const second = visitor.token;
  expect((await visitor.post("leave", { signsOut: true })).status).toBe(200);
  const answersTo = async (token: string) =>
    Promise.all(
      ["entries?after=0", "transcript"].map(async (about) => {
        const { status } = await visitor.send("GET", `/v1/conversations/${visitor.conversation}/${about}`, undefined, {
          accept: "application/json",
          authorization: `Bearer ${token}`,
        });
        return status;
      }),
    );
  for (const token of [first, second]) expect(await answersTo(token)).toEqual([401, 401]);
  await rig.restart();
  for (const token of [first, second]) expect(await answersTo(token)).toEqual([401, 401]);
  expect((await rig.bridge.read({ site: "shop", id: visitor.conversation }))?.lifecycle).toEqual({ phase: "ended", by: "visitor" });
  expect(await begunAgain(rig, visitor.key, await signed())).toBe("conflict"); // nor is it begun again by who has seen its key
});
