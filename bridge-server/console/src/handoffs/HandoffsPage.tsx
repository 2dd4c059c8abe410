import type { Console } from "../console.ts";
import { HandoffTable } from "../view/HandoffTable.tsx";
import { Empty, Shown } from "../view/Notice.tsx";
import { Older } from "../view/Older.tsx";
import { PageHead } from "../view/PageHead.tsx";
import { FilterBar } from "./FilterBar.tsx";
import type { Listing } from "../model/listing.ts";

/** Every handoff there was, narrowed down to those one looks for. */
export function HandoffsPage({ parts }: { parts: Console }) {
  const search = parts.address.search.value;
  const listing = parts.listingOf(search);
  const news = listing.news.value;
  return (
    <>
      <PageHead parts={parts} title="Handoffs">
        <div class="news" role="status">
          {news > 0 && (
            <button type="button" onClick={() => void listing.read()}>
              {news} changed: show
            </button>
          )}
        </div>
      </PageHead>
      <FilterBar parts={parts} rows={listing.rows.value} />
      <Shown loaded={listing.state.value} retry={listing.read}>
        {() => <Rows listing={listing} isNarrowed={search !== ""} />}
      </Shown>
    </>
  );
}

function Rows({ listing, isNarrowed }: { listing: Listing; isNarrowed: boolean }) {
  const rows = listing.rows.value;
  return (
    <>
      {rows.length === 0 ? (
        <Empty>{isNarrowed ? "No handoff fits these filters." : "There has been no handoff yet."}</Empty>
      ) : (
        <HandoffTable handoffs={rows} />
      )}
      <Older pages={listing} />
    </>
  );
}
