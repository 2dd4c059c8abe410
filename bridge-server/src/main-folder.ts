import { mkdirSync } from "node:fs";
import { StartError } from "./main-listen.ts";

/** Makes the folder of the bridge's memory, where it is missing. Throws a `StartError`. */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new StartError(`The data folder ${folder} cannot be made: ${error instanceof Error ? error.message : String(error)}`);
  }
}
