import type { Store } from "./store/store.ts";

/** What operators look at, on every site: read from the store as it is. */
export function operatorsView(store: Store): Pick<Store, "conversations" | "names" | "destinationCounts" | "lastAcceptedAt"> {
  const { conversations, names, destinationCounts, lastAcceptedAt } = store;
  return { conversations, names, destinationCounts, lastAcceptedAt };
}
