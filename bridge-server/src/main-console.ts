import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Config } from "./config.ts";
import type { ConsoleSetup } from "./http/console.ts";
import { StartError } from "./main-listen.ts";
import { createOidc } from "./oidc.ts";

/** The console that the configuration asks for, or `null`. Throws a `StartError`. */
export function consoleOf(config: Pick<Config, "operators" | "listen">): ConsoleSetup | null {
  if (!config.operators.console) return null;
  const folder = fileURLToPath(new URL("../console/dist", import.meta.url));
  if (!existsSync(join(folder, "index.html")))
    throw new StartError("operators.console: its pages are not built. Run `npm run build`, or leave it out.");
  return { folder, accounts: consoleAccounts(config) };
}

/** The provider of the company's accounts, if the configuration names one. */
export function consoleAccounts({ operators: { oidc }, listen }: Pick<Config, "operators" | "listen">): ConsoleSetup["accounts"] {
  if (!oidc) return null;
  // Whoever changes who may come in does not want yesterday's sessions to go on.
  const seal = JSON.stringify([oidc.clientSecret.reveal(), oidc.issuer, oidc.clientId, oidc.role]);
  return { oidc: createOidc(oidc, new URL("/console/signed-in", listen.publicUrl).href), seal };
}
