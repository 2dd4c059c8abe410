import { readFileSync } from "node:fs";
import type { BrowserContextOptions, FileChooser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { amiss } from "./axe.ts";
import { onlyInChromium } from "./only-in-chromium.ts";
import { chatOn, deskOn, DESKTOP, PHONE, shot, startPages } from "./pages-rig.ts";
import { document as pdf, give, impostor, picture } from "./sample-files.ts";

// Files both ways, as the visitor has them: the widget as it ships, under the strictest policy, and the demo's desk.

const MAX_BYTES = 3_000_000;
/** The machine may be slow. */
const SOON = { timeout: 15_000 };
const slowed = onlyInChromium("no protocol slows what Firefox sends");
const saving = onlyInChromium("Playwright hears of no download of Firefox ESR 153");
const asked = onlyInChromium("Firefox ESR 153 does not tell that it asks for a file");

let pages: Awaited<ReturnType<typeof startPages>>;
beforeAll(async () => {
  pages = await startPages({ site: { files: { maxBytes: MAX_BYTES } } });
});
afterAll(() => pages.stop());

/** A visitor with whom Sam, on the desk, is talking. */
async function live(screen: BrowserContextOptions = DESKTOP, path = "/") {
  const visitor = await pages.visit(screen);
  const chat = chatOn(await visitor.open(path));
  await chat.open();
  await chat.hears(/welcome/i);
  await chat.button("Talk to a person").click();
  const sam = deskOn(await (await pages.visit(DESKTOP)).open("/desk?agent=Sam"));
  await sam.accept();
  await chat.button("Attach a file").waitFor();
  const list = chat.page.getByRole("list", { name: "Files to send" });
  const { page } = chat;
  return {
    ...visitor,
    chat,
    page,
    sam,
    list,
    pick: (...files: { name: string; mimeType: string; buffer: Buffer }[]) => page.locator("baton-chat .picker").setInputFiles(files),
    send: () => page.getByRole("button", { name: "Send", exact: true }).click(),
    complaint: (text: string) => page.getByRole("alert").getByText(text).waitFor(),
    onDesk: () => sam.log.getByRole("link"),
    /** So slow that what goes up can be watched; `null`: no longer. */
    async slow(bytesPerSecond: number | null) {
      const devtools = await page.context().newCDPSession(page);
      const network = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: bytesPerSecond ?? -1 };
      await devtools.send("Network.emulateNetworkConditions", network);
    },
  };
}

saving.each([
  ["a phone", { ...PHONE, colorScheme: "light" as const }],
  ["a desktop, in the dark", { ...DESKTOP, colorScheme: "dark" as const }],
])(
  "on %s a visitor sends a picture to the desk and gets a document back; both stay until the visitor has them deleted (I-19)",
  async (name, screen) => {
    const { chat, page, sam, list, pick, send, onDesk, complaints } = await live(screen, "/product/teapot");
    await pick(picture("crack.png", 900, 600));
    await list.getByText("crack.png").waitFor();
    await list.getByText(/^PNG · \d+ kB$/).waitFor();
    await chat.message.fill("It came like this");
    expect(await amiss(page)).toEqual([]);
    await shot(page, `${name}-1-picked`);
    await send();
    await list.waitFor({ state: "detached" });
    await expect.poll(() => drawnIn(page), SOON).toEqual([560]);
    expect(await chat.log.getByText("Your file:").count()).toBe(1);
    await sam.hears("It came like this");
    await onDesk().getByText("crack.png").waitFor();

    await sam.page.getByLabel("Attach a file").setInputFiles(pdf("label.pdf"));
    await chat.hears("File from Sam:");
    expect(await amiss(page)).toEqual([]);
    await shot(page, `${name}-2-both`);
    const [saved] = await Promise.all([page.waitForEvent("download"), chat.button(/label\.pdf.*Download/).click()]);
    expect([saved.suggestedFilename(), readFileSync(await saved.path())]).toEqual(["label.pdf", pdf("").buffer]);
    await chat.button("Enlarge crack.png").click();
    const large = page.getByRole("dialog", { name: "crack.png" });
    await expect.poll(() => large.getByRole("img").evaluate((canvas: HTMLCanvasElement) => canvas.width), SOON).toBe(900);
    expect(await amiss(page)).toEqual([]);
    await shot(page, `${name}-3-large`);
    await page.keyboard.press("Escape");
    await large.waitFor({ state: "detached" });
    await expect.poll(() => focused(page)).toBe("Enlarge crack.png");
    expect(await chat.panel.isVisible()).toBe(true);

    await page.reload();
    await expect.poll(() => drawnIn(page), SOON).toEqual([560]);
    await chat.button("More").click();
    const [text] = await Promise.all([page.waitForEvent("download"), chat.button("Save this conversation").click()]);
    expect(readFileSync(await text.path(), "utf8")).toMatch(/crack\.png[^]*label\.pdf/);
    const link = await onDesk().first().getAttribute("href");
    expect((await fetch(link!)).status).toBe(200);
    await chat.button("Delete my data").click();
    await chat.button("Delete for good").click();
    await page.getByText("This conversation has been deleted.").waitFor();
    expect((await fetch(link!)).status).toBe(404);
    expect(complaints).toEqual([]);
  },
);

