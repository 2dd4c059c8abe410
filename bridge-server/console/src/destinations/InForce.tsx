import type { SiteDestinations } from "../api/answers.ts";
import { momentOf } from "../times.ts";

/** Whose word counts where a site's handoffs go, as one rule says for every site. */
export function InForce({ now }: { now: Pick<SiteDestinations, "in_force" | "version" | "made_at" | "made_by"> }) {
  const { in_force: by, version, made_at: at, made_by: who } = now;
  const set = `version ${version}, set by ${who}${at === null ? "" : `, ${momentOf(at)}`}`;
  switch (by) {
    case "console":
      return (
        <p class="hint lead">
          What was set here applies: {set}. The configuration file's destinations are passed over until somebody goes back to them.
        </p>
      );
    case "file":
      return (
        <p class="hint lead">
          The configuration file's destinations apply{version === 0 ? ", as nobody has set others here" : `, since ${set}`}. What is set
          here applies instead of them.
        </p>
      );
    case "refused":
      return (
        <p class="notice trouble" role="alert">
          The configuration file's destinations apply, because what was set here does not fit the configuration any more ({set}).
        </p>
      );
  }
}
