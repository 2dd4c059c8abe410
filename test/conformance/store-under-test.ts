import { randomUUID } from "node:crypto";
import type { Lifecycle } from "@baton/bridge-server/conversation/lifecycle";
import type { ConversationKey, Decide, Decision, NewFact, NewJob, Recorded, Store } from "@baton/bridge-server/store/store";

/** A store, and what a rule may do to it from outside: close it and open the same data again, and move its clock. */
export interface StoreUnderTest {
  store: Store;
  reopen(): Promise<Store>;
  /** The store's clock is the rule's alone: it stands still until it is moved. */
  clock: { now(): Date; pass(ms: number): void };
}

export const SITE = "shop";
export const LATER = 60_000;
export const gone: Lifecycle = { phase: "ended", by: "visitor" };

export function someone(site = SITE): ConversationKey {
  return { site, id: randomUUID() };
}

export function deciding(what: Partial<Decision>): Decide {
  return (current) => ({ lifecycle: current, entries: [], notes: [], jobs: [], names: [], turns: 0, ...what });
}

export function saying(...entries: unknown[]): Decide {
  return deciding({ entries });
}

export function owing(...jobs: (Partial<NewJob> & { task: string })[]): Decide {
  return deciding({ jobs: jobs.map(({ input = null, ...job }) => Object.assign(job, { input })) });
}

/** Saves something that has not happened before. */
export function happen(store: Store, key: ConversationKey, decide: Decide, more: Partial<NewFact> = {}): Promise<Recorded> {
  return store.record({ key, factId: randomUUID(), decide, ...more });
}

export async function bodies(store: Store, key: ConversationKey): Promise<unknown[]> {
  return (await store.entriesAfter(key, 0)).map(({ body }) => body);
}

export const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
export const bug = () => {
  throw new Error("a bug in deciding");
};
