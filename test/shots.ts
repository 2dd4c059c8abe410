// Draws the README's picture into demo/screenshots, from the real thing: `node test/shots.ts` after `pnpm run build`.
import { mkdirSync } from "node:fs";
import { chatOn, deskOn, startPages } from "./journeys/pages-rig.ts";

const folder = new URL("../demo/screenshots/", import.meta.url).pathname;
const phone = { viewport: { width: 390, height: 730 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };
const desktop = { viewport: { width: 1140, height: 730 } };

mkdirSync(folder, { recursive: true });
const pages = await startPages({ site: { files: {} } }); // as the demo has it
try {
  await story();
} finally {
  await pages.stop();
}

/** From the refund to the person: the visitor's phone, and the desk beside it. */
async function story(): Promise<void> {
  const chat = chatOn(await (await pages.visit(phone)).open("/"));
  await toTheQueue(chat);
  const sam = deskOn(await (await pages.visit(desktop)).open("/desk?agent=Sam"));
  await sam.accept();
  await chat.hears("Sam joined");
  await sam.say("Hello! I have your order here, and what you told our assistant. Your refund is on its way.");
  await chat.hears("Your refund is on its way.");
  await chat.say("That was quick, thank you!");
  await sam.hears("That was quick");
  await chat.page.evaluate(() => (document.activeElement as HTMLElement | null)?.shadowRoot?.querySelector<HTMLElement>("dialog")?.focus()); // no cursor in the picture
  const [visitor, desk] = [await chat.page.screenshot(), await sam.page.screenshot()];
  const canvas = await (await pages.visit({ viewport: { width: 1626, height: 794 } })).context.newPage();
  const image = (png: Buffer, width: number, radius: number): string =>
    `<img src="data:image/png;base64,${png.toString("base64")}" style="width:${width}px;border-radius:${radius}px;box-shadow:0 0 0 1px #cfd4e2">`;
  await canvas.setContent(
    `<body style="margin:0;height:100vh;display:flex;gap:32px;align-items:center;justify-content:center;background:#e9ecf4">${image(visitor, 390, 28)}${image(desk, 1140, 12)}`,
  );
  await canvas.screenshot({ path: `${folder}story.png`, scale: "css", animations: "disabled" });
}

async function toTheQueue(chat: ReturnType<typeof chatOn>): Promise<void> {
  await chat.open();
  await chat.hears(/welcome/i);
  await chat.say("I want a refund");
  await chat.hears("order number");
  await chat.say("A-1001");
  await chat.status.getByText("You are next").waitFor();
}
