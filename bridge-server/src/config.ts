import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import * as z from "zod";
import { checkConsole } from "./config-console.ts";
import { checkBacking } from "./config-backing.ts";
import { readPictures, type PictureFile } from "./config-look.ts";
import { checkNames } from "./config-names.ts";
import { checkCalls } from "./config-sip.ts";
import { readSpoken, unknownWords, type Spoken } from "./config-words.ts";
import { ConfigSchema } from "./config-schema.ts";
import { mapSecrets, resolveSecret, type Sealed } from "./secret.ts";

export { secret, type Sealed, type Secret } from "./secret.ts";

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

/** The configuration in a file. Its folders are taken from where the file is. */
export async function loadConfig(path: string, env: Environment): Promise<Config> {
  const file = resolve(path);
  if (!existsSync(file)) throw new ConfigError([`There is no configuration at ${file}: write one, or name another file.`]);
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
      resolved === null ? "is not set or empty: set it" : isOneWord(resolved.reveal()) ? null : "has blanks in it: set it without";
    if (wrong) mistakes.push(`${pathOf(path)}: the environment variable ${secret.from} ${wrong}`);
    return resolved ?? secret;
  });

  const checked = check(ConfigSchema, withSecrets, []);
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
 * Holds sealed settings to the schema of whoever uses them, in the words of every other mistake. `place` is where they are written.
 * Give all that is found to one `ConfigError`.
 */
export function checkSettings<Schema extends z.ZodType>(
  schema: Schema,
  settings: Sealed<unknown>,
  place: string,
): { value: z.output<Schema>; mistakes: [] } | { value: null; mistakes: string[] } {
  return check(schema, settings.reveal(), [place]);
}

function check<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  place: PropertyKey[],
): { value: z.output<Schema>; mistakes: [] } | { value: null; mistakes: string[] } {
  const result = schema.safeParse(value, { error: sentence });
  if (result.success) return { value: result.data, mistakes: [] };
  return { value: null, mistakes: result.error.issues.flatMap((issue) => linesOf(issue, place)) };
}

function linesOf(issue: z.core.$ZodIssue, place: PropertyKey[]): string[] {
  const path = [...place, ...issue.path];
  if (issue.code !== "unrecognized_keys") return [`${pathOf(path)}: ${issue.message}`];
  return issue.keys.map((key) => `${pathOf([...path, key])}: is not a setting: correct its name, or remove it`);
}

/** In our own words, because zod's may show what was written. */
function sentence(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `${issue.input === undefined ? "is missing" : "is something else"}: write ${kindOf(issue.expected)}`;
    case "invalid_value":
      return `is none of what may stand here: write ${issue.values.map((value) => JSON.stringify(value)).join(" or ")}`;
    case "too_small":
      return `is too small: write ${issue.inclusive ? "" : "more than "}${issue.minimum}${issue.inclusive ? " or more" : ""}`;
    case "too_big":
      return `is too large: write ${issue.maximum} or less`;
    case "invalid_key":
      return "is not a name: write letters, digits, - and _, such as shop";
    default:
      return "is not what may stand here";
  }
}

function kindOf(expected: string): string {
  const kinds: Record<string, string> = {
    string: "a text",
    object: "{ … }",
    record: "{ … }",
    array: "a list [ … ]",
    boolean: "true or false",
  };
  return kinds[expected] ?? (expected === "int" ? "a whole number" : `a ${expected}`);
}

/** `sites.shop.routes[0].when.context["customer.tier"]`, as one would write it. */
function pathOf(path: PropertyKey[]): string {
  const [first, ...rest] = path;
  if (first === undefined) return "The configuration";
  const step = (key: PropertyKey) =>
    typeof key === "number" ? `[${key}]` : /^[\w-]+$/.test(String(key)) ? `.${String(key)}` : `["${String(key)}"]`;
  return String(first) + rest.map(step).join("");
}

function isOneWord(value: string): boolean {
  return /^\S+$/.test(value);
}

/** As Node would find the package: from this folder upwards. */
function installedWidget(folder: string): string | null {
  for (let at = folder; ; at = dirname(at)) {
    const dist = join(at, "node_modules/@baton/widget/dist");
    if (existsSync(dist)) return dist;
    if (at === dirname(at)) return null;
  }
}
