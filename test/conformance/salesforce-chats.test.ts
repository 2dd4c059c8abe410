import type { Asked } from "@baton/bridge-server/conformance";
import { handoff, line } from "@baton/bridge-server/conformance/requests";
import type { VendorChat, VendorNews } from "@baton/bridge-server/connector";
import salesforce from "@baton/bridge-server/connectors/salesforce";
import { createCall } from "@baton/bridge-server/call";
import { knownSecret } from "@baton/bridge-server/secret";
import { decodeJwt, exportPKCS8, generateKeyPair } from "jose";
import { expect, test } from "vitest";
import salesforceDouble from "../doubles/salesforce.ts";
import { callsIn } from "./asked-calls.ts";

async function start(how: { briefLife?: () => boolean } = {}) {
  const asked: Asked[] = [];
  const double = await salesforceDouble({ ...how, seen: (one) => void asked.push(one) });
  const { platform } = double;
  if (platform.style !== "listen") throw new Error("Salesforce is listened to");
  const calls = () => callsIn(asked.splice(0));
  return { ...double, happens: platform.happens, cut: platform.cut, asked, calls };
}

/** What is heard until so much was, and where the next would begin. */
async function heardBy({ connector }: Awaited<ReturnType<typeof start>>, chat: VendorChat, count: number, from: string | null = null) {
  if (connector.inbound.style !== "listen") throw new Error("Salesforce is listened to");
  const heard: VendorNews[] = [];
  for await (const { news, cursor } of connector.inbound.listen(from, chat, AbortSignal.timeout(20_000))) {
    heard.push(...news);
    if (heard.length >= count) return { heard, cursor };
  }
  throw new Error(`only this was heard: ${JSON.stringify(heard)}`);
}

test("J3 an opening asks what the vendor's sample client asks, with the parameters that the owner has named and no others", async () => {
  const { connector, asked, close } = await start();
  const data = { order: "A-1001", colour: "blue", baton_queue: "vip" };
  const { chat } = await connector.open({ ...handoff, context: { source: "shared_id", at: "2026-05-04T10:00:05.000Z", data } });
  expect(chat.ref).toBe(handoff.handoff);
  const [token, begun, brief] = asked.map(({ method, path, body }) => ({
    method,
    path,
    body: JSON.parse(body) as Record<string, unknown>,
  }));
  const { customerIdentityToken, ...wanted } = token!.body;
  expect({ ...token, body: wanted }).toEqual({
    method: "POST",
    path: "/iamessage/api/v2/authorization/authenticated/access-token",
    body: { orgId: "00D5g00000ABCDEEA5", esDeveloperName: "Website", capabilitiesVersion: "1", platform: "Web", authorizationType: "JWT" },
  });
  expect(decodeJwt(String(customerIdentityToken))).toMatchObject({ sub: chat.ref, iss: "baton" });
  expect(begun).toEqual({
    method: "POST",
    path: "/iamessage/api/v2/conversation",
    body: {
      conversationId: chat.ref,
      esDeveloperName: "Website",
      routingAttributes: { Queue: "refunds", Urgent: "true", Reason: "customer_refund", Order: "A-1001" },
    },
  });
  const { message } = brief!.body as { message: { id: string; staticContent: { text: string } } };
  expect(brief).toEqual({
    method: "POST",
    path: `/iamessage/api/v2/conversation/${chat.ref}/message`,
    body: {
      message: {
        id: message.id,
        messageType: "StaticContentMessage",
        staticContent: { formatType: "Text", text: message.staticContent.text },
      },
      esDeveloperName: "Website",
    },
  });
  expect(message.staticContent.text).toMatch(/^\[For you, .* 1 of 1\]\nreason: customer_refund/);
  expect(asked).toHaveLength(3);
  await close();
});

test("an opening whose process died goes on as the same visitor, and finds what is there", async () => {
  const { connector, restart, willAnswer, desk, close } = await start();
  willAnswer("fine", "lost");
  await expect(connector.open(handoff)).rejects.toMatchObject({ kind: "unclear" });
  await restart().open(handoff);
  await restart().open(handoff);
  expect(desk()).toMatchObject([{ isWaiting: true, contexts: [expect.stringContaining("A-1001")] }]);
  await close();
});

test("a conversation that Salesforce does not want is refused, and is not taken for one that is there", async () => {
  const { connector, willAnswer, desk, close } = await start();
  willAnswer("fine", "no");
  await expect(connector.open(handoff)).rejects.toMatchObject({ kind: "refused" });
  expect(desk()).toEqual([]);
  await close();
});

