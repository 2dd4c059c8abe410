import { useEffect, useMemo } from "preact/hooks";
import type { Counts, Numbers } from "../api/answers.ts";
import type { Console } from "../console.ts";
import { createLoad } from "../model/load.ts";
import { everyDay, groupings, numbersQuery, searchOfNumbers, spans, type Wanted, wantedIn } from "../model/numbers.ts";
import { spanOf } from "../times.ts";
import { Columns } from "../view/Columns.tsx";
import { Empty, Shown } from "../view/Notice.tsx";
import { PageHead } from "../view/PageHead.tsx";
import { DayChart, dayName } from "./DayChart.tsx";
import { percent, span } from "./figures.ts";
import { Groups } from "./Groups.tsx";

/** How many were handed off, how it ended and how long it took, over days and by what they have in common. */
export function NumbersPage({ parts }: { parts: Console }) {
  const { search } = parts.address;
  const load = useMemo(
    () =>
      createLoad(parts.clock, async (stop) => {
        const query = numbersQuery(wantedIn(search.peek()), parts.clock.now());
        const [numbers, sites] = await Promise.all([
          parts.api.get<Numbers>("/v1/numbers", query, stop),
          parts.api.get<Numbers>("/v1/numbers", { ...query, by: "site", site: undefined }, stop),
        ]);
        return { numbers, sites: sites.groups.flatMap(({ value }) => value ?? []) };
      }),
    [parts],
  );
  useEffect(() => load.stop, [load]);
  useEffect(() => void load.read(), [load, search.value]);
  return (
    <>
      <PageHead parts={parts} title="Numbers">
        <button type="button" class="plain" onClick={() => void load.read()}>
          Read again
        </button>
      </PageHead>
      <Shown loaded={load.state.value} retry={load.read}>
        {({ numbers, sites }) => (
          <>
            <Choices parts={parts} sites={sites} />
            {numbers.total.handoffs === 0 && numbers.total.conversations === 0 ? (
              <Empty>Nothing has happened in these days. Choose more of them, or come back when somebody has written.</Empty>
            ) : (
              <>
                <Totals total={numbers.total} />
                <Days numbers={numbers} />
                <Groups numbers={numbers} />
              </>
            )}
          </>
        )}
      </Shown>
    </>
  );
}

function Choices({ parts, sites }: { parts: Console; sites: string[] }) {
  const wanted = wantedIn(parts.address.search.value);
  const choose = (more: Partial<Wanted>) => parts.address.filter(searchOfNumbers({ ...wanted, ...more }), false);
  return (
    <form class="filters" aria-label="Filters">
      <Choice label="Days" value={wanted.days} options={spans} choose={(days) => choose({ days: days as Wanted["days"] })} />
      <Choice label="By" value={wanted.by} options={groupings} choose={(by) => choose({ by: by as Wanted["by"] })} />
      {(sites.length > 1 || wanted.site !== undefined) && (
        <Choice
          label="Site"
          value={wanted.site ?? ""}
          options={{ "": "All", ...Object.fromEntries([...sites, wanted.site ?? ""].filter(Boolean).map((site) => [site, site])) }}
          choose={(site) => choose({ site: site || undefined })}
        />
      )}
    </form>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  options: Record<string, string>;
  choose(value: string): void;
}

function Choice({ label, value, options, choose }: ChoiceProps) {
  return (
    <label>
      <span>{label}</span>
      <select value={value} onChange={({ currentTarget }) => choose(currentTarget.value)}>
        {Object.entries(options).map(([option, name]) => (
          <option key={option} value={option}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

function Totals({ total }: { total: Counts }) {
  const figures = [
    { name: "Handoffs", value: total.handoffs, note: `of ${total.conversations} conversation${total.conversations === 1 ? "" : "s"}` },
    { name: "Contained", value: percent(total.containment), note: "never needed a person" },
    { name: "Accepted", value: percent(shareOf(total.accepted, total.handoffs)), note: `${total.accepted} of ${total.handoffs}` },
    { name: "Failed", value: percent(total.failure_rate), note: `${total.failed}, of which ${total.fell_back} fell back` },
    { name: "Accepted after", value: span(total.acceptance_seconds), note: "on average" },
    { name: "In a queue", value: span(total.queue_seconds), note: "on average" },
  ];
  return (
    <dl class="numbers" aria-label="In these days">
      {figures.map(({ name, value, note }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <strong>{value}</strong>
            <span class="muted">{note}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Days({ numbers: { since, until, days } }: { numbers: Numbers }) {
  const all = everyDay(since, until, days);
  type Day = Numbers["days"][number];
  const ends = [
    { name: "Accepted", look: "accepted", valueOf: ({ accepted }: Day) => accepted },
    { name: "Failed", look: "failed", valueOf: ({ failed }: Day) => failed },
    { name: "Abandoned", look: "abandoned", valueOf: ({ abandoned }: Day) => abandoned },
  ];
  return (
    <section aria-label="Day by day">
      <h2>Day by day</h2>
      <p class="hint">Days are those of UTC. A handoff counts on the day on which it began.</p>
      <div class="charts">
        <DayChart title="Handoffs" days={all} series={ends} write={(value) => String(Math.round(value * 10) / 10)} />
        <DayChart
          title="Accepted after, on average"
          days={all}
          series={[{ name: "Accepted after", look: "time", valueOf: (day) => day.acceptance_seconds ?? 0 }]}
          write={(value) => spanOf(value * 1_000)}
        />
      </div>
      <details class="more">
        <summary>The same as a table</summary>
        <table class="list">
          <caption class="hidden">Numbers day by day</caption>
          <Columns names={["Day", "Conversations", "Handoffs", "Accepted", "Failed", "Abandoned", "Accepted after"]} />
          <tbody>
            {days.toReversed().map((day) => (
              <tr key={day.day}>
                <td>{dayName(day.day)}</td>
                <td data-label="Conversations">{day.conversations}</td>
                <td data-label="Handoffs">{day.handoffs}</td>
                <td data-label="Accepted">{day.accepted}</td>
                <td data-label="Failed">{day.failed}</td>
                <td data-label="Abandoned">{day.abandoned}</td>
                <td data-label="Accepted after">{span(day.acceptance_seconds)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </section>
  );
}

const shareOf = (part: number, whole: number) => (whole === 0 ? null : part / whole);
