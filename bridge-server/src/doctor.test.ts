import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

const DOCTOR = fileURLToPath(new URL("doctor.ts", import.meta.url));
const BATON = fileURLToPath(new URL("baton.js", import.meta.url));
const EXAMPLE = fileURLToPath(new URL("../baton.config.example.ts", import.meta.url));

const env = {
  CHAT_KEY: "canary-chat-key",
  CHAT_TOKEN: "canary-chat-token",
  HANDOFF_KEY: "canary-handoff-key",
  DESK_SECRET: `whsec_${Buffer.alloc(32, 7).toString("base64")}`,
};

/** Stands for everything outside: the assistant's platform, the desk, and the bridge itself at its public address. */
let handoffKey: string;
const asked: string[] = [];
const server = createServer((request, response) => {
  const path = request.url?.split("?")[0] ?? "";
  asked.push(`${request.method} ${path}`);
  request.resume();
  const answer = (status: number, body: object) => response.writeHead(status).end(JSON.stringify(body));
  if (path.startsWith("/v1/hooks/")) answer(401, { code: "unauthorized" });
  else if (path === "/desk") answer(200, { state: "open" });
  else if (path.endsWith("/chat/create")) answer(200, { conversation_id: "CONV-1", response: "Hi" });
  else if (path.endsWith("/chat/close")) answer(200, { success: true });
  else if (request.headers["x-api-key"] === handoffKey) answer(404, { error_message: "No handoff state found." });
  else answer(401, { error_message: `Unknown key ${String(request.headers["x-api-key"])}` });
});

let folder: string;
let config: string;

beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // listening on TCP, so it has a port
  folder = await mkdtemp(join(tmpdir(), "baton-doctor-"));
  config = join(folder, "baton.config.ts");
  await writeFile(join(folder, "baton.js"), "");
  await writeFile(
    config,
    `import { defineConfig, secret } from ${JSON.stringify(new URL("config.ts", import.meta.url).href)};
    export default defineConfig({
      listen: { publicUrl: "${url}" },
      widget: ".",
      outbound: { allowPrivate: true },
      connectors: { desk: { use: "webhook", settings: { url: "${url}/desk", secrets: [secret("DESK_SECRET")] } } },
      sites: {
        shop: {
          title: "Shop",
          origins: ["https://shop.example.com"],
          assistant: {
            baseUrl: "${url}", account: "acme", project: "shop",
            chatApiKey: secret("CHAT_KEY"), chatToken: secret("CHAT_TOKEN"), handoffApiKey: secret("HANDOFF_KEY"),
          },
          defaultRoute: { to: { connector: "desk", queue: "general" } },
        },
      },
    });`,
  );
});
beforeEach(() => {
  handoffKey = env.HANDOFF_KEY;
  asked.splice(0);
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

/** The program itself, as `npm run doctor` starts it. */
const doctor = (environment: Record<string, string>, ...args: string[]) => ended(DOCTOR, environment, args);

function ended(program: string, environment: Record<string, string>, args: string[]): Promise<{ code: number; output: string }> {
  return new Promise((done) => {
    execFile(process.execPath, [program, ...args], { env: { PATH: process.env.PATH, ...environment } }, (error, stdout, stderr) => {
      done({ code: typeof error?.code === "number" ? error.code : 0, output: stdout + stderr });
    });
  });
}

test("a bridge that is ready passes, without costing a conversation", async () => {
  const { code, output } = await doctor(env, config);
  expect(output).not.toMatch(/✗|!/);
  expect(output).toContain("Site shop: desk, queue general: It can be reached, and somebody is there.");
  expect(output).toContain("Run this with --chat");
  expect(output).toContain("Nothing is in the way.");
  expect(code).toBe(0);
  expect(asked.filter((request) => request.includes("/chat/"))).toEqual([]);
});

test("with --chat a conversation is begun and ended", async () => {
  const { code, output } = await doctor(env, config, "--chat");
  expect([code, output]).toEqual([0, expect.stringContaining("Site shop: chat: The assistant began a conversation and ended it.")]);
  expect(asked.filter((request) => request.includes("/chat/"))).toEqual(["POST /v1/acme/shop/chat/create", "PUT /v1/acme/shop/chat/close"]);
});

test("one thing that is wrong fails the whole, says what to do, and shows no key even when the platform quotes it (T29)", async () => {
  handoffKey = "another";
  const { code, output } = await doctor(env, config);
  expect(code).toBe(1);
  expect(output).toMatch(/✗ Site shop: context for people: .*\(401\).*\n +→ Check that `handoffApiKey`/);
  expect(output).toContain("1 to put right.");
  expect(output).not.toContain("canary");
});

test("a configuration with mistakes is told line by line, before anything is called", async () => {
  const { code, output } = await doctor({}, EXAMPLE);
  expect(code).toBe(1);
  for (const name of ["BATON_OPERATOR_KEY", "DESK_SECRET", "POLYAI_CHAT_API_KEY", "POLYAI_CHAT_TOKEN", "POLYAI_HANDOFF_API_KEY"]) {
    expect(output).toContain(`the environment variable ${name} is not set or empty: set it`);
  }
});

test("a secret that its connector cannot use is told without its value", async () => {
  const { code, output } = await doctor({ ...env, DESK_SECRET: "canary-desk" }, config);
  expect([code, output]).toEqual([1, expect.stringMatching(/✗ Connector desk: connectors\.desk\.settings\.secrets\[0\]: must be/)]);
  expect(output).not.toContain("canary");
});

test("a database that is not there is one sentence, also for the bridge that would start on it", async () => {
  const onDatabase = join(folder, "database.config.ts");
  const written = await readFile(config, "utf8");
  await writeFile(onDatabase, written.replace("widget:", `store: { postgres: secret("DATABASE_URL") }, widget:`));
  const away = { ...env, DATABASE_URL: "postgres://baton:canary@127.0.0.1:1/baton" };
  const [told, started] = await Promise.all([doctor(away, onDatabase), ended(BATON, away, ["start", onDatabase])]);
  expect(told).toEqual({
    code: 1,
    output: expect.stringMatching(/✗ Store: The database cannot be reached \(PostgreSQL: .*ECONNREFUSED.*\)\.\n +→ Look at the address/),
  });
  expect(started).toEqual({ code: 1, output: "PostgreSQL: connect ECONNREFUSED 127.0.0.1:1\n" });
  expect(told.output).not.toContain("canary");
});

test("no file is one sentence, not a stack", async () => {
  const { code, output } = await doctor({}, join(folder, "nowhere.ts"));
  expect([code, output]).toEqual([1, expect.stringContaining(`There is no configuration at ${join(folder, "nowhere.ts")}`)]);
  expect(output).not.toContain("    at ");
});

test("--json is for machines", async () => {
  const { code, output } = await doctor(env, config, "--json");
  const report = JSON.parse(output) as { isWell: boolean; findings: { about: string; state: string }[] }; // what this program prints
  expect([code, report.isWell]).toEqual([0, true]);
  expect(report.findings.map(({ about, state }) => `${about}: ${state}`)).toEqual([
    "Node: good",
    "Configuration: good",
    "Data folder: good",
    "Widget: good",
    "Connector desk: good",
    "Site shop: context for people: good",
    "Site shop: chat: not_tried",
    "Site shop: desk, queue general: good",
    "Site shop: deliveries from desk: good",
  ]);
});

test("what the README says of the doctor, the doctor says", async () => {
  const read = (name: string) => readFile(new URL(name, import.meta.url), "utf8");
  const said = (await Promise.all(["diagnosis.ts", "diagnosis-errors.ts", "diagnosis-store.ts"].map(read))).join("\n");
  const [, rest = ""] = (await read("../README.md")).split("### What the doctor says");
  const [table = ""] = rest.split(/^## /m);
  const sentences = [...table.matchAll(/^\| `([^`]+)` +\|/gm)].map(([, sentence = ""]) => sentence);
  expect(sentences.length).toBeGreaterThan(5);
  expect(sentences.filter((sentence) => !said.includes(sentence))).toEqual([]);
});
