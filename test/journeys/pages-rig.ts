import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig, secret, type ConfigFile } from "@baton/bridge-server/config";
import { startBridge } from "@baton/bridge-server/main";
import { demoAccount } from "@baton/demo/assistant/demo-account";
import type { Script } from "@baton/demo/assistant/script";
import { createSimulator } from "@baton/demo/assistant/simulator";
import { startDesk } from "@baton/demo/desk/desk";
import { sparePort } from "@baton/demo/ports";
import { createShop } from "@baton/demo/shop";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { launchBrowser } from "../browser.ts";
import type { startAccounts } from "../engines/accounts.ts";
import { startOwnPages } from "./own-pages.ts";
import type { Receiver } from "./receiver.ts";

type Site = ConfigFile["sites"][string];
const OPERATOR_KEY = "an-operator-key-of-some-length";
const VIEWER_KEY = "a-key-of-somebody-who-only-looks";
const DESK_SECRET = `whsec_${Buffer.alloc(32, 5).toString("base64")}`;
/** How busy this machine is with others does not count against the bridge: it would send visitors away for a while, and pages would complain. */
const SURROUNDINGS = { log: () => {}, lag: { ms: () => 0, stop() {} } };
const built = ["../../widget/dist/baton.js", "../../demo/dist/desk/index.html", "../../bridge-server/console/dist/index.html"].map(
  (path) => new URL(path, import.meta.url),
);

/** Phone and desktop as visitors have them. */
export const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };
export const DESKTOP = { viewport: { width: 1280, height: 800 } };

interface PagesOptions {
  site?: Partial<Omit<Site, "assistant">>;
  mail?: string | null;
  alerts?: NonNullable<ConfigFile["alerts"]>;
  /** Whether phone calls are taken, and the desk is told of them. */
  takesCalls?: boolean;
  /** The company's other system, which is told what happens. */
  crm?: Receiver | null;
  /** What the assistant says; the shop's, unless given. */
  assistant?: Script;
  /** The company's accounts, which open the console: told where people come back to. */
  accounts?: ((redirectUri: string) => ReturnType<typeof startAccounts>) | null;
}

