import { heldTo } from "@baton/bridge-server/conformance";
import { describe, test } from "vitest";
import { pigeonholeDouble } from "../out-of-tree/pigeonhole-double.ts";

describe("a desk that is listened to, from outside this repository", async () => {
  for (const { rule, cannot, run } of await heldTo(pigeonholeDouble)) if (cannot === null) test(rule, run);
});
