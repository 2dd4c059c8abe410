import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { expect, test } from "vitest";
import { startReal } from "./real-bridge.ts";

// F39: a bridge that may open no more files. It cannot even take a connection to say "busy", but it lives, and goes on.

const SPARE = 4;
const absent = process.platform === "linux" ? null : "only Linux can lower a limit of a running process";

test.skipIf(absent !== null)(
  `F39 out of file descriptors: who is there is served, who comes is turned away, and afterwards all is well${absent === null ? "" : ` (${absent})`}`,
  async () => {
    await using world = await startReal();
    const { bridge, desk } = world;
    const visitor = await world.visitor();
    await visitor.say("I want a refund for A-1001");
    await visitor.reaches("queued");
    await desk.joins("Kim");
    await visitor.reaches("live");

    const pid = bridge.pid()!; // it runs
    const open = readdirSync(`/proc/${pid}/fd`).length;
    limit(pid, open + SPARE);
    const crowd = await Promise.all(Array.from({ length: SPARE + 20 }, () => knock(new URL(bridge.url()!))));
    await expect.poll(() => crowd.filter((socket) => socket.destroyed).length).toBeGreaterThan(0);
    expect(bridge.pid()).toBe(pid);

    for (const socket of crowd) socket.destroy();
    await expect.poll(async () => (await fetch(`${bridge.url()}/readyz`).catch(() => null))?.status, { timeout: 20_000 }).toBe(200);
    await visitor.say("It drips");
    await expect.poll(() => desk.chat().lines.map(({ text }) => text), { timeout: 20_000 }).toContain("It drips");
    expect(await desk.says("Kim", "I see.")).toBe(204);
    await visitor.hears("I see.");
    limit(pid, 10_000);
    const next = await world.visitor();
    await next.say("how are you?");
    await next.hears("Very well");
    expect(bridge.pid()).toBe(pid);
  },
);

function limit(pid: number, files: number): void {
  execFileSync("prlimit", ["--pid", String(pid), `--nofile=${files}:`]);
}

/** A connection on which nothing is asked. It may be taken, or cut off at once. */
async function knock({ hostname, port }: URL): Promise<Socket> {
  const socket = connect(Number(port), hostname);
  socket.on("error", () => {}); // "close" follows
  await once(socket, "connect");
  return socket;
}
