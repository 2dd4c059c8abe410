import { request } from "@baton/demo/desk/bridge-double";
import { expect, test } from "vitest";
import { amissOnPage } from "./axe.ts";
import { type DeskPage, startDeskPages as start } from "./desk-page.ts";

test.each([
  ["the button", async ({ button }: DeskPage) => await button("End chat").click()],
  ["the keys", async ({ page }: DeskPage) => await page.keyboard.press("Alt+Shift+KeyE")],
])(
  "a slip on %s ends nobody's chat: whoever goes on as before is back at the reply, and what stood there still stands",
  async (_, slip) => {
    const { ask, open, bridge, said } = await start();
    await ask();
    const sam = await open("Sam");
    await sam.accept("Ada");
    await sam.reply.fill("One moment");
    await slip(sam);
    await sam.ending("Ada").getByText("What you have written is not sent yet, and will not be.").waitFor();
    expect(await amissOnPage(sam.page)).toEqual([]);
    await sam.page.keyboard.press("Enter"); // which was to send
    await sam.ending("Ada").waitFor({ state: "detached" });
    await slip(sam);
    await sam.page.keyboard.press("Escape");
    await sam.ending("Ada").waitFor({ state: "detached" });
    expect(await sam.reply.inputValue()).toBe("One moment");
    await sam.reply.press("Enter");
    await expect.poll(said).toEqual(["One moment"]);
    expect(bridge.types()).not.toContain("chat.ended");
  },
);

test("a visitor who leaves meanwhile takes the question with them, and it is not asked about the next one", async () => {
  const { ask, tell, open, bridge } = await start();
  const chat = await ask();
  await ask({ handoff: "h-2", visitor: { ...request.visitor, name: "Bo" } });
  const sam = await open("Sam");
  await sam.accept("Ada");
  await sam.button("End chat").click();
  await sam.ending("Ada").waitFor();
  await tell("handoff.closed", { chat, reason: "visitor_left" });
  await sam.page.getByText("The visitor has left.").waitFor();
  await expect.poll(() => sam.focused()).toBe("Done");
  await sam.accept("Bo");
  await sam.reply.waitFor();
  expect(await sam.page.getByRole("dialog").count()).toBe(0);
  expect(bridge.types()).not.toContain("chat.ended");
});

test("an end that the desk does not hear of is told where it was asked for, and can be tried again", async () => {
  const { ask, open, bridge } = await start();
  await ask();
  const sam = await open("Sam");
  await sam.accept("Ada");
  await sam.button("End chat").click();
  await sam.page.route("**/end", (route) => route.abort(), { times: 1 });
  const end = sam.ending("Ada").getByRole("button", { name: "End chat" });
  await end.click();
  await sam.ending("Ada").getByRole("alert").getByText("The desk cannot be reached.").waitFor();
  await end.click();
  await sam.page.getByText("This chat is over.").waitFor();
  await expect.poll(() => bridge.types().at(-1)).toBe("chat.ended");
});
