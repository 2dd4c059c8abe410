import { useState } from "preact/hooks";
import type { ListedHandoff, Stage } from "../api/answers.ts";
import type { Console } from "../console.ts";
import { stageNames, stateNames } from "../words.ts";
import { type Filters, filtersIn } from "../model/filters.ts";
import { BeganFilter, changeIn, ClearFilters, TypedFilter } from "../view/FilterFields.tsx";

const seldom = ["destination", "reason", "topic_state", "connector", "site"] as const;
const stages = Object.keys(stageNames) as Stage[]; // the keys of a constant

/** What the list is narrowed to. Everything chosen here is in the address at once; letters once one has stopped typing. */
export function FilterBar({ parts, rows }: { parts: Console; rows: ListedHandoff[] }) {
  const filters = filtersIn(parts.address.search.value);
  const change = changeIn(parts);
  // As it is found, so that it stays as it was put.
  const [isOpen] = useState(() => seldom.some((name) => filters[name] !== undefined));
  return (
    <form class="filters" role="search" aria-label="Filters" onSubmit={(event) => event.preventDefault()}>
      <TypedFilter
        parts={parts}
        label="Id"
        name="text"
        filters={filters}
        change={change}
        placeholder="Handoff, shared or conversation id"
      />
      <label>
        <span>State</span>
        <select value={filters.stage ?? filters.state ?? ""} onChange={({ currentTarget }) => change(stateChosen(currentTarget.value))}>
          <option value="">Any</option>
          <optgroup label="Where it stands">
            {stages.map((stage) => (
              <option key={stage} value={stage}>
                {stageNames[stage]}
              </option>
            ))}
          </optgroup>
          <optgroup label="How it came out">
            {Object.entries(stateNames).map(([state, name]) => (
              <option key={state} value={state}>
                {name}
              </option>
            ))}
          </optgroup>
        </select>
      </label>
      <BeganFilter filters={filters} change={change} />
      <details class="more" open={isOpen}>
        <summary>More filters</summary>
        <div class="filters">
          <TypedFilter
            parts={parts}
            label="Destination"
            name="destination"
            filters={filters}
            change={change}
            seen={rows.map((row) => row.destination)}
          />
          <TypedFilter parts={parts} label="Reason" name="reason" filters={filters} change={change} seen={rows.map((row) => row.reason)} />
          <TypedFilter
            parts={parts}
            label="Topic state"
            name="topic_state"
            filters={filters}
            change={change}
            seen={rows.map((row) => row.topic_state)}
          />
          <TypedFilter
            parts={parts}
            label="Desk"
            name="connector"
            filters={filters}
            change={change}
            seen={rows.map((row) => row.connector)}
          />
          <TypedFilter parts={parts} label="Site" name="site" filters={filters} change={change} seen={rows.map((row) => row.site)} />
        </div>
      </details>
      <ClearFilters parts={parts} />
    </form>
  );
}

/** Both are about the state, so one choice takes the place of the other. */
function stateChosen(value: string): Filters {
  return Object.hasOwn(stateNames, value) ? { stage: "", state: value } : { stage: value, state: "" };
}
