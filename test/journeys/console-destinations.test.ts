import { afterAll, beforeAll, expect, test } from "vitest";
import { amissOnPage } from "./axe.ts";
import { operatorOf, visitorOf } from "./console-page.ts";
import { operatorAt } from "./operator.ts";
import { DESKTOP, PHONE, startPages } from "./pages-rig.ts";

// Where handoffs go, edited in a browser: found without a route, tried as a draft, reviewed, applied, and brought back (G1-G6).

let pages: Awaited<ReturnType<typeof startPages>>;
beforeAll(async () => {
  pages = await startPages({ site: { routes: [{ destination: "orders", to: { connector: "desk", queue: "orders" } }] } });
});
afterAll(() => pages.stop());

const api = () => operatorAt({ url: pages.bridgeUrl, operatorKey: pages.operatorKey });

for (const [size, screen] of Object.entries({ desktop: DESKTOP, phone: { ...PHONE, colorScheme: "dark" as const } })) {
  test(`G3 on a ${size} an admin adds a route for what was asked for without one, tries it, applies it, and takes it back`, async () => {
    await visitorOf(pages);
    const sam = await operatorOf(pages, { path: "destinations", screen });
    await sam.link("Add a route for refunds").click();
    await sam.heading("Destinations of shop").waitFor();
    const route = sam.page.getByRole("listitem").filter({ hasText: "refunds" }).first();
    await route.getByLabel("Queue").fill("money back");
    await sam.button("Copy refunds").click();
    await sam.button("Remove refunds").last().click();
    await route.getByText("Conditions, phone calls, needed fields").click();
    await route.getByLabel("Reasons").fill("customer_refund, complaint");
    await route.getByLabel("What the assistant has stored").fill("successfully_identified = true");
    expect(await amissOnPage(sam.page)).toEqual([]);

    await sam.filter("Destination").fill("refunds");
    await sam.page.getByRole("textbox", { name: "Reason", exact: true }).fill("customer_refund");
    await sam.page.getByLabel("Context, as JSON").fill('{"successfully_identified": true}');
    await sam.button("Try").click();
    await sam.status.getByText('Destination "refunds" leads to desk/money back').waitFor();
    expect((await api().post<object>("destinations/dry-run", { site: "shop", destination: "refunds" })).body).toMatchObject({
      queue: "general",
    });

    await sam.button("Review and apply…").click();
    const dialog = sam.page.getByRole("dialog");
    await dialog.getByText(/^New route: "refunds" leads to desk\/money back, as its conditions hold/).waitFor();
    expect(await amissOnPage(sam.page)).toEqual([]);
    await dialog.getByRole("button", { name: "Apply" }).click();
    await sam.status.getByText("Applied, on every bridge.").waitFor();
    await sam.page.getByText(/What was set here applies: version \d+, set by/).waitFor();
    await visitorOf(pages);
    const { body } = await api().list("limit=1");
    expect(body.handoffs).toMatchObject([{ destination: "refunds", connector: "desk", queue: "money back" }]);

    await sam.page
      .getByRole("row", { name: /New route: "refunds"/ })
      .first()
      .waitFor();
    await sam.button("Go back to the file…").click();
    await dialog.getByText('Route "refunds" is removed, which led to desk/money back.').waitFor();
    await dialog.getByRole("button", { name: "Apply" }).click();
    await sam.page.getByText(/The configuration file's destinations apply, since version \d+/).waitFor();
    await sam.page
      .getByRole("row", { name: /Back to the file/ })
      .first()
      .waitFor();
    expect(await amissOnPage(sam.page)).toEqual([]);
    const overflow = await sam.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
    expect(overflow).toBe(0);
    expect(sam.complaints).toEqual([]);
    await sam.context.close();
  });
}

test("of two admins who edit at once the second is told who changed what, keeps the draft, and sees it against theirs", async () => {
  const sam = await operatorOf(pages, { path: "destinations/shop" });
  await sam.button("Add a route").click();
  await sam.page.getByLabel("Name at the assistant").last().fill("mine");
  const { version, document } = (await api().get<{ version: number; document: { routes: object[] } }>("destinations/shop")).body;
  const theirs = { ...document, routes: [...document.routes, { destination: "theirs", to: { connector: "desk" } }] };
  await api().put("destinations/shop", { based_on: version, document: theirs });
  await sam.button("Review and apply…").click();
  const dialog = sam.page.getByRole("dialog");
  await dialog.getByText('New route: "mine"').waitFor();
  await dialog.getByRole("button", { name: "Apply" }).click();
  await dialog
    .getByRole("alert")
    .getByText(/has made version \d+ at .*New route: "theirs" leads to desk\./)
    .waitFor();
  await dialog.getByText('Route "theirs" is removed, which led to desk.').waitFor();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await sam.link("Numbers").click();
  await sam.page.goBack();
  await expect.poll(() => sam.page.getByLabel("Name at the assistant").last().inputValue()).toBe("mine");
  expect((await api().get("destinations/shop")).body).toMatchObject({ version: version + 1 });
  await sam.context.close();
});

test("a draft with mistakes is not applied, and says what to put right in the words of the configuration", async () => {
  const sam = await operatorOf(pages, { path: "destinations/shop" });
  await sam.button("Add a route").click();
  await sam.button("Review and apply…").click();
  const dialog = sam.page.getByRole("dialog");
  await dialog.getByText(/destination: is empty: write a text/).waitFor();
  expect(await dialog.getByRole("button", { name: "Apply" }).count()).toBe(0);
  await sam.context.close();
});

test("G6 PolyAI's handoffs are brought into the draft, and what could not be taken is said", async () => {
  const sam = await operatorOf(pages, { path: "destinations/shop", screen: PHONE });
  await sam.page.getByLabel("Its text").fill("handoffs:\n  - name: W&G TBM\n    colour: red\n  - name: Orders\n");
  await sam.button("Add to the draft").click();
  await sam.page.getByRole("list", { name: "Taken", exact: true }).getByText('"W&G TBM" is a route to').waitFor();
  await sam.page.getByRole("list", { name: "Not taken" }).getByText('"W&G TBM": the field colour is not known here').waitFor();
  await sam.page.getByRole("list", { name: "Not taken" }).getByText('"Orders" has a route already, as "orders"').waitFor();
  await sam.page.getByRole("group").filter({ hasText: "W&G TBM" }).first().waitFor();
  expect(await amissOnPage(sam.page)).toEqual([]);
  await sam.context.close();
});
