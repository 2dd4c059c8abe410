import type { Config } from "./config.ts";
import { DestinationsSetting, type Destinations } from "./config-destinations.ts";
import { checkNames } from "./config-names.ts";
import { check } from "./config-sentences.ts";
import { checkCalls } from "./config-sip.ts";

/**
 * Holds destinations that somebody has edited to all that they are held to in the file, in the same sentences. Mistakes keep them
 * from being used; warnings are said.
 */
export function checkDestinations(
  config: Pick<Config, "connectors" | "channels" | "sites" | "announce" | "sip">,
  site: string,
  given: unknown,
): { value: Destinations | null; mistakes: string[]; warnings: string[] } {
  const before = config.sites[site];
  if (!before) return { value: null, mistakes: [`sites.${site}: is no site of the configuration`], warnings: [] };
  const { value, mistakes } = check(DestinationsSetting, given, ["sites", site]);
  const isHere = (line: string) => line.startsWith(`sites.${site}.`);
  const edited = typeof given === "object" && given !== null ? given : {};
  const names = checkNames({ ...config, sites: { ...config.sites, [site]: { ...before, ...NONE, ...edited } } });
  const calls = value ? checkCalls({ ...config, sites: { ...config.sites, [site]: { ...before, ...value } } }) : [];
  const all = [...mistakes, ...names.mistakes.filter(isHere), ...calls.filter((line) => isHere(line) || line.startsWith("sip:"))];
  return { value: all.length === 0 ? value : null, mistakes: all, warnings: names.warnings.filter(isHere) };
}

/** What the edited ones leave out is not taken from the file. */
const NONE = { routes: [], hours: {}, fallback: [], defaultRoute: undefined };
