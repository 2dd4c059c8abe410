import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "baton-start-"));
const started: { child: ChildProcess; ended: Promise<unknown> }[] = [];
afterAll(async () => {
  for (const { child } of started) child.kill("SIGKILL");
  await Promise.all(started.map(({ ended }) => ended));
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

describe("a start", () => {
  const data = join(folder, "data");
  let demo: Demo;
  beforeAll(async () => {
    demo = await ready({ BATON_DATA: data });
  });

  test("says ready last of all, when every page, the bridge and the desk behind the shop answer", async () => {
    expect(demo.output().trimEnd().split("\n").at(-1)).toBe(`ready ${demo.shop}`);

    for (const path of ["/", "/product/teapot", "/product/tablecloth", "/product/cups", "/orders", "/plain"]) {
      const page = await fetch(demo.shop + path);
      expect([path, page.status]).toEqual([path, 200]);
      expect(await page.text()).toContain(`<script async src="${demo.bridge}/baton.js?site=shop" data-site="shop"></script>`);
      const policy = page.headers.get("content-security-policy");
      expect(policy).toContain("default-src 'none'; script-src " + demo.bridge + ";");
      expect(policy).toContain("require-trusted-types-for 'script'; trusted-types 'none'");
    }
    for (const path of ["/shop.css", "/mark.svg", "/teapot.svg", "/desk", "/desk/api/chats"])
      expect([path, (await fetch(demo.shop + path)).status]).toEqual([path, 200]);
    for (const path of ["/nothing", "/deskside", "/pages.ts", "/../settings.ts"])
      expect([path, (await fetch(demo.shop + path)).status]).toEqual([path, 404]);
    for (const path of ["/healthz", "/baton.js"]) expect([path, (await fetch(demo.bridge + path)).status]).toEqual([path, 200]);
  });

  test("passes the desk's stream on as it comes", async () => {
    const stream = await fetch(`${demo.shop}/desk/api/stream?agent=Sam`);
    const first = await stream.body?.getReader().read();
    expect(new TextDecoder().decode(first?.value)).toContain('"type":"hello"');
  });

  test("takes a phone call, and shows it at the desk", async () => {
    const dial = fileURLToPath(new URL("dial.ts", import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [dial, "billing"], { env: { ...process.env, BATON_DATA: data } });
    expect(stdout).toContain(`The call goes on at sip:billing@127.0.0.1:5062. What is known of it is at the desk: ${demo.shop}/desk`);
    const calls = async () => ((await (await fetch(`${demo.shop}/desk/api/chats`)).json()) as { chats: object[] }).chats; // likewise
    await expect.poll(() => calls()).toMatchObject([{ queue: "billing", context: { data: { customer_id: "C-2041" } } }]);
  });

  test("keeps its data to itself, and what another terminal reads of it", async () => {
    const envFile = join(data, "demo.env");
    const told = readFileSync(envFile, "utf8");
    expect(await refusal({ BATON_DATA: data })).toBe(`${data}/baton.db is in use: another bridge is running on it.`);
    expect(readFileSync(envFile, "utf8")).toBe(told);
  });

  test("brings a killed bridge back, with every conversation", async () => {
    const visitor = await begin(demo);
    const shown = await read(demo, visitor);
    process.kill(demo.pids.bridge, "SIGKILL");
    await expect.poll(() => demo.output()).toContain("The bridge is back");
    expect(demo.output()).toContain("The bridge is gone (SIGKILL). It is started again …");
    expect(await read(demo, visitor)).toEqual(shown);
  });

  test("that is stopped leaves nothing running and no complaint, and the next one has its conversations", async () => {
    const data = join(folder, "data-of-two");
    const first = await ready({ BATON_DATA: data });
    const visitor = await begin(first);
    const shown = await read(first, visitor);
    expect(shown).not.toEqual([]);
    first.child.kill("SIGINT");
    expect(await first.ended).toBe(0);
    expect(first.complaints()).toBe("");
    expect(Object.values(first.pids).filter(isRunning)).toEqual([]);

    const second = await ready({ BATON_DATA: data });
    expect(await read(second, visitor)).toEqual(shown);
    second.child.kill("SIGTERM");
    expect(await second.ended).toBe(0);
  });

  test("that is itself killed leaves nothing running", async () => {
    const killed = await ready();
    killed.child.kill("SIGKILL");
    await expect.poll(() => Object.values(killed.pids).filter(isRunning)).toEqual([]);
  });
});

describe("one sentence says what is in the way:", () => {
  test("a port of the shop's that is taken", async () => {
    const { port, release } = await takePort();
    expect(await refusal({ PORT: `${port}` })).toBe(
      `Port ${port} is taken, and the shop wants it: choose another, such as PORT=3100 npm start.`,
    );
    await release();
  });

  test("a port of the bridge's that is taken", async () => {
    const { port, release } = await takePort();
    expect(await refusal({ BRIDGE_PORT: `${port}` })).toBe(
      `Port ${port} is taken, and the bridge wants it: choose another, such as BRIDGE_PORT=3100 npm start.`,
    );
    await release();
  });

  test("a data folder that cannot be written to", async () => {
    const file = join(folder, "a-file");
    writeFileSync(file, "");
    expect(await refusal({ BATON_DATA: file })).toBe(
      `The data folder ${file} cannot be written to (EEXIST): choose another, such as BATON_DATA=/tmp/baton npm start.`,
    );
  });

  test.each([
    ["a port that is no number", { PORT: "http" }, 'PORT is "http": write a number from 0 to 65535, such as PORT=3100 npm start.'],
    ["a port without a next one", { PORT: "65535" }, "PORT leaves no room for the bridge's, which is the next one: choose 65534 or less."],
    ["opening hours that are none", { SHOP_HOURS: "late" }, 'SHOP_HOURS is "late": write always or office or closed, or leave it out.'],
  ])("%s", async (_, env, sentence) => {
    expect(await refusal(env)).toBe(sentence);
  });

  test("a setting that the bridge refuses, in the bridge's own words", async () => {
    expect(await refusal({ BATON_OPERATOR_KEY: "short" })).toContain("operators.keys[0].key: is shorter than 16 characters");
  });

  test("a Node that is too old", async () => {
    const old = `data:text/javascript,Object.defineProperty(process,"versions",{value:{node:"20.19.0"}})`;
    expect(await refusal({}, ["--import", old])).toMatch(/^Node 20\.19\.0 is too old: Baton runs on Node 24 or newer/);
  });
});

interface Demo extends Awaited<ReturnType<typeof ready>> {}

function start(env: Record<string, string> = {}, flags: string[] = []) {
  const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  const { npm_lifecycle_event: _, ...inherited } = process.env;
  const child = spawn(
    process.execPath,
    [...flags, "--import", new URL("../../bridge-server/src/recent-node.js", import.meta.url).href, file("start.ts")],
    {
      env: { ...inherited, PORT: "0", BATON_DATA: mkdtempSync(join(folder, "data-")), ...env },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let output = "";
  let complaints = "";
  const ready = new Promise<void>((done) => {
    child.stdout.on("data", (part: Buffer) => {
      output += part.toString();
      if (/^ready \S+\n/m.test(output)) done();
    });
  });
  child.stderr.on("data", (part: Buffer) => (complaints += part.toString()));
  const ended = new Promise<number | null>((done) => child.once("close", (code) => done(code)));
  started.push({ child, ended });
  return { child, ready, ended, output: () => output, complaints: () => complaints };
}

async function ready(env: Record<string, string> = {}) {
  const demo = start(env);
  await Promise.race([demo.ready, demo.ended.then(() => Promise.reject(new Error(demo.complaints())))]);
  const said = (pattern: RegExp) => pattern.exec(demo.output())?.[1] ?? "";
  const pids = {
    bridge: Number(said(/bridge (\d+),/)),
    assistant: Number(said(/assistant (\d+),/)),
    desk: Number(said(/desk (\d+) /)),
  };
  return { ...demo, pids, shop: said(/^ready (\S+)$/m), bridge: said(/^ {2}bridge +(\S+)/m) };
}

/** What a start that fails says, once it has ended with 1 and nothing on its ordinary output. */
async function refusal(env: Record<string, string>, flags: string[] = []): Promise<string> {
  const demo = start(env, flags);
  expect([await demo.ended, demo.output()]).toEqual([1, ""]);
  return demo.complaints().trimEnd();
}

async function begin({ bridge }: Demo): Promise<{ conversation: string; token: string }> {
  const answer = await fetch(`${bridge}/v1/sites/shop/conversations`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ version: 1, key: randomBytes(32).toString("base64url"), language: "en" }),
  });
  return (await answer.json()) as { conversation: string; token: string }; // a wrong shape fails where it is used
}

/** What a visitor who comes back is shown. Waits for the first entry, which is the assistant's welcome. */
async function read({ bridge }: Demo, { conversation, token }: { conversation: string; token: string }): Promise<unknown[]> {
  const headers = { accept: "application/json", authorization: `Bearer ${token}` };
  const answer = await fetch(`${bridge}/v1/conversations/${conversation}/entries?after=0`, { headers });
  const { messages } = (await answer.json()) as { messages: { type: string }[] }; // likewise
  return messages.filter(({ type }) => type === "entry");
}

async function takePort() {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    port: (server.address() as AddressInfo).port, // a TCP server that listens has one
    release: () => new Promise((done) => server.close(done)),
  };
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false; // there is nobody to signal
  }
}
