// @vitest-environment happy-dom
import { cleanup, fireEvent, render, within } from "@testing-library/preact";
import { afterEach, expect, test } from "vitest";
import type { DestinationsDocument, SiteDestinations } from "../api/answers.ts";
import { at, settle, startConsole } from "../test-console.ts";
import { contextIn, contextText, listIn, moved, newHours, newRoute, stepOf } from "./draft.ts";
import { EditorPage } from "./EditorPage.tsx";

afterEach(cleanup);

const desk = { connector: "desk", queue: null, urgent: false };
const document: DestinationsDocument = {
  routes: [newRoute("refunds", desk), newRoute("sales", { phone: { label: "Sales", number: "+442071838750" } })],
  defaultRoute: { to: desk, hours: null, sip: null, required: [] },
  hours: { office: newHours("Europe/London") },
  fallback: [{ to: "assistant" }],
};
const standing: SiteDestinations = {
  site: "shop",
  version: 2,
  made_at: at(0),
  made_by: "ana",
  in_force: "console",
  mistakes: [],
  warnings: [],
  desks: ["desk", "second"],
  document,
};

/** An editor, and everything that it has sent. */
async function start({ path = "/console/destinations/shop", role = "admin", now = standing, refused = null as number | null } = {}) {
  const sent: { path: string; method: string; body: Record<string, unknown> }[] = [];
  const started = await startConsole((asked, _, { method = "GET", body }) => {
    if (asked === "/console/session") return { name: "sam", role };
    if (body) sent.push({ path: asked, method, body: JSON.parse(String(body)) as Record<string, unknown> });
    if (asked.endsWith("/check")) return { mistakes: [], warnings: [], changes: ["Something changes."] };
    if (asked.endsWith("/versions")) return { versions: [], next: null };
    if (asked.endsWith("/import")) return { document, taken: ["One is taken."], left: ["One is not."] };
    if (method === "PUT" && refused) return refused;
    return now;
  }, path);
  const drawn = render(<EditorPage parts={started.parts} site="shop" />);
  await settle();
  /** What would be applied now. */
  const draft = async () => {
    fireEvent.click(drawn.getByRole("button", { name: "Review and apply…" }));
    await settle();
    fireEvent.click(within(drawn.getByRole("dialog")).getByRole("button", { name: "Cancel" }));
    return sent.at(-1)!.body["document"] as DestinationsDocument;
  };
  const type = (label: string, value: string, n = 0) => fireEvent.input(drawn.getAllByLabelText(label)[n]!, { target: { value } });
  const choose = (label: string, value: string, n = 0) => fireEvent.change(drawn.getAllByLabelText(label)[n]!, { target: { value } });
  const press = (name: string) => fireEvent.click(drawn.getByRole("button", { name }));
  return { ...started, ...drawn, sent, draft, type, choose, press };
}

test("what is not touched stays as it is, whatever else is edited", async () => {
  const { type, draft } = await start();
  type("What it is for", "Money back");
  expect(await draft()).toEqual({ ...document, routes: [{ ...document.routes[0], description: "Money back" }, document.routes[1]] });
});

test("every field of a route ends where it belongs", async () => {
  const { type, choose, press, draft } = await start();
  press("Remove sales");
  type("Name at the assistant", "W&G TBM");
  choose("Desk", "second");
  type("Queue", "tbm");
  type("Reasons", "a, b,");
  type("Languages", "pt");
  choose("During", "office");
  choose("Outside", "office");
  type("What the assistant has stored, a line each", "customer.tier = gold, null\nvip = true");
  type("Phone calls go to", " sip:tbm@sbc.example.com ");
  type("Fields that people need", "order_id");
  expect((await draft()).routes).toEqual([
    {
      destination: "W&G TBM",
      description: null,
      when: {
        reason: ["a", "b"],
        language: ["pt"],
        hours: "office",
        outsideHours: "office",
        context: { "customer.tier": ["gold", null], vip: ["true"] },
      },
      to: { connector: "second", queue: "tbm", urgent: false },
      sip: "sip:tbm@sbc.example.com",
      required: ["order_id"],
    },
  ]);
});

test("routes are added, copied and put in another order; the default has no way out", async () => {
  const { press, draft, getByRole } = await start();
  press("Add a route");
  press("Copy refunds");
  press("Up sales");
  expect((await draft()).routes.map(({ destination }) => destination)).toEqual(["refunds", "sales", "refunds", ""]);
  expect(within(getByRole("region", { name: "Default route" })).queryByRole("button")).toBeNull();
});