test("what cannot be sent is said at once, with what can be; and what only calls itself a picture is refused by the bridge (T39)", async () => {
  const { chat, page, list, pick, send, complaint, onDesk, complaints } = await live();
  expect(await chat.button("Attach a file").getAttribute("title")).toMatch(/PNG.*PDF.*up to 3 MB/);
  const limits = page.getByText(/PNG.*PDF.*up to 3 MB/); // a finger sees no title
  await pick({ name: "tool.zip", mimeType: "application/zip", buffer: Buffer.from("PK") });
  await complaint("tool.zip cannot be sent. These can: PNG, JPEG, GIF, WEBP, PDF, and TXT.");
  await pick(picture("huge.png", 1_100, 1_000, "noise"), picture("nothing.png", 1, 1), { ...pdf("empty.pdf"), buffer: Buffer.alloc(0) });
  await complaint("huge.png is larger than 3 MB.");
  await complaint("empty.pdf is empty.");
  await expect.poll(() => list.getByRole("listitem").allTextContents()).toEqual([expect.stringContaining("nothing.png")]);
  expect(await amiss(page)).toEqual([]);
  await shot(page, "refused");
  await send();
  await list.waitFor({ state: "detached" });
  expect(await page.getByText("empty.pdf is empty.").count()).toBe(0); // what was wrong with others goes with it
  await pick(...Array.from({ length: 11 }, (_, n) => pdf(`${n}.pdf`)));
  await complaint("At most 10 files at a time.");
  await expect.poll(() => list.getByRole("listitem").count()).toBe(10);
  for (let n = 0; n < 10; n += 1) await chat.button(`Remove: ${n}.pdf`).click();

  await pick(impostor("photo.png"), picture("real.png", 40, 40));
  await limits.waitFor();
  await send();
  await limits.waitFor({ state: "detached" });
  await list.getByText("photo.png cannot be sent. These can:").waitFor();
  await expect.poll(() => onDesk().allTextContents(), SOON).toEqual(["nothing.png", "real.png"]); // it lets the others pass
  expect(await chat.button(/Try again/).count()).toBe(0);
  await chat.button("Remove: photo.png").click();
  await list.waitFor({ state: "detached" });
  expect(complaints.filter((one) => !one.includes("415"))).toEqual([]); // which Chromium writes down
});

slowed("on its way a file shows how far it is, can be stopped, and goes on while the panel is closed", async () => {
  const { chat, page, list, pick, send, slow, onDesk } = await live();
  await slow(150_000); // 18 seconds for the larger one
  await pick(picture("stopped.png", 900, 1_000, "noise"), picture("goes-on.png", 400, 300, "noise"));
  await send();
  const bar = list.getByRole("progressbar", { name: "Sending… stopped.png" });
  await expect.poll(() => bar.evaluate((it: HTMLProgressElement) => it.value / it.max), SOON).toBeGreaterThan(0);
  expect(await amiss(page)).toEqual([]);
  await shot(page, "on-its-way");
  await chat.button("Cancel: stopped.png").click();
  await list.getByText("stopped.png").waitFor({ state: "detached" });
  await chat.button("Close chat").click();
  await slow(null);
  await expect.poll(() => onDesk().allTextContents(), SOON).toEqual(["goes-on.png"]);
  await chat.open();
  await chat.log.getByRole("button", { name: /goes-on\.png/ }).waitFor();
  expect(await chat.log.getByText("stopped.png").count()).toBe(0);
});

