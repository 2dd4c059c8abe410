import { globSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startReal } from "./real-bridge.ts";

// F35 on the bridge as it ships: libfaketime sets the wall clock under the running process, as an operator would. Nobody else's moves.

const library = globSync("/usr/lib/*/faketime/libfaketime.so.1")[0] ?? null;
const absent = reason();
const PROMPT_MS = 30_000;

test.skipIf(absent !== null).each(["-1h", "+1h"])(
  `F35 the clock is set by %s under a running bridge: what is owed in a second is done in seconds, and desks are told of the clock${because(absent)}`,
  async (step) => {
    await using world = await start();
    const { desk, simulator } = world;
    const visitor = await world.visitor();
    await visitor.say("I want a refund for A-1001");
    await visitor.reaches("queued");
    await desk.joins("Kim");
    await visitor.reaches("live");
    const other = await world.visitor();

    simulator.addFault({ kind: "status", route: "respond", status: 503, retryAfter: { seconds: 2 }, times: 1 });
    const before = simulator.respondCount();
    const since = performance.now();
    await other.say("how are you?");
    await expect.poll(() => simulator.respondCount()).toBe(before + 1);
    await expect.poll(() => world.log()).toContain("call_failed"); // it is put back, for two seconds from now
    world.set(step);
    await other.hears("Very well");
    expect(performance.now() - since).toBeLessThan(PROMPT_MS);
    expect(await desk.says("Kim", "Hello?")).toBe(401);
    await expect.poll(() => world.log()).toMatch(/outside the time window[^"]* a clock is wrong/);

    world.set("+0");
    expect(await desk.says("Kim", "Now you hear me.")).toBe(204);
    await visitor.hears("Now you hear me.");
    expect(visitor.entries.map(({ seq }) => seq)).toEqual(visitor.entries.map((_, index) => index + 1));
  },
);

/** A bridge whose wall clock can be set, by as much as it is off. */
async function start() {
  let file = "";
  const real = await startReal((data) => {
    file = join(data, "clock");
    set("+0");
    return {
      LD_PRELOAD: library ?? "",
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
    };
  });
  return { ...real, set };

  function set(offset: string): void {
    writeFileSync(`${file}.new`, `${offset}\n`);
    renameSync(`${file}.new`, file); // whole, whenever it is read
  }
}

function reason(): string | null {
  if (library !== null) return null;
  if (process.env["CI"]) throw new Error("libfaketime is not installed, and nothing may be skipped here");
  return "libfaketime is not installed: on Debian, apt-get install libfaketime";
}

function because(why: string | null): string {
  return why === null ? "" : ` (${why})`;
}
