import { mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startRig } from "./rig.ts";

const HOUR = 60 * 60_000;

test("what had come of a file when its bridge died is gone an hour after the next start, however soon that is", async () => {
  const at = new Date("2026-11-23T10:00:00Z");
  await using rig = await startRig({ at });
  const folder = join(rig.data, "files", "incoming");
  mkdirSync(folder, { recursive: true });
  const left = (name: string, agoMs: number) => {
    writeFileSync(join(folder, name), "half of it");
    utimesSync(join(folder, name), at, new Date(at.getTime() - agoMs));
  };
  left("long-ago", 2 * HOUR);
  left("a-moment-ago", 1_000);
  await rig.restart();
  await expect.poll(() => readdirSync(folder)).toEqual(["a-moment-ago"]); // whoever sends it may still be at it
  await rig.jump(HOUR);
  await expect.poll(() => readdirSync(folder)).toEqual([]);
});
