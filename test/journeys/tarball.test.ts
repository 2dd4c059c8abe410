import { execFile, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { demoAccount } from "@baton/demo/assistant/demo-account";
import { createClock } from "@baton/demo/assistant/clock";
import { createSimulator } from "@baton/demo/assistant/simulator";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startPigeonhole } from "../out-of-tree/pigeonhole-double.ts";
import { createVisitor, ORIGIN } from "./visitor.ts";

// A connector from somebody else's repository: packed, installed beside a site's own configuration, and named there.
const run = promisify(execFile);
const workspace = fileURLToPath(new URL("../..", import.meta.url));
const source = join(workspace, "test/out-of-tree");
const folder = mkdtempSync(join(tmpdir(), "baton-tarball-"));
const site = join(folder, "site");
const installed = join(site, "node_modules/baton-connector-pigeonhole");

beforeAll(async () => {
  const made = join(folder, "made");
  mkdirSync(made);
  mkdirSync(site);
  for (const file of readdirSync(source)) {
    const code = stripTypeScriptTypes(readFileSync(join(source, file), "utf8")).replaceAll(/(from "\.[^"]+)\.ts"/g, '$1.js"');
    writeFileSync(join(made, file.replace(/\.ts$/, ".js")), code);
  }
  const peerDependencies = { "@baton/bridge-server": "*", zod: "*" };
  writePackage(made, {
    name: "baton-connector-pigeonhole",
    version: "1.0.0",
    type: "module",
    exports: "./pigeonhole.js",
    peerDependencies,
  });
  await run("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: made });
  writePackage(site, { name: "site", private: true, type: "module" });
  const tarball = join(folder, "baton-connector-pigeonhole-1.0.0.tgz");
  await run("npm", ["install", "--offline", "--ignore-scripts", "--no-audit", "--no-fund", "--legacy-peer-deps", tarball], { cwd: site });
  mkdirSync(join(site, "node_modules/@baton"));
  symlinkSync(join(workspace, "bridge-server"), join(site, "node_modules/@baton/bridge-server")); // as published, it would come from the registry
  symlinkSync(realpathSync(join(workspace, "test/node_modules/zod")), join(site, "node_modules/zod"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("an installed connector runs the rules of the contract in its own repository, with Node's own test runner", async () => {
  const { stdout } = await run(process.execPath, ["--test", "--test-reporter=tap", join(installed, "pigeonhole.node-test.js")], {
    cwd: site,
  });
  expect(stdout).toMatch(/# fail 0/);
  expect(Number(/# pass (\d+)/.exec(stdout)?.[1])).toBeGreaterThan(25);
});

test("a bridge whose configuration imports an installed connector passes a visitor on to its desk, and listens there", async () => {
  const platform = createSimulator({ clock: createClock({}) });
  const [upstream, desk] = await Promise.all([platform.start(), startPigeonhole()]);
  writeFileSync(join(site, "baton.config.ts"), configuration(upstream.url));
  const environment = {
    ...process.env,
    DESK_URL: desk.url,
    DESK_KEY: desk.key,
    CHAT_KEY: demoAccount.chatApiKey,
    CHAT_TOKEN: demoAccount.chatToken,
    HANDOFF_KEY: demoAccount.handoffApiKey,
  };
  const bridge = spawn(process.execPath, [join(workspace, "bridge-server/src/main.ts"), join(site, "baton.config.ts")], {
    env: environment,
  });
  const ended = new Promise<void>((done) => bridge.once("exit", () => done()));
  try {
    const url = await new Promise<string>((ready, fail) => {
      let output = "";
      const read = (chunk: Buffer) => {
        output += String(chunk);
        const found = /bridge ready (\S+)/.exec(output)?.[1];
        if (found) ready(found);
      };
      bridge.stdout.on("data", read);
      bridge.stderr.on("data", read);
      void ended.then(() => fail(new Error(output)));
    });
    const visitor = createVisitor(() => url);
    await visitor.begin();
    await visitor.follow();
    await visitor.say("I want a refund");
    await visitor.hears("order number");
    await visitor.say("A-1001");
    await visitor.reaches("queued");
    const chat = { ref: desk.desk()[0]?.ref ?? "" };
    desk.happens(chat, { deed: "picks_up", agent: "Sam" });
    desk.happens(chat, { deed: "says", agent: "Sam", text: "Hello from Pigeonhole" });
    await visitor.hears("Hello from Pigeonhole");
    desk.happens(chat, { deed: "hangs_up" });
    await visitor.reaches("ended");
    visitor.unfollow();
  } finally {
    bridge.kill("SIGTERM");
    await ended;
    await Promise.all([upstream.close(), desk.close()]);
  }
});

function configuration(assistantUrl: string): string {
  return `import { defineConfig, secret } from "@baton/bridge-server/config";
import pigeonhole from "baton-connector-pigeonhole";

const config = defineConfig({
  listen: { port: 0 },
  data: "data",
  widget: "data",
  outbound: { allowPrivate: true },
  connectors: { desk: { use: pigeonhole, settings: { url: process.env.DESK_URL, key: secret("DESK_KEY") } } },
  sites: {
    shop: {
      title: "Shop",
      origins: ["${ORIGIN}"],
      assistant: {
        baseUrl: "${assistantUrl}",
        account: "${demoAccount.account}",
        project: "${demoAccount.project}",
        chatApiKey: secret("CHAT_KEY"),
        chatToken: secret("CHAT_TOKEN"),
        handoffApiKey: secret("HANDOFF_KEY"),
      },
      defaultRoute: { to: { connector: "desk" } },
    },
  },
});
export { config as default };
`;
}

function writePackage(where: string, content: object): void {
  writeFileSync(join(where, "package.json"), JSON.stringify(content));
}
