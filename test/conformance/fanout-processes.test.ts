import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { expect, test, vi } from "vitest";
import { busKinds } from "./fanout-kinds.ts";

for (const [name, { absent, start, fanout }] of Object.entries(busKinds)) {
  test.skipIf(absent !== null)(`two processes hear each other over ${name}${absent === null ? "" : ` (${absent})`}`, async () => {
    const bus = await start();
    const here = fanout(bus.url);
    const child = spawn(process.execPath, ["--input-type=module", "--eval", echoing(name, bus.url)], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const exited = once(child, "exit");
    try {
      await once(createInterface(child.stdout), "line"); // it listens
      const heard: (string | undefined)[] = [];
      await here.listen("answer", (aside) => heard.push(aside));
      await vi.waitFor(
        async () => {
          await here.hint("question", "are you there?");
          expect(heard).toContain("are you there?");
        },
        { timeout: 10_000, interval: 50 },
      );
    } finally {
      child.stdin.end();
      await exited;
      await here.close();
      await bus.stop();
    }
  });
}

/** A program that says everything back that it is told aside. */
function echoing(name: string, url: string): string {
  const module = new URL(import.meta.resolve(`@baton/bridge-server/fanout/${name}`)).href;
  return `
    const fanout = (await import(${JSON.stringify(module)})).${name}Fanout(${JSON.stringify(url)});
    await fanout.listen("question", (aside) => aside !== undefined && fanout.hint("answer", aside));
    process.stdout.write("listening\\n");
    process.stdin.on("end", () => fanout.close().then(() => process.exit(0))).resume();`;
}
