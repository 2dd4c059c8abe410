import { expect, test } from "vitest";
import { operatorAt } from "./operator.ts";
import { startRig } from "./rig.ts";

test("a key is rotated by whoever says no more than that, and a key that is to be made needs a name", async () => {
  await using rig = await startRig();
  const { body: made } = await operatorAt(rig).post<{ id: string }>("keys", { name: "crm", role: "viewer" });
  const headers = { "x-api-key": rig.operatorKey, "content-type": "application/json" };
  const ask = async (path: string) => (await fetch(`${rig.url}/v1/${path}`, { method: "POST", headers })).json();
  expect(await ask(`keys/${made.id}/rotate`)).toMatchObject({ name: "crm", key: expect.stringMatching(/^baton_/) });
  expect(await ask("keys")).toMatchObject({ status: 400, detail: expect.stringMatching(/^name: /) });
});
