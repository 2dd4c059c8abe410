import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createAnnouncer } from "./announce.ts";
import { createPolyai } from "./assistant/polyai.ts";
import { polyaiSettings } from "./assistant/polyai-settings.ts";
import { CallError, createCall } from "./call.ts";
import { createHold } from "./hold/hold.ts";
import { readConfig } from "./config.ts";
import type { Destination } from "./connectors/connector.ts";
import { loadConnector } from "./connectors/load.ts";
import {
  checkChat,
  checkContext,
  checkDataFolder,
  checkDestinations,
  checkHooks,
  checkNode,
  checkReceiver,
  checkWidget,
  listenToCall,
  type Finding,
} from "./diagnosis.ts";
import { knownSecret, secret } from "./secret.ts";

type Reply = { status: number; body: unknown };

/** Everything the doctor calls, on one address: the assistant's platform, a desk, our own bridge. */
let reply: (request: IncomingMessage) => Reply;
const asked: string[] = [];
const server = createServer((request, response) => {
  asked.push(`${request.method} ${request.url?.split("?")[0]}`);
  const { status, body } = reply(request);
  request.resume();
  response.writeHead(status, { "content-type": "application/json" }).end(typeof body === "string" ? body : JSON.stringify(body));
});
let url: string;
const call = createCall({ allowPrivate: true });

beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // listening on TCP, so it has a port
});
afterEach(() => asked.splice(0));
afterAll(async () => {
  await call.close();
  server.close();
});

const envelope = (code: string, message: string) => {
  return { success: false, error: message, error_code: code, error_message: message, data: null };
};
const text = ({ state, says, next }: Finding) => `${state}: ${says} ${next ?? ""}`;

function assistant(baseUrl = url, listened = listenToCall(call)) {
  const key = knownSecret("a-key");
  const settings = polyaiSettings.parse({ baseUrl, account: "acme", project: "shop", chatApiKey: key, chatToken: key });
  return { polyai: createPolyai(settings, listened.call), lastFailure: listened.lastFailure };
}

async function context(answer: Reply, baseUrl?: string): Promise<string> {
  reply = () => answer;
  const { polyai, lastFailure } = assistant(baseUrl);
  return text(await checkContext("shop", polyai, lastFailure));
}

