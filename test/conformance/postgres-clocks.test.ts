import { createBridge } from "@baton/bridge-server/bridge";
import type { HandoffId } from "@baton/bridge-server/conversation/lifecycle";
import { inProcessFanout } from "@baton/bridge-server/fanout/in-process";
import { announceTasks } from "@baton/bridge-server/work/announce-tasks";
import type { Outside } from "@baton/bridge-server/work/task";
import { expect, test } from "vitest";
import { newPostgresDatabase, noPostgres } from "../engines/lent.ts";
import { opened } from "./postgres-under-test.ts";
import { LATER, someone } from "./store-under-test.ts";

// The clocks of bridges differ, and what is told to others does not (F35).

if (noPostgres !== null) test.skip(`PostgreSQL and clocks: ${noPostgres}`);

const policy = { queueWaitMs: 1, colleagueWaitMs: 1, abandonAfterMs: LATER, silenceWarnAfterMs: LATER, closeAssistantChat: true };

/** A bridge whose clock is not the database's, and all that it tells a system that wants to know everything. */
async function start(offMs: number) {
  const now = () => new Date(Date.now() + offMs);
  const store = await opened(await newPostgresDatabase(), { own: now });
  const clock = { now, after: () => () => {} };
  const bridge = createBridge({ store, fanout: inProcessFanout(), clock, policyOf: () => policy, announcedTo: () => ["crm"] });
  const told: Parameters<Outside["announcer"]["tell"]>[1][] = [];
  const announcer = { tell: async (_: string, event: (typeof told)[number]) => void told.push(event) };
  return {
    bridge,
    store,
    told,
    async tell() {
      for (let jobs = await store.claimJobs(9, LATER); jobs.length > 0; jobs = await store.claimJobs(9, LATER))
        for (const job of jobs) {
          const outside = { bridge, announcer } as Partial<Outside> as Outside; // what telling takes
          if (job.task === "announce") await announceTasks.announce.run(job.input as Announce, job, outside); // as it was owed
          await store.finishJob(job);
        }
    },
  };
}
type Announce = Parameters<typeof announceTasks.announce.run>[0];

for (const [what, offMs] of [
  ["behind", -60_000],
  ["ahead", 60_000],
] as const) {
  test.skipIf(noPostgres !== null)(`a bridge whose clock is ${what} tells how a handoff stood at each moment`, async () => {
    const { bridge, told, tell } = await start(offMs);
    const key = someone();
    const visitor = { language: null, page: null };
    await bridge.happened(key, "began", { type: "conversation_began", sharedId: "shared-1", token: null, visitor, greet: true });
    const handoff = "h-1" as HandoffId; // as it is named here
    await bridge.happened(key, "asked", {
      type: "person_requested",
      next: { handoff, by: "visitor", destination: "refunds", reason: "why" },
    });
    const asked = Date.parse((await bridge.notes(key)).at(-1)!.at);
    await expect.poll(() => Date.now()).toBeGreaterThan(asked); // the database's clock is this machine's, and two notes may be of one moment
    await bridge.happened(key, "failed", { type: "handoff_failed", handoff, reason: "nobody_available" });
    await tell();
    expect(told.map(({ type, data }) => [type, "handoff" in data && [data.shared_id, data.handoff?.state]])).toEqual([
      ["conversation.started", ["shared-1", undefined]],
      ["handoff.initiated", ["shared-1", "handoff_initiated"]],
      ["handoff.failed", ["shared-1", "handoff_failed"]],
    ]);
    const notes = (await bridge.notes(key)).map(({ at }) => at);
    for (const { timestamp } of told) expect(notes).toContain(timestamp);
  });

  test.skipIf(noPostgres !== null)(`a bridge whose clock is ${what} tells what an alert says`, async () => {
    const { bridge, told, tell } = await start(offMs);
    await bridge.tellAlert("failures", { says: "3 of 5 handoffs have failed." });
    await bridge.tellAlert("failures", null);
    await tell();
    expect(told.map(({ data }) => data)).toEqual([
      { alert: "failures", says: "3 of 5 handoffs have failed." },
      { alert: "failures", says: null },
    ]);
  });

  test.skipIf(noPostgres !== null)(
    `what a bridge whose clock is ${what} claims has its own time as well, which it can compare`,
    async () => {
      const { bridge, store } = await start(offMs);
      await bridge.tellAlert("failures", { says: "3 of 5 handoffs have failed." });
      const [job] = await store.claimJobs(9, LATER);
      const off = Date.parse(job!.since) - Date.parse(job!.at);
      expect(Math.abs(off - offMs)).toBeLessThan(10_000);
    },
  );
}
