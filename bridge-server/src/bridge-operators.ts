import type { Store } from "./store/store.ts";

/** What operators look at, on every site: read from the store as it is. */
export function operatorsView(store: Store): Pick<Store, Looks> {
  const { conversations, names, destinationCounts, lastAcceptedAt, jobsOf } = store;
  return { conversations, names, destinationCounts, lastAcceptedAt, jobsOf };
}
type Looks = "conversations" | "names" | "destinationCounts" | "lastAcceptedAt" | "jobsOf";
