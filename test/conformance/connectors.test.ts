import { existsSync } from "node:fs";
import { connectorNames } from "@baton/bridge-server/connectors/load";
import { describe, expect, test } from "vitest";
import { connectorRules, type VendorDouble } from "./connector.ts";

describe.each(connectorNames())("the %s connector", async (vendor) => {
  const double = await doubleOf(vendor).catch((error: Error) => error);
  if (double instanceof Error) {
    test("has a double", () => expect.fail(double.message));
    return;
  }
  const { cannot = {}, close } = await double();
  await close();
  for (const [rule, check] of Object.entries(connectorRules)) {
    const reason = cannot[rule.split(" ")[0] ?? ""];
    if (reason) test.skip(`${rule} — ${vendor} cannot: ${reason}`);
    else
      test(rule, async () => {
        const vendor = await double();
        await check(vendor).finally(vendor.close);
      });
  }
});

test("a vendor without a double is asked for one", async () => {
  await expect(doubleOf("nobody")).rejects.toThrow("Write test/doubles/nobody.ts, so that nobody can be held to the contract.");
});

test("the webhook connector is among those that are found", () => expect(connectorNames()).toContain("webhook"));

async function doubleOf(vendor: string): Promise<() => Promise<VendorDouble>> {
  const file = new URL(`../doubles/${vendor}.ts`, import.meta.url);
  if (!existsSync(file)) throw new Error(`Write test/doubles/${vendor}.ts, so that ${vendor} can be held to the contract.`);
  const { default: double } = (await import(file.href)) as { default: () => Promise<VendorDouble> }; // its own type annotation says so
  return double;
}
