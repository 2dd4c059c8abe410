import { startStandIn, type Asked } from "@baton/bridge-server/conformance";
import { handoff, line, only, otherHandoff } from "@baton/bridge-server/conformance/requests";
import type { CallRequest } from "@baton/bridge-server/call";
import type { Line } from "@baton/bridge-server/connector";
import flex from "@baton/bridge-server/connectors/twilio-flex";
import { knownSecret } from "@baton/bridge-server/secret";
import { Client, type Media } from "@twilio/mcs-client";
import { expect, test } from "vitest";
import flexDouble from "../doubles/twilio-flex.ts";
import { hook, service, workflow, workspace } from "../doubles/twilio-flex-shapes.ts";
import { accountSid, authTokens } from "../doubles/twilio-sms.ts";

const content = Buffer.from("%PDF-1.7 what is in it\xff", "latin1");

test("a file is put into the store as Twilio's own client puts it, which reads of it what the agent sees", async () => {
  const seen: Asked[] = [];
  const double = await flexDouble({ seen: (asked) => void seen.push(asked) });
  const bridge = await startStandIn(() => ({ status: 200, bytes: content }));
  const { chat } = await double.connector.open(handoff);
  const file = { name: "Maß 42.pdf", type: "application/pdf", size: content.length, url: `${bridge.url}/a` };
  await double.connector.say(chat, { ...line("Maß 42.pdf"), file }, false);
  const put = seen.find(({ path }) => path.includes("/Media"));
  seen.length = 0;
  const media = await withClient(put!, (client) => client.post(file.type, content, "media", file.name));
  expect(seen.map(onTheWire)).toEqual([onTheWire(put!)]);
  expect(media).toMatchObject({ filename: file.name, contentType: file.type, size: content.length });
  expect(only(double).files).toEqual([{ name: file.name, type: file.type, size: content.length }]);
  await Promise.all([double.close(), bridge.close()]);
});

/** Their client signs in as a browser, with a token; a server does it as everywhere at Twilio. */
async function withClient(put: Asked, ask: (client: Client) => Promise<Media>): Promise<Media> {
  const authorization = put.headers.get("authorization") ?? "";
  const send = async (method: string, url: string, headers: Record<string, string>, body?: BodyInit) => {
    const answer = await fetch(url, { method, headers: { ...headers, authorization }, ...(body !== undefined && { body }) });
    return { status: answer.status, headers: {}, body: await answer.json() };
  };
  const transport = {
    get: (url: string, headers: Record<string, string>) => send("GET", url, headers),
    post: (url: string, headers: Record<string, string>, body: BodyInit) => send("POST", url, headers, body),
  };
  return ask(new Client("a-token", `http://${put.headers.get("host")}${put.path}`, null, { transport } as object));
}

function onTheWire({ method, path, query, headers, bytes }: Asked) {
  return { method, path, query: Object.fromEntries(query), type: headers.get("content-type"), sent: bytes.toString() };
}

test("where the key may not use the store, the agent reads the link, and the chat goes on", async () => {
  const double = await flexDouble();
  const bridge = await startStandIn(() => ({ status: 200, bytes: content }));
  const { chat } = await double.connector.open(handoff);
  const file = { name: "a.pdf", type: "application/pdf", size: content.length, url: `${bridge.url}/a` };
  double.willAnswer("fine", "no");
  await double.connector.say(chat, { ...line(`a.pdf\n${file.url}`), file }, false);
  expect(only(double)).toMatchObject({ files: [], lines: [`a.pdf\n${file.url}`] });
  await Promise.all([double.close(), bridge.close()]);
});

test("of a conversation with files its owner is told, since nobody can delete from the store (I-19)", async () => {
  const double = await flexDouble();
  const bridge = await startStandIn(() => ({ status: 200, bytes: content }));
  const file = { name: "a.pdf", type: "application/pdf", size: content.length, url: `${bridge.url}/a` };
  const forgotten = async (request: typeof handoff, said: Line) => {
    const { chat } = await double.connector.open(request);
    await double.connector.say(chat, said, false);
    return double.connector.forget(chat);
  };
  expect(await forgotten(handoff, { ...line("a.pdf"), file })).toBe("by_hand");
  expect(await forgotten(otherHandoff, line("a.pdf"))).toBe("forgotten");
  expect(double.desk()).toEqual([]);
  await Promise.all([double.close(), bridge.close()]);
});

test("the key goes to Twilio's store and nowhere else, neither where a message nor where the store leads (T29)", async () => {
  const asked: CallRequest[] = [];
  const settings = { accountSid, authTokens: [knownSecret(authTokens.new)], webhook: hook, workspace, workflow };
  const { fetchFile } = flex.connect(flex.settings.parse(settings), async (request) => {
    asked.push(request);
    const body = asked.length === 1 ? { links: { content_direct_temporary: "https://media.elsewhere.test/f" } } : new Uint8Array(3);
    return { status: 200, headers: {}, body };
  });
  for (const url of ["https://mcs.us1.twilio.com.example/v1/Services/IS1/Media/ME1", "https://chat.example/f", "nothing"])
    await expect(fetchFile({ ref: "CH1" }, { name: "f", url }, 3)).rejects.toMatchObject({ kind: "refused" });
  expect(asked).toEqual([]);
  await fetchFile({ ref: "CH1" }, { name: "f", url: `https://mcs.us1.twilio.com/v1/Services/${service}/Media/ME1` }, 3);
  expect(asked.map(({ to, headers = {} }) => [to.host, "authorization" in headers])).toEqual([
    ["mcs.us1.twilio.com", true],
    ["media.elsewhere.test", false],
  ]);
});