slowed("F25 a connection that is lost in the middle takes nothing: the file waits, goes by itself, and the desk has it once", async () => {
  const { chat, page, list, pick, send, slow, onDesk } = await live();
  await slow(200_000);
  await pick(picture("far.png", 900, 1_000, "noise"));
  await send();
  const bar = list.getByRole("progressbar");
  await expect.poll(() => bar.evaluate((it: HTMLProgressElement) => it.value), SOON).toBeGreaterThan(0);
  await pages.stopBridge();
  await list.getByText("Waiting for connection…").waitFor();
  await shot(page, "offline");
  await slow(null);
  await pages.startBridge();
  await expect.poll(() => onDesk().allTextContents(), { timeout: 30_000 }).toEqual(["far.png"]);
  await list.waitFor({ state: "detached" });
  expect(await chat.log.getByText("Your file:").count()).toBe(1);
});

test("a picture can be pasted and files dropped; before a person is there that is explained, and the page stays where it is", async () => {
  const visitor = await pages.visit(DESKTOP);
  const early = chatOn(await visitor.open("/"));
  await early.open();
  await early.hears(/welcome/i);
  await give(early.page, "paste");
  await early.page.getByRole("alert").getByText("Files can be sent once a person is here.").waitFor();
  expect(await early.button("Attach a file").count()).toBe(0);
  expect(await amiss(early.page)).toEqual([]);
  await early.message.fill("hello");
  await expect.poll(() => early.page.getByRole("alert").count(), SOON).toBe(0);

  const { page, list, complaints } = await live();
  await give(page, "paste");
  await list.getByText("pasted.png").waitFor();
  await give(page, "dragover");
  await page.getByText("Drop files here").waitFor();
  await shot(page, "dropping");
  await give(page, "drop");
  await list.getByText("dropped.png").waitFor();
  expect(await page.getByText("Drop files here").count()).toBe(0);
  expect(await give(page, "paste", "text/html", "text/plain")).toBe("left to the field"); // from a word processor
  expect(await list.getByRole("listitem").count()).toBe(2);
  expect([...visitor.complaints, ...complaints]).toEqual([]);
});

asked("with the keyboard alone a file is picked, taken back, picked again and sent", async () => {
  const { page, list, chat, onDesk } = await live();
  const { keyboard } = page;
  const choosers: FileChooser[] = [];
  page.on("filechooser", (chooser) => choosers.push(chooser));
  await chat.message.focus();
  await keyboard.press("Shift+Tab");
  await expect.poll(() => focused(page)).toBe("Attach a file");
  await pickByKey("first.pdf");
  await keyboard.press("Shift+Tab");
  await expect.poll(() => focused(page)).toBe("Remove: first.pdf");
  await keyboard.press("Enter");
  await list.waitFor({ state: "detached" });
  await expect.poll(() => focused(page)).toBe("Attach a file");
  await pickByKey("second.pdf");
  await keyboard.press("Tab");
  await keyboard.press("Enter"); // in the field, which may be empty
  await expect.poll(() => onDesk().allTextContents(), SOON).toEqual(["second.pdf"]);
  await expect.poll(() => focused(page)).toBe("Message");

  async function pickByKey(name: string): Promise<void> {
    await keyboard.press("Enter");
    await expect.poll(() => choosers.length, SOON).toBe(1);
    await choosers.pop()!.setFiles([pdf(name)]);
    await list.getByText(name).waitFor();
  }
});

/** The widths of the pictures in the log that have been drawn. */
function drawnIn(page: Page): Promise<number[]> {
  return page.locator("baton-chat .log .picture canvas").evaluateAll((all) => all.map((canvas) => (canvas as HTMLCanvasElement).width));
}

/** The name of what has the focus in the chat. */
function focused(page: Page): Promise<string | null | undefined> {
  return page.evaluate(() => {
    const active = document.activeElement?.shadowRoot?.activeElement;
    return active?.getAttribute("aria-label") ?? active?.textContent;
  });
}
