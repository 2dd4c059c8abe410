import { useEffect, useId, useState } from "preact/hooks";
import type { Console } from "../console.ts";
import { type Filters, filtersIn, ranges, searchOf, SHORTEST_TEXT } from "../model/filters.ts";

const TYPED_AFTER_MS = 300;

/** `quietly`: going back does not stop here. */
type ChangeFilters = (more: Filters, quietly?: boolean) => void;

/** Changes some filters of those that stand in the address by then. */
export function changeIn({ address }: Console): ChangeFilters {
  return (more, quietly = false) => address.filter(searchOf({ ...filtersIn(address.search.peek()), ...more }), quietly);
}

export function ClearFilters({ parts }: { parts: Console }) {
  if (Object.keys(filtersIn(parts.address.search.value)).length === 0) return null;
  return (
    <button type="button" class="plain" onClick={() => parts.address.filter("", false)}>
      Clear filters
    </button>
  );
}

interface TypedProps {
  parts: Console;
  label: string;
  name: keyof Filters;
  filters: Filters;
  change: ChangeFilters;
  placeholder?: string;
  /** What is offered to choose from. */
  seen?: (string | null)[];
}

/** A filter that is typed. It is in the address once one has stopped typing. */
export function TypedFilter({ parts, label, name, filters, change, placeholder = "Any", seen }: TypedProps) {
  const chosen = filters[name] ?? "";
  const [typed, type] = useState(chosen);
  useEffect(() => type(chosen), [chosen]); // back and forward
  useEffect(() => {
    if (typed.trim() === chosen) return;
    return parts.clock.after(TYPED_AFTER_MS, () => change({ [name]: typed.trim() }, true));
  }, [typed]);
  const isTooShort = name === "text" && typed.trim() !== "" && typed.trim().length < SHORTEST_TEXT;
  const id = useId();
  return (
    <div class={`typed ${name}`}>
      <label for={id}>{label}</label>
      <input
        id={id}
        type={name === "text" ? "search" : "text"}
        value={typed}
        list={seen && `${id}-seen`}
        spellcheck={false}
        autocomplete="off"
        placeholder={placeholder}
        onInput={({ currentTarget }) => type(currentTarget.value)}
        aria-describedby={isTooShort ? `${id}-hint` : undefined}
      />
      {seen && <datalist id={`${id}-seen`}>{[...new Set(seen)].map((value) => value && <option key={value} value={value} />)}</datalist>}
      {isTooShort && (
        <small id={`${id}-hint`} role="status">
          Write its first {SHORTEST_TEXT} characters, or more.
        </small>
      )}
    </div>
  );
}

/** When it began: some time until now, or between two times. */
export function BeganFilter({ filters, change }: { filters: Filters; change: ChangeFilters }) {
  const isCustom = filters.since !== undefined || filters.until !== undefined || filters.range === "custom";
  return (
    <>
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
    </>
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
