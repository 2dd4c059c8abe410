import { handoffHref } from "../model/address.ts";
import type { ListedHandoff } from "../api/handoff-shapes.ts";
import type { Console } from "../console.ts";
import { momentOf } from "../times.ts";
import { Empty, Shown, TroubleNotice } from "../view/Notice.tsx";
import { PageHead } from "../view/PageHead.tsx";
import { StageBadge } from "../view/StageBadge.tsx";
import { causeOf, destinationOf, enderOf, fallbackOf, reasonOf } from "../words.ts";
import { FilterBar } from "./FilterBar.tsx";
import type { Listing } from "../model/listing.ts";

/** Every handoff there was, narrowed down to those one looks for. */
export function HandoffsPage({ parts }: { parts: Console }) {
  const search = parts.address.search.value;
  const listing = parts.listingOf(search);
  return (
    <>
      <PageHead parts={parts} title="Handoffs" />
      <FilterBar parts={parts} rows={listing.rows.value} />
      <Shown loaded={listing.state.value} retry={listing.read}>
        {() => <Rows listing={listing} isNarrowed={search !== ""} />}
      </Shown>
    </>
  );
}

function Rows({ listing, isNarrowed }: { listing: Listing; isNarrowed: boolean }) {
  const rows = listing.rows.value;
  const news = listing.news.value;
  const older = listing.older.value;
  return (
    <>
      <div class="news" role="status">
        {news > 0 && (
          <button type="button" onClick={() => void listing.read()}>
            {news} changed: show
          </button>
        )}
      </div>
      {rows.length === 0 ? (
        <Empty>{isNarrowed ? "No handoff fits these filters." : "There has been no handoff yet."}</Empty>
      ) : (
        <table class="handoffs">
          <caption class="hidden">Handoffs, the latest first</caption>
          <thead>
            <tr>
              <th scope="col">State</th>
              <th scope="col">Destination</th>
              <th scope="col">What happened</th>
              <th scope="col">Desk</th>
              <th scope="col">Site</th>
              <th scope="col">Began</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((handoff) => (
              <Row key={handoff.id} handoff={handoff} />
            ))}
          </tbody>
        </table>
      )}
      {typeof older === "object" && <TroubleNotice trouble={older} />}
      {listing.hasOlder.value && (
        <button type="button" class="older" disabled={older === "reading"} onClick={() => void listing.readOlder()}>
          {older === "reading" ? "Reading…" : "Older"}
        </button>
      )}
    </>
  );
}

function Row({ handoff }: { handoff: ListedHandoff }) {
  const reason = reasonOf(handoff);
  return (
    <tr class={handoff.stage}>
      <td>
        <StageBadge stage={handoff.stage} />
      </td>
      <td>
        <a class="title" href={handoffHref(handoff.id)} data-handoff dir="auto">
          {handoff.stage === "erased" ? "Erased" : destinationOf(handoff)}
        </a>
        {reason && (
          <span class="muted" dir="auto">
            {reason}
          </span>
        )}
        {handoff.topic_state && handoff.topic_state !== handoff.reason && (
          <span class="badge" dir="auto">
            {handoff.topic_state}
          </span>
        )}
      </td>
      <td dir="auto">{happened(handoff)}</td>
      <td dir="auto">{[handoff.connector, handoff.queue].filter(Boolean).join(" · ")}</td>
      <td>{handoff.site}</td>
      <td>
        <time dateTime={handoff.began_at}>{momentOf(handoff.began_at)}</time>
      </td>
    </tr>
  );
}

/** Its story so far in a line. */
function happened({ stage, agent, cause, fell_back_to: to, tries, resolution }: ListedHandoff): string {
  const fallback = fallbackOf(to);
  switch (stage) {
    case "failed":
      return [causeOf(cause), fallback && `Baton ${fallback}.`].filter(Boolean).join(" ");
    case "live":
      return agent === null ? "The agent has left; a colleague may come." : `With ${agent}.`;
    case "ended":
      return [agent && `With ${agent}.`, `Ended by ${enderOf(cause)}.`, resolution && `Outcome: ${resolution}.`].filter(Boolean).join(" ");
    case "abandoned":
      return `Ended by ${enderOf(cause)} before anybody came.`;
    case "queued":
    case "initiated":
      return tries > 0 ? `Tried ${tries + 1} times.` : "";
    case "erased":
      return "Nothing is left of it but that there was one.";
  }
}
