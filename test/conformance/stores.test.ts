import { describe, test } from "vitest";
import { storeKinds, withStore } from "./store-kinds.ts";
import { storeRules } from "./store.ts";

describe.each(Object.keys(storeKinds))("the %s store", (kind) => {
  test.each(Object.entries(storeRules))("%s", (_, check) => withStore(kind, check));
});
