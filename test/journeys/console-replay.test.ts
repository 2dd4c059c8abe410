import { afterAll, beforeAll, expect, test } from "vitest";
import { amissOnPage } from "./axe.ts";
import { operatorOf, visitorOf } from "./console-page.ts";
import { DESKTOP, PHONE, startPages } from "./pages-rig.ts";
import { startReceiver } from "./receiver.ts";

// What a system could not be told while it was away is sent to it once more, everything of a span of time, by hand and in a browser.

let crm: Awaited<ReturnType<typeof startReceiver>>;
let pages: Awaited<ReturnType<typeof startPages>>;
beforeAll(async () => {
  crm = await startReceiver("crm");
  pages = await startPages({ crm });
});
afterAll(async () => {
  await pages.stop();
  await crm.stop();
});

/** What is typed into a field of date and time, so many hours from now, on the clock of whoever looks. */
const hoursFromNow = (hours: number) => {
  const then = new Date(Date.now() + hours * 3_600_000);
  return new Date(then.getTime() - then.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
};

/** What the bridge keeps because nobody took it. */
async function kept(): Promise<unknown[]> {
  const answer = await fetch(`${pages.bridgeUrl}/v1/deliveries?state=kept`, { headers: { "x-api-key": pages.operatorKey } });
  return ((await answer.json()) as { deliveries: unknown[] }).deliveries; // as the API's description says
}

test.for([
  ["a desktop", DESKTOP],
  ["a phone in the dark", { ...PHONE, colorScheme: "dark" as const }],
] as const)(
  "on %s an admin picks a span of time, sees how many were missed in it, sends them again, and they arrive, each once",
  async ([, screen]) => {
    crm.beginsAnew();
    crm.willAnswer(410, 410); // gone: nothing that is told it is tried again by itself
    await visitorOf(pages);
    await expect.poll(kept).toHaveLength(2);
    const heard = () => crm.heard.map(({ id }) => id).filter((id) => missed.includes(id));
    const missed = crm.tries.filter(({ status }) => status === 410).map(({ id }) => id);
    expect(missed).toHaveLength(2);

    const sam = await operatorOf(pages, { path: "deliveries", screen });
    const rows = sam.page.getByRole("table", { name: "Deliveries that nobody took" }).getByRole("row");
    await expect.poll(() => rows.count()).toBe(1 + missed.length); // and one of headings
    const span = async (from: number, until: number) => {
      await sam.page.getByLabel("Happened from").fill(hoursFromNow(from));
      await sam.page.getByLabel("Until before").fill(hoursFromNow(until));
      await sam.button("Send all again…").click();
    };
    await span(-48, -24);
    const nothing = sam.page.getByRole("dialog", { name: "Nothing to send" });
    await nothing.waitFor();
    expect(await amissOnPage(sam.page)).toEqual([]);
    await sam.page.keyboard.press("Escape");
    await nothing.waitFor({ state: "detached" });

    await sam.page.getByLabel("To", { exact: true }).fill("crm");
    await span(-1, 1);
    const dialog = sam.page.getByRole("dialog", { name: "Send 2 deliveries again?" });
    await dialog.waitFor();
    expect(await amissOnPage(sam.page)).toEqual([]);
    expect(heard()).toEqual([]); // they were only counted
    await dialog.getByRole("button", { name: "Send again" }).click();
    await sam.status.getByText("2 deliveries on the way.").waitFor();
    await sam.page.getByText("Every announcement was taken, or is still being tried.").waitFor();
    await expect.poll(() => heard().toSorted()).toEqual(missed.toSorted());
    expect(await amissOnPage(sam.page)).toEqual([]);

    await sam.link("Audit").click();
    await sam.page
      .getByRole("row", { name: /tests.*Sent an announcement again/ })
      .first()
      .waitFor();
    expect(sam.complaints).toEqual([]);
    await sam.context.close();
  },
);
