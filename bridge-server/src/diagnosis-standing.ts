import type { Config } from "./config.ts";
import { checkDestinations } from "./config-edited.ts";
import type { Finding } from "./diagnosis.ts";

/** Whose word counts where a site's handoffs go, as a bridge that runs tells. */
export interface Standing {
  site: string;
  version: number;
  made_at: string | null;
  made_by: string | null;
  in_force: "console" | "file" | "refused";
  mistakes: string[];
  document: unknown;
}

/**
 * What was set while a bridge was running counts before what stands in the file. `ask` asks the bridge that runs. `sites`: as they are
 * with what counts, so that the doctor looks at the places that handoffs do go to.
 */
export async function checkStanding(
  config: Config,
  ask: () => Promise<Standing[]>,
): Promise<{ findings: Finding[]; sites: Config["sites"] }> {
  if (config.operators.keys.length === 0) return { findings: [], sites: config.sites }; // nobody can have set anything
  const standing = await ask().catch(() => null);
  if (standing === null) return { findings: [NOT_ASKED], sites: config.sites };
  const sites = { ...config.sites };
  for (const { site, in_force: by, document } of standing) {
    const before = config.sites[site];
    const value = by === "console" ? checkDestinations(config, site, document).value : null;
    if (before && value) sites[site] = { ...before, ...value };
  }
  return { findings: standing.map(findingOf), sites };
}

function findingOf({ site, version, made_at: at, made_by: who, in_force: by, mistakes }: Standing): Finding {
  const about = `Site ${site}: destinations`;
  const set = `version ${version}, which ${who} set at ${at}`;
  switch (by) {
    case "file":
      return {
        about,
        state: "good",
        says: `The configuration's routes apply${version === 0 ? ", as nobody has set others" : `, by ${set}`}.`,
        next: null,
      };
    case "console":
      return { about, state: "good", says: `What was set in the console applies, not the configuration's routes: ${set}.`, next: null };
    case "refused":
      return {
        about,
        state: "bad",
        says: `The configuration's routes apply, because ${set}, does not fit the configuration any more: ${mistakes.join("; ")}.`,
        next: "Bring back what is missing in the configuration, or set the destinations anew in the console.",
      };
  }
}

const NOT_ASKED: Finding = {
  about: "Destinations",
  state: "not_tried",
  says: "No running bridge answers, so whether other routes were set in the console is not known.",
  next: "Run this while the bridge is running.",
};
