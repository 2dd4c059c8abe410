import { useEffect, useMemo } from "preact/hooks";
import type { ListedConversation, Phase } from "../api/answers.ts";
import type { Console } from "../console.ts";
import { conversationHref } from "../model/address.ts";
import { createConversationPages } from "../model/conversation-pages.ts";
import { filtersIn } from "../model/filters.ts";
import { momentOf } from "../times.ts";
import { BeganFilter, changeIn, ClearFilters, TypedFilter } from "../view/FilterFields.tsx";
import { Empty, Shown } from "../view/Notice.tsx";
import { Older } from "../view/Older.tsx";
import { PageHead } from "../view/PageHead.tsx";
import { enderOf, phaseNames, stateNames } from "../words.ts";
import { Columns } from "../view/Columns.tsx";

const phases = Object.keys(phaseNames) as Phase[]; // the keys of a constant

/** Every conversation there was, also those that were never passed on. */
export function ConversationsPage({ parts }: { parts: Console }) {
  const search = parts.address.search.value;
  const pages = useMemo(() => createConversationPages(parts, filtersIn(search)), [search]);
  useEffect(() => pages.stop, [pages]);
  const rows = pages.rows.value;
  return (
    <>
      <PageHead parts={parts} title="Conversations">
        <button type="button" class="plain" onClick={() => void pages.read()}>
          Read again
        </button>
      </PageHead>
      <Filters parts={parts} rows={rows} />
      <Shown loaded={pages.state.value} retry={pages.read}>
        {() =>
          rows.length === 0 ? (
            <Empty>{search === "" ? "There has been no conversation yet." : "No conversation fits these filters."}</Empty>
          ) : (
            <>
              <Table rows={rows} />
              <Older pages={pages} />
            </>
          )
        }
      </Shown>
    </>
  );
}

function Filters({ parts, rows }: { parts: Console; rows: ListedConversation[] }) {
  const filters = filtersIn(parts.address.search.value);
  const change = changeIn(parts);
  return (
    <form class="filters" role="search" aria-label="Filters" onSubmit={(event) => event.preventDefault()}>
      <TypedFilter parts={parts} label="Id" name="text" filters={filters} change={change} placeholder="Its id, or another name in full" />
      <label>
        <span>Phase</span>
        <select value={filters.phase ?? ""} onChange={({ currentTarget }) => change({ phase: currentTarget.value })}>
          <option value="">Any</option>
          {phases.map((phase) => (
            <option key={phase} value={phase}>
              {phaseNames[phase]}
            </option>
          ))}
        </select>
      </label>
      <BeganFilter filters={filters} change={change} />
      <TypedFilter parts={parts} label="Site" name="site" filters={filters} change={change} seen={rows.map(({ site }) => site)} />
      <ClearFilters parts={parts} />
    </form>
  );
}

/** PolyAI's word for it stays as it was when a conversation ends before anybody came. */
function cameTo({ state, phase }: ListedConversation): string {
  return phase === "ended" && state === "handoff_initiated" ? phaseNames.failed : ((state && stateNames[state]) ?? "");
}

function Table({ rows }: { rows: ListedConversation[] }) {
  return (
    <table class="list">
      <caption class="hidden">Conversations</caption>
      <Columns names={["Phase", "Conversation", "Handoffs", "Language", "Site", "Began"]} />
      <tbody>
        {rows.map((row) => (
          <tr key={`${row.site} ${row.id}`}>
            <td>
              <span class={`badge stage ${row.phase}`}>{phaseNames[row.phase]}</span>
            </td>
            <td>
              <a class="title" href={conversationHref(row.site, row.id)} data-row>
                {row.id}
              </a>
            </td>
            <td dir="auto">
              {[row.handoffs > 0 && `${row.handoffs} · ${cameTo(row)}.`, row.phase === "ended" && `Ended by ${enderOf(row.ended_by)}.`]
                .filter(Boolean)
                .join(" ")}
            </td>
            <td>{row.language}</td>
            <td>{row.site}</td>
            <td>
              <time dateTime={row.began_at}>{momentOf(row.began_at)}</time>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
