import { test } from "node:test";
import { heldTo } from "@baton/bridge-server/conformance";
import { pigeonholeDouble } from "./pigeonhole-double.ts";

for (const { rule, cannot, run } of await heldTo(pigeonholeDouble)) test(rule, { skip: cannot?.reason ?? false }, run);
