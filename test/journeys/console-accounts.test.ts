import { OidcSetting } from "@baton/bridge-server/config-oidc";
import { checkAccounts, type Finding } from "@baton/bridge-server/diagnosis";
import { createOidc } from "@baton/bridge-server/oidc";
import { knownSecret } from "@baton/bridge-server/secret";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startAccounts } from "../engines/accounts.ts";
import { amissOnPage } from "./axe.ts";
import { operatorOf } from "./console-page.ts";
import { operatorAt } from "./operator.ts";
import { shot, startPages } from "./pages-rig.ts";

let pages: Awaited<ReturnType<typeof startPages>>;
beforeAll(async () => {
  pages = await startPages({ accounts: startAccounts });
});
afterAll(() => pages.stop());

type Operator = Awaited<ReturnType<typeof operatorOf>>;

const begins = async (path = "") => operatorOf(pages, { path, key: null });
/** Says at the company's accounts who they are. */
async function saysWhoTheyAre({ page }: Operator, name: string): Promise<void> {
  await page.getByRole("link", { name: /^Sign in at 127\.0\.0\.1/ }).click();
  await page.getByLabel("Name").fill(name);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** What the doctor finds. */
async function examined(): Promise<Finding> {
  const { issuer, clientSecret } = pages.accounts!; // as begun above
  const settings = OidcSetting.parse({ issuer, clientId: "console", clientSecret: knownSecret(clientSecret), role: { viewer: ["sales"] } });
  const oidc = createOidc(settings, `${pages.bridgeUrl}/console/signed-in`);
  return checkAccounts(oidc);
}

test("whoever may come in by their company's account lands where the address leads, as what their group makes them", async () => {
  const kim = await begins("handoffs?stage=failed");
  await kim.page.getByRole("main").waitFor();
  expect(await amissOnPage(kim.page)).toEqual([]);
  await shot(kim.page, "console-sign-in-by-account");
  await saysWhoTheyAre(kim, "kim.support");
  await kim.heading("Handoffs").waitFor();
  expect(kim.page.url()).toBe(`${pages.bridgeUrl}/console/handoffs?stage=failed`);
  await kim.page.getByText("kim.support@shop.example").waitFor();
  const cookies = (await kim.context.cookies(pages.bridgeUrl)).filter(({ name }) => name.startsWith("baton_"));
  expect(cookies).toMatchObject([{ name: "baton_console", httpOnly: true, sameSite: "Strict", path: "/" }]); // and the errand is over
  const me = await kim.page.evaluate(async () => (await fetch("/v1/operators/me")).json());
  expect(me).toEqual({ name: "kim.support@shop.example", role: "operator", scopes: null });
  expect(kim.complaints).toEqual([]);
});

test("T14 changing who may come in ends the sessions of those who have come in", async () => {
  const lee = await begins();
  await saysWhoTheyAre(lee, "lee.sales");
  await lee.isUpToDate();
  await pages.restartBridge({ role: { operator: ["support"] } });
  await lee.page.getByText(/Your session has ended/).waitFor();
  await pages.restartBridge();
  await lee.page.reload();
  await lee.isUpToDate(); // what was sealed for this configuration is good again
});

test("whoever has an account and no role is told whom to ask, and is nobody", async () => {
  const eve = await begins();
  await saysWhoTheyAre(eve, "eve.kitchen");
  await eve.page
    .getByRole("alert")
    .getByText(/Your account may not use this console/)
    .waitFor();
  expect(await eve.page.evaluate(async () => (await fetch("/v1/operators/me")).status)).toBe(401);
  const { body } = await operatorAt({ url: pages.bridgeUrl, operatorKey: pages.operatorKey }).get<{ deeds: object[] }>("audit");
  expect(body.deeds[0]).toMatchObject({
    did: "sign_in_refused",
    who: { name: expect.stringContaining("eve"), role: "none" },
    about: { kind: "no_role", count: "1" },
  });
});

test("whoever turns back there is told so, and a key still opens the console", async () => {
  const sam = await begins();
  await sam.page.getByRole("link", { name: /^Sign in at/ }).click();
  await sam.page.getByRole("button", { name: "Cancel" }).click();
  await sam.page.getByRole("alert").getByText("You were not let in there.").waitFor();
  await sam.signIn(pages.operatorKey);
  await sam.isUpToDate();
});

test("accounts that are away are said to be, to the doctor as well, and open the console again when they are back", async () => {
  await pages.restartBridge(); // it has not asked them yet
  pages.accounts?.goDown(true);
  expect(await examined()).toMatchObject({
    state: "bad",
    says: expect.stringMatching(/^Nobody can sign in at 127\.0\.0\.1:\d+ \(TypeError/),
  });
  const sam = await begins("destinations");
  await sam.page.getByRole("link", { name: /^Sign in at/ }).click();
  await sam.page
    .getByRole("alert")
    .getByText(/cannot be reached/)
    .waitFor();
  pages.accounts?.goDown(false);
  expect(await examined()).toMatchObject({
    state: "good",
    says: expect.stringMatching(/It has to know http:\/\/localhost:\d+\/console\/signed-in /),
  });
  await saysWhoTheyAre(sam, "sam.support");
  await sam.heading("Destinations").waitFor();
  expect(sam.page.url()).toBe(`${pages.bridgeUrl}/console/destinations`);
});

test("T49 nobody is signed in by an answer that they did not ask for, by one of somebody else's, or by the same one twice", async () => {
  const send = (path: string, cookie = "") => fetch(`${pages.bridgeUrl}/console/${path}`, { redirect: "manual", headers: { cookie } });
  const where = (response: Response) =>
    new URL(response.headers.get("location") ?? "", "http://console").href.replace("http://console", "");
  const out = await send("sign-in?to=/console/handoffs");
  const errand = out.headers.getSetCookie()[0]!.split(";")[0]!;
  const state = new URL(out.headers.get("location")!).searchParams.get("state");

  expect(where(await send("signed-in?code=made-up&state=made-up"))).toBe("/console/?trouble=too_late");
  expect(where(await send("signed-in?code=made-up&state=made-up", errand))).toBe("/console/handoffs?trouble=untrusted");
  const forged = await send(`signed-in?code=made-up&state=${state}`, errand);
  expect([where(forged), forged.headers.getSetCookie().filter((one) => one.startsWith("baton_console"))]).toEqual([
    "/console/handoffs?trouble=untrusted",
    [],
  ]);
  for (const to of ["https://evil.example/console/", "//evil.example/console/", "/\\evil.example/console/", "/elsewhere", ""]) {
    const kept = (await send(`sign-in?to=${encodeURIComponent(to)}`)).headers.getSetCookie()[0]!.split(";")[0]!;
    expect(where(await send("signed-in", kept)), to).toMatch(/^\/console\/\?trouble=/);
  }
});
