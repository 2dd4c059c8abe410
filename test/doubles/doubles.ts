import { readdirSync } from "node:fs";
import type { VendorDouble } from "@baton/bridge-server/conformance";

/** One vendor's stand-in: `proof` says, in a table's cell, what it was checked against besides the vendor's documentation. */
export interface Double {
  name: string;
  start: () => Promise<VendorDouble>;
  proof: string;
}

type Exported = { default: () => Promise<VendorDouble>; proof: string };

/** What is missing for a vendor to be held to the contract: one sentence for whoever writes its connector. */
export class NoDouble extends Error {
  override name = "NoDouble";
}

/** The stand-ins of a vendor: `<vendor>.ts`, and one more for each other way in which it can be set up. */
export async function doublesOf(vendor: string): Promise<Double[]> {
  const files = readdirSync(import.meta.dirname).filter((file) => file === `${vendor}.ts` || isOtherWay(vendor, file));
  if (!files.includes(`${vendor}.ts`))
    throw new NoDouble(`Write test/doubles/${vendor}.ts, so that ${vendor} can be held to the contract.`);
  return Promise.all(
    files.map(async (file) => {
      const { default: start, proof } = (await import(new URL(file, import.meta.url).href)) as Partial<Exported>;
      if (typeof start !== "function" || typeof proof !== "string")
        throw new NoDouble(
          `test/doubles/${file}: export default a function that starts a VendorDouble, and const proof, what it was checked against.`,
        );
      return { name: file.replace(".ts", ""), start, proof };
    }),
  );
}

function isOtherWay(vendor: string, file: string): boolean {
  return file.startsWith(`${vendor}-by-`) && file.endsWith(".ts");
}