describe("the key for handoffs (C1)", () => {
  test.each<[string, Reply, RegExp]>([
    ["there is no such context", { status: 404, body: { error_message: "No handoff state found." } }, /^good: /],
    ["the same in the envelope", { status: 404, body: envelope("CONVERSATIONS_NOT_FOUND", "Conversation not found.") }, /^good: /],
    ["an unknown key", { status: 401, body: envelope("AUTH_USER_INVALID_TOKEN", "x") }, /^bad: .*\(401\).*has not expired.*region/],
    ["a key without the permission", { status: 403, body: envelope("USER_ACCESS_FORBIDDEN", "x") }, /^bad: .*\(403\).*Handoff permission/],
    ["another region's account", { status: 404, body: envelope("ACCOUNT_NOT_FOUND", "x") }, /^bad: .*404, ACCOUNT_NOT_FOUND.*one region/],
    ["a misspelt project", { status: 404, body: envelope("PROJECT_NOT_FOUND", "x") }, /^bad: .*404, PROJECT_NOT_FOUND.*Agent Studio/],
    ["the same in words only", { status: 404, body: { error_message: "Project not found." } }, /^bad: .*Agent Studio/],
    ["a gateway without such a path", { status: 404, body: { message: "no Route matched with those values" } }, /^bad: .*Agent Studio/],
    ["a web server that knows nothing of it", { status: 404, body: "<html>" }, /^bad: .*not the assistant's platform.*baseUrl/],
    ["one that finds everything", { status: 200, body: { id: "someone", data: {} } }, /^bad: .*not the assistant's platform/],
    ["too many questions", { status: 429, body: {} }, /^bad: It asks to wait.*in a minute/],
    ["trouble of its own", { status: 502, body: "" }, /^bad: It is in trouble/],
  ])("%s", async (_, answer, expected) => {
    expect(await context(answer)).toMatch(expected);
  });

  test("nobody at the address", async () => {
    expect(await context({ status: 200, body: {} }, "http://127.0.0.1:1")).toMatch(/^bad: Nothing answers there .*DNS/);
  });

  test("an address that the bridge does not call", async () => {
    const strict = createCall();
    const { polyai, lastFailure } = assistant(url, listenToCall(strict));
    expect(text(await checkContext("shop", polyai, lastFailure))).toMatch(/^bad: The bridge does not call such addresses .*allowPrivate/);
    await strict.close();
  });
});

describe("the chat's key and token", () => {
  test("a conversation begins, and is ended again", async () => {
    reply = () => ({ status: 200, body: { conversation_id: "CONV-1", response: "Hi", success: true } });
    expect(text(await checkChat("shop", assistant().polyai))).toMatch(/^good: /);
    expect(asked).toEqual(["POST /v1/acme/shop/chat/create", "PUT /v1/acme/shop/chat/close"]);
  });

  test.each<[string, Reply, RegExp]>([
    ["an unknown token", { status: 401, body: envelope("AUTH_USER_INVALID_TOKEN", "x") }, /^bad: .*connector token.*\(401\)/],
    ["an agent that is not theirs", { status: 403, body: envelope("USER_ACCESS_FORBIDDEN", "x") }, /^bad: .*\(403\).*Ask PolyAI/],
    ["nothing published", { status: 400, body: envelope("CHAT_DRAFT_NOT_EXIST", "x") }, /^bad: .*CHAT_DRAFT_NOT_EXIST.*publish the agent/],
    ["another region", { status: 404, body: envelope("ACCOUNT_NOT_FOUND", "x") }, /^bad: .*ACCOUNT_NOT_FOUND.*one region/],
  ])("%s", async (_, answer, expected) => {
    reply = () => answer;
    expect(text(await checkChat("shop", assistant().polyai))).toMatch(expected);
  });
});

async function deskAndConfig() {
  const config = readConfig(
    {
      widget: ".",
      listen: { publicUrl: url },
      outbound: { allowPrivate: true },
      connectors: { desk: { use: "webhook", settings: { url: `${url}/desk`, secrets: [secret("DESK")] } } },
      sites: {
        shop: {
          title: "Shop",
          origins: ["https://shop.example.com"],
          assistant: { chatApiKey: secret("KEY") },
          routes: [
            { destination: "refunds", to: { connector: "desk", queue: "refunds" } },
            { destination: "money", to: { connector: "desk", queue: "refunds" } },
          ],
          defaultRoute: { to: { connector: "desk" } },
          fallback: [{ to: "leave_message", connector: "desk", queue: "messages" }],
        },
      },
    },
    { KEY: "a-key", DESK: `whsec_${Buffer.alloc(32, 7).toString("base64")}` },
  );
  if (!config.sites.shop || !config.connectors.desk) throw new Error("it has a shop and a desk");
  const heard = listenToCall(call);
  const { connector } = await loadConnector(config.connectors.desk, "connectors.desk", heard.call, createHold());
  const connectors = new Map([["desk", { connector, lastFailure: heard.lastFailure }]]);
  return { connector, connectors, config, shop: config.sites.shop };
}

describe("where handoffs lead", () => {
  test("every place is asked about once, and one where nobody is now is no fault", async () => {
    const { connectors, shop } = await deskAndConfig();
    reply = () => ({ status: 200, body: { state: asked.length === 1 ? "open" : "closed" } });
    const findings = await checkDestinations("shop", connectors, shop);
    expect(findings.map(({ about, state }) => `${about} ${state}`)).toEqual([
      "Site shop: desk, queue refunds good",
      "Site shop: desk doubtful",
      "Site shop: desk, queue messages doubtful",
    ]);
  });

  test("a desk that does not answer the question can be reached all the same", async () => {
    const { connectors, shop } = await deskAndConfig();
    reply = () => ({ status: 200, body: {} });
    const [finding] = await checkDestinations("shop", connectors, shop);
    expect(finding?.state).toBe("good");
  });

  test("a desk that refuses our signature would refuse the handoff, too", async () => {
    const { connectors, shop } = await deskAndConfig();
    reply = () => ({ status: 401, body: {} });
    const [finding] = await checkDestinations("shop", connectors, shop);
    expect(finding && text(finding)).toMatch(/^bad: It refuses the connector's credentials \(401\).*secrets/);
  });

  test("a desk in trouble is a fault with what to do", async () => {
    const { connectors, shop } = await deskAndConfig();
    reply = () => ({ status: 500, body: {} });
    const findings = await checkDestinations("shop", connectors, shop);
    expect(findings.map(text)).toEqual([expect.stringMatching(/^bad: It is in trouble/)]);
  });

  test("a queue that the desk does not know says nothing about the others", async () => {
    const { connectors, connector, shop } = await deskAndConfig();
    const failure = new CallError("gone", "desk: 404", { answer: { status: 404, headers: {}, excerpt: "", retryAfterMs: null } });
    let last: CallError | null = null;
    const strict = {
      ...connector,
      async availability({ queue }: Destination) {
        last = queue === "refunds" ? failure : null;
        if (last) throw last;
        return { state: "open" as const, waitSeconds: null };
      },
    };
    const findings = await checkDestinations("shop", connectors.set("desk", { connector: strict, lastFailure: () => last }), shop);
    expect(findings.map(({ state }) => state)).toEqual(["bad", "good", "good"]);
  });
});

describe("our own public address", () => {
  async function hooks(answer: Reply | null, allowPrivate = true): Promise<string> {
    const { connector, config } = await deskAndConfig();
    if (answer) reply = () => answer;
    const publicUrl = answer ? url : "http://127.0.0.1:1";
    const place = { site: "shop", connector: "desk", inbound: connector.inbound };
    const [finding] = await checkHooks(
      place,
      { listen: { ...config.listen, publicUrl }, outbound: { allowPrivate, traceparent: false } },
      call,
    );
    return finding ? text(finding) : "none";
  }

  test("is the bridge when it refuses what is not signed", async () => {
    expect(await hooks({ status: 401, body: { code: "unauthorized" } })).toMatch(/^good: .*\/v1\/hooks\/shop\/desk is this bridge/);
    expect(asked).toEqual(["POST /v1/hooks/shop/desk"]);
  });

  test.each<[string, Reply | null, RegExp]>([
    ["nobody listens", null, /^bad: Nothing answers.*Start the bridge/],
    ["something else takes anything", { status: 204, body: "" }, /^bad: .*without a signature/],
    ["the path is lost on the way", { status: 404, body: {} }, /^bad: .*not known there.*`\/v1\/`/],
    ["a proxy answers for it", { status: 502, body: "<html>" }, /^bad: .*answered 502.*proxy/],
  ])("%s", async (_, answer, expected) => {
    expect(await hooks(answer)).toMatch(expected);
  });

  test("that only this machine can reach is doubtful, outside development", async () => {
    expect(await hooks({ status: 401, body: {} }, false)).toMatch(/^doubtful: .*only this machine.*listen\.publicUrl/);
  });

  test("is not asked about a connector that fetches its news itself", async () => {
    const { config } = await deskAndConfig();
    const inbound = { style: "listen", scope: "account", async *listen() {} } as const;
    expect(await checkHooks({ site: "shop", connector: "other", inbound }, config, call)).toEqual([]);
  });
});

describe("a receiver of announcements", () => {
  const signing = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
  async function receiver(answer: Reply | null): Promise<string> {
    if (answer) reply = () => answer;
    const { announce } = readConfig(
      {
        widget: tmpdir(),
        announce: { crm: { url: answer ? `${url}/baton` : "http://127.0.0.1:1", secrets: [secret("CRM")] } },
        connectors: { desk: { use: "webhook", settings: { url: "https://desk.example.com", secrets: [secret("CRM")] } } },
        sites: {
          shop: {
            title: "Shop",
            origins: ["https://shop.example.com"],
            assistant: { region: "us", account: "a", project: "p", chatApiKey: secret("CRM"), chatToken: secret("CRM") },
            defaultRoute: { to: { connector: "desk" } },
          },
        },
      },
      { CRM: signing },
    );
    return text(await checkReceiver("crm", createAnnouncer(announce, call)));
  }

  test("takes a signed event that tells of nothing", async () => {
    expect(await receiver({ status: 204, body: "" })).toMatch(/^good: It took/);
    expect(asked).toEqual(["POST /baton"]);
  });

  test.each<[string, Reply | null, RegExp]>([
    ["is not there", null, /^bad: Nothing answers/],
    ["has another secret", { status: 401, body: {} }, /^bad: It does not believe.*one and the same secret/],
    ["has moved", { status: 404, body: {} }, /^bad: Nobody takes events.*`url`/],
    ["refuses what it does not know", { status: 422, body: {} }, /^bad: It answered 422.*2xx/],
    ["is in trouble", { status: 500, body: {} }, /^bad: It is in trouble/],
  ])("that %s is explained", async (_, answer, expected) => {
    expect(await receiver(answer)).toMatch(expected);
  });
});

describe("this machine", () => {
  test("Node must be new enough", () => {
    expect(text(checkNode("26.10.0"))).toMatch(/^good: /);
    expect(text(checkNode("22.9.0"))).toMatch(/^bad: Node 22.9.0 is too old .*24/);
  });

  test("the data folder is tried by writing, and left as it was", async () => {
    const folder = await mkdtemp(join(tmpdir(), "baton-doctor-"));
    expect(text(await checkDataFolder(join(folder, "new")))).toMatch(/^good: /);
    await writeFile(join(folder, "file"), "");
    expect(text(await checkDataFolder(join(folder, "file")))).toMatch(/^bad: .*cannot be written \(\w+\).*`data`/);
    await rm(folder, { recursive: true });
  });

  test("the widget's folder holds the widget", async () => {
    const folder = await mkdtemp(join(tmpdir(), "baton-doctor-"));
    expect(text(await checkWidget(folder))).toMatch(/^bad: .*no baton.js \(ENOENT\).*Build the widget/);
    await writeFile(join(folder, "baton.js"), "");
    expect(text(await checkWidget(folder))).toMatch(/^good: /);
    await rm(folder, { recursive: true });
  });
});
