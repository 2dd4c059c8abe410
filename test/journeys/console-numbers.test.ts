import { afterAll, beforeAll, expect, test } from "vitest";
import { amissOnPage } from "./axe.ts";
import { behave, operatorOf, visitorOf } from "./console-page.ts";
import { DESKTOP, PHONE, startPages } from "./pages-rig.ts";

// Numbers and alerts as people meet them, in a real Chromium: on a phone and a desktop, light and dark, by keyboard.

let pages: Awaited<ReturnType<typeof startPages>>;
beforeAll(async () => {
  pages = await startPages({
    site: { handoff: { openWithinMs: 1_000 } },
    alerts: { failures: { when: "failure_rate", above: 0, atLeast: 1, withinMs: 60 * 60_000 } },
  });
});
afterAll(() => pages.stop());

// That the alert is there within ten seconds is `alerts.test.ts`'s to say, by a clock that nobody else keeps busy.
test("M9 with the desk switched off, the alert stands before whoever is on call without anything being pressed", async () => {
  const sam = await operatorOf(pages);
  await behave(pages, "down");
  await visitorOf(pages);
  await sam.list("Failed today").getByRole("listitem").first().waitFor();
  const alert = sam.page.getByRole("alert", { name: "Alerts" });
  await alert.waitFor();
  await expect.poll(() => alert.textContent()).toContain("1 of 1 handoffs of the last 60 minutes have failed.");
  expect(await amissOnPage(sam.page)).toEqual([]);
  await alert.getByRole("link", { name: "failures" }).click();
  await sam.heading("Alerts").waitFor();
  await sam.page.getByRole("table", { name: "Alerts" }).getByText("Fires").waitFor();
  expect(await amissOnPage(sam.page)).toEqual([]);
  expect(sam.complaints).toEqual([]);
});

test.for([
  ["a desktop", DESKTOP, "light"],
  ["a desktop", DESKTOP, "dark"],
  ["a phone", PHONE, "light"],
  ["a phone", PHONE, "dark"],
] as const)("N1 the page of numbers can be read on %s, %s, as pictures and as tables", async ([, screen, colorScheme]) => {
  const sam = await operatorOf(pages, { path: "numbers", screen: { ...screen, colorScheme } });
  await sam.page.getByRole("table", { name: "Numbers by destination" }).getByText("refunds").waitFor();
  await sam.page.getByRole("img", { name: /^Handoffs, day by day/ }).waitFor();
  expect(await amissOnPage(sam.page)).toEqual([]);
  await sam.page.getByText("The same as a table").click();
  await sam.page.getByRole("table", { name: "Numbers day by day" }).waitFor();
  await sam.filter("By").selectOption({ label: "Cause of failure" });
  await sam.page.getByRole("table", { name: "Numbers by cause of failure" }).getByText("vendor_unreachable").waitFor();
  expect(new URL(sam.page.url()).search).toBe("?by=cause");
  expect(await amissOnPage(sam.page)).toEqual([]);
  expect(sam.complaints).toEqual([]);
  await sam.context.close();
});

test("the keyboard gets to the numbers and the alerts", async () => {
  const sam = await operatorOf(pages);
  await sam.page.keyboard.press("Alt+Digit6");
  await sam.heading("Numbers").waitFor();
  await sam.page.keyboard.press("Alt+Digit7");
  await sam.heading("Alerts").waitFor();
  await sam.context.close();
});
