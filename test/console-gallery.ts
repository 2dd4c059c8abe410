// `pnpm run gallery:console [-- folder]`: every page of the operators' console, on a phone and a desktop, light and dark.
import { mkdirSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { behave, leaves, operatorOf, visitorOf } from "./journeys/console-page.ts";
import { deskOn, DESKTOP, PHONE, startPages } from "./journeys/pages-rig.ts";

const folder = resolve(process.argv.slice(2).find((word) => word !== "--") ?? "shots");
const sizes = { phone: { ...PHONE, viewport: { width: 390, height: 844 } }, desktop: { viewport: { width: 1280, height: 860 } } };

mkdirSync(folder, { recursive: true });
const pages = await startPages({
  site: { handoff: { openWithinMs: 1_500 } },
  alerts: { failures: { when: "failure_rate", above: 0.1, atLeast: 2 }, waits: { when: "queue_time" } },
});
try {
  const failed = await someDay();
  for (const [size, screen] of Object.entries(sizes))
    for (const colorScheme of ["light", "dark"] as const) await draw(`${size}-${colorScheme}`, { ...screen, colorScheme }, failed);
  console.log(`${readdirSync(folder).length} pictures in ${folder}`);
} finally {
  await pages.stop();
}

/** One who talks, one who leaves, two that fail and two who wait. Gives the first one's handoff. */
async function someDay(): Promise<string> {
  const talking = await visitorOf(pages);
  const kim = deskOn(await (await pages.visit(DESKTOP)).open("/desk?agent=Kim"));
  await kim.accept();
  await kim.say("Hello! I have your order in front of me: the refund is on its way.");
  await talking.hears("on its way");
  await leaves(await visitorOf(pages));
  await behave(pages, "down");
  await givesUp(await visitorOf(pages));
  await behave(pages, "refusing");
  await givesUp(await visitorOf(pages));
  await behave(pages, "normal");
  await visitorOf(pages);
  await visitorOf(pages);
  const answer = await fetch(`${pages.bridgeUrl}/v1/handoffs?stage=failed`, { headers: { "x-api-key": pages.operatorKey } });
  const { handoffs } = (await answer.json()) as { handoffs: { id: string }[] };
  return handoffs.at(-1)!.id; // the first to begin
}

/** Until the visitor is shown a number to call, which is what remains when nobody comes. */
async function givesUp(chat: Awaited<ReturnType<typeof visitorOf>>): Promise<void> {
  await chat.page.getByText("Give this reference").waitFor();
}

async function draw(name: string, screen: object, failed: string): Promise<void> {
  const sam = await operatorOf(pages, { key: null, screen });
  const keep = (state: string) =>
    sam.page.screenshot({ path: join(folder, `console-${state}-${name}.png`), animations: "disabled", scale: "css", fullPage: true });
  await sam.page.getByLabel("Operator key").waitFor();
  await keep("1-sign-in");
  await sam.signIn("not the key of anybody");
  await sam.page.getByRole("alert").waitFor();
  await keep("2-wrong-key");
  await sam.signIn(pages.operatorKey);
  await sam.list("Failed today").getByRole("listitem").first().waitFor();
  await sam.isUpToDate();
  await keep("3-now");
  await sam.link("Handoffs").click();
  await sam.table.getByRole("link").first().waitFor();
  await keep("4-handoffs");
  await sam.page.getByText("More filters").click();
  await sam.filter("Destination").fill("nothing of that name");
  await sam.page.getByText("No handoff fits these filters.").waitFor();
  await keep("5-nothing-fits");
  await sam.page.goto(`${pages.bridgeUrl}/console/handoffs/${failed}`);
  await sam.page.getByRole("log").waitFor();
  await keep("6-failed");
  await sam.button("Ask elsewhere").click();
  await sam.page.getByRole("dialog").waitFor();
  await keep("7-ask-elsewhere");
  await sam.page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  await sam.button(/^Report/).click();
  await sam.page.getByRole("dialog").waitFor();
  await sam.page.screenshot({ path: join(folder, `console-28-outcome-${name}.png`), scale: "css" });
  await sam.page.goto(`${pages.bridgeUrl}/console/handoffs?stage=live`);
  await sam.table.getByRole("link").first().click();
  await sam.page.getByRole("log").waitFor();
  await keep("8-live");
  await sam.link("Conversations").click();
  await sam.page.getByRole("table", { name: "Conversations" }).waitFor();
  await keep("9-conversations");
  await sam.page.getByRole("table", { name: "Conversations" }).getByRole("link").last().click();
  await sam.page.getByRole("log").waitFor();
  await keep("10-conversation");
  await sam.link("Destinations").click();
  await sam.page.getByRole("region", { name: "Try a route" }).waitFor();
  await sam.filter("Destination").fill("refunds");
  await sam.button("Try").click();
  await sam.status.getByText("leads to").waitFor();
  await keep("13-destinations");
  await sam.page.goto(`${pages.bridgeUrl}/console/destinations/shop?add=W%26G%20TBM`);
  await sam.button("Remove W&G TBM").waitFor();
  await sam.page
    .getByLabel("Its text")
    .fill(
      "handoffs:\n  - name: BILLING\n    sip_config: { method: refer, phone_number: +442071838750 }\n  - name: NIGHT\n    sip_config: { method: refer, phone_number: 02071838750 }\n",
    );
  await sam.button("Add to the draft").click();
  await sam.page.getByRole("list", { name: "Not taken" }).waitFor();
  await keep("24-edit-destinations");
  await sam.button("Review and apply…").click();
  await sam.page.getByRole("dialog").getByText("New route").first().waitFor();
  await sam.page.screenshot({ path: join(folder, `console-25-review-${name}.png`), scale: "css" });
  await sam.page.getByRole("dialog").getByRole("button", { name: "Apply" }).click();
  await sam.status.getByText("Applied").waitFor();
  await keep("26-applied");
  await sam.page.getByRole("button", { name: "Go back to the file…" }).click();
  await sam.page.getByRole("dialog").getByRole("button", { name: "Apply" }).click();
  await sam.status.getByText("Applied").waitFor();
  await sam.link("Deliveries").click();
  await sam.page.getByText("Every announcement was taken").waitFor();
  await sam.page.getByLabel("Happened from").fill("2026-11-23T10:00");
  await sam.page.getByLabel("Until before").fill("2026-11-24T10:00");
  await sam.button("Send all again…").click();
  await sam.page.getByRole("dialog").waitFor();
  await sam.page.screenshot({ path: join(folder, `console-27-send-all-${name}.png`), scale: "css" });
  await sam.page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
  await keep("14-deliveries");
  await sam.link("Records").click();
  await sam.button("Erase…").waitFor();
  await keep("15-records");
  await sam.link("Keys").click();
  await sam.page.getByRole("table", { name: "Keys" }).waitFor();
  await keep("16-keys");
  await sam.button("Make a key").click();
  await sam.page.getByRole("dialog").waitFor();
  await keep("17-make-a-key");
  await sam.page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  await sam.link("Audit").click();
  await sam.page.getByRole("table", { name: "What operators did" }).waitFor();
  await keep("18-audit");
  await sam.link("Numbers").click();
  await sam.page.getByRole("table", { name: "Numbers by destination" }).waitFor();
  await keep("21-numbers");
  await sam.page.getByText("The same as a table").click();
  await sam.filter("By").selectOption({ label: "Language" });
  await sam.page.getByRole("table", { name: "Numbers by language" }).waitFor();
  await keep("22-numbers-as-tables");
  await sam.link("Alerts").click();
  await sam.page.getByText("Fires").waitFor();
  await keep("23-alerts");
  await sam.page.goto(`${pages.bridgeUrl}/console/handoffs/nothing-goes-by-this`);
  await sam.page.getByRole("alert").waitFor();
  await keep("11-not-there");
  await sam.page.goto(`${pages.bridgeUrl}/console/`);
  await sam.isUpToDate();
  await pages.stopBridge();
  await sam.status.getByText("Connection lost").waitFor();
  await keep("12-offline");
  await pages.startBridge();
  await sam.context.close();
}
