import { afterAll, beforeAll, expect, test } from "vitest";
import { amiss } from "./axe.ts";
import { operatorAt } from "./operator.ts";
import { chatOn, PHONE, shot, startPages } from "./pages-rig.ts";

// J1, J4: a destination that is a telephone number, on the phone that will call it, and at whoever picks up.

const hotline = { label: "Refund line", number: "+442079460018" };

let pages: Awaited<ReturnType<typeof startPages>>;
beforeAll(async () => {
  pages = await startPages({
    site: {
      routes: [{ destination: "hotline", to: { phone: hotline } }],
      fallback: [
        { to: "phone", ...hotline, label: "Acme Shop" },
        { to: "leave_message", connector: "desk" },
      ],
    },
  });
});
afterAll(() => pages.stop());

async function visit() {
  const visitor = await pages.visit({ ...PHONE, reducedMotion: "reduce" });
  const chat = chatOn(await visitor.open("/"));
  await chat.open();
  await chat.hears(/welcome/i);
  await chat.say("I would rather talk on the phone");
  const call = chat.page.getByRole("link", { name: /Refund line/ });
  await call.waitFor();
  return { ...visitor, chat, call };
}

test("J1 the visitor taps a card that calls, and whoever picks up finds all that is known by the few letters that are read out", async () => {
  const { chat, call, complaints } = await visit();
  expect(await call.getAttribute("href")).toBe(`tel:${hotline.number}`);
  const box = (await call.boundingBox())!;
  expect(box.height).toBeGreaterThanOrEqual(44);
  expect(box.x + box.width).toBeLessThanOrEqual(PHONE.viewport.width);
  await chat.page.getByText("We continue by phone").first().waitFor();
  expect(await amiss(chat.page)).toEqual([]);
  await shot(chat.page, "by-phone");

  const shown = await chat.panel.innerText();
  const [reference = ""] = /\b[A-Z\d]{4}-[A-Z\d]{4}\b/.exec(shown) ?? [];
  const asCentreTypesIt = encodeURIComponent(reference.toLowerCase().replace("-", " "));
  const contactCentre = operatorAt({ url: pages.bridgeUrl, operatorKey: pages.viewerKey });
  const { status, body } = await contactCentre.get<{ handoffs: object[] }>(`handoffs?reference=${asCentreTypesIt}`);
  expect(status).toBe(200);
  expect(body.handoffs).toMatchObject([
    {
      cause: "by_phone",
      destination: "hotline",
      reason: "prefers_phone",
      route: { phone: hotline },
      context: { state: "found", data: { intent: "talk" } },
    },
  ]);
  expect(complaints).toEqual([]);
});

test("J1 the card is there for who comes back to the page, with the same reference", async () => {
  const { chat } = await visit();
  const referenceOn = async () => /\b[A-Z\d]{4}-[A-Z\d]{4}\b/.exec(await chat.panel.innerText())?.[0];
  const before = await referenceOn();
  expect(before).toBeDefined();
  await chat.page.reload();
  await chat.page.getByRole("link", { name: /Refund line/ }).waitFor();
  expect(await referenceOn()).toBe(before);
});

test("J4 the number that was given is not offered a second time, and who cannot call may leave a message", async () => {
  const { chat } = await visit();
  await chat
    .button(/message/i)
    .first()
    .waitFor();
  expect(await chat.page.locator('a[href^="tel:"]').count()).toBe(1);
  expect(await chat.page.getByText("Acme Shop: ").count()).toBe(0);
});
