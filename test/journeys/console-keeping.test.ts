import { afterAll, beforeAll, expect, test } from "vitest";
import { amissOnPage } from "./axe.ts";
import { leaves, operatorOf, visitorOf } from "./console-page.ts";
import { DESKTOP, PHONE, startPages } from "./pages-rig.ts";

// What admins answer for, in a browser: a key is made, a conversation erased, and both stand in the log that is checked.

let pages: Awaited<ReturnType<typeof startPages>>;
beforeAll(async () => {
  pages = await startPages({});
});
afterAll(() => pages.stop());

test("an admin makes a key, which is shown once and opens the API, and takes it back", async () => {
  const sam = await operatorOf(pages, { path: "keys" });
  await sam.button("Make a key").click();
  const dialog = sam.page.getByRole("dialog");
  await dialog.getByLabel("Name of the system").fill("crm");
  await dialog.getByRole("button", { name: "Make it" }).click();
  await sam.status.getByText("This is the only time it is shown").waitFor();
  const key = await sam.status.getByText(/^baton_/).innerText();
  const me = async () => (await fetch(`${pages.bridgeUrl}/v1/operators/me`, { headers: { "x-api-key": key.trim() } })).status;
  expect(await me()).toBe(200);
  expect(await amissOnPage(sam.page)).toEqual([]);
  await sam.button("Take back crm").click();
  await sam.button("Sure? It stops at once crm").click();
  await sam.page.getByRole("row", { name: /^crm/ }).waitFor({ state: "detached" });
  expect(await me()).toBe(401);
  expect(sam.complaints).toEqual([]);
  await sam.context.close();
});

test("L5 an admin erases a conversation by its id, and sees what became of it place by place; the log says who did and is whole", async () => {
  await leaves(await visitorOf(pages));
  const sam = await operatorOf(pages, { path: "conversations" });
  await sam.page.getByRole("table", { name: "Conversations" }).getByRole("link").first().click();
  await sam.page.getByRole("log").waitFor();
  const id = decodeURIComponent(new URL(sam.page.url()).pathname.split("/").at(-1) ?? "");
  await sam.link("Records").click();
  await sam.page.getByLabel("Its id").fill(id);
  await sam.button("Erase…").click();
  await sam.page.getByRole("dialog").getByRole("button", { name: "Erase", exact: true }).click();
  const proof = sam.page.getByRole("table", { name: `Conversation ${id}` });
  await proof.getByRole("row", { name: /^The bridge's store Erased/ }).waitFor();
  await proof.getByRole("row", { name: /^The assistant's platform Left to do by hand/ }).waitFor();
  expect(await amissOnPage(sam.page)).toEqual([]);
  await sam.link("Audit").click();
  await sam.page.getByRole("row", { name: /Erased conversation/ }).waitFor();
  await sam.button("Check the log").click();
  await sam.status.getByText(/^All \d+ lines are as they were written/).waitFor();
  expect(await amissOnPage(sam.page)).toEqual([]);
  expect(sam.complaints).toEqual([]);
  await sam.context.close();
});

test("E8 whoever knows what became of a handoff tells it on its page, and it stands there and in its history", async () => {
  await leaves(await visitorOf(pages));
  const sam = await operatorOf(pages, { path: "handoffs", screen: PHONE });
  await sam.table.getByRole("link").first().click();
  await sam.button("Report the outcome").click();
  const dialog = sam.page.getByRole("dialog");
  await dialog.getByLabel("Resolution").fill("resolved");
  await dialog.getByLabel("Wrap-up, in words").fill("Refunded in full.");
  await dialog.getByLabel("Rating, 1 to 5").fill("5");
  expect(await amissOnPage(sam.page)).toEqual([]);
  await dialog.getByRole("button", { name: "Report" }).click();
  await sam.page.getByText("5 of 5").waitFor();
  await sam.page.getByText("Refunded in full.").waitFor();
  await sam.button("Report another outcome").waitFor();
  expect(sam.complaints).toEqual([]);
  await sam.context.close();
});

test("these pages do well on a phone and in the dark, and without the role they say whose they are", async () => {
  for (const screen of [
    { ...PHONE, colorScheme: "dark" as const },
    { ...DESKTOP, colorScheme: "dark" as const },
  ]) {
    const sam = await operatorOf(pages, { path: "keys", screen });
    for (const name of ["Keys", "Records", "Audit"]) {
      await sam.link(name).click();
      await sam.page.getByRole("heading", { name, level: 1 }).waitFor();
      expect([name, await amissOnPage(sam.page)]).toEqual([name, []]);
      const overflow = await sam.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
      expect([name, overflow]).toEqual([name, 0]);
    }
    await sam.context.close();
  }
});
