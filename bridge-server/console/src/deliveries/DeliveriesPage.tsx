import { useState } from "preact/hooks";
import type { Delivery, DeliveryPage } from "../api/answers.ts";
import { type Trouble, troubleOf } from "../api/api.ts";
import type { Console } from "../console.ts";
import { conversationHref, handoffHref } from "../model/address.ts";
import { mayAs } from "../model/session.ts";
import { momentOf } from "../times.ts";
import { PagedList } from "../view/PagedList.tsx";
import { ReplayForm } from "./ReplayForm.tsx";

const PAGE = 50;

/** Announcements that nobody took, kept until somebody sends them once more. */
export function DeliveriesPage({ parts }: { parts: Console }) {
  const session = parts.session.state.value;
  const maySend = session.is === "in" && mayAs(session.role, "admin");
  return (
    <PagedList<Delivery>
      parts={parts}
      title="Deliveries"
      caption="Deliveries that nobody took"
      columns={["What", "To", "About", "Its id there", "Happened", "Send"]}
      empty="Every announcement was taken, or is still being tried."
      read={async (cursor, stop) => {
        const page = await parts.api.get<DeliveryPage>("/v1/deliveries", { state: "kept", limit: PAGE, cursor }, stop);
        return { rows: page.deliveries, next: page.next };
      }}
      nameOf={({ id }) => String(id)}
      row={(delivery) => <Row key={delivery.id} parts={parts} delivery={delivery} maySend={maySend} />}
    >
      {(again) => (
        <>
          <p class="hint lead">
            What the bridge could not tell a system that is announced to, after trying for days. Mend the system first; then send each once
            more, or all of a time.
            {!maySend && " Sending needs the role admin."}
          </p>
          {maySend && <ReplayForm parts={parts} done={again} />}
        </>
      )}
    </PagedList>
  );
}

function Row({ parts, delivery, maySend }: { parts: Console; delivery: Delivery; maySend: boolean }) {
  const [state, setState] = useState<"kept" | "sending" | "on its way" | Trouble>("kept");

  async function send(): Promise<void> {
    setState("sending");
    try {
      await parts.api.post<Delivery>(`/v1/deliveries/${delivery.id}/replay`, {});
      setState("on its way");
    } catch (error) {
      setState(troubleOf(error));
    }
  }

  const about =
    delivery.handoff === null
      ? { href: conversationHref(delivery.site, delivery.conversation), name: "conversation" }
      : { href: handoffHref(delivery.handoff), name: "handoff" };
  return (
    <tr>
      <td>
        <code>{delivery.type}</code>
      </td>
      <td>{delivery.to}</td>
      <td>
        <a href={about.href} data-row>
          {about.name}
        </a>
        <span class="muted">{delivery.site}</span>
      </td>
      <td data-label="Its id there">
        <code>{delivery.event_id}</code>
      </td>
      <td data-label="Happened">{delivery.happened_at === null ? "not known" : momentOf(delivery.happened_at)}</td>
      <td>
        {state === "on its way" ? (
          <span role="status">On its way</span>
        ) : (
          <button type="button" disabled={!maySend || state === "sending"} onClick={() => void send()}>
            Send again
          </button>
        )}
        {typeof state === "object" && (
          <span class="complaint" role="alert">
            {state.sentence}
          </span>
        )}
      </td>
    </tr>
  );
}
