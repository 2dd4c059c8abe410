import type { Store } from "./store/store.ts";

/** What operators look at, on every site, and the keys that they make: the store's as they are. */
export function operatorsView(store: Store): Pick<Store, Looks> {
  const { conversations, names, destinationCounts, lastAcceptedAt, tallies, jobsOf, endings, endingsOf, conversationsOfVisitor } = store;
  const { operatorKeys, saveOperatorKey, endOperatorKey, removeOperatorKey } = store;
  const looks = { conversations, names, destinationCounts, lastAcceptedAt, tallies, jobsOf, endings, endingsOf, conversationsOfVisitor };
  const { destinationVersions, addDestinations } = store;
  return { ...looks, destinationVersions, addDestinations, operatorKeys, saveOperatorKey, endOperatorKey, removeOperatorKey };
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
  | "destinationVersions"
  | "addDestinations"
  | "operatorKeys"
  | "saveOperatorKey"
  | "endOperatorKey"
  | "removeOperatorKey";
