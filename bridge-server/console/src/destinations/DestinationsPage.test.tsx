// @vitest-environment happy-dom
import { cleanup, fireEvent, render, within } from "@testing-library/preact";
import { afterEach, expect, test } from "vitest";
import type { Destination, Destinations } from "../api/answers.ts";
import { at, page, settle, startConsole } from "../test-console.ts";
import { conditionsOf } from "./conditions.ts";
import { DestinationsPage } from "./DestinationsPage.tsx";

afterEach(cleanup);

const destination = (more: Partial<Destination> = {}): Destination => ({
  site: "shop",
  name: "refunds",
  is_default: false,
  route: { connector: "desk", queue: "refunds", priority: "normal", phone: null, when: null, hours: null, open_now: true, fallback: [] },
  calls: null,
  last_accepted_at: null,
  failure_rate_24h: null,
  handoffs_24h: 0,
  ...more,
});
const byDefault = destination({ name: null, is_default: true });

async function start(given: Omit<Destinations, "sites">, path = "/console/destinations") {
  const standing = { version: 0, made_at: null, made_by: null, in_force: "file" as const };
  const sites = [...new Set(given.destinations.map(({ site }) => site))].map((site) => Object.assign({ site }, standing));
  const answer: Destinations = { ...given, sites };
  const bodies: unknown[] = [];
  const started = await startConsole((asked, _, { body }) => {
    if (asked === "/v1/destinations") return answer;
    if (asked !== "/v1/destinations/dry-run") return page([]);
    bodies.push(JSON.parse(String(body)));
    return {
      destination: "refunds",
      connector: null,
      queue: null,
      priority: null,
      open: false,
      because: ["The hours are over.", "Nobody is asked."],
    };
  }, path);
  const drawn = render(<DestinationsPage parts={started.parts} />);
  await settle();
  const tryIt = async (fields: Record<string, string> = {}) => {
    for (const [label, value] of Object.entries(fields)) fireEvent.input(drawn.getByLabelText(label), { target: { value } });
    fireEvent.click(drawn.getByRole("button", { name: "Try" }));
    await settle();
  };
  return { ...started, ...drawn, bodies, tryIt };
}

test("M1 N1 each route says how it fares, and names without one stand apart with where to add it", async () => {
  const { getByRole, getByText } = await start({
    destinations: [destination({ failure_rate_24h: 0.25, handoffs_24h: 8 }), byDefault],
    unknown: [{ site: "shop", name: "W&G TBM", times: 3, last_at: at(0) }],
  });
  const [, refunds, rest] = within(getByRole("table", { name: "Routes" })).getAllByRole("row");
  expect(refunds?.textContent).toContain("25 % failed");
  expect(rest?.textContent).toContain("Anything else");
  const unknown = within(getByRole("region", { name: "Without a route" }));
  expect(unknown.getByRole("link", { name: "W&G TBM" }).getAttribute("href")).toBe("/console/handoffs?site=shop&destination=W%26G+TBM");
  getByText(/3 times, last/);
  expect(unknown.getByRole("link", { name: "Add a route for W&G TBM" }).getAttribute("href")).toBe(
    "/console/destinations/shop?add=W%26G%20TBM",
  );
  expect(getByRole("link", { name: "Edit" }).getAttribute("href")).toBe("/console/destinations/shop");
  getByText(/The configuration file's destinations apply, as nobody has set others here/);
});

test("a place that calls go to and that takes none says so, since when, and nothing where it is not asked", async () => {
  const down = { state: "down", since: at(0), because: "no_answer" } as const;
  const { getByRole } = await start({
    destinations: [
      destination({ calls: { uri: "sip:refunds@sbc.example.com", health: down } }),
      destination({ name: "billing", calls: { uri: "sip:billing@sbc.example.com", health: { ...down, because: "unavailable" } } }),
      destination({ name: "support", calls: { uri: "sip:support@sbc.example.com", health: { ...down, state: "up", because: null } } }),
      destination({ name: "sales", calls: { uri: "tel:+442071838750", health: null } }),
      byDefault,
    ],
    unknown: [],
  });
  const [, ...rows] = within(getByRole("table", { name: "Routes" })).getAllByRole("row");
  const told = rows.map((row) => [...row.querySelectorAll(".calls > *")].map(({ textContent }) => textContent));
  expect(told).toEqual([
    ["calls: sip:refunds@sbc.example.com", "Does not answer"],
    ["calls: sip:billing@sbc.example.com", "Takes no calls"],
    ["calls: sip:support@sbc.example.com"],
    ["calls: tel:+442071838750"],
    [],
  ]);
  expect(rows[0]!.querySelector(".calls .badge")?.getAttribute("title")).toMatch(/^Since /);
});

test("G5 a route is tried with what was filled in, and the answer says why", async () => {
  const { tryIt, bodies, getByText } = await start({ destinations: [destination()], unknown: [] });
  await tryIt({ Destination: "refunds", Reason: "complaint", "Context, as JSON": '{"tier": "gold"}' });
  expect(bodies).toEqual([{ site: "shop", destination: "refunds", reason: "complaint", language: null, data: { tier: "gold" } }]);
  getByText("Nobody would be asked");
  getByText("The hours are over.");
});

test.each(["[1]", "gold", "null", '"a"'])("context that is no object, such as %s, is not sent, and said", async (text) => {
  const { tryIt, bodies, getByText } = await start({ destinations: [destination()], unknown: [] });
  await tryIt({ "Context, as JSON": text });
  expect(bodies).toEqual([]);
  getByText(/Context is no JSON object/);
});

test("where a bridge serves several sites the one that is meant stands in the address", async () => {
  const answer = { destinations: [destination(), destination({ site: "bank", name: "loans" })], unknown: [] };
  const { getByRole, parts, tryIt, bodies } = await start(answer, "/console/destinations?site=bank");
  const rows = () =>
    within(getByRole("table", { name: "Routes" }))
      .getAllByRole("row")
      .slice(1);
  expect(rows().map(({ textContent }) => textContent)).toEqual([expect.stringContaining("loans")]);
  await tryIt();
  expect(bodies).toMatchObject([{ site: "bank", destination: null, data: null }]);
  parts.address.filter("", false);
  await settle();
  expect(rows()).toHaveLength(2);
});

test.each([
  [{ when: null, hours: null }, "always"],
  [{ when: null, hours: "office" }, "during office"],
  [
    { when: { reason: ["a", "b"], context: { "customer.tier": ["gold", null] }, language: ["fr"], outside_hours: "night" }, hours: null },
    "outside night, reason a or b, in fr, customer.tier is gold or null",
  ],
])("what a route asks for is said in words: %#", (route, words) => {
  expect(conditionsOf(route)).toBe(words);
});
