import type { Page, Route } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { momentsIn, tell } from "../gallery-states.ts";
import { LAPTOP, visitMoment } from "./moment.ts";
import { PHONE, startPages } from "./pages-rig.ts";

// What the chat asks, and what is asked of the bridge with it: who answers with the keyboard is never led out of it.

let pages: Awaited<ReturnType<typeof startPages>>;
beforeAll(async () => {
  pages = await startPages();
});
afterAll(() => pages.stop());

const at = (name: string, screen: object = LAPTOP) => visitMoment(pages, name, screen);
type Chat = Awaited<ReturnType<typeof at>>;

/** What has the focus, in the chat or on the page. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const active = document.activeElement?.shadowRoot?.activeElement ?? document.activeElement;
    return active?.getAttribute("aria-label") || active?.getAttribute("name") || active?.textContent || active?.localName;
  });

/** Requests of the visitor's, each held until it is let go or lost. */
async function hold(page: Page): Promise<Route[]> {
  const held: Route[] = [];
  await page.route("**/v1/conversations/**", (route) =>
    /entries|typing|read/.test(new URL(route.request().url()).pathname) ? route.fallback() : void held.push(route),
  );
  return held;
}

const toErase = async ({ inside }: Chat) => {
  await inside(".more .problem").press("Enter");
  await inside(".sure").waitFor();
};
const toMail = async ({ inside, page }: Chat) => {
  await inside(".more").getByText("E-mail this conversation").press("Enter");
  await inside(".sure input").fill("ada@shop.example");
  expect(await focused(page)).toBe("recipient");
};
const toLeave = async ({ inside }: Chat) => {
  await inside("[name=email]").fill("ada@shop.example");
  await inside("[name=text]").fill("Where is it?");
};

test.each([
  ["whether their data shall be deleted", "11-menu", toErase, "Keep it", "More"],
  ["whether the chat shall end", "12-really", () => {}, "Keep chatting", "End chat"],
] as const)(
  "who is asked %s is in the question, with the answer that changes nothing, and comes back from it",
  async (_, moment, first, no, button) => {
    for (const screen of [LAPTOP, PHONE]) {
      const chat = await at(moment, screen);
      await first(chat);
      await expect.poll(() => focused(chat.page)).toBe(no);
      await chat.page.keyboard.press("Escape");
      await chat.inside(".sure").waitFor({ state: "detached" });
      expect(await focused(chat.page)).toBe(button);
      await chat.page.keyboard.press("Enter");
      if (moment === "11-menu") await first(chat);
      await expect.poll(() => focused(chat.page)).toBe(no);
      await chat.page.keyboard.press("Enter");
      await chat.inside(".sure").waitFor({ state: "detached" });
      expect(await focused(chat.page)).toBe(screen === PHONE ? "Acme Shop" : "Message"); // there they can write at once
    }
  },
);

test.each([
  ["ends the chat", "12-really", () => {}, ".danger"],
  ["deletes their data", "11-menu", toErase, ".danger"],
  ["has the chat mailed", "11-menu", toMail, ".sure .primary"],
  ["leaves a message", "15-one-form", toLeave, ".sheet form .primary"],
  ["rates the chat", "18-rating", () => {}, ".rating .primary"],
  ["asks for a person", "10-rich", () => {}, ".person"],
] as const)("who %s stays at the button while that runs and when it fails, and asks once however often they press", async (...given) => {
  const [, moment, first, selector] = given;
  const chat = await at(moment);
  await first(chat);
  const held = await hold(chat.page);
  const button = chat.inside(selector);
  const isHere = () => button.evaluate((it) => (it.getRootNode() as ShadowRoot).activeElement === it); // it is in one
  const opacity = () => button.evaluate((it) => getComputedStyle(it).opacity);
  await button.press("Enter");
  await expect.poll(() => held.length).toBe(1);
  await expect.poll(opacity).toBe("0.5");
  expect([await isHere(), await button.getAttribute("aria-disabled")]).toEqual([true, "true"]);
  await chat.page.keyboard.press("Enter");
  await held[0]!.abort();
  await chat.page.getByRole("alert").getByText("That could not be sent.").waitFor();
  await expect.poll(opacity).toBe("1");
  expect([await isHere(), held.length]).toEqual([true, 1]);
  await chat.page.keyboard.press("Enter");
  await expect.poll(() => held.length).toBe(2);
});

