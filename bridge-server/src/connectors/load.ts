import { readdirSync } from "node:fs";
import type { Call } from "../call.ts";
import { checkSettings, ConfigError, type ConnectorConfig } from "../config.ts";
import type { Hold } from "../hold/hold.ts";
import type { Abilities, Connector, ConnectorModule } from "./connector.ts";

/**
 * A connector from its name in configuration, or from a module that the configuration imported itself: checked and connected. `place` is
 * where it is configured. Rejects with a `ConfigError` that says everything that is wrong.
 */
export async function loadConnector({ use, settings }: ConnectorConfig, place: string, call: Call, hold: Hold): Promise<LoadedConnector> {
  const module = typeof use === "string" ? await importByName(use) : use;
  if (module === null) throw new ConfigError([`${place}.use: names no connector: write ${connectorNames().join(" or ")}`]);
  const checked = checkSettings(module.settings, settings, `${place}.settings`);
  if (checked.mistakes.length > 0) throw new ConfigError(checked.mistakes);
  const connector = module.connect(checked.value, call, hold);
  return { connector, abilities: module.abilities, queues: module.queues(checked.value) };
}

export interface LoadedConnector {
  connector: Connector;
  abilities: Abilities;
  /** The names that a route's `queue` may have; `null`: any. */
  queues: string[] | null;
}

/** The connectors that exist: the folder is the list. `slack-socket.ts` is a part of `slack.ts`, and no connector of its own. */
export function connectorNames(): string[] {
  const files = readdirSync(new URL(".", import.meta.url));
  const sources = files.filter((file) => /\.(ts|js)$/.test(file) && !/\.(test|d)\.ts$/.test(file));
  const names = sources.map((file) => file.replace(/\.(ts|js)$/, ""));
  const isPart = (name: string) => names.some((whole) => name.startsWith(`${whole}-`));
  return names.filter((name) => name !== "connector" && name !== "load" && !isPart(name));
}

async function importByName(name: string): Promise<ConnectorModule | null> {
  if (!connectorNames().includes(name)) return null;
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const { default: module } = (await import(`./${name}.${extension}`)) as { default: ConnectorModule }; // the suite holds every file to it
  return module;
}
