import { afterAll, beforeAll, expect, test } from "vitest";
import { chatOn, deskOn, DESKTOP, PHONE, shot, startPages } from "./pages-rig.ts";

let pages: Awaited<ReturnType<typeof startPages>>;
beforeAll(async () => {
  pages = await startPages();
});
afterAll(() => pages.stop());

test("a refund goes from the assistant to a person, to a colleague and to a rating, and nothing is said twice", async () => {
  const visitor = await pages.visit(PHONE);
  const shopper = await visitor.open("/");
  expect(pages.simulator.control.createCount()).toBe(0); // D10: nothing is asked before the visitor wants to chat
  const chat = chatOn(shopper);
  await shot(shopper, "phone-1-shop");
  await chat.open();
  await chat.hears(/welcome/i);
  await chat.say("I want a refund");
  await chat.hears("order number");
  await shot(shopper, "phone-2-assistant");
  await chat.say("A-1001");
  await chat.hears("passing you over");
  const asked = pages.simulator.control.respondCount();

  const agents = await pages.visit(DESKTOP);
  const sam = deskOn(await agents.open("/desk?agent=Sam"));
  await sam.waiting
    .getByText(/refund/i)
    .first()
    .waitFor();
  await shot(shopper, "phone-3-waiting");
  await shot(sam.page, "desk-1-waiting");
  await sam.accept();
  await sam.context.getByText("A-1001").first().waitFor();
  await sam.context.getByText("Verified").first().waitFor();
  await sam.hears("I want a refund");
  await chat.hears(/Sam/);

  await chat.message.pressSequentially("Hello, are you there?");
  await sam.page
    .getByText(/is typing/)
    .first()
    .waitFor();
  await chat.button("Send").click();
  await sam.hears("Hello, are you there?");
  await sam.page.getByRole("textbox", { name: "Reply" }).pressSequentially("Yes, I have your order in front of me.");
  await chat.page
    .getByText(/typing/i)
    .first()
    .waitFor();
  await sam.button("Send").click();
  await chat.hears("Yes, I have your order in front of me.");
  await shot(shopper, "phone-4-person");
  await shot(sam.page, "desk-2-chat");

  const alex = deskOn(await agents.open("/desk?agent=Alex"));
  await sam.button("Transfer").click();
  await sam.page.getByRole("dialog").getByText("Alex").click();
  await sam.page
    .getByRole("dialog")
    .getByRole("button", { name: /transfer/i })
    .click();
  await alex.accept();
  await chat.hears(/Alex/);
  await alex.hears("Hello, are you there?");
  await alex.say("Alex here. Your refund is on its way.");
  await chat.hears("Your refund is on its way.");
  await chat.say("Thank you!");
  await alex.hears("Thank you!");
  await shot(shopper, "phone-5-colleague");

  await alex.end();
  await chat.page.getByRole("radio").or(chat.button(/5/)).first().waitFor();
  await shot(shopper, "phone-6-rating");
  await chat.page.getByRole("radio", { name: /5/ }).or(chat.button(/5/)).first().click({ force: true });
  await confirmed(chat.button(/^(Send|Submit|Rate)/));
  await chat.button("Start a new chat").click();
  await chat.hears(/welcome/i);
  expect(await chat.log.getByText("I want a refund").count()).toBe(0);

  expect(pages.simulator.control.respondCount()).toBe(asked); // I-8: no turn after the handoff
  expect(pages.simulator.control.respondsAfterHandoff()).toBe(0);
  expect(visitor.complaints).toEqual([]);
  expect(agents.complaints).toEqual([]);
});

/** Some steps ask back, some do not: what counts is what follows. */
async function confirmed(button: import("playwright-core").Locator): Promise<void> {
  if ((await button.count()) > 0) await button.first().click();
}

test("a visitor who is kept waiting sees the place in the queue, can go on talking, and none of it is lost when the page reloads", async () => {
  const visitor = await pages.visit(DESKTOP);
  const chat = chatOn(await visitor.open("/product/teapot"));
  await chat.open();
  await chat.say("I want a refund");
  await chat.hears("order number");
  await chat.say("A-1001");
  await chat.hears("passing you over");
  await chat.say("It arrived broken.");
  await chat.hears("It arrived broken.");
  await shot(chat.page, "desktop-waiting");
  await chat.page.goto(`${pages.shopUrl}/orders`); // the shop goes on; so does the chat
  await chat.hears("It arrived broken.");
  await chat.page.reload();
  await chat.hears("It arrived broken.");

  const agents = await pages.visit(DESKTOP);
  const sam = deskOn(await agents.open("/desk?agent=Sam"));
  await sam.accept();
  await sam.hears("It arrived broken.");
  await sam.say("I am sorry to hear that.");
  await chat.hears("I am sorry to hear that.");
  expect(await chat.log.getByText("It arrived broken.").count()).toBe(1);
  await shot(chat.page, "desktop-person");
  expect(visitor.complaints).toEqual([]);
});

test("tabs of one browser stay in step, and a line said in either is said once", async () => {
  const visitor = await pages.visit(DESKTOP);
  const one = chatOn(await visitor.open("/"));
  await one.open();
  await one.hears(/welcome/i);
  const opened = pages.simulator.control.createCount();
  const two = chatOn(await visitor.open("/orders"));
  if (!(await two.panel.isVisible())) await two.open();
  await two.hears(/welcome/i);
  await two.say("Is this the second tab?");
  await one.hears("Is this the second tab?");
  await one.say("And this is the first.");
  await two.hears("And this is the first.");
  expect(await one.log.getByText("And this is the first.", { exact: true }).count()).toBe(1);
  expect(await two.log.getByText("Is this the second tab?", { exact: true }).count()).toBe(1);
  expect(pages.simulator.control.createCount()).toBe(opened);
  expect(visitor.complaints).toEqual([]);
});

test("while the bridge is away a line waits on the page, and is sent once when it is back", async () => {
  const visitor = await pages.visit(DESKTOP);
  const chat = chatOn(await visitor.open("/"));
  await chat.open();
  await chat.hears(/welcome/i);
  const before = pages.simulator.control.respondCount();
  await pages.stopBridge();
  await chat.say("hello");
  await chat.hears(/sending|waiting|not delivered/i);
  await shot(chat.page, "desktop-bridge-away");
  await pages.startBridge();
  await expect.poll(() => pages.simulator.control.respondCount(), { timeout: 30_000 }).toBe(before + 1);
  await expect.poll(() => chat.log.getByText("hello", { exact: true }).count()).toBe(1);
});
