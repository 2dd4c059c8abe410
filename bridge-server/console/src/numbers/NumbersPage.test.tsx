// @vitest-environment happy-dom
import { cleanup, fireEvent, render, within } from "@testing-library/preact";
import { afterEach, expect, test } from "vitest";
import type { Counts, Numbers } from "../api/answers.ts";
import { page, settle, startConsole } from "../test-console.ts";
import { NumbersPage } from "./NumbersPage.tsx";

afterEach(cleanup);

const counts = (more: Partial<Counts> = {}): Counts => ({
  conversations: 10,
  handed_off: 4,
  containment: 0.6,
  handoffs: 4,
  queued: 4,
  accepted: 3,
  failed: 1,
  fell_back: 1,
  abandoned: 0,
  failure_rate: 0.25,
  acceptance_seconds: 12.4,
  queue_seconds: 8,
  ...more,
});

async function start(more: Partial<Numbers> = {}, path = "/console/numbers") {
  const started = await startConsole((asked, query) => {
    if (asked !== "/v1/numbers") return page([]);
    const by = query.get("by") ?? "destination";
    const { since = "", until = "" } = Object.fromEntries(query);
    const sites = [{ value: "shop", ...counts() }];
    return {
      since,
      until,
      by,
      metric: by === "destination" ? "HANDOFF_TO" : null,
      total: counts(),
      days: [{ day: until, ...counts() }],
      groups:
        by === "site"
          ? sites
          : [
              { value: "refunds", ...counts() },
              { value: null, ...counts({ handoffs: 0 }) },
            ],
      rest: null,
      ...(by !== "site" && more),
    };
  }, path);
  const drawn = render(<NumbersPage parts={started.parts} />);
  await settle();
  return { ...started, ...drawn };
}

test("N1 four weeks by destination: totals, days and groups, each in words that need no picture", async () => {
  const { getByLabelText, getByRole, asked } = await start();
  expect(asked).toContain("GET /v1/numbers?by=destination&since=2026-10-27&until=2026-11-23");
  const totals = getByLabelText("In these days").textContent;
  for (const said of ["4of 10 conversations", "60 %", "75 %3 of 4", "25 %", "12 s", "8 s"]) expect(totals).toContain(said);
  expect(getByRole("table", { name: "Numbers by destination" }).textContent).toContain("refunds");
  expect(getByRole("link", { name: "refunds" }).getAttribute("href")).toBe("/console/handoffs?destination=refunds");
  const [today] = within(getByRole("table", { name: "Numbers day by day", hidden: true }))
    .getAllByRole("row", { hidden: true })
    .slice(1);
  expect([...today!.querySelectorAll("td")].map((cell) => cell.textContent).slice(1)).toEqual(["10", "4", "3", "1", "0", "12 s"]);
  expect(getByRole("img", { name: /^Handoffs, day by day/ }).querySelectorAll("g > title")).toHaveLength(28);
});

test("what it is told apart by, and over how long, is in the address", async () => {
  const { getByLabelText, asked, parts } = await start();
  fireEvent.change(getByLabelText("By"), { target: { value: "language" } });
  await settle();
  fireEvent.change(getByLabelText("Days"), { target: { value: "7" } });
  await settle();
  expect(parts.address.search.value).toBe("?by=language&days=7");
  expect(asked.at(-2)).toBe("GET /v1/numbers?by=language&since=2026-11-17&until=2026-11-23");
});

test("N2 PolyAI's own name stands beside where it is equal, and containment where conversations are known", async () => {
  const destinations = await start();
  destinations.getByText("HANDOFF_TO");
  expect(destinations.queryByRole("columnheader", { name: "Contained" })).toBeNull();
  cleanup();
  const languages = await start({}, "/console/numbers?by=language&site=shop");
  languages.getByRole("columnheader", { name: "Contained" });
  expect(languages.asked).toContain("GET /v1/numbers?by=language&site=shop&since=2026-10-27&until=2026-11-23");
});

test("an address that somebody has mistyped shows what is usual", async () => {
  const { getByRole } = await start({}, "/console/numbers?by=constructor&days=0");
  getByRole("table", { name: "Numbers by destination" });
});

test("days without anything say so, and can be chosen anew", async () => {
  const nothing = counts({ conversations: 0, handoffs: 0, containment: null });
  const { getByText, getByLabelText, queryByRole } = await start({ total: nothing, days: [], groups: [] });
  getByText(/^Nothing has happened in these days/);
  getByLabelText("Days");
  expect(queryByRole("img")).toBeNull();
});
