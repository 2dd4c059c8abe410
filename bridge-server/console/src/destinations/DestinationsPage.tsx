import { useEffect, useMemo } from "preact/hooks";
import type { Destination, Destinations } from "../api/answers.ts";
import type { Console } from "../console.ts";
import { editorHref, handoffsHref } from "../model/address.ts";
import { filtersIn, searchOf } from "../model/filters.ts";
import { createLoad } from "../model/load.ts";
import { momentOf } from "../times.ts";
import { Empty, Shown } from "../view/Notice.tsx";
import { PageHead } from "../view/PageHead.tsx";
import { SiteChoice } from "../view/SiteChoice.tsx";
import { conditionsOf } from "./conditions.ts";
import { DryRunForm } from "./DryRunForm.tsx";
import { InForce } from "./InForce.tsx";
import { Columns } from "../view/Columns.tsx";
import { placeOf } from "../words.ts";

/** Where handoffs go and how they fare there; what they asked for and no route has; and where one would go. */
export function DestinationsPage({ parts }: { parts: Console }) {
  const { site } = filtersIn(parts.address.search.value);
  // All of them, so that every site can be chosen; they are as few as the configuration has lines.
  const load = useMemo(() => createLoad(parts.clock, (stop) => parts.api.get<Destinations>("/v1/destinations", {}, stop)), [parts]);
  useEffect(() => {
    void load.read();
    return load.stop;
  }, [load]);
  return (
    <>
      <PageHead parts={parts} title="Destinations">
        <button type="button" class="plain" onClick={() => void load.read()}>
          Read again
        </button>
      </PageHead>
      <Shown loaded={load.state.value} retry={load.read}>
        {(all) => {
          const sites = [...new Set(all.destinations.map((one) => one.site))];
          const isHere = (one: { site: string }) => site === undefined || one.site === site;
          return (
            <>
              <SiteChoice parts={parts} sites={sites} site={site} />
              <Unknown unknown={all.unknown.filter(isHere)} />
              <section>
                <h2>Routes</h2>
                {all.sites.filter(isHere).map((one) => (
                  <div key={one.site} class="in-force">
                    <InForce now={one} />
                    <a class="button" href={editorHref(one.site)}>
                      Edit{all.sites.length > 1 ? ` ${one.site}` : ""}
                    </a>
                  </div>
                ))}
                <Routes destinations={all.destinations.filter(isHere)} hasSites={sites.length > 1} />
              </section>
              <DryRunForm
                parts={parts}
                sites={sites}
                namesOf={(one) => all.destinations.flatMap(({ site: its, name }) => (its === one && name !== null ? [name] : []))}
                site={site}
              />
            </>
          );
        }}
      </Shown>
    </>
  );
}

/** What the agent names and nobody has a route for: it goes the default way, which is seldom meant. */
function Unknown({ unknown }: { unknown: Destinations["unknown"] }) {
  if (unknown.length === 0) return null;
  return (
    <section class="unknown" aria-label="Without a route">
      <h2>Asked for, and no route has it</h2>
      <p class="hint">In the last seven days. These went where the default route leads. Add a route for each that is meant.</p>
      <ul>
        {unknown.map(({ site, name, times, last_at: last }) => (
          <li key={`${site} ${name}`}>
            <a href={handoffsHref(searchOf({ site, destination: name }))} dir="auto">
              {name}
            </a>
            <span class="muted">
              <a href={editorHref(site, name)}>
                Add a route<span class="hidden"> for {name}</span>
              </a>{" "}
              · {site} · {times === 1 ? "once" : `${times} times`}, last {momentOf(last)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Routes({ destinations, hasSites }: { destinations: Destination[]; hasSites: boolean }) {
  if (destinations.length === 0) return <Empty>This site has no routes.</Empty>;
  return (
    <table class="list">
      <caption class="hidden">Routes</caption>
      <Columns names={["Destination", "Leads to", "When", "Open now", "Last 24 hours", "Last accepted"]} />
      <tbody>
        {destinations.map((destination, n) => (
          <Row key={n} destination={destination} hasSites={hasSites} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ destination, hasSites }: { destination: Destination; hasSites: boolean }) {
  const { site, name, is_default: isDefault, route, calls, handoffs_24h: handoffs, failure_rate_24h: rate } = destination;
  return (
    <tr>
      <td>
        {name === null ? (
          <strong>Anything else</strong>
        ) : (
          <a class="title" href={handoffsHref(searchOf({ site, destination: name }))} data-row dir="auto">
            {name}
          </a>
        )}
        {isDefault && <span class="badge">Default</span>}
        {hasSites && <span class="muted">{site}</span>}
      </td>
      <td dir="auto">
        <span>{placeOf(route)}</span>
        {route.priority === "urgent" && <span class="badge urgent">Urgent</span>}
        {calls && <Calls calls={calls} />}
      </td>
      <td data-label="When" dir="auto">
        {conditionsOf(route)}
      </td>
      <td>{route.open_now ? "Open" : <span class="badge late">Closed</span>}</td>
      <td data-label="Last 24 hours">
        <span>{handoffs === 0 ? "none" : handoffs}</span>
        {rate !== null && rate > 0 && <span class="badge stage failed">{Math.round(rate * 100)} % failed</span>}
      </td>
      <td data-label="Last accepted">{destination.last_accepted_at === null ? "never" : momentOf(destination.last_accepted_at)}</td>
    </tr>
  );
}

/** Where phone calls go beside chats, and whether anybody takes them there. */
function Calls({ calls: { uri, health } }: { calls: NonNullable<Destination["calls"]> }) {
  return (
    <span class="calls">
      <span class="muted">calls: {uri}</span>
      {health?.state === "down" && (
        <span class="badge stage failed" title={`Since ${momentOf(health.since)}`}>
          {whyDown[health.because ?? ""] ?? "Down"}
        </span>
      )}
    </span>
  );
}

const whyDown: Record<string, string> = {
  no_answer: "Does not answer",
  no_such_name: "Name not found",
  unavailable: "Takes no calls",
};
