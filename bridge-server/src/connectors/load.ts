import { readdirSync } from "node:fs";
import * as z from "zod";
import type { Call } from "../call.ts";
import type { Abilities, Connector, ConnectorModule } from "./connector.ts";

/**
 * A connector from its name in configuration, or from a module that the configuration imported itself: checked and connected.
 * Rejects with a `ConnectorLoadError`, whose message a person can act on and which never holds a setting's value.
 */
export async function loadConnector(nameOrModule: string | ConnectorModule, settings: unknown, call: Call): Promise<LoadedConnector> {
  const name = typeof nameOrModule === "string" ? nameOrModule : "the imported connector";
  const module = typeof nameOrModule === "string" ? await importByName(nameOrModule) : nameOrModule;
  const checked = await module.settings.safeParseAsync(settings);
  if (!checked.success) throw new ConnectorLoadError(`${name}: ${checked.error.issues.map(describe).join("; ")}`);
  const connector = module.connect(checked.data, call);
  return { connector, abilities: module.abilities };
}

export interface LoadedConnector {
  connector: Connector;
  abilities: Abilities;
}

export class ConnectorLoadError extends Error {
  override name = "ConnectorLoadError";
}

/** The connectors that exist: the folder is the list. `slack-socket.ts` is a part of `slack.ts`, and no connector of its own. */
export function connectorNames(): string[] {
  const files = readdirSync(new URL(".", import.meta.url));
  const sources = files.filter((file) => /\.(ts|js)$/.test(file) && !/\.(test|d)\.ts$/.test(file));
  const names = sources.map((file) => file.replace(/\.(ts|js)$/, ""));
  const isPart = (name: string) => names.some((whole) => name.startsWith(`${whole}-`));
  return names.filter((name) => name !== "connector" && name !== "load" && !isPart(name));
}

async function importByName(name: string): Promise<ConnectorModule> {
  const names = connectorNames();
  if (!names.includes(name)) throw new ConnectorLoadError(`There is no connector "${name}". There is: ${names.join(", ")}.`);
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const { default: module } = (await import(`./${name}.${extension}`)) as { default: ConnectorModule }; // the suite holds every file to it
  return module;
}

/** Where and why, never what was given: a setting may be a secret. */
function describe({ path, code, message }: z.core.$ZodIssue): string {
  const place = path.join(".") || "settings";
  return code === "unrecognized_keys" ? `${place}: holds a setting that it does not know` : `${place}: ${message}`;
}
