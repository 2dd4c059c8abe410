import { useEffect, useState } from "preact/hooks";
import type { ListedHandoff, Stage } from "../api/handoff-shapes.ts";
import type { Console } from "../console.ts";
import { stageNames, stateNames } from "../words.ts";
import { type Filters, filtersIn, ranges, searchOf, SHORTEST_TEXT } from "../model/filters.ts";

const TYPED_AFTER_MS = 300;
const stages = Object.keys(stageNames) as Stage[]; // the keys of a constant

/** What the list is narrowed to. Everything chosen here is in the address at once; letters once one has stopped typing. */
export function FilterBar({ parts, rows }: { parts: Console; rows: ListedHandoff[] }) {
  const filters = filtersIn(parts.address.search.value);
  const change = (more: Filters, quietly = false) => parts.address.filter(searchOf({ ...filters, ...more }), quietly);
  const isCustom = filters.since !== undefined || filters.until !== undefined || filters.range === "custom";
  return (
    <form class="filters" role="search" aria-label="Filters" onSubmit={(event) => event.preventDefault()}>
      <Typed parts={parts} label="Id" name="text" filters={filters} change={change} />
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
      <label>
        <span>Began</span>
        <select
          value={isCustom ? "custom" : (filters.range ?? "")}
          onChange={({ currentTarget: { value } }) => change({ range: value, since: "", until: "" })}
        >
          <option value="">Any time</option>
          {Object.entries(ranges).map(([range, name]) => (
            <option key={range} value={range}>
              {name}
            </option>
          ))}
          <option value="custom">Between…</option>
        </select>
      </label>
      {isCustom && (
        <>
          <Moment label="From" value={filters.since} change={(since) => change({ range: "custom", since })} />
          <Moment label="Until" value={filters.until} change={(until) => change({ range: "custom", until })} />
        </>
      )}
      <Typed parts={parts} label="Destination" name="destination" filters={filters} change={change} seen={rows} />
      <Typed parts={parts} label="Reason" name="reason" filters={filters} change={change} seen={rows} />
      <Typed parts={parts} label="Topic state" name="topic_state" filters={filters} change={change} seen={rows} />
      <Typed parts={parts} label="Desk" name="connector" filters={filters} change={change} seen={rows} />
      <Typed parts={parts} label="Site" name="site" filters={filters} change={change} seen={rows} />
      {Object.keys(filters).length > 0 && (
        <button type="button" class="plain" onClick={() => parts.address.filter("", false)}>
          Clear filters
        </button>
      )}
    </form>
  );
}

/** Both are about the state, so one choice takes the place of the other. */
function stateChosen(value: string): Filters {
  return Object.hasOwn(stateNames, value) ? { stage: "", state: value } : { stage: value, state: "" };
}

type TypedName = "text" | "destination" | "reason" | "topic_state" | "connector" | "site";

interface TypedProps {
  parts: Console;
  label: string;
  name: TypedName;
  filters: Filters;
  change(more: Filters, quietly: boolean): void;
  /** What of it the rows have is offered. */
  seen?: ListedHandoff[];
}

function Typed({ parts, label, name, filters, change, seen }: TypedProps) {
  const chosen = filters[name] ?? "";
  const [typed, type] = useState(chosen);
  useEffect(() => type(chosen), [chosen]); // back and forward
  useEffect(() => {
    if (typed.trim() === chosen) return;
    return parts.clock.after(TYPED_AFTER_MS, () => change({ [name]: typed.trim() }, true));
  }, [typed]);
  const isTooShort = name === "text" && typed.trim() !== "" && typed.trim().length < SHORTEST_TEXT;
  const list = seen && `seen-${name}`;
  const values = new Set(seen?.map((handoff) => (name === "text" ? null : handoff[name])));
  return (
    <label class={name}>
      <span>{label}</span>
      <input
        type={name === "text" ? "search" : "text"}
        value={typed}
        list={list}
        spellcheck={false}
        autocomplete="off"
        placeholder={name === "text" ? "Handoff, shared or conversation id" : "Any"}
        onInput={({ currentTarget }) => type(currentTarget.value)}
        aria-describedby={isTooShort ? "too-short" : undefined}
      />
      {list && <datalist id={list}>{[...values].map((value) => value && <option key={value} value={value} />)}</datalist>}
      {isTooShort && (
        <small id="too-short" role="status">
          Write its first {SHORTEST_TEXT} characters, or more.
        </small>
      )}
    </label>
  );
}

function Moment({ label, value, change }: { label: string; value: string | undefined; change(value: string): void }) {
  return (
    <label>
      <span>{label}</span>
      <input type="datetime-local" value={value ?? ""} onChange={({ currentTarget }) => change(currentTarget.value)} />
    </label>
  );
}
