import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { handoffHref, handoffsHref } from "../model/address.ts";
import type { ListedHandoff } from "../api/answers.ts";
import type { Console } from "../console.ts";
import { elapsed, spanOf, timeOf } from "../times.ts";
import { Empty, Shown } from "../view/Notice.tsx";
import { PageHead } from "../view/PageHead.tsx";
import { SiteChoice } from "../view/SiteChoice.tsx";
import { StageBadge } from "../view/StageBadge.tsx";
import { causeOf, destinationOf, fallbackOf, NOTHING_YET, reasonOf, triesOf } from "../words.ts";
import { Firing } from "./Firing.tsx";
import { type Filters, searchOf } from "../model/filters.ts";
import { createToday, type Today } from "../model/today.ts";

/** What whoever is on call looks at: what went wrong and what was done about it, who waits, who is served. */
export function NowPage({ parts }: { parts: Console }) {
  const [today] = useState(() => createToday(parts));
  useEffect(() => today.stop, [today]);
  const waiting = today.waiting.value.length;
  const failed = today.failed.value.length;
  return (
    <>
      <PageHead parts={parts} title="Now" window={windowTitle(failed, waiting)} />
      <Firing parts={parts} />
      <Shown loaded={today.state.value} retry={today.read}>
        {({ isWhole }) => (
          <>
            <SiteChoice parts={parts} sites={today.sites.value} site={today.site.value} />
            <Numbers today={today} isWhole={isWhole} />
            <div class="now">
              <Group name="Failed today" handoffs={today.failed.value} empty="No handoff has failed today.">
                {(handoff) => <Failure handoff={handoff} next={today.after(handoff)} />}
              </Group>
              <div>
                <Group name="Waiting for a person" handoffs={today.waiting.value} empty="Nobody is waiting.">
                  {(handoff) => <Waiting handoff={handoff} />}
                </Group>
                <Group name="With a person" handoffs={today.live.value} empty="Nobody is with a person.">
                  {(handoff) => <Live handoff={handoff} />}
                </Group>
              </div>
            </div>
          </>
        )}
      </Shown>
    </>
  );
}

/** In a row of tabs the numbers come first. */
function windowTitle(failed: number, waiting: number): string {
  const parts = [failed > 0 && `${failed} failed`, waiting > 0 && `${waiting} waiting`].filter(Boolean);
  return parts.length > 0 ? `${parts.join(", ")}` : "Now";
}

function Numbers({ today, isWhole }: { today: Today; isWhole: boolean }) {
  const { handoffs, accepted, decided, acceptedInMs } = today.numbers.value;
  const site = today.site.value;
  const at = (filters: Filters) => handoffsHref(searchOf({ ...filters, ...(site && { site }) }));
  return (
    <>
      <h2 class="glance">
        Today at a glance <a href="/console/numbers">All numbers</a>
      </h2>
      <dl class="numbers" aria-label="Today">
        <Figure name="Handoffs today" value={handoffs} href={at({ range: "today" })} />
        <Figure name="Failed today" value={today.failed.value.length} href={at({ stage: "failed", range: "today" })} mood="failed" />
        <Figure name="Waiting" value={today.waiting.value.length} href={at({ stage: "queued" })} mood="waiting" />
        <Figure name="Live" value={today.live.value.length} href={at({ stage: "live" })} />
        <Figure
          name="Accepted today"
          value={decided === 0 ? "–" : `${Math.round((accepted / decided) * 100)} %`}
          note={decided === 0 ? "none is decided yet" : `${accepted} of ${decided} decided`}
        />
        <Figure
          name="Accepted after"
          value={acceptedInMs === null ? "–" : spanOf(acceptedInMs)}
          note={acceptedInMs === null ? "nobody yet" : "median today"}
        />
      </dl>
      {!isWhole && <p class="hint">There are more handoffs today than this page reads: the numbers are of the latest 2,000.</p>}
    </>
  );
}

