import { existsSync } from "node:fs";
import { request, secret, startBridgeDouble } from "@baton/demo/desk/bridge-double";
import { startDesk } from "@baton/demo/desk/desk";
import type { Browser, Page, Route } from "playwright-core";
import { afterAll, afterEach, beforeAll } from "vitest";
import { launchChromium } from "../browser.ts";

let browser: Browser;
const cleanup: (() => unknown)[] = [];
beforeAll(async () => {
  if (!existsSync(new URL("../../demo/dist/desk/index.html", import.meta.url))) throw new Error("Build the pages first: pnpm run build");
  browser = await launchChromium();
});
afterAll(() => browser.close());
afterEach(async () => {
  for (const stop of cleanup.splice(0).toReversed()) await stop();
});

/** A desk of its own for each test, with a bridge that only listens, and agents who look at it. */
export async function startDeskPages() {
  const bridge = await startBridgeDouble();
  const desk = await startDesk({ port: 0, bridge: bridge.url, secret, pauseMs: 10 });
  cleanup.push(bridge.close, () => desk.stop());
  const complaints: string[] = [];
  const tell = async (type: string, data: object) => (await bridge.tell(desk.url, type, data)).body;
  return {
    bridge,
    complaints,
    tell,
    ask: async (more: object = {}) => (await tell("handoff.requested", { ...request, ...more })).chat,
    said: () => bridge.heard.filter(({ type }) => type === "agent.said").map(({ data }) => data["text"]),
    async open(agent: string, { width = 1280, height = 800, colorScheme = "light" as "light" | "dark" } = {}) {
      const visit = await browser.newContext({ viewport: { width, height }, colorScheme });
      cleanup.push(() => visit.close());
      const page = await visit.newPage();
      page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
      page.on("pageerror", (error) => complaints.push(String(error)));
      await page.goto(`${desk.url}/desk?agent=${agent}`);
      return seenBy(page);
    },
  };
}

export type DeskPage = ReturnType<typeof seenBy>;

function seenBy(page: Page) {
  const list = (name: string) => page.getByRole("list", { name, exact: true });
  const button = (name: string | RegExp) => page.getByRole("button", { name });
  return {
    page,
    list,
    button,
    log: page.getByRole("log"),
    reply: page.getByRole("textbox", { name: "Reply" }),
    /** What asks before a chat is over. */
    ending: (who: string) => page.getByRole("dialog", { name: `End the chat with ${who}?` }),
    context: page.getByRole("region", { name: "Handoff context" }),
    focused: () => page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent),
    accept: (who: string) => list("Waiting").getByRole("listitem").filter({ hasText: who }).getByRole("button", { name: "Accept" }).click(),
    /** What a browser does when its window goes behind another one, which one without a screen never does. */
    turnsTo: (state: "visible" | "hidden") =>
      page.evaluate((now) => {
        Object.defineProperty(document, "visibilityState", { configurable: true, value: now });
        document.dispatchEvent(new Event("visibilitychange"));
      }, state),
    /** Keeps the agent's next line on its way until the test says how it fails. */
    async holdNextSay() {
      const held = Promise.withResolvers<void>();
      const fate = Promise.withResolvers<"lost on the way there" | "answered 502 on the way back">();
      const hold = async (route: Route) => {
        held.resolve();
        if ((await fate.promise) === "lost on the way there") return route.abort();
        await route.fetch();
        return route.fulfill({ status: 502 });
      };
      await page.route("**/say", hold, { times: 1 });
      return { isHeld: held.promise, release: fate.resolve };
    },
  };
}
