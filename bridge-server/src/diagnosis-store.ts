import type { Config } from "./config.ts";
import { bad, good, type Finding } from "./diagnosis.ts";
import { StoreUnavailable } from "./store/store.ts";

/** Whether the database lets the bridge in, and what in its own settings could cost lines. The file's folder is looked at by itself. */
export async function checkStore({ store }: Pick<Config, "store">, doubts: () => Promise<string[]>): Promise<Finding[]> {
  if (store === "sqlite") return [];
  try {
    const found = await doubts();
    if (found.length === 0) return [good("Store", "The database lets the bridge in, and keeps what it acknowledges.")];
    return found.map((says) => ({ about: "Store", state: "doubtful", says, next: null }));
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    const next =
      "Look at the address in `store.postgres`, its user and password, and whether the database runs and this machine may reach it.";
    return [bad("Store", { says: `The database cannot be reached (${error.message}).`, next })];
  }
}
