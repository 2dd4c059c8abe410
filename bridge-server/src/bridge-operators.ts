import type { Store } from "./store/store.ts";

/** What operators look at, on every site, and the keys that they make: the store's as they are. */
export function operatorsView(store: Store): Pick<Store, Looks> {
  const { conversations, names, destinationCounts, lastAcceptedAt, tallies, jobsOf, endings, endingsOf, conversationsOfVisitor } = store;
  const { operatorKeys, saveOperatorKey, removeOperatorKey } = store;
  const looks = { conversations, names, destinationCounts, lastAcceptedAt, tallies, jobsOf, endings, endingsOf, conversationsOfVisitor };
  return { ...looks, operatorKeys, saveOperatorKey, removeOperatorKey };
}
type Looks =
  | "conversations"
  | "names"
  | "destinationCounts"
  | "lastAcceptedAt"
  | "tallies"
  | "jobsOf"
  | "endings"
  | "endingsOf"
  | "conversationsOfVisitor"
  | "operatorKeys"
  | "saveOperatorKey"
  | "removeOperatorKey";
