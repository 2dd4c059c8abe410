// @vitest-environment happy-dom
import { cleanup, fireEvent, render, within } from "@testing-library/preact";
import { afterEach, expect, test } from "vitest";
import type { Delivery } from "../api/answers.ts";
import { at, me, page, settle, startConsole } from "../test-console.ts";
import { DeliveriesPage } from "./DeliveriesPage.tsx";

afterEach(cleanup);

const kept = (id: number, more: Partial<Delivery> = {}): Delivery => ({
  id,
  state: "kept",
  to: "crm",
  event_id: `msg-${id}`,
  type: "handoff.failed",
  site: "shop",
  conversation: "c-1",
  handoff: "h-1",
  cause: null,
  happened_at: at(0),
  ...more,
});

async function start(deliveries: Delivery[], { role = "admin", replay = (): object | number => kept(7, { state: "waiting" }) } = {}) {
  const sent: object[] = [];
  const started = await startConsole((path, _, { body }) => {
    if (path === "/v1/deliveries/count") return { kept: deliveries.length * 3 };
    if (path === "/v1/deliveries/replay") {
      sent.push(JSON.parse(String(body)) as object);
      return { replayed: 3 };
    }
    if (path === "/console/session") return { ...me, role };
    if (path === "/v1/deliveries") return { deliveries, next: null };
    return path.endsWith("/replay") ? replay() : page([]);
  }, "/console/deliveries");
  const drawn = render(<DeliveriesPage parts={started.parts} />);
  await settle();
  return { ...started, ...drawn, sent, button: () => within(drawn.getByRole("table")).getByRole("button", { name: "Send again" }) };
}

test("what nobody took is listed with what it is about, and sent once more by its number", async () => {
  const { getByRole, button, asked, getByText } = await start([kept(7)]);
  expect(getByRole("link", { name: "handoff" }).getAttribute("href")).toBe("/console/handoffs/h-1");
  fireEvent.click(button());
  await settle();
  expect(asked).toContain("POST /v1/deliveries/7/replay");
  getByText("On its way");
});

test("one that was sent meanwhile by somebody else says so", async () => {
  const { getByRole, button } = await start([kept(7)], { replay: () => 404 });
  fireEvent.click(button());
  await settle();
  expect(getByRole("alert").textContent).toBe("The bridge said no.");
});

test("T49 only an admin may send", async () => {
  const { button, getByText } = await start([kept(7)], { role: "operator" });
  expect((button() as HTMLButtonElement).disabled).toBe(true);
  getByText(/Sending needs the role admin/);
});

test("nothing kept is good news", async () => {
  const { getByText } = await start([]);
  getByText("Every announcement was taken, or is still being tried.");
});

test("everything of a time is counted first, and sent again once that was confirmed", async () => {
  const { getByLabelText, getByRole, getByText, sent, asked } = await start([kept(7)]);
  const since = new Date("2026-11-23T09:00");
  const until = new Date("2026-11-23T12:30");
  fireEvent.input(getByLabelText("Happened from"), { target: { value: "2026-11-23T09:00" } });
  fireEvent.input(getByLabelText("Until before"), { target: { value: "2026-11-23T12:30" } });
  fireEvent.input(getByLabelText("To"), { target: { value: " crm " } });
  fireEvent.click(getByRole("button", { name: "Send all again…" }));
  await settle();
  const dialog = within(getByRole("dialog", { name: "Send 3 deliveries again?" }));
  expect(sent).toEqual([]);
  fireEvent.click(dialog.getByRole("button", { name: "Send again" }));
  await settle();
  expect(sent).toEqual([{ since: since.toISOString(), until: until.toISOString(), to: "crm" }]);
  getByText("3 deliveries on the way.");
  expect(asked.filter((one) => one.startsWith("GET /v1/deliveries?"))).toHaveLength(2);
});

test("of a time of which nothing is kept nothing can be sent", async () => {
  const { getByLabelText, getByRole, sent } = await start([]);
  fireEvent.input(getByLabelText("Happened from"), { target: { value: "2026-11-23T09:00" } });
  fireEvent.input(getByLabelText("Until before"), { target: { value: "2026-11-23T12:30" } });
  fireEvent.click(getByRole("button", { name: "Send all again…" }));
  await settle();
  const dialog = within(getByRole("dialog", { name: "Nothing to send" }));
  expect(dialog.getAllByRole("button").map(({ textContent }) => textContent)).toEqual(["Close"]);
  expect(sent).toEqual([]);
});

test("without the role nothing of a time can be sent either", async () => {
  const { queryByRole } = await start([kept(7)], { role: "operator" });
  expect(queryByRole("button", { name: "Send all again…" })).toBeNull();
});
