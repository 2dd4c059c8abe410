import { expect, test } from "vitest";
import { readConfig, secret } from "./config.ts";
import { checkStanding, type Standing } from "./diagnosis-standing.ts";

const env = {
  CHAT_KEY: "canary-chat",
  CHAT_TOKEN: "canary-token",
  DESK: `whsec_${Buffer.alloc(32).toString("base64")}`,
  KEY: "an-operator-key-of-some-length",
};
const configured = (keys = [{ name: "ops", role: "admin" as const, key: secret("KEY") }]) =>
  readConfig(
    {
      widget: ".",
      operators: { keys },
      connectors: { desk: { use: "webhook", settings: { url: "https://desk.example.com", secrets: [secret("DESK")] } } },
      sites: {
        shop: {
          title: "Shop",
          origins: ["https://shop.example.com"],
          assistant: { region: "uk-1", chatApiKey: secret("CHAT_KEY"), chatToken: secret("CHAT_TOKEN") },
          defaultRoute: { to: { connector: "desk", queue: "general" } },
        },
      },
    },
    env,
  );
const standing: Standing = {
  site: "shop",
  version: 0,
  made_at: null,
  made_by: null,
  in_force: "file",
  mistakes: [],
  document: { defaultRoute: { to: { connector: "desk", queue: "night" } } },
};
const set = { version: 3, made_by: "ana", made_at: "2026-11-22T12:00:00.000Z" };
const checked = (more: Partial<Standing>) => checkStanding(configured(), async () => [{ ...standing, ...more }]);
const queueOf = ({ sites }: Awaited<ReturnType<typeof checked>>) => sites["shop"]!.defaultRoute.to;

test("G3 the doctor says whose word counts, and looks at the places that handoffs do go to", async () => {
  const byFile = await checked({});
  expect(byFile.findings).toMatchObject([{ state: "good", says: "The configuration's routes apply, as nobody has set others." }]);
  expect(queueOf(byFile)).toMatchObject({ queue: "general" });
  const byConsole = await checked({ ...set, in_force: "console" });
  expect(byConsole.findings).toMatchObject([
    {
      about: "Site shop: destinations",
      state: "good",
      says: expect.stringMatching(/^What was set in the console applies.*version 3, which ana set at 2026/),
    },
  ]);
  expect(queueOf(byConsole)).toMatchObject({ queue: "night" });
});

test("one that does not fit is bad, with why and what to do", async () => {
  const refused = await checked({ ...set, in_force: "refused", mistakes: ["sites.shop.routes[0]: names no connector"] });
  expect(refused.findings).toMatchObject([
    { state: "bad", says: expect.stringContaining("routes[0]: names no connector"), next: expect.stringContaining("Bring back") },
  ]);
  expect(queueOf(refused)).toMatchObject({ queue: "general" });
});

test("without a bridge that runs nothing is claimed, and without operators there is nothing to ask", async () => {
  const away = () => Promise.reject(new Error("nobody answers"));
  expect((await checkStanding(configured(), away)).findings).toMatchObject([
    { state: "not_tried", next: "Run this while the bridge is running." },
  ]);
  expect((await checkStanding(configured([]), away)).findings).toEqual([]);
});
