import { useEffect, useMemo } from "preact/hooks";
import type { Alert } from "../api/answers.ts";
import type { Console } from "../console.ts";
import { MissedHandoffs } from "./MissedHandoffs.tsx";
import { createAlertsReading } from "../model/firing.ts";
import { momentOf } from "../times.ts";
import { Columns } from "../view/Columns.tsx";
import { Empty, Shown } from "../view/Notice.tsx";
import { PageHead } from "../view/PageHead.tsx";

const rules: Record<Alert["when"], string> = {
  failure_rate: "Too many handoffs fail",
  queue_time: "Somebody waits too long in a queue",
  stuck_handoff: "No desk answers",
  key_refused: "PolyAI takes a key no more",
  key_expires: "A key is about to end",
  delivery_kept: "A system takes no announcements",
};

/** What operators are told of without looking, what is so now first. */
export function AlertsPage({ parts }: { parts: Console }) {
  const reading = useMemo(() => createAlertsReading(parts), [parts]);
  useEffect(() => {
    void reading.read();
    return reading.stop;
  }, [reading]);
  const { value } = reading.state;
  const firing = value.is === "there" ? value.value.alerts.filter(isFiring).length : 0;
  return (
    <>
      <PageHead parts={parts} title="Alerts" window={firing > 0 ? `${firing} alerts` : "Alerts"} />
      <Shown loaded={value} retry={reading.read}>
        {({ alerts }) =>
          alerts.length === 0 ? (
            <Empty>
              No alert is configured. List what you want to hear of under <code>alerts</code>, and who is told under <code>announce</code>{" "}
              or <code>slack</code>.
            </Empty>
          ) : (
            <table class="list">
              <caption class="hidden">Alerts</caption>
              <Columns names={["Alert", "It means", "Now", "Since"]} />
              <tbody>
                {[...alerts.filter(isFiring), ...alerts.filter((alert) => !isFiring(alert))].map((alert) => (
                  <Row key={alert.name} alert={alert} />
                ))}
              </tbody>
            </table>
          )
        }
      </Shown>
      <MissedHandoffs parts={parts} />
    </>
  );
}

function Row({ alert: { name, when, site, state, says, since } }: { alert: Alert }) {
  return (
    <tr>
      <td>
        <strong>{name}</strong>
        {site !== null && <span class="muted">{site}</span>}
      </td>
      <td>{rules[when]}</td>
      <td data-label="Now">
        {state === "firing" ? <span class="badge stage failed">Fires</span> : "Quiet"}
        {says && <span> {says}</span>}
      </td>
      <td data-label="Since">{since === null ? "it never fired" : momentOf(since)}</td>
    </tr>
  );
}

const isFiring = ({ state }: Alert) => state === "firing";
