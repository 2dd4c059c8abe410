// The doctor beside real parts: the simulated platform with its table of credentials, a desk, and a running bridge.
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadConfig } from "@baton/bridge-server/config";
import { startBridge, type Running } from "@baton/bridge-server/main";
import { demoAccount } from "@baton/demo/assistant/demo-account";
import { createSimulator } from "@baton/demo/assistant/simulator";
import { startDesk } from "@baton/demo/desk/desk";
import { sparePort } from "@baton/demo/ports";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const secretOf = (words: string) => `whsec_${Buffer.from(words.padEnd(32, ".")).toString("base64")}`;
const env = {
  CHAT_KEY: demoAccount.chatApiKey,
  CHAT_TOKEN: demoAccount.chatToken,
  HANDOFF_KEY: demoAccount.handoffApiKey,
  ACCOUNT: demoAccount.account,
  PROJECT: demoAccount.project,
  DESK_SECRET: secretOf("the desk's"),
};

const simulator = createSimulator();
let platform: Awaited<ReturnType<typeof simulator.start>>;
let desk: Awaited<ReturnType<typeof startDesk>>;
let bridge: Running;
let folder: string;
let config: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "baton-going-real-"));
  config = join(folder, "baton.config.ts");
  await writeFile(join(folder, "baton.js"), "");
  const port = await sparePort(); // which the desk must know before the bridge listens
  platform = await simulator.start();
  desk = await startDesk({ port: 0, bridge: new URL(`http://127.0.0.1:${port}/v1/hooks/shop/desk`), secret: env.DESK_SECRET });
  await writeFile(
    config,
    `import { defineConfig, secret } from ${JSON.stringify(import.meta.resolve("@baton/bridge-server/config"))};
    export default defineConfig({
      listen: { port: ${port}, publicUrl: "http://127.0.0.1:${port}" },
      widget: ".",
      outbound: { allowPrivate: true },
      connectors: { desk: { use: "webhook", settings: { url: "${desk.url}/baton", secrets: [secret("DESK_SECRET")] } } },
      sites: {
        shop: {
          title: "Shop",
          origins: ["https://shop.example.com"],
          assistant: {
            baseUrl: "${platform.url}", account: process.env.ACCOUNT, project: process.env.PROJECT,
            chatApiKey: secret("CHAT_KEY"), chatToken: secret("CHAT_TOKEN"), handoffApiKey: secret("HANDOFF_KEY"),
          },
          defaultRoute: { to: { connector: "desk", queue: "general" } },
        },
      },
    });`,
  );
  Object.assign(process.env, { ACCOUNT: env.ACCOUNT, PROJECT: env.PROJECT });
  bridge = await startBridge(await loadConfig(config, env), { log: () => {} });
});
afterAll(async () => {
  await bridge?.stop();
  await desk?.stop();
  await platform?.close();
  await rm(folder, { recursive: true });
});

function doctor(changed: Partial<Record<keyof typeof env, string>> = {}, ...args: string[]): Promise<{ code: number; output: string }> {
  const program = fileURLToPath(import.meta.resolve("@baton/bridge-server/doctor"));
  return new Promise((done) => {
    execFile(
      process.execPath,
      [program, config, ...args],
      { env: { PATH: process.env.PATH, ...env, ...changed } },
      (error, stdout, stderr) => {
        done({ code: typeof error?.code === "number" ? error.code : 0, output: stdout + stderr });
      },
    );
  });
}

test("everything fits: the doctor passes, chat included", async () => {
  const { code, output } = await doctor({}, "--chat");
  expect(output).not.toMatch(/✗/);
  expect(output).toContain("/v1/hooks/shop/desk is this bridge, and refuses what is not signed.");
  expect(code).toBe(0);
});

describe("what the platform refuses has its own sentence", () => {
  test.each<[string, Partial<Record<keyof typeof env, string>>, RegExp]>([
    ["a key that has expired", { HANDOFF_KEY: demoAccount.expiredKey }, /context for people: .*\(401\)/],
    [
      "a key without the Handoff permission",
      { HANDOFF_KEY: demoAccount.chatApiKey },
      /context for people: .*\(403\).*\n.*Handoff permission/,
    ],
    ["an account of another region", { ACCOUNT: "ws-nowhere" }, /context for people: .*\(404.*\n.*Agent Studio/],
    ["a misspelt project", { PROJECT: "PROJECT-shoop" }, /context for people: .*\(404.*\n.*Agent Studio/],
    ["a connector token that has expired", { CHAT_TOKEN: demoAccount.expiredToken }, /chat: .*token.*\(401\)/],
    ["a chat key without the chat permission", { CHAT_KEY: demoAccount.handoffApiKey }, /chat: .*\(403\)/],
    [
      "another secret than the desk's",
      { DESK_SECRET: secretOf("another") },
      /queue general: It refuses the connector's credentials \(401\)/,
    ],
  ])("%s", async (_, changed, expected) => {
    const { code, output } = await doctor(changed, "--chat");
    expect(output).toMatch(expected);
    expect(code).toBe(1);
  });
});

test("a bridge that does not run is told apart from one that cannot be reached", async () => {
  await bridge.stop();
  const { code, output } = await doctor();
  expect(output).toMatch(/deliveries from desk: Nothing answers at .*\n.*Start the bridge/);
  expect(code).toBe(1);
});