test.each([
  ["12-really", () => {}, "End this chat?"],
  ["11-menu", toErase, "Delete this conversation for good?"],
] as const)("%s: what could not be sent is said under the question, which stays, and no more once it is tried again", async (...given) => {
  const [moment, first, question] = given;
  const chat = await at(moment);
  await first(chat);
  const held = await hold(chat.page);
  const failed = chat.inside(".sure .problem");
  await chat.inside(".danger").press("Enter");
  await expect.poll(() => held.length).toBe(1);
  await held[0]!.abort();
  await failed.waitFor();
  expect(await chat.inside(".sure").getByText(question).isVisible()).toBe(true);
  await chat.inside(".danger").press("Enter");
  await failed.waitFor({ state: "detached" });
});

test("who mistypes the address that the chat is mailed to is in its field, under what the form is for", async () => {
  const chat = await at("11-menu");
  await toMail(chat);
  await chat.inside(".sure input").fill("ada");
  await chat.inside(".sure .primary").press("Enter");
  await chat.page.getByText("Please enter an e-mail address").waitFor();
  expect(await focused(chat.page)).toBe("recipient");
  expect(await chat.page.getByRole("heading", { name: "E-mail this conversation" }).isVisible()).toBe(true);
});

test.each([
  ["the chat is mailed to", "11-menu", toMail, ".sure"],
  ["is left with a message", "15-one-form", toLeave, ".sheet form"],
] as const)("what the bridge thinks of an address that %s is read out, and stands at its field", async (_, moment, first, form) => {
  const chat = await at(moment);
  await first(chat);
  const held = await hold(chat.page);
  await chat.inside(`${form} .primary`).press("Enter");
  await expect.poll(() => held.length).toBe(1);
  await held[0]!.fulfill({ status: 400, json: { code: "invalid", message: "No such address." } });
  const problem = chat.page.getByRole("alert").getByText("Please enter an e-mail address");
  await problem.waitFor();
  expect(await chat.inside(`${form} [type=email]`).getAttribute("aria-describedby")).toBe(await problem.getAttribute("id"));
});

test("a mistake in one form is none in another that is open too", async () => {
  const { page, inside } = await at("15-one-form");
  await inside("[part=more]").press("Enter");
  await inside(".more").getByText("E-mail this conversation").press("Enter");
  await inside(".sure .primary").press("Enter");
  await inside(".sure .problem").waitFor();
  expect(await page.getByText("Please enter an e-mail address").count()).toBe(1);
});

test("what was wrong is said no more where it is opened again, or right now", async () => {
  const { page, inside } = await at("11-menu");
  await page.evaluate(() => Object.assign(Notification, { requestPermission: async () => "denied" }));
  const notify = inside(".more input").last();
  await notify.press("Space");
  const blocked = page.getByText("This browser does not allow notifications from this page.");
  await blocked.waitFor();
  await page.evaluate(() => Object.assign(Notification, { requestPermission: async () => "granted" }));
  await notify.press("Space");
  await expect.poll(() => Promise.all([notify.isChecked(), blocked.count()])).toEqual([true, 0]);

  await inside(".more").getByText("E-mail this conversation").press("Enter");
  await inside(".sure .primary").press("Enter");
  await inside(".sure .problem").waitFor();
  await page.keyboard.press("Escape");
  await inside("[part=more]").press("Enter");
  await inside(".more").getByText("E-mail this conversation").press("Enter");
  await inside(".sure input").waitFor();
  expect(await inside(".sure .problem").count()).toBe(0);
});

test("a line that did not get into a chat that is over is edited in the next, where there is a field", async () => {
  const { page, inside } = await at("22-over");
  await inside(".mark.problem button").first().press("Enter");
  await expect.poll(() => inside(".input").inputValue()).toBe("Thank you, that was quick!");
  await page.keyboard.type(" Really.");
  expect(await inside(".input").inputValue()).toBe("Thank you, that was quick! Really.");
});

test("what was half written when nobody could be reached is in the message that can be left, and is no draft once it is left", async () => {
  const { page, inside } = await at("10-rich");
  await inside(".input").fill("My teapot came");
  const draft = () => page.evaluate(() => localStorage.getItem("baton:shop:draft"));
  await expect.poll(draft).toContain("My teapot came");
  await tell(page.context(), momentsIn("en")["15-one-form"]!, pages.own.url);
  await page.reload();
  await expect.poll(() => inside("[name=text]").inputValue()).toBe("My teapot came");
  await inside("[name=text]").press("End");
  await page.keyboard.type(" broken");
  await inside("[name=email]").fill("ada@shop.example");
  const [left] = await Promise.all([page.waitForRequest("**/message"), inside(".sheet form .primary").click()]);
  expect(left.postDataJSON()).toMatchObject({ text: "My teapot came broken" });
  await expect.poll(draft).toBe(null);
});
