import { describe, test } from "vitest";
import { absentStores, storeKinds, withStore } from "./store-kinds.ts";
import { storeRules } from "./store.ts";

const kinds = Object.keys(storeKinds).map((kind) => ({ kind, absent: absentStores[kind] ?? null }));

describe.each(kinds.filter(({ absent }) => absent === null))("the $kind store", ({ kind }) => {
  test.each(Object.entries(storeRules))("%s", (_, check) => withStore(kind, check));
});

for (const { kind, absent } of kinds.filter(({ absent }) => absent !== null)) test.skip(`the ${kind} store: ${absent}`);
