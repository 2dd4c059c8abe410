import { connectorNames } from "@baton/bridge-server/connectors/load";
import { heldTo } from "@baton/bridge-server/conformance";
import { describe, expect, test } from "vitest";
import { doublesOf } from "../doubles/doubles.ts";

describe.each(connectorNames())("the %s connector", async (vendor) => {
  const doubles = await doublesOf(vendor).catch((error: Error) => error);
  if (doubles instanceof Error) {
    test("has a double", () => expect.fail(doubles.message));
    return;
  }
  describe.each(doubles)("$name", async ({ start }) => {
    for (const { rule, cannot, run } of await heldTo(start)) {
      if (cannot === null) test(rule, run);
      else if (cannot.isException) test.fails(`${rule} — ${vendor} cannot: ${cannot.reason}`, run); // one that it can is no exception
    }
  });
});

test("a vendor without a double is asked for one", async () => {
  await expect(doublesOf("nobody")).rejects.toThrow("Write test/doubles/nobody.ts, so that nobody can be held to the contract.");
});

test("the webhook connector is among those that are found", () => expect(connectorNames()).toContain("webhook"));
