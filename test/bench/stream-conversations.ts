import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { createBridge } from "@baton/bridge-server/bridge";
import { systemClock } from "@baton/bridge-server/clock";
import { inProcessFanout } from "@baton/bridge-server/fanout/in-process";
import { mintToken } from "@baton/bridge-server/http/visitor-token";
import { sqliteStore } from "@baton/bridge-server/store/sqlite";
import type { Begun } from "./stream-orders.ts";

const AT_ONCE = 100;

/**
 * Writes conversations that are under way into a data folder, so that the bridge that is measured starts on them afresh:
 * the memory that making them takes is nobody's who holds a stream.
 */
export async function beginConversations(data: string, streams: number): Promise<Begun[]> {
  const store = sqliteStore(join(data, "baton.db"));
  const day = 24 * 60 * 60_000;
  const policy = { queueWaitMs: day, colleagueWaitMs: day, abandonAfterMs: day, closeAssistantChat: true, silenceWarnAfterMs: day };
  const bridge = createBridge({ store, fanout: inProcessFanout(), clock: systemClock, policyOf: () => policy });
  const all: Begun[] = [];
  while (all.length < 2 * streams) all.push(...(await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => begin(n % 2 === 0)))));
  for (let jobs = await store.claimJobs(AT_ONCE, day); jobs.length > 0; jobs = await store.claimJobs(AT_ONCE, day))
    await Promise.all(jobs.map((job) => store.finishJob(job))); // the greeting was done below
  await store.close();
  return all;

  async function begin(isFollowed: boolean): Promise<Begun> {
    const { token, ...kept } = mintToken(new Date());
    const one: Begun = { id: randomUUID(), token, sharedId: randomUUID(), chat: randomUUID(), isFollowed };
    const key = { site: "bench", id: one.id };
    const visitor = { language: null, page: null };
    await bridge.happened(key, "began", { type: "conversation_began", sharedId: one.sharedId, token: kept, visitor, greet: true });
    const words = { text: "", rich: null, next: null };
    await bridge.happened(key, "greeted", { type: "assistant_answered", ...one, id: "greeting", to: null, ...words });
    return one;
  }
}
