import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { call } from "./caller.ts";
import { demoAccount } from "./demo-account.ts";

const main = fileURLToPath(new URL("./main.ts", import.meta.url));

function run(env: Record<string, string>) {
  return spawn(process.execPath, [main], { env: { PATH: process.env["PATH"], ...env }, stdio: ["ignore", "pipe", "pipe"] });
}

async function ready(child: ReturnType<typeof run>): Promise<string> {
  for await (const chunk of child.stdout) {
    const url = /^assistant ready (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(String(chunk))?.[1];
    if (url) return url;
  }
  throw new Error("assistant: exited before it was ready");
}

test.for(["SIGTERM", "SIGINT"] as const)(
  "it says where it is, answers with the keys it was given, and leaves on %s although somebody is waiting",
  async (signal) => {
    const child = run({ ASSISTANT_CHAT_KEY: "own-key", ASSISTANT_TURN_MS: "0", ASSISTANT_CONTROL_KEY: "own-control" });
    const url = await ready(child);
    const create = (key: string) =>
      call(`${url}/v1/${demoAccount.account}/${demoAccount.project}/chat/create`, {
        method: "POST",
        headers: { "x-api-key": key, "x-token": demoAccount.chatToken },
      });
    expect((await create("own-key")).status).toBe(200);
    expect((await create(demoAccount.chatApiKey)).status).toBe(401);

    const headers = { "x-control-key": "own-control", "content-type": "application/json" };
    await call(`${url}/control/faults`, { method: "POST", headers, body: JSON.stringify({ kind: "never_answers" }) });
    const waiting = create("own-key").catch(() => "let go");
    await expect.poll(async () => (await call(`${url}/control/counts`, { headers })).body.creates).toBe(3);
    child.kill(signal);
    expect(await once(child, "exit")).toEqual([0, null]);
    expect(await waiting).toBe("let go");
  },
);

test("settings that make no sense, and a taken port, are one sentence each", async () => {
  const wrong = run({ PORT: "many" });
  expect(await text(wrong.stderr)).toMatch(/^assistant: PORT: .*\n$/);

  const squatter = createServer().listen(0, "127.0.0.1");
  await once(squatter, "listening");
  const { port } = squatter.address() as AddressInfo; // a TCP server's address is never a pipe's name
  const late = run({ PORT: String(port) });
  expect(await text(late.stderr)).toBe(`assistant: port ${String(port)} is taken; choose another with PORT.\n`);
  squatter.close();
});
