import { generateKeyPairSync, randomUUID } from "node:crypto";
import { SignJWT } from "jose";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chatOn, deskOn, DESKTOP, startPages } from "./pages-rig.ts";

// Who the visitor is, in a browser: named by the site, changed, and gone again.

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
let pages: Awaited<ReturnType<typeof startPages>>;
beforeAll(async () => {
  const publicPem = publicKey.export({ type: "spki", format: "pem" }) as string; // what `pem` gives
  pages = await startPages({ site: { identity: { algorithm: "EdDSA", publicKey: publicPem } } });
});
afterAll(() => pages.stop());

function signed(sub: string, name: string): Promise<string> {
  const jwt = new SignJWT({ name }).setProtectedHeader({ alg: "EdDSA" }).setSubject(sub).setAudience("shop").setJti(randomUUID());
  return jwt.setIssuedAt().setExpirationTime("2m").sign(privateKey);
}

async function visit() {
  const visitor = await pages.visit(DESKTOP);
  await visitor.context.exposeFunction("signedFor", signed);
  return { ...visitor, chat: chatOn(await visitor.open("/plain")) };
}
/** As the site's page would, with a way to get a token when one is needed. */
async function identify(page: Page, sub: string | null, name = ""): Promise<void> {
  await page.waitForFunction(() => "Baton" in window);
  await page.evaluate(
    ([sub, name]) => {
      const own = window as unknown as {
        Baton: { identify(proof: unknown): void; on(event: string, handler: (is: boolean) => void): void };
        signedFor(sub: string, name: string): Promise<string>;
        believed?: boolean[];
      };
      own.Baton.on("identity", (is) => (own.believed ??= []).push(is));
      own.Baton.identify(sub === null ? null : () => own.signedFor(sub!, name!));
    },
    [sub, name],
  );
}
/** On this page and those that come after it, as a site does that asks its visitors to sign in. */
const knowsNobody = (context: BrowserContext) =>
  context.addInitScript(() => ((window as unknown as { Baton?: unknown[] }).Baton ??= []).push(["identify", null]));
/** With a way to get a token which fails `times` times, and then gives one for this person. */
async function identifyInVain(page: Page, times: number, sub = ""): Promise<void> {
  await page.waitForFunction(() => "Baton" in window);
  await page.evaluate(
    ([times, sub]) => {
      const own = window as unknown as {
        Baton: { identify(proof: unknown): void };
        signedFor(sub: string, name: string): Promise<string>;
        asked: number;
      };
      own.asked = 0;
      own.Baton.identify(() => (++own.asked > times ? own.signedFor(sub, "") : Promise.reject(new Error("the site's server is away"))));
    },
    [times, sub] as const,
  );
}
const asked = (page: Page) => page.evaluate(() => (window as unknown as { asked: number }).asked);
const kept = (page: Page) => page.evaluate(() => Object.keys(localStorage).filter((name) => name.startsWith("baton:shop:")));

test("whom the site has named is shown to the agent as verified, and the page hears that the bridge believes it", async () => {
  const { chat, complaints } = await visit();
  await identify(chat.page, "customer-7", "Ada Lovelace");
  await chat.open();
  await chat.hears(/welcome/i);
  await chat.button("Talk to a person").click();
  const sam = deskOn(await (await pages.visit(DESKTOP)).open("/desk?agent=Sam"));
  await sam.accept();
  await sam.context.getByText("Verified by the site").waitFor();
  await sam.context.getByText("Ada Lovelace").first().waitFor();
  await expect.poll(() => chat.page.evaluate(() => (window as unknown as { believed: boolean[] }).believed)).toEqual([true]);
  expect(complaints).toEqual([]);
});

test("where the file that names the visitor does not come at first, the chat begins once it has", async () => {
  const { chat, context } = await visit();
  let asked = 0;
  await context.route(/\/identity-/, (route) => (asked++ === 0 ? route.abort() : route.continue()));
  await identify(chat.page, "customer-7", "Ada Lovelace");
  await chat.open();
  await chat.hears(/welcome/i);
  expect(asked).toBe(2);
  await expect.poll(() => chat.page.evaluate(() => (window as unknown as { believed: boolean[] }).believed)).toEqual([true]);
});

/** Ada, whom the site knows, in the middle of something. */
async function adaAsks(chat: Awaited<ReturnType<typeof visit>>["chat"]): Promise<void> {
  await identify(chat.page, "customer-7", "Ada");
  await chat.open();
  await chat.hears(/welcome/i);
  await chat.say("I want a refund");
  await chat.hears("order number");
}

test("the same person finds the chat on the next page; another begins their own and sees nothing of it (T12, T16, T20)", async () => {
  const { chat, complaints } = await visit();
  await adaAsks(chat);
  await chat.message.fill("A-10");
  await chat.page.reload();
  await identify(chat.page, "customer-7", "Ada");
  await chat.hears("order number");
  await expect.poll(() => chat.message.inputValue()).toBe("A-10");
  await identify(chat.page, "customer-8", "Grace");
  await expect.poll(() => chat.log.getByText("I want a refund").count()).toBe(0);
  await chat.hears(/welcome/i);
  await expect.poll(() => chat.message.inputValue()).toBe("");
  expect(complaints).toEqual([]);
});

