import type { ComponentChildren } from "preact";
import type { Counts, Numbers } from "../api/answers.ts";
import { handoffsHref } from "../model/address.ts";
import { searchOf } from "../model/filters.ts";
import { type Grouping, groupings } from "../model/numbers.ts";
import { Columns } from "../view/Columns.tsx";
import { percent, span } from "./figures.ts";

/** What a list of handoffs can be narrowed to. */
const LISTED = new Set<string>(["destination", "reason", "topic_state", "site"]);
/** Of a conversation, only these are known. */
const OF_CONVERSATIONS = new Set<string>(["variant", "language", "site"]);

/** The same numbers by what the handoffs have in common, the most frequent first. */
export function Groups({ numbers: { by, metric, groups, rest, total } }: { numbers: Numbers }) {
  const name = groupings[by as Grouping]; // the page asks for no others
  const shown = by === "cause" ? groups.filter(({ value }) => value !== null) : groups;
  const knowsConversations = OF_CONVERSATIONS.has(by);
  const columns = [name, "Handoffs", "Accepted", "Failed", "Fell back", "Abandoned", "Accepted after", "In a queue"];
  return (
    <section aria-label={`By ${name.toLowerCase()}`}>
      <h2>By {name.toLowerCase()}</h2>
      {metric && (
        <p class="hint">
          PolyAI calls this <code>{metric}</code>, so both sides' numbers can be joined by it.
        </p>
      )}
      <table class="list">
        <caption class="hidden">Numbers by {name.toLowerCase()}</caption>
        <Columns names={knowsConversations ? [...columns, "Contained"] : columns} />
        <tbody>
          {shown.map(({ value, ...counts }) => (
            <Row key={value} most={total.handoffs} counts={counts} knowsConversations={knowsConversations}>
              {value !== null && LISTED.has(by) && value !== "other" ? (
                <a class="title" href={handoffsHref(searchOf({ [by]: value }))} data-row dir="auto">
                  {value}
                </a>
              ) : (
                <span dir="auto">{value ?? "none"}</span>
              )}
            </Row>
          ))}
          {rest && (
            <Row most={total.handoffs} counts={rest} knowsConversations={knowsConversations}>
              <span class="muted">{rest.values} more</span>
            </Row>
          )}
        </tbody>
      </table>
    </section>
  );
}

interface RowProps {
  most: number;
  counts: Counts;
  knowsConversations: boolean;
  children: ComponentChildren;
}

function Row({ most, counts, knowsConversations, children }: RowProps) {
  return (
    <tr>
      <td>{children}</td>
      <td data-label="Handoffs">
        {counts.handoffs}
        <meter min={0} max={Math.max(1, most)} value={counts.handoffs} aria-hidden="true" />
      </td>
      <td data-label="Accepted">{counts.accepted}</td>
      <td data-label="Failed">
        {counts.failed} {counts.failed > 0 && <span class="badge stage failed">{percent(counts.failure_rate)}</span>}
      </td>
      <td data-label="Fell back">{counts.fell_back}</td>
      <td data-label="Abandoned">{counts.abandoned}</td>
      <td data-label="Accepted after">{span(counts.acceptance_seconds)}</td>
      <td data-label="In a queue">{span(counts.queue_seconds)}</td>
      {knowsConversations && <td data-label="Contained">{percent(counts.containment)}</td>}
    </tr>
  );
}
