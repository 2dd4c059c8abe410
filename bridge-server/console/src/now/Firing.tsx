import { useEffect, useMemo } from "preact/hooks";
import type { Console } from "../console.ts";
import { createAlertsReading } from "../model/firing.ts";
import { momentOf } from "../times.ts";

/** The alerts that fire now, where whoever is on call looks first. Without any it takes no room. */
export function Firing({ parts }: { parts: Console }) {
  const reading = useMemo(() => createAlertsReading(parts), [parts]);
  useEffect(() => {
    void reading.read();
    return reading.stop;
  }, [reading]);
  const { value } = reading.state;
  const firing = value.is === "there" ? value.value.alerts.filter(({ state }) => state === "firing") : [];
  if (firing.length === 0) return null;
  return (
    <section class="firing" role="alert" aria-label="Alerts">
      <ul>
        {firing.map(({ name, says, since }) => (
          <li key={name}>
            <a href="/console/alerts">{name}</a> {says} {since && <span class="muted">since {momentOf(since)}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}