test("T20 a conversation that was there before the site said who the visitor is, is not theirs", async () => {
  const { chat } = await visit();
  await chat.open();
  await chat.hears(/welcome/i);
  const session = () => chat.page.evaluate(() => JSON.parse(localStorage.getItem("baton:shop:session") ?? "{}") as Record<string, string>);
  const planted = await session();
  await identify(chat.page, "customer-7", "Ada");
  await expect.poll(async () => (await session())["token"]).toMatch(/^id\./);
  expect((await session())["conversation"]).not.toBe(planted["conversation"]);
  await chat.hears(/welcome/i);
});

test("T12 who signs out leaves nothing behind: not on the screen, not in the browser, not after a reload", async () => {
  const { chat, complaints } = await visit();
  await adaAsks(chat);
  await chat.message.fill("my card is");
  await identify(chat.page, null);
  await chat.panel.waitFor({ state: "hidden" });
  await expect.poll(() => kept(chat.page)).toEqual([]);
  await chat.page.reload();
  await chat.open();
  await chat.hears(/welcome/i);
  expect(await chat.log.getByText("I want a refund").count()).toBe(0);
  expect(await chat.message.inputValue()).toBe("");
  expect(complaints).toEqual([]);
});

test("a stranger's chat goes on, on every page that knows of no visitor", async () => {
  const { chat, context, complaints } = await visit();
  const left: string[] = [];
  context.on("request", (request) => request.url().endsWith("/leave") && left.push(request.url()));
  await knowsNobody(context);
  await chat.page.reload();
  await chat.open();
  await chat.hears(/welcome/i);
  await chat.say("I want a refund");
  await chat.hears("order number");
  await chat.message.fill("A-10");
  await chat.page.reload();
  await chat.hears("order number");
  await expect.poll(() => chat.message.inputValue()).toBe("A-10");
  expect(await chat.panel.isVisible()).toBe(true);
  expect(await kept(chat.page)).toContain("baton:shop:session");
  expect([left, complaints]).toEqual([[], []]);
});

test("on such a page whoever presses before the panel's files have come has it open", async () => {
  const { chat, context } = await visit();
  await knowsNobody(context);
  let release = (): void => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await context.route(/\/panel-/, async (route) => {
    await held;
    await route.continue();
  });
  await chat.page.reload();
  await chat.open();
  release();
  await chat.hears(/welcome/i);
  expect(await chat.panel.isVisible()).toBe(true);
});

test("T12 who was named and not believed, or named when there was no token to be had, leaves nothing behind either", async () => {
  for (const proof of ["not.a.token", null]) {
    const { chat } = await visit();
    await chat.page.waitForFunction(() => "Baton" in window);
    if (proof === null) await identifyInVain(chat.page, Infinity);
    else
      await chat.page.evaluate((proof) => (window as unknown as { Baton: { identify(proof: string): void } }).Baton.identify(proof), proof);
    await chat.open();
    await chat.hears(/welcome/i);
    await chat.message.fill("my card is");
    await chat.page.reload();
    await identify(chat.page, null);
    await chat.panel.waitFor({ state: "hidden" });
    await expect.poll(() => kept(chat.page)).toEqual([]);
  }
});

test("a page that cannot get a token has named nobody else: the chat goes on, and it is asked again before that", async () => {
  const { chat, context } = await visit();
  const left: string[] = [];
  context.on("request", (request) => request.url().endsWith("/leave") && left.push(request.url()));
  await adaAsks(chat);
  await chat.message.fill("A-10");
  for (const [times, sub] of [
    [Infinity, ""],
    [2, "customer-7"],
  ] as const) {
    await chat.page.reload();
    await identifyInVain(chat.page, times, sub);
    await expect.poll(() => asked(chat.page)).toBe(3);
    await chat.hears("order number");
    expect(await chat.message.inputValue()).toBe("A-10");
  }
  expect(left).toEqual([]);
  await identifyInVain(chat.page, 1, "customer-8");
  await expect.poll(() => chat.log.getByText("I want a refund").count()).toBe(0);
  await expect.poll(() => chat.message.inputValue()).toBe("");
  expect(left).toHaveLength(1);
});

test("a token that the bridge does not believe, or that the page cannot get, is said to the page; the visitor chats as a stranger", async () => {
  for (const proof of ["not.a.token", null]) {
    const { chat } = await visit();
    await chat.page.waitForFunction(() => "Baton" in window);
    await chat.page.evaluate((proof) => {
      const own = window as unknown as {
        Baton: { identify(proof: unknown): void; on(event: string, handler: (is: boolean) => void): void };
        believed: boolean[];
      };
      own.believed = [];
      own.Baton.on("identity", (is) => own.believed.push(is));
      own.Baton.identify(proof ?? (() => Promise.reject(new Error("the site's server is away"))));
    }, proof);
    await chat.open();
    await chat.hears(/welcome/i);
    await expect.poll(() => chat.page.evaluate(() => (window as unknown as { believed: boolean[] }).believed)).toEqual([false]);
  }
});
