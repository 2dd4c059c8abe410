import { existsSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as z from "zod";
import { checkConsole } from "./config-console.ts";
import { checkBacking } from "./config-backing.ts";
import { readPictures, type PictureFile } from "./config-look.ts";
import { checkNames } from "./config-names.ts";
import { checkCalls } from "./config-sip.ts";
import { check, pathOf } from "./config-sentences.ts";
import { readSpoken, unknownWords, type Spoken } from "./config-words.ts";
import { ConfigSchema, misplaced } from "./config-schema.ts";
import { mapSecrets, resolveSecret } from "./secret.ts";

export { secret, type Secret } from "./secret.ts";

/** What a `baton.config.ts` exports by default. Only gives it its type: nothing is read or checked yet. */
export function defineConfig(config: ConfigFile): ConfigFile {
  return config;
}

/** What may be written in `baton.config.ts`. */
export type ConfigFile = z.input<typeof ConfigSchema>;

/** A checked configuration: every default filled in, every secret known, every folder absolute. */
export type Config = Omit<z.output<typeof ConfigSchema>, "widget" | "sites"> & {
  widget: string;
  /** What the widget tells of its words, if it does. */
  spoken: Spoken | null;
  sites: Record<string, z.output<typeof ConfigSchema>["sites"][string] & { pictures: Record<string, PictureFile> }>;
  /** What will work, but hardly as it was meant. */
  warnings: string[];
};
export type SiteConfig = Config["sites"][string];
export type RouteConfig = SiteConfig["routes"][number];
export type ConnectorConfig = Config["connectors"][string];
export type LimitsConfig = SiteConfig["limits"];

/** Says everything that is wrong at once: where, what, and what to write. Never what was written. */
export class ConfigError extends Error {
  override name = "ConfigError";
  readonly mistakes: string[];
  constructor(mistakes: string[]) {
    super(mistakes.join("\n"));
    this.mistakes = mistakes;
  }
}

type Environment = Record<string, string | undefined>;

/** Where the configuration is that nobody has named: in the folder where a command is run, or else beside the bridge's sources. */
export function usualPlace(): string {
  const besideSources = fileURLToPath(new URL("../baton.config.ts", import.meta.url));
  return !existsSync("baton.config.ts") && existsSync(besideSources) ? besideSources : "baton.config.ts";
}

/** The configuration in a file. Its folders are taken from where the file is. */
export async function loadConfig(path: string, env: Environment): Promise<Config> {
  const file = resolve(path);
  const example = relative(process.cwd(), fileURLToPath(new URL("../baton.config.example.ts", import.meta.url)));
  if (!existsSync(file))
    throw new ConfigError([`There is no configuration at ${file}: copy ${example} and change what is yours, or name another file.`]);
  let module: { default?: unknown };
  try {
    module = (await import(pathToFileURL(file).href)) as { default?: unknown }; // what any module looks like at most
  } catch (error) {
    throw new ConfigError([`${file} could not be read: ${error instanceof Error ? error.message.split("\n")[0] : "it threw something"}`]);
  }
  if (!("default" in module)) throw new ConfigError([`${file} exports nothing: write export default defineConfig({ … }).`]);
  return readConfig(module.default, env, dirname(file));
}

/** Checks what a configuration file exports, and fills in what it leaves out and what the environment knows. */
export function readConfig(given: unknown, env: Environment, folder = process.cwd()): Config {
  const mistakes: string[] = [];
  const withSecrets = mapSecrets(given, (secret, path) => {
    const resolved = resolveSecret(secret, env);
    const wrong =
      resolved === null ? "is not set or empty: set it" : isWhole(resolved.reveal()) ? null : "has blanks in it: set it without";
    if (wrong) mistakes.push(`${pathOf(path)}: the environment variable ${secret.from} ${wrong}`);
    return resolved ?? secret;
  });

  const checked = check(ConfigSchema, withSecrets, [], misplaced);
  const names = checkNames(withSecrets);
  mistakes.push(...checked.mistakes, ...names.mistakes, ...checkBacking(withSecrets));
  if (checked.value) mistakes.push(...checkConsole(checked.value), ...checkCalls(checked.value));

  const written = z.object({ widget: z.unknown() }).safeParse(withSecrets).data?.widget;
  const widget = typeof written === "string" ? resolve(folder, written) : installedWidget(folder);
  if (widget === null) mistakes.push("widget: is missing, and @baton/widget is not installed: write the folder that holds baton.js");

  const sites: Config["sites"] = {};
  for (const [name, site] of Object.entries(checked.value?.sites ?? {})) {
    const read = readPictures(site.look, `sites.${name}.look`, folder);
    mistakes.push(...read.mistakes);
    sites[name] = { ...site, pictures: read.pictures };
  }

  if (!checked.value || widget === null || mistakes.length > 0) throw new ConfigError(mistakes);
  const spoken = readSpoken(widget);
  const unknown = spoken ? Object.entries(sites).flatMap(([name, { visitor }]) => unknownWords(name, visitor.words, spoken)) : [];
  const exported = checked.value.export;
  const to = exported && ("folder" in exported.to ? { folder: resolve(folder, exported.to.folder) } : exported.to);
  return {
    ...checked.value,
    ...(exported && to && { export: { ...exported, to } }),
    sites,
    data: resolve(folder, checked.value.data),
    widget,
    spoken,
    warnings: [...names.warnings, ...unknown],
  };
}

/**
 * Holds settings to the schema of whoever uses them, in the words of every other mistake. `place` is where they are written.
 * Give all that is found to one `ConfigError`.
 */
export function checkSettings<Schema extends z.ZodType>(
  schema: Schema,
  settings: unknown,
  place: string,
): { value: z.output<Schema>; mistakes: [] } | { value: null; mistakes: string[] } {
  return check(schema, settings, [place]);
}

/** A key in PEM, as it stands in its file or with its line breaks written as \n, where the environment takes none. */
const PEM = /^-----BEGIN [A-Z ]+-----(?:(?:\r?\n|\\n)[A-Za-z0-9+/=]+)+(?:\r?\n|\\n)-----END [A-Z ]+-----(?:\s|\\n)*$/;

/** A word, or a key whose lines belong to it. A blank anywhere else has come along when it was copied. */
function isWhole(value: string): boolean {
  return /^\S+$/.test(value) || PEM.test(value);
}

/** As Node would find the package: from this folder upwards. */
function installedWidget(folder: string): string | null {
  for (let at = folder; ; at = dirname(at)) {
    const dist = join(at, "node_modules/@baton/widget/dist");
    if (existsSync(dist)) return dist;
    if (at === dirname(at)) return null;
  }
}
