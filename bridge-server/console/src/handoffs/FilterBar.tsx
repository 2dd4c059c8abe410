import { useState } from "preact/hooks";
import type { ListedHandoff, Stage } from "../api/answers.ts";
import type { Console } from "../console.ts";
import { stageNames, stateNames } from "../words.ts";
import { type Filters, filtersIn } from "../model/filters.ts";
import { BeganFilter, changeIn, ClearFilters, TypedFilter } from "../view/FilterFields.tsx";

const seldom = { destination: "Destination", reason: "Reason", topic_state: "Topic state", connector: "Desk", site: "Site" } as const;
const stages = Object.keys(stageNames) as Stage[]; // the keys of a constant

/** What the list is narrowed to. Everything chosen here is in the address at once; letters once one has stopped typing. */
export function FilterBar({ parts, rows }: { parts: Console; rows: ListedHandoff[] }) {
  const filters = filtersIn(parts.address.search.value);
  const change = changeIn(parts);
  // As it is found, so that it stays as it was put.
  const [isOpen] = useState(() => Object.keys(seldom).some((name) => Object.hasOwn(filters, name)));
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
          {Object.entries(seldom).map(([key, label]) => {
            const name = key as keyof typeof seldom; // a key of a constant
            const seen = rows.map((row) => row[name]);
            return <TypedFilter key={name} parts={parts} label={label} name={name} filters={filters} change={change} seen={seen} />;
          })}
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
