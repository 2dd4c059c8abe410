import type { Page, Route } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { amiss } from "./axe.ts";
import { chatOn, DESKTOP, PHONE, shot, startPages } from "./pages-rig.ts";

// What stands between a chat and its bridge for a while, or takes away where things are kept: real bundle, real Chromium.

let pages: Awaited<ReturnType<typeof startPages>>;
beforeAll(async () => {
  pages = await startPages();
});
afterAll(() => pages.stop());

const LOGIN = "<!doctype html><title>Guest network</title><p>Please log in to go online.</p>";
const portals: Record<string, (route: Route) => Promise<void>> = {
  "with its own page in the bridge's place": (route) =>
    route.fulfill({ status: 200, contentType: "text/html", headers: { "access-control-allow-origin": "*" }, body: LOGIN }),
  "by leading to its own page": (route) =>
    route.fulfill({ status: 302, headers: { location: `${pages.own.url}/login`, "access-control-allow-origin": "*" } }),
  "with a refusal of its own": (route) =>
    route.fulfill({ status: 511, contentType: "text/html", headers: { "access-control-allow-origin": "*" }, body: LOGIN }),
};

test.each(Object.keys(portals))("F32 a guest network that answers %s is shown as no connection, and nothing is lost", async (how) => {
  const visitor = await pages.visit(PHONE);
  const chat = chatOn(await visitor.open("/plain"));
  await chat.open();
  await chat.hears(/welcome/i);
  const asked = pages.simulator.control.respondCount();
  await visitor.context.route(`${pages.bridgeUrl}/v1/**`, portals[how]!); // a key of it
  await pages.restartBridge(); // what was open breaks when the network changes
  await chat.status.getByText("No connection. Trying again…").waitFor();
  await chat.say("I want a refund");
  await chat.log.getByText("Waiting for connection…").waitFor();
  expect(await chat.log.getByText(/welcome/i).count()).toBe(1);
  expect(await amiss(chat.page)).toEqual([]);
  await shot(chat.page, `phone-portal-${Object.keys(portals).indexOf(how)}`);
  await visitor.context.unroute(`${pages.bridgeUrl}/v1/**`);
  await chat.hears("order number");
  expect(await chat.log.getByText("I want a refund", { exact: true }).count()).toBe(1);
  await expect.poll(() => chat.status.getByText("No connection").count()).toBe(0);
  expect(pages.simulator.control.respondCount()).toBe(asked + 1);
});

test("F32 who opens the chat behind a guest network begins it once they are online, with what they have written", async () => {
  const visitor = await pages.visit(DESKTOP);
  await visitor.context.route(`${pages.bridgeUrl}/v1/**`, portals["with its own page in the bridge's place"]!); // a key of it
  const chat = chatOn(await visitor.open("/plain"));
  await chat.open();
  await chat.say("I want a refund");
  await chat.log.getByText("Waiting for connection…").waitFor();
  await visitor.context.unroute(`${pages.bridgeUrl}/v1/**`);
  await chat.hears("order number");
  expect(await chat.log.getByText("I want a refund", { exact: true }).count()).toBe(1);
});

/** Leaves no room for anything in what the page may keep. */
function fillStorage(page: Page): Promise<number> {
  return page.evaluate(() => {
    for (let size = 1 << 20; size >= 1; size = Math.floor(size / 2)) {
      try {
        for (let n = 0; ; n++) localStorage.setItem(`page:${size}:${n}`, "x".repeat(size));
      } catch {
        continue; // no room for as much
      }
    }
    return JSON.stringify(localStorage).length;
  });
}

test("F36 where storage is full the visitor can chat all the same", async () => {
  const visitor = await pages.visit(DESKTOP);
  const chat = chatOn(await visitor.open("/plain"));
  expect(await fillStorage(chat.page)).toBeGreaterThan(1 << 20);
  await chat.page.reload();
  await chat.open();
  await chat.hears(/welcome/i);
  await chat.say("I want a refund");
  await chat.hears("order number");
  expect(await chat.page.evaluate(() => Object.keys(localStorage).filter((name) => name.startsWith("baton:")))).toEqual([]);
  expect(visitor.complaints).toEqual([]);
});

test("F36 storage that fills up in the middle takes nothing from the chat, in the next page neither", async () => {
  const visitor = await pages.visit(DESKTOP);
  const chat = chatOn(await visitor.open("/plain"));
  await chat.open();
  await chat.hears(/welcome/i);
  await fillStorage(chat.page);
  await chat.say("I want a refund");
  await chat.hears("order number");
  await chat.page.reload();
  await chat.hears("order number");
  expect(await chat.log.getByText("I want a refund", { exact: true }).count()).toBe(1);
  await chat.say("how are you?");
  await chat.hears("Very well");
  expect(visitor.complaints).toEqual([]);
});
