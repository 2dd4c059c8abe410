import type { Console } from "../console.ts";
import { changeIn } from "./FilterFields.tsx";

/** Of a bridge with several sites, the one that is meant, in the address. */
export function SiteChoice({ parts, sites, site }: { parts: Console; sites: string[]; site: string | undefined }) {
  if (sites.length < 2 && site === undefined) return null;
  return (
    <form class="filters" aria-label="Filters">
      <label>
        <span>Site</span>
        <select value={site ?? ""} onChange={({ currentTarget }) => changeIn(parts)({ site: currentTarget.value })}>
          <option value="">All</option>
          {[...new Set([...sites, site])].filter(Boolean).map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      </label>
    </form>
  );
}
