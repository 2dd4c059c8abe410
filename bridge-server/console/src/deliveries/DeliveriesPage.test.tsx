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
  const started = await startConsole((path) => {
    if (path === "/console/session") return { ...me, role };
    if (path === "/v1/deliveries") return { deliveries, next: null };
    return path.endsWith("/replay") ? replay() : page([]);
  }, "/console/deliveries");
  const drawn = render(<DeliveriesPage parts={started.parts} />);
  await settle();
  return { ...started, ...drawn, button: () => within(drawn.getByRole("table")).getByRole("button", { name: "Send again" }) };
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
