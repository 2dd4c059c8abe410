import type { DestinationsDocument } from "../api/answers.ts";
import { days, listIn, newHours, textOf, type Hours } from "./draft.ts";
import { ReadField, TextField } from "./Fields.tsx";

type All = DestinationsDocument["hours"];

const dayNames = { mon: "Monday", tue: "Tuesday", wed: "Wednesday", thu: "Thursday", fri: "Friday", sat: "Saturday", sun: "Sunday" };

/** Opening hours by their names. Names stay as they were made, because routes call the hours by them. */
export function HoursFields({ hours, set }: { hours: All; set(hours: All): void }) {
  function add(event: SubmitEvent): void {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const name = String(new FormData(form).get("name")).trim();
    if (!Object.hasOwn(hours, name)) set({ ...hours, [name]: newHours(Intl.DateTimeFormat().resolvedOptions().timeZone) });
    form.reset();
  }

  return (
    <>
      <ul class="cards">
        {Object.entries(hours).map(([name, one]) => (
          <li key={name} class="card">
            <details>
              <summary>
                <strong>{name}</strong> <span class="muted">{one.timeZone}</span>
              </summary>
              <Week of={one} set={(changed) => set({ ...hours, [name]: changed })} />
              <div class="order">
                <button
                  type="button"
                  class="plain danger"
                  onClick={() => set(Object.fromEntries(Object.entries(hours).filter(([other]) => other !== name)))}
                >
                  Remove<span class="hidden"> {name}</span>
                </button>
              </div>
            </details>
          </li>
        ))}
      </ul>
      <form class="filters" onSubmit={add}>
        <label>
          <span>Name of new hours</span>
          <input name="name" required pattern="[A-Za-z0-9][A-Za-z0-9_\-]{0,62}" placeholder="office" autocomplete="off" />
        </label>
        <button type="submit">Add hours</button>
      </form>
    </>
  );
}

function Week({ of: hours, set }: { of: Hours; set(hours: Hours): void }) {
  return (
    <div class="fields">
      <TextField
        label="Time zone"
        value={hours.timeZone}
        set={(timeZone) => set({ ...hours, timeZone: timeZone.trim() })}
        placeholder="Europe/London"
      />
      {days.map((day) => (
        <ReadField
          key={day}
          label={dayNames[day]}
          value={hours.week[day]}
          text={textOf}
          read={(text) => listIn(text) ?? []}
          set={(spans) => set({ ...hours, week: { ...hours.week, [day]: spans } })}
          placeholder="Closed"
        />
      ))}
      <ReadField
        label="Closed on these dates"
        value={hours.holidays}
        text={textOf}
        read={(text) => listIn(text) ?? []}
        set={(holidays) => set({ ...hours, holidays })}
        placeholder="2026-12-25, 2026-12-26"
      />
    </div>
  );
}
