import { secret } from "@baton/demo/desk/bridge-double";
import { startDesk } from "@baton/demo/desk/desk";
import { afterAll, beforeAll, expect, test } from "vitest";

// A bridge inside a program that serves by the same library already, before anything of the bridge is imported.

let program: Awaited<ReturnType<typeof startDesk>>;
beforeAll(async () => {
  program = await startDesk({ port: 0, bridge: new URL("http://127.0.0.1:1/"), secret });
});
afterAll(() => program.stop());

test("in a program that has a server of its own, visitors and operators hear what happens as it happens", async () => {
  const { startRig } = await import("./rig.ts");
  const { followHandoffs } = await import("./operator.ts");
  await using rig = await startRig();
  const operator = await followHandoffs(rig, 0);
  const visitor = await rig.queued();
  await operator.hears(({ stage }) => stage === "queued");
  expect(visitor.said().at(-1)).toMatch(/passing you over/);
  operator.stop();
});
