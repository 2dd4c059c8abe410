import type { BrowserContextOptions, Locator } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { amiss } from "./axe.ts";
import { chatOn, deskOn, DESKTOP, PHONE, shot, startPages } from "./pages-rig.ts";
import { document as pdf, give, impostor } from "./sample-files.ts";

// Files where there are none, and where what surrounds their names runs the other way.

const closers: (() => Promise<void>)[] = [];
let none: Awaited<ReturnType<typeof startPages>>;
let some: Awaited<ReturnType<typeof startPages>>;
beforeAll(async () => {
  none = await startPages();
  some = await startPages({ site: { files: {} } });
  closers.push(none.stop, some.stop);
});
afterAll(async () => {
  for (const close of closers) await close();
});

test("a site that takes no files offers none, says so to who drops or pastes one, and names what the person sends", async () => {
  const { context, complaints, open } = await none.visit(DESKTOP);
  const fetched: string[] = [];
  context.on("request", (request) => fetched.push(request.url()));
  const chat = chatOn(await open("/"));
  await chat.open();
  await chat.hears(/welcome/i);
  await chat.button("Talk to a person").click();
  const sam = deskOn(await (await none.visit(DESKTOP)).open("/desk?agent=Sam"));
  await sam.accept();
  await sam.say("Hello, this is Sam.");
  await chat.hears("Hello, this is Sam.");
  expect([await chat.button("Attach a file").count(), fetched.filter((url) => url.includes("/files-"))]).toEqual([0, []]);
  for (const how of ["paste", "drop"] as const) {
    await give(chat.page, how);
    await chat.page.getByRole("alert").getByText("Files cannot be sent in this chat.").waitFor();
    await chat.message.fill(`never mind, ${how}`);
    await expect.poll(() => chat.page.getByRole("alert").count()).toBe(0);
  }
  expect(await chat.page.getByRole("list", { name: "Files to send" }).count()).toBe(0);
  await sam.page.getByLabel("Attach a file").setInputFiles(pdf("label.pdf"));
  await chat.hears("label.pdf was sent to you, but could not be passed on.");
  expect(await amiss(chat.page)).toEqual([]);
  await shot(chat.page, "no-files");
  expect(complaints).toEqual([]);
});

test.each([
  ["a phone on its side", { ...PHONE, viewport: { width: 844, height: 390 } }],
  ["a small phone", { ...PHONE, viewport: { width: 320, height: 568 } }],
  ["a desktop at 400 %", { viewport: { width: 320, height: 256 } }],
])("however many files are picked, and wrong, on %s the field and its button stay in reach", async (name, screen) => {
  const { chat, pick } = await live(some, screen);
  await pick(
    ...Array.from({ length: 8 }, (_, n) => ({ ...pdf(`pictures-of-the-teapot-${n}.zip`), mimeType: "application/zip" })),
    ...Array.from({ length: 5 }, (_, n) => pdf(`${n}.pdf`)),
  );
  await chat.page.getByRole("listitem").nth(4).waitFor();
  await shot(chat.page, `many-files-${name}`);
  for (const part of [chat.message, chat.button("Send")]) {
    const { y, height } = (await part.boundingBox())!;
    expect(y + height).toBeLessThanOrEqual(screen.viewport.height);
  }
  expect(await amiss(chat.page)).toEqual([]);
});

test("what is wrong with a file is said in a sentence that its name does not turn around", async () => {
  const { chat, pick } = await live(some);
  await pick({ ...pdf("photo\u202Egnp.zip"), mimeType: "application/zip" }, impostor("photo\u202Egnp.exe"));
  await chat.page.getByRole("alert").getByText("photognp.zip cannot be sent. These can:").waitFor();
  await chat.page.getByText("photognp.exe", { exact: true }).waitFor();
  await chat.button("Send").click();
  await chat.page.getByRole("listitem").getByText("photognp.exe cannot be sent. These can:").waitFor();
});

test("what is wrong with a file stands on the side of what it is said of, also where it takes two lines", async () => {
  const visitors = await live(some);
  await visitors.pick(impostor("photo.png"));
  await visitors.chat.button("Send").click();
  const refused = visitors.chat.page.getByRole("listitem").getByText("photo.png cannot be sent.");
  await refused.waitFor();
  expect((await linesBegin(refused)).size).toBe(1);

  const { chat, sam } = await live(none);
  await sam.page.getByLabel("Attach a file").setInputFiles(pdf(`${"label ".repeat(25)}.pdf`));
  const lost = chat.log.getByText("could not be passed on");
  await lost.waitFor();
  expect((await linesBegin(lost)).size).toBe(1);
});

