import type { Store } from "./store/store.ts";

/** What operators look at, on every site: read from the store as it is. */
export function operatorsView({ conversations, names }: Store): Pick<Store, "conversations" | "names"> {
  return { conversations, names };
}
