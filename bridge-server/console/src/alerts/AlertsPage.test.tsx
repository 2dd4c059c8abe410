// @vitest-environment happy-dom
import { cleanup, render, within } from "@testing-library/preact";
import { afterEach, expect, test } from "vitest";
import type { Alert } from "../api/answers.ts";
import { at, page, settle, startConsole } from "../test-console.ts";
import { AlertsPage } from "./AlertsPage.tsx";

afterEach(cleanup);

const quiet = (more: Partial<Alert> = {}): Alert => {
  return { name: "failures", when: "failure_rate", site: null, state: "quiet", says: null, since: null, ...more };
};

async function start(alerts: Alert[]) {
  const bridge = { alerts };
  const started = await startConsole((path) => (path === "/v1/alerts" ? bridge : page([])), "/console/alerts");
  const drawn = render(<AlertsPage parts={started.parts} />);
  await settle();
  const rows = () =>
    within(drawn.getByRole("table", { name: "Alerts" }))
      .getAllByRole("row")
      .slice(1);
  return { ...started, ...drawn, bridge, rows: () => rows().map(({ textContent }) => textContent) };
}

test("M9 what fires stands first, with what is so and since when, and moves as it happens", async () => {
  const fires = quiet({
    name: "waits",
    when: "queue_time",
    site: "shop",
    state: "firing",
    says: "A visitor has waited.",
    since: at(-60_000),
  });
  const { rows, bridge, hand } = await start([quiet(), fires]);
  expect(rows()[0]).toContain("waitsshopSomebody waits too long in a queueFires A visitor has waited.");
  expect(rows()[1]).toContain("it never fired");
  expect(document.title).toContain("1 alerts");
  bridge.alerts = [quiet({ name: "waits", since: at(0) })];
  hand.pass(5_000);
  await settle();
  expect(rows()).toHaveLength(1);
  expect(rows()[0]).toContain("Quiet");
});

test("without rules the page says where to write them", async () => {
  const { getByText } = await start([]);
  getByText(/^No alert is configured/);
});