function Figure({ name, value, note, href, mood }: { name: string; value: number | string; note?: string; href?: string; mood?: string }) {
  const figure = <strong>{value}</strong>;
  return (
    <div class={value === 0 ? "none" : (mood ?? "")}>
      <dt>{name}</dt>
      <dd>
        {href ? <a href={href}>{figure}</a> : figure}
        {note && <span class="muted">{note}</span>}
      </dd>
    </div>
  );
}

interface GroupProps {
  name: string;
  handoffs: ListedHandoff[];
  empty: string;
  children: (handoff: ListedHandoff) => ComponentChildren;
}

const MANY = 100;

function Group({ name, handoffs, empty, children }: GroupProps) {
  return (
    <section class="group">
      <h2>
        {name}
        {handoffs.length > 0 && <span class="count">{handoffs.length}</span>}
      </h2>
      <ul aria-label={name}>
        {handoffs.slice(0, MANY).map((handoff) => (
          <li key={handoff.id} class={`card ${handoff.stage}`}>
            {children(handoff)}
          </li>
        ))}
      </ul>
      {handoffs.length === 0 && <Empty>{empty}</Empty>}
      {handoffs.length > MANY && <p class="hint">And {handoffs.length - MANY} more.</p>}
    </section>
  );
}

function Head({ handoff, children }: { handoff: ListedHandoff; children: ComponentChildren }) {
  const reason = reasonOf(handoff);
  return (
    <div class="line">
      <a class="title" href={handoffHref(handoff.id)} data-row dir="auto">
        {destinationOf(handoff)}
      </a>
      {reason && (
        <span class="muted" dir="auto">
          {reason}
        </span>
      )}
      <span class="when">{children}</span>
    </div>
  );
}

function Where({ handoff: { site, connector, queue } }: { handoff: ListedHandoff }) {
  return (
    <span class="muted" dir="auto">
      {[site, connector, queue].filter(Boolean).join(" · ")}
    </span>
  );
}

/** The cause, and what became of the visitor: what was offered, or who was asked instead. */
function Failure({ handoff, next }: { handoff: ListedHandoff; next: ListedHandoff | null }) {
  const fallback = fallbackOf(handoff.fell_back_to);
  return (
    <>
      <Head handoff={handoff}>
        <time dateTime={handoff.changed_at}>{timeOf(handoff.changed_at)}</time>
      </Head>
      <p class="cause">
        {causeOf(handoff.cause)}
        {handoff.tries > 1 && ` It was tried ${handoff.tries} times.`}
      </p>
      <p>
        {next ? (
          <>
            Then <a href={handoffHref(next.id)}>{destinationOf(next)}</a> was asked: <StageBadge stage={next.stage} />
          </>
        ) : fallback ? (
          `Baton ${fallback}.`
        ) : (
          NOTHING_YET
        )}
      </p>
      <Where handoff={handoff} />
    </>
  );
}

function Waiting({ handoff }: { handoff: ListedHandoff }) {
  return (
    <>
      <Head handoff={handoff}>
        <time dateTime={handoff.began_at} title="Has waited for">
          {elapsed(handoff.began_at)}
        </time>
      </Head>
      <p class="line">
        <Where handoff={handoff} />
        {handoff.stage === "initiated" && <StageBadge stage="initiated" />}
        {handoff.tries > 0 && <span class="badge late">{triesOf(handoff.tries)}</span>}
      </p>
    </>
  );
}

function Live({ handoff }: { handoff: ListedHandoff }) {
  return (
    <>
      <Head handoff={handoff}>
        <time dateTime={handoff.accepted_at ?? handoff.began_at} title="Talking for">
          {elapsed(handoff.accepted_at ?? handoff.began_at)}
        </time>
      </Head>
      <p class="line">
        <strong dir="auto">{handoff.agent ?? "The agent has left; a colleague may come"}</strong>
        <Where handoff={handoff} />
      </p>
    </>
  );
}
