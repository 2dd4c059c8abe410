import type { Store } from "@baton/bridge-server/store/store";
import { describe, expect, test } from "vitest";
import { newPostgresDatabase, noPostgres } from "../engines/lent.ts";
import { operatorAt } from "./operator.ts";
import { startRig, type Rig } from "./rig.ts";

// T48: a deed is in the log before it is done. One that was not done after all, because it was refused or somebody was faster, is told of too.

describe.each([
  ["SQLite", null, async () => ({})],
  ["PostgreSQL", noPostgres, async () => ({ database: await newPostgresDatabase() })],
] as const)("on %s", (_, absent, onStore) => {
  test.skipIf(absent !== null)("of two who set where handoffs go at the same moment, the log tells whose came to nothing", async () => {
    const rival = (store: Store): Store => ({
      ...store,
      addDestinations: async (version) => (await store.addDestinations({ ...version, madeBy: "kim" }), store.addDestinations(version)),
    });
    await using rig = await startRig({ ...(await onStore()), between: rival });
    const defaultRoute = { to: { connector: "second" } };
    const { status, body } = await operatorAt(rig).put<{ code: string; detail: string }>("destinations/shop", {
      based_on: 0,
      document: { routes: [], defaultRoute },
    });
    expect([status, body.code, body.detail]).toEqual([409, "changed_meanwhile", expect.stringMatching(/^kim has made version 1 at /)]);
    expect(await deeds(rig)).toEqual(["1 destinations_changed version 1", "2 came_to_nothing version 1, line 1"]);
  });

  test.skipIf(absent !== null)("what a person can no longer be asked for, and what is asked for again, is no second deed", async () => {
    await using rig = await startRig(await onStore());
    const visitor = await rig.queued();
    const [handoff] = (await rig.handoffs(`id=${visitor.conversation}`)).body.handoffs;
    const { steer } = operatorAt(rig);
    expect((await steer(handoff!.id, "retry", { id: "1" })).status).toBe(422); // somebody was asked for already
    expect((await steer(handoff!.id, "close", { id: "2" })).status).toBe(200);
    expect((await steer(handoff!.id, "close", { id: "2" })).status).toBe(200); // its answer was lost on the way
    expect((await steer(handoff!.id, "close", { id: "3" })).status).toBe(422);
    expect(await deeds(rig)).toEqual([
      "1 retry",
      "2 came_to_nothing line 1",
      "3 close",
      "4 close",
      "5 came_to_nothing line 4",
      "6 close",
      "7 came_to_nothing line 6",
    ]);
  });

  test.skipIf(absent !== null)("of two who take back one key, one did; and what nobody keeps was not sent again", async () => {
    await using rig = await startRig(await onStore());
    const { post, remove } = operatorAt(rig);
    const { id } = (await post<{ id: string }>("keys", { name: "crm", scopes: ["read"] })).body;
    const taken = await Promise.all([remove(`keys/${id}`), remove(`keys/${id}`)]);
    expect(taken.map(({ status }) => status).toSorted()).toEqual([200, 404]);
    const told = await deeds(rig);
    expect(told.filter((line) => line.includes("came_to_nothing"))).toHaveLength(
      told.filter((line) => line.includes("key_removed")).length - 1,
    );
    const before = told.length;
    expect((await post("deliveries/7/replay")).status).toBe(404);
    expect((await post("deliveries/seven/replay")).status).toBe(404);
    const { body } = await post("deliveries/replay", { since: "2026-11-23T00:00:00Z", until: "2026-11-24T00:00:00Z" });
    expect(body).toEqual({ replayed: 0 });
    expect((await deeds(rig)).slice(before).map((line) => line.replace(/^\d+ /, "").replace(/(line|after).*/, "$1"))).toEqual([
      "replay delivery 7",
      "came_to_nothing delivery 7, line",
      "replay after",
      "came_to_nothing after",
    ]);
    expect((await operatorAt(rig).get("audit/check")).body).toMatchObject({ intact: true });
  });
});

/** The log, from its first line: what was done, and what says which. */
async function deeds(rig: Rig): Promise<string[]> {
  const { body } = await operatorAt(rig).get<{ deeds: { number: number; did: string; about: Record<string, string> }[] }>("audit");
  return body.deeds.toReversed().map(({ number, did, about }) => {
    const which = ["delivery", "version", "after", "line"].flatMap((name) => (about[name] ? [`${name} ${about[name]}`] : []));
    return `${number} ${did} ${which.join(", ")}`.trim();
  });
}
