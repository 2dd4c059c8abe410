import type { ListedHandoff } from "../api/answers.ts";
import { handoffHref } from "../model/address.ts";
import { momentOf } from "../times.ts";
import { causeOf, destinationOf, enderOf, fallbackOf, reasonOf, triesOf } from "../words.ts";
import { StageBadge } from "./StageBadge.tsx";
import { Columns } from "./Columns.tsx";

/** Handoffs in rows, on a phone in cards. */
export function HandoffTable({ handoffs }: { handoffs: ListedHandoff[] }) {
  return (
    <table class="list handoffs">
      <caption class="hidden">Handoffs</caption>
      <Columns names={["State", "Destination", "What happened", "Desk", "Site", "Began"]} />
      <tbody>
        {handoffs.map((handoff) => (
          <Row key={handoff.id} handoff={handoff} />
        ))}
      </tbody>
    </table>
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
        <a class="title" href={handoffHref(handoff.id)} data-row dir="auto">
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
      return tries > 0 ? `${triesOf(tries)}.` : "";
    case "erased":
      return "Nothing is left of it but that there was one.";
  }
}