test("a desk becomes a number to call, steps of another kind keep what they can, and hours are written day by day", async () => {
  const { choose, type, press, draft } = await start();
  choose("Leads to", "phone", 2);
  type("Number", " +442071838750 ", 1);
  choose("Step 1", "callback");
  choose("Step 1", "leave_message");
  press("Add a step");
  type("Saturday", "10:00-14:00, 15:00-16:00");
  type("Closed on these dates", "2026-12-25");
  const { defaultRoute, fallback, hours } = await draft();
  expect(defaultRoute.to).toEqual({ phone: { label: "", number: "+442071838750" } });
  expect(fallback).toEqual([{ to: "leave_message", connector: "desk", queue: null }, { to: "goodbye" }]);
  expect(hours["office"]).toMatchObject({ week: { sat: ["10:00-14:00", "15:00-16:00"], sun: [] }, holidays: ["2026-12-25"] });
});

test("a draft is applied against the version that it was made from, and then there is none", async () => {
  const { type, press, sent, getByRole, getByText } = await start();
  type("Queue", "q");
  press("Review and apply…");
  await settle();
  getByText("Something changes.");
  fireEvent.click(within(getByRole("dialog")).getByRole("button", { name: "Apply" }));
  await settle();
  expect(sent.filter(({ method }) => method === "PUT")).toMatchObject([
    { path: "/v1/destinations/shop", body: { based_on: 2, document: { routes: [{ to: { queue: "q" } }, {}] } } },
  ]);
  getByText("Applied, on every bridge.");
  expect((getByRole("button", { name: "Review and apply…" }) as HTMLButtonElement).disabled).toBe(true);
});

test("what the bridge refuses is said where it was asked, and the draft stays", async () => {
  const { type, press, getByRole, draft } = await start({ refused: 400 });
  type("Queue", "q");
  press("Review and apply…");
  await settle();
  fireEvent.click(within(getByRole("dialog")).getByRole("button", { name: "Apply" }));
  await settle();
  expect(within(getByRole("dialog")).getByRole("alert").textContent).toBe("The bridge said no.");
  fireEvent.click(within(getByRole("dialog")).getByRole("button", { name: "Cancel" }));
  expect((await draft()).routes[0]!.to).toMatchObject({ queue: "q" });
});

test("back to the file is reviewed as any other change", async () => {
  const { press, sent, getByRole } = await start();
  press("Go back to the file…");
  await settle();
  fireEvent.click(within(getByRole("dialog", { name: "Go back to the file?" })).getByRole("button", { name: "Apply" }));
  await settle();
  expect(sent.slice(0, 2).map(({ method, body }) => [method, body])).toEqual([
    ["POST", { document: null }],
    ["PUT", { based_on: 2, document: null }],
  ]);
});

test("a name that was found without a route comes with one begun, and one that has a route does not", async () => {
  const { draft } = await start({ path: "/console/destinations/shop?add=W%26G" });
  expect((await draft()).routes.at(-1)).toEqual(newRoute("W&G", desk));
  cleanup();
  const { getByText } = await start({ path: "/console/destinations/shop?add=refunds" });
  getByText("Nothing is edited.");
});

test("PolyAI's list is added to the draft as it stands, and both lists of sentences are shown", async () => {
  const { type, press, sent, getByRole } = await start();
  type("Queue", "q");
  type("Its text", "handoffs: []");
  press("Add to the draft");
  await settle();
  expect(sent.at(-1)!.body).toMatchObject({ yaml: "handoffs: []", document: { routes: [{ to: { queue: "q" } }, {}] } });
  expect(getByRole("list", { name: "Taken" }).textContent).toBe("One is taken.");
  expect(getByRole("list", { name: "Not taken" }).textContent).toBe("One is not.");
});

test("whoever may not edit sees all of it, and can change nothing", async () => {
  const { getByText, queryByRole, getAllByLabelText } = await start({ role: "operator" });
  getByText("Editing needs the role admin.");
  expect(getAllByLabelText("Queue")[0]!.closest("fieldset")!.disabled).toBe(true);
  expect(queryByRole("button", { name: "Review and apply…" })).toBeNull();
});

test("a version that does not fit is told with why, and whose word counts instead", async () => {
  const { getByRole, getByText } = await start({ now: { ...standing, in_force: "refused", mistakes: ["routes[0]: names no connector"] } });
  expect(getByRole("alert").textContent).toContain("does not fit the configuration any more (version 2, set by ana");
  getByText("routes[0]: names no connector");
});

test("what is written by hand is read as it was meant", () => {
  expect(listIn(" , ")).toBeNull();
  expect(contextIn("a = b=c, null\n\n x.y =1")).toEqual({ a: ["b=c", null], "x.y": ["1"] });
  expect(contextText({ a: [1, null], b: ["x"] })).toBe("a = 1, null\nb = x");
  expect(moved([1, 2, 3], 0, -1)).toEqual([1, 2, 3]);
  expect(moved([1, 2, 3], 1, 1)).toEqual([1, 3, 2]);
  expect(stepOf("phone", "desk", { to: "goodbye" })).toEqual({ to: "phone", label: "", number: "" });
});
