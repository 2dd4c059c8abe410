// @vitest-environment happy-dom
import { cleanup, render, within } from "@testing-library/preact";
import { afterEach, expect, test } from "vitest";
import type { ListedHandoff } from "../api/answers.ts";
import { at, handoff, page, settle, startConsole } from "../test-console.ts";
import { NowPage } from "./NowPage.tsx";

afterEach(cleanup);

async function start(handoffs: ListedHandoff[]) {
  const started = await startConsole((_, query) =>
    page(handoffs.filter(({ stage }) => query.get("stage") === null || query.get("stage") === stage)),
  );
  const drawn = render(<NowPage parts={started.parts} />);
  await settle();
  const list = (name: string) => within(drawn.getByRole("list", { name }));
  return { ...started, ...drawn, list };
}

test("M1 a failure says its cause and what Baton did about it", async () => {
  const { list } = await start([
    handoff({ id: "f-1", stage: "failed", cause: "vendor_unreachable", tries: 3, fell_back_to: ["leave_message", "phone"] }),
  ]);
  const { textContent } = list("Failed today").getByRole("listitem");
  expect(textContent).toContain("The desk could not be reached. It was tried 3 times.");
  expect(textContent).toContain("Baton asked for a message and showed a phone number.");
  expect(list("Failed today").getByRole("link", { name: "refunds" }).getAttribute("href")).toBe("/console/handoffs/f-1");
});

test("M2 a failure that led to another desk says to which, and how it stands there", async () => {
  const { list } = await start([
    handoff({ id: "f-1", stage: "failed", cause: "out_of_hours", began_at: at(-3) }),
    handoff({ id: "n-1", destination: "general", began_at: at(-2) }),
  ]);
  const { textContent } = list("Failed today").getByRole("listitem");
  expect(textContent).toContain("It was outside business hours.");
  expect(textContent).toContain("Then general was asked: Waiting");
});

test("A3 A4 A5 a handoff moves from list to list as it happens, and the title counts", async () => {
  const { list, streams, getByText } = await start([handoff()]);
  expect(document.title).toBe("1 waiting · Baton console");
  streams.last().tell("message", handoff({ change: 2, stage: "live", agent: "Kim" }));
  await settle();
  expect(list("With a person").getByRole("listitem").textContent).toContain("Kim");
  getByText("Nobody is waiting.");
  streams.last().tell("message", handoff({ change: 3, stage: "failed", cause: "agent_gone" }));
  await settle();
  expect(list("Failed today").getByRole("listitem").textContent).toContain("The agent left, and no colleague came.");
  expect(document.title).toBe("1 failed · Baton console");
});

test("N1 no share is told while nothing is decided", async () => {
  const { getByText, streams } = await start([handoff()]);
  getByText("none is decided yet");
  streams.last().tell("message", handoff({ change: 2, stage: "live", state: "handoff_completed" }));
  await settle();
  getByText("1 of 1 decided");
  getByText("100 %");
});

test("E5 a reason that only repeats the destination is not shown as one", async () => {
  const { list } = await start([handoff({ reason: "refunds" })]);
  expect(list("Waiting for a person").getByRole("listitem").textContent).toMatch(/^refunds[\d:]+shop/);
});
