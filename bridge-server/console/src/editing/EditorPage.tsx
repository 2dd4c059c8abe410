import { useEffect, useState } from "preact/hooks";
import type { DestinationsDocument, SiteDestinations } from "../api/answers.ts";
import type { Console } from "../console.ts";
import { DryRunForm } from "../destinations/DryRunForm.tsx";
import { InForce } from "../destinations/InForce.tsx";
import { createLoad } from "../model/load.ts";
import { mayAs } from "../model/session.ts";
import { Shown } from "../view/Notice.tsx";
import { PageHead } from "../view/PageHead.tsx";
import { moved, newRoute, withAt, without } from "./draft.ts";
import { Choice, PlaceFields } from "./Fields.tsx";
import { FallbackFields } from "./FallbackFields.tsx";
import { HoursFields } from "./HoursFields.tsx";
import { ImportForm } from "./ImportForm.tsx";
import { ReviewDialog } from "./ReviewDialog.tsx";
import { RestFields, RouteFields } from "./RouteFields.tsx";
import { Versions } from "./Versions.tsx";

/** What was edited and not applied, by site: kept while somebody looks at another page, and only for whoever is signed in. */
const kept = new WeakMap<object, Map<string, DestinationsDocument>>();

/** Where a site's handoffs go, to be edited, tried and applied. */
export function EditorPage({ parts, site }: { parts: Console; site: string }) {
  const [load] = useState(() =>
    createLoad(parts.clock, (stop) => parts.api.get<SiteDestinations>(`/v1/destinations/${encodeURIComponent(site)}`, {}, stop)),
  );
  useEffect(() => {
    void load.read();
    return load.stop;
  }, [load]);
  return (
    <>
      <p class="trail">
        <a href="/console/destinations">Destinations</a>
      </p>
      <PageHead parts={parts} title={`Destinations of ${site}`} />
      <Shown loaded={load.state.value} retry={load.read}>
        {(now) => <Editor parts={parts} now={now} again={load.read} />}
      </Shown>
    </>
  );
}

function Editor({ parts, now, again }: { parts: Console; now: SiteDestinations; again(): Promise<void> }) {
  const session = parts.session.state.value;
  const mayEdit = session.is === "in" && mayAs(session.role, "admin");
  const drafts = kept.get(session) ?? new Map<string, DestinationsDocument>();
  kept.set(session, drafts);
  const wanted = new URLSearchParams(parts.address.search.value).get("add");
  const [draft, setDraft] = useState(() => drafts.get(now.site) ?? withRoute(now.document, wanted));
  const [review, open] = useState<{ document: DestinationsDocument | null } | null>(null);
  const [applied, tell] = useState(false);
  const document = draft ?? now.document;
  const change = (next: DestinationsDocument | null) => {
    if (next) drafts.set(now.site, next);
    else drafts.delete(now.site);
    setDraft(next);
    tell(false);
  };
  const set = (more: Partial<DestinationsDocument>) => change({ ...document, ...more });
  const { routes, defaultRoute, hours, fallback } = document;
  const { desks } = now;

  return (
    <>
      <InForce now={now} />
      {now.in_force === "refused" && (
        <ul class="sentences">
          {now.mistakes.map((mistake) => (
            <li key={mistake}>{mistake}</li>
          ))}
        </ul>
      )}
      {!mayEdit && <p class="hint">Editing needs the role admin.</p>}
      <fieldset class="editor" disabled={!mayEdit}>
        <section>
          <h2>Routes</h2>
          <p class="hint lead">Asked in this order: of several for one destination, the first whose conditions hold is taken.</p>
          <ol class="cards">
            {routes.map((route, at) => (
              <RouteFields
                key={at}
                route={route}
                desks={desks}
                hours={Object.keys(hours)}
                isOpen={route.destination === "" || route.destination === wanted}
                set={(one) => set({ routes: withAt(routes, at, one) })}
                order={{
                  name: route.destination || `route ${at + 1}`,
                  ...(at > 0 && { up: () => set({ routes: moved(routes, at, -1) }) }),
                  ...(at < routes.length - 1 && { down: () => set({ routes: moved(routes, at, 1) }) }),
                  copy: () => set({ routes: routes.toSpliced(at, 0, route) }),
                  remove: () => set({ routes: without(routes, at) }),
                }}
              />
            ))}
          </ol>
          <button type="button" onClick={() => set({ routes: [...routes, newRoute("", defaultRoute.to)] })}>
            Add a route
          </button>
        </section>
        <section aria-label="Default route">
          <h2>Anything else</h2>
          <p class="hint lead">What no route takes. There is always one.</p>
          <div class="card">
            <div class="fields">
              <PlaceFields to={defaultRoute.to} desks={desks} set={(to) => set({ defaultRoute: { ...defaultRoute, to } })} />
              <Choice
                label="Open"
                value={defaultRoute.hours}
                none="Always"
                names={Object.keys(hours)}
                set={(name) => set({ defaultRoute: { ...defaultRoute, hours: name } })}
              />
              <RestFields {...defaultRoute} set={(more) => set({ defaultRoute: { ...defaultRoute, ...more } })} />
            </div>
          </div>
        </section>
        <section>
          <h2>When nobody can be reached</h2>
          <FallbackFields steps={fallback} desks={desks} set={(steps) => set({ fallback: steps })} />
        </section>
        <section>
          <h2>Opening hours</h2>
          <HoursFields hours={hours} set={(all) => set({ hours: all })} />
        </section>
        {mayEdit && <ImportForm parts={parts} site={now.site} document={document} done={change} />}
      </fieldset>
      <DryRunForm parts={parts} sites={[now.site]} site={now.site} namesOf={() => routes.map((one) => one.destination)} draft={draft} />
      {mayEdit && (
        <div class="apply" role="group" aria-label="The draft">
          <p role="status">{applied ? "Applied, on every bridge." : draft ? "Not applied yet." : "Nothing is edited."}</p>
          <button type="button" disabled={!draft} onClick={() => change(null)}>
            Discard
          </button>
          <button type="button" class="primary" disabled={!draft} onClick={() => open({ document })}>
            Review and apply…
          </button>
        </div>
      )}
      <Versions
        key={now.version}
        parts={parts}
        now={now}
        {...(mayEdit && { bringBack: change, useFile: () => open({ document: null }) })}
      />
      {review && (
        <ReviewDialog
          parts={parts}
          now={now}
          document={review.document}
          outdated={again}
          done={async () => {
            await again();
            change(null);
            tell(true);
          }}
          close={() => open(null)}
        />
      )}
    </>
  );
}

/** With a route for what somebody has found without one. `null`: nobody has, or it has one now. */
function withRoute(document: DestinationsDocument, name: string | null): DestinationsDocument | null {
  if (name === null || document.routes.some(({ destination }) => destination === name)) return null;
  return { ...document, routes: [...document.routes, newRoute(name, document.defaultRoute.to)] };
}