/** The demo, with its parts in one process so that a test can look into each, and a real Chromium in front of it. */
export async function startPages({
  site = {},
  mail = null,
  alerts = {},
  takesCalls = false,
  crm = null,
  assistant,
  accounts: startTheirs = null,
}: PagesOptions = {}) {
  if (!built.every((file) => existsSync(file))) throw new Error("Build the pages first: pnpm run build");
  const simulator = createSimulator({ agents: [{ ...demoAccount, ...(assistant && { script: assistant }) }] });
  const upstream = await simulator.start();
  const bridgePort = await sparePort();
  const desk = await startDesk({
    port: 0,
    bridge: new URL(`http://127.0.0.1:${bridgePort}/v1/hooks/shop/desk`),
    secret: DESK_SECRET,
    key: VIEWER_KEY,
    pauseMs: 50,
  });
  const shop = createShop();
  const shopPort = await new Promise<number>((done) => {
    shop.server.listen(0, "127.0.0.1", () => done((shop.server.address() as { port: number }).port)); // TCP: an object with a port
  });
  const own = await startOwnPages();
  const accounts = (await startTheirs?.(`http://localhost:${bridgePort}/console/signed-in`)) ?? null;
  const data = mkdtempSync(join(tmpdir(), "baton-pages-"));
  const configure = (operatorKey: string, role: object = { operator: ["support"], viewer: ["sales"] }) =>
    readConfig(
      {
        listen: { port: bridgePort },
        data,
        widget: new URL("../../widget/dist", import.meta.url).pathname,
        outbound: { allowPrivate: true },
        alerts,
        ...(takesCalls && { sip: { port: 0, allow: ["127.0.0.0/8"] } }),
        announce: {
          ...(takesCalls && { desk: { url: `${desk.url}/baton/announcements`, secrets: [secret("DESK_SECRET")] } }),
          ...(crm && { crm: { url: crm.origin, secrets: [secret("CRM_SECRET")] } }),
        },
        ...(mail && { mail: { smtp: secret("SMTP"), from: "chat@shop.example" } }),
        operators: {
          keys: [
            { name: "tests", key: secret("OPERATOR_KEY"), role: "admin" },
            { name: "looks", key: secret("VIEWER_KEY") },
          ],
          console: true,
          ...(accounts && {
            oidc: {
              issuer: accounts.issuer,
              clientId: "console",
              clientSecret: secret("ACCOUNTS_SECRET"),
              scopes: ["email", "profile", "groups"],
              role,
            },
          }),
        },
        connectors: { desk: { use: "webhook", settings: { url: `${desk.url}/baton`, secrets: [secret("DESK_SECRET")] } } },
        sites: {
          shop: {
            title: "Acme Shop",
            origins: [`http://localhost:${shopPort}`, own.url],
            assistant: {
              baseUrl: upstream.url,
              account: demoAccount.account,
              project: demoAccount.project,
              chatApiKey: secret("CHAT_KEY"),
              chatToken: secret("CHAT_TOKEN"),
              handoffApiKey: secret("HANDOFF_KEY"),
            },
            routes: [{ destination: "refunds", to: { connector: "desk", queue: "refunds" }, sip: "sip:refunds@sbc.example.com" }],
            defaultRoute: { to: { connector: "desk", queue: "general" }, sip: "sip:general@sbc.example.com" },
            fallback: [
              { to: "leave_message", connector: "desk", queue: "general" },
              { to: "callback", connector: "desk", queue: "general", country: "GB" },
              { to: "phone", label: "Acme Shop", number: "+442079460018" },
            ],
            limits: {
              perVisitor: { linesPerMinute: 1_000, burst: 1_000 },
              perAddress: { conversationsPerHour: 1_000, linesPerMinute: 1_000 },
            },
            ...site,
          },
        },
      },
      {
        OPERATOR_KEY: operatorKey,
        VIEWER_KEY,
        DESK_SECRET,
        ...(mail && { SMTP: mail }),
        ...(crm && { CRM_SECRET: crm.secret }),
        ...(accounts && { ACCOUNTS_SECRET: accounts.clientSecret }),
        CHAT_KEY: demoAccount.chatApiKey,
        CHAT_TOKEN: demoAccount.chatToken,
        HANDOFF_KEY: demoAccount.handoffApiKey,
      },
    );
  const config = configure(OPERATOR_KEY);
  let bridge = await startBridge(config, SURROUNDINGS);
  shop.open({ bridge: `http://localhost:${bridgePort}`, desk: desk.url });
  const browser = await launchBrowser();
  const contexts: BrowserContext[] = [];

  return {
    simulator,
    desk,
    shopUrl: `http://localhost:${shopPort}`,
    /** Pages of other owners' making, on an origin of their own that the bridge knows. */
    own,
    bridgeUrl: `http://localhost:${bridgePort}`,
    sipPort: () => bridge.sipPort,
    operatorKey: OPERATOR_KEY,
    viewerKey: VIEWER_KEY,
    accounts,
    browser,
    /** A browser of its own, with what its pages complain about. */
    async visit(options: BrowserContextOptions = DESKTOP) {
      const context = await browser.newContext({ locale: "en-GB", ...options });
      contexts.push(context);
      const complaints: string[] = [];
      context.on("weberror", (error) => complaints.push(String(error.error())));
      context.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
      return {
        context,
        complaints,
        open: async (path: string) => opened(await context.newPage(), new URL(path, `http://localhost:${shopPort}`).href),
      };
    },
    /** With another key in the place of the one that was in the configuration before, or with others who may come in by their accounts. */
    async restartBridge({ operatorKey = OPERATOR_KEY, role }: { operatorKey?: string; role?: object } = {}): Promise<void> {
      await bridge.stop();
      bridge = await startBridge(configure(operatorKey, role), SURROUNDINGS);
    },
    stopBridge: () => bridge.stop(),
    async startBridge(): Promise<void> {
      bridge = await startBridge(config, SURROUNDINGS);
    },
    async stop(): Promise<void> {
      await closeAll(browser, contexts);
      await shop.stop();
      await own.stop();
      await bridge.stop();
      await desk.stop();
      await upstream.close();
      await accounts?.stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

async function opened(page: Page, url: string): Promise<Page> {
  await page.goto(url);
  return page;
}

async function closeAll(browser: Browser, contexts: BrowserContext[]): Promise<void> {
  for (const context of contexts) await context.close();
  await browser.close();
}

/** The chat, by the names that assistive technology sees. */
export function chatOn(page: Page) {
  const button = (name: string | RegExp) => page.getByRole("button", { name });
  return {
    page,
    launcher: button(/chat/i).first(),
    panel: page.getByRole("dialog", { name: "Acme Shop" }),
    log: page.getByRole("log"),
    message: page.getByRole("textbox", { name: "Message" }),
    status: page.getByRole("status"),
    button,
    open: () => button(/^Open chat/).click(),
    async say(text: string) {
      await page.getByRole("textbox", { name: "Message" }).fill(text);
      await button("Send").click();
    },
    hears: (text: string | RegExp) => page.getByRole("log").getByText(text).first().waitFor(),
  };
}

/** A visitor who wants a refund, from the button on until the assistant passes them on. */
export async function wantsRefund(chat: ReturnType<typeof chatOn>): Promise<void> {
  await chat.open();
  await chat.hears(/welcome/i);
  await chat.say("I want a refund");
  await chat.hears("order number");
  await chat.say("A-1001");
  await chat.hears("passing you over");
}

/** The desk, by the names that assistive technology sees. */
export function deskOn(page: Page) {
  const button = (name: string | RegExp) => page.getByRole("button", { name });
  return {
    page,
    waiting: page.getByRole("list", { name: "Waiting" }),
    context: page.getByRole("region", { name: "Handoff context" }),
    log: page.getByRole("log"),
    button,
    accept: () => page.getByRole("list", { name: "Waiting" }).getByRole("button", { name: "Accept" }).first().click(),
    async say(text: string) {
      await page.getByRole("textbox", { name: "Reply" }).fill(text);
      await page.getByRole("button", { name: "Send", exact: true }).click(); // not the one that sends a file
    },
    hears: (text: string | RegExp) => page.getByRole("log").getByText(text).first().waitFor(),
    async end() {
      await button("End chat").click();
      await page.getByRole("dialog").getByRole("button", { name: "End chat" }).click();
    },
  };
}

/** Keeps a picture where `SHOTS` says, if it says so. */
export async function shot(page: Page, name: string): Promise<void> {
  const folder = process.env["SHOTS"];
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