test("a file that cannot get through waits for the connection, and says so as a line does", async () => {
  const { chat, pick } = await live(some);
  await chat.page.context().setOffline(true); // which what is being listened to does not notice
  await pick(pdf("one.pdf"), pdf("two.pdf"));
  await chat.message.fill("with words");
  await chat.button("Send").click();
  await chat.log.getByText("Waiting for connection…").waitFor();
  await expect.poll(() => chat.page.getByRole("listitem").getByText("Waiting for connection…").count()).toBe(2);
});

test("in a language from the right a file's name runs as it is written, and stands where everything else begins; what it is, and how large, runs as the language does", async () => {
  const visitor = await some.visit(DESKTOP);
  const url = some.own.put("/right", {
    body: `<!doctype html><html lang="ar" dir="rtl"><title>Right</title><main></main><script async src="${some.bridgeUrl}/baton.js" data-site="shop"></script></html>`,
  });
  const page = await visitor.open(url);
  const inside = (selector: string) => page.locator(`baton-chat ${selector}`);
  await inside(".launcher").click();
  await inside("[data-by=assistant] .bubble").first().waitFor();
  await inside(".person").click();
  const sam = deskOn(await (await some.visit(DESKTOP)).open("/desk?agent=Sam"));
  await sam.accept();
  await inside(".attach").waitFor();
  await inside(".picker").setInputFiles([
    pdf("label.pdf"),
    pdf("ملصق.pdf"),
    pdf("Screenshot_20261128-074512_Some Application of Mine.pdf"),
  ]);
  await expect.poll(() => inside(".uploads .name").count()).toBe(3);
  const isOver = (list: Element) => list.scrollWidth > list.clientWidth;
  expect(await inside(".uploads").evaluate(isOver)).toBe(false); // however long a name is, what takes it back can be reached
  await inside(".uploads li:last-child button").click();
  await expect.poll(() => inside(".uploads .name").count()).toBe(2);
  await shot(page, "picked-rtl");
  /** Where the words of each end on the right, not its box. */
  const rights = (selector: string) =>
    inside(selector).evaluateAll((all) =>
      all.map((element) => {
        const range = document.createRange();
        range.selectNodeContents(element);
        return range.getBoundingClientRect().right;
      }),
    );
  /** Whether what it is stands before how large it is. */
  const areFromRight = (selector: string) =>
    inside(selector).evaluateAll((all) =>
      all.map((element) => {
        const [whole, kind] = [document.createRange(), document.createRange()];
        whole.selectNodeContents(element);
        const text = document.createTreeWalker(element, NodeFilter.SHOW_TEXT).nextNode()!;
        kind.setStart(text, 0);
        kind.setEnd(text, "PDF".length);
        return Math.abs(whole.getBoundingClientRect().right - kind.getBoundingClientRect().right) < 1;
      }),
    );
  expect(await areFromRight(".uploads .mark")).toEqual([true, true]);
  const inTray = await rights(".uploads li > div > p");
  expect(Math.max(...inTray) - Math.min(...inTray)).toBeLessThan(1.5);
  await inside(".send").click();
  await expect.poll(() => inside(".log .file").count(), { timeout: 15_000 }).toBe(2);
  await inside(".file .call").first().waitFor();
  const inLog = await rights(".log .file .call strong, .log .file .call small");
  expect(inLog.length).toBe(4);
  expect(await areFromRight(".log .file .call small")).toEqual([true, true]);
  expect(Math.max(...inLog) - Math.min(...inLog)).toBeLessThan(1.5);
});

/** A visitor with whom Sam is talking. */
async function live(pages: typeof some, screen: BrowserContextOptions = DESKTOP) {
  const chat = chatOn(await (await pages.visit(screen)).open("/plain"));
  await chat.open();
  await chat.hears(/welcome/i);
  await chat.button("Talk to a person").click();
  const sam = deskOn(await (await pages.visit(DESKTOP)).open("/desk?agent=Sam"));
  await sam.accept();
  await chat.hears("Sam joined");
  const pick = (...files: ReturnType<typeof pdf>[]) => chat.page.locator("baton-chat .picker").setInputFiles(files);
  return { chat, sam, pick };
}

/** Where the lines of its words begin, from the left. */
async function linesBegin(words: Locator): Promise<Set<number>> {
  const lefts = await words.evaluate((element) => {
    const range = document.createRange();
    range.selectNodeContents(element.firstChild!);
    return [...range.getClientRects()].map(({ left }) => Math.round(left));
  });
  expect(lefts.length).toBeGreaterThan(1);
  return new Set(lefts);
}