test("a handoff whose name is no UUID has a conversation whose name is one, always the same", async () => {
  const { connector, restart, close } = await start();
  const { chat } = await connector.open({ ...handoff, handoff: "h-1" });
  expect(chat.ref).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect((await restart().open({ ...handoff, handoff: "h-1" })).chat).toEqual(chat);
  await close();
});

test("one token serves a conversation in a process, and another takes its place once it is refused", async () => {
  const life = { isBrief: false };
  const { connector, restart, calls, desk, close } = await start({ briefLife: () => life.isBrief });
  const { chat } = await connector.open(handoff);
  await connector.say(chat, line("one"), false);
  expect(calls().filter((one) => one === "POST access-token")).toHaveLength(1);
  life.isBrief = true;
  await restart().say(chat, line("two"), false); // whose token is the only one that lives
  await connector.say(chat, line("three"), false);
  expect(desk()[0]?.lines).toEqual(["one", "two", "three"]);
  await close();
});

test("more than a page that was missed is heard, once and in order, and so is what comes after", async () => {
  const started = await start();
  const { connector, happens } = started;
  const { chat } = await connector.open(handoff);
  happens(chat, { deed: "picks_up", agent: "Sam" });
  const { cursor } = await heardBy(started, chat, 1);
  for (let n = 0; n < 120; n++) happens(chat, { deed: "says", agent: "Sam", text: `line ${n}` });
  const { heard } = await heardBy(started, chat, 120, cursor);
  expect(heard.map((one) => one.type === "agent_said" && one.text)).toEqual(Array.from({ length: 120 }, (_, n) => `line ${n}`));
  expect(new Set(heard.map(({ id }) => id)).size).toBe(120);
  await started.close();
});

test("a conversation that is closed, and not only its session, is over", async () => {
  const started = await start();
  const { connector, happens } = started;
  const { chat } = await connector.open(handoff);
  happens(chat, { deed: "picks_up", agent: "Sam" });
  await connector.close(chat);
  expect((await heardBy(started, chat, 2)).heard.map(({ type }) => type)).toEqual(["agent_joined", "ended"]);
  await started.close();
});

test("a chat is closed for good, and closing it again changes nothing", async () => {
  const { connector, calls, close } = await start();
  const { chat } = await connector.open(handoff);
  calls();
  await connector.close(chat);
  expect(calls()).toEqual(["GET entries", "DELETE session", "DELETE itself"]);
  await connector.close(chat);
  expect(calls()).toEqual(["GET entries", "DELETE itself"]);
  await close();
});

test("what a visitor has read is told of the newest of what agents have said", async () => {
  const { connector, happens, asked, close } = await start();
  const { chat } = await connector.open(handoff);
  await connector.signal(chat, { type: "read" });
  expect(asked.some(({ path }) => path.endsWith("/acknowledge-entries"))).toBe(false);
  happens(chat, { deed: "says", agent: "Sam", text: "Hi!" });
  await connector.signal(chat, { type: "read" });
  expect(JSON.parse(asked.at(-1)?.body ?? "")).toMatchObject({ acks: [{ entryType: "Read", conversationEntryId: expect.any(String) }] });
  await close();
});

test("a key that is none is found in a sentence, and calls nobody", async () => {
  const identity = { issuer: "baton", keyId: "key-1", privateKey: knownSecret("not a key") };
  const settings = { url: "https://example.my.salesforce-scrt.test", org: "00D5g00000ABCDE", deployment: "Website", identity };
  const connector = salesforce.connect(salesforce.settings.parse(settings), createCall());
  expect(await connector.examine()).toEqual([
    { state: "bad", says: "The private key cannot be read.", next: expect.stringMatching(/\.$/) },
  ]);
});

test("a key is taken with its line breaks written as \\n, for environments that take none", async () => {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const pem = (await exportPKCS8(privateKey)).replaceAll("\n", "\\n");
  const settings = {
    url: "https://a.test",
    org: "00D5g00000ABCDEEA5",
    deployment: "W",
    identity: { issuer: "i", keyId: "k", privateKey: knownSecret(pem) },
  };
  const taken = { status: 200, headers: {}, body: { accessToken: "t" } };
  const { examine } = salesforce.connect(salesforce.settings.parse(settings), async () => taken);
  expect(await examine()).toMatchObject([{ state: "good" }]);
});
