import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { checkSettings, ConfigError, defineConfig, readConfig, secret, type ConfigFile } from "./config.ts";
import { defineConnector } from "./connectors/connector.ts";
import type { FallbackStep } from "./conversation/fallback.ts";
import type { Rules } from "./conversation/routing.ts";
import { secretSetting } from "./secret-setting.ts";

const env = {
  CHAT_KEY: "canary-chat-key",
  CHAT_TOKEN: "canary-chat-token",
  DESK_SECRET: "canary-desk",
  OPERATOR_KEY: "canary-operator-key",
};

type SiteFile = ConfigFile["sites"][string];

function site(more: Partial<SiteFile> = {}): SiteFile {
  return {
    title: "Acme Shop",
    origins: ["http://localhost:3000"],
    assistant: { platform: "polyai", region: "uk-1", chatApiKey: secret("CHAT_KEY"), chatToken: secret("CHAT_TOKEN") },
    defaultRoute: { to: { connector: "desk" } },
    ...more,
  };
}

function file(more: Partial<ConfigFile> = {}, shop: Partial<SiteFile> = {}): ConfigFile {
  return defineConfig({
    widget: "./widget",
    connectors: { desk: { use: "webhook", settings: { url: "https://desk.example.com", secrets: [secret("DESK_SECRET")] } } },
    sites: { shop: site(shop) },
    ...more,
  });
}

/** As JavaScript would hand it over: nobody has checked its types. */
const untyped = (value: unknown) => value as never;

function mistakesOf(given: unknown, environment: Record<string, string> = env): string[] {
  try {
    readConfig(given, environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
}

describe("a configuration that says only what it must", () => {
  const config = readConfig(file(), env, "/srv/shop");
  const shop = config.sites.shop;

  test("gets sane limits, times and a fallback (T26)", () => {
    expect(config.listen).toEqual({
      host: "127.0.0.1",
      port: 3001,
      noticeMs: 1_000,
      publicUrl: "http://localhost:3001",
      trustedProxies: 0,
      maxStreams: 20_000,
    });
    expect(shop?.limits).toMatchObject({
      turnsPerDay: 5_000,
      handoffsPerHour: 120,
      perVisitor: { linesPerMinute: 20, burst: 5, linesPerDay: 200 },
      perAddress: { conversationsPerHour: 10, linesPerMinute: 60 },
    });
    expect(shop?.fallback).toEqual([{ to: "assistant" }]);
    expect(shop?.assistant.whenOver).toBe("restart");
    expect(config.warnings).toEqual([]);
  });

  test("lets nobody in and calls nobody inside (T49)", () => {
    expect(config.operators.keys).toEqual([]);
    expect(config.outbound.allowPrivate).toBe(false);
  });

  test("means folders from where it stands", () => {
    expect([config.data, config.widget]).toEqual(["/srv/shop/.data", "/srv/shop/widget"]);
  });

  test("has settings that only their owner can open (T29)", () => {
    const full = readConfig(file({ operators: { keys: [{ name: "crm", key: secret("OPERATOR_KEY") }] } }), env);
    expect(inspect(full, { depth: null }) + JSON.stringify(full)).not.toContain("canary");
    const opened = checkSettings(z.looseObject({ secrets: z.array(secretSetting()) }), full.connectors.desk?.settings, "desk").value;
    expect(opened).toEqual({ url: "https://desk.example.com", secrets: ["canary-desk"] });
    expect(full.operators.keys[0]?.key.reveal()).toBe("canary-operator-key");
  });

  test("is what routing and fallback take", () => {
    if (!shop) throw new Error("it has a shop");
    const rules: Rules = shop;
    const steps: FallbackStep[] = shop.fallback;
    expect([rules.defaultRoute.to, steps.length]).toEqual([{ connector: "desk", queue: null, urgent: false }, 1]);
  });
});

test("a route may ask for one value or any of several", () => {
  const when = { reason: "refund", language: ["pt", "es"], context: { "customer.tier": "gold", level: [1, 2] } };
  const config = readConfig(file({}, { routes: [{ destination: "W&G TBM", when, to: { connector: "desk", urgent: true } }] }), env);
  expect(config.sites.shop?.routes[0]).toEqual({
    destination: "W&G TBM",
    description: null,
    when: {
      reason: ["refund"],
      language: ["pt", "es"],
      context: { "customer.tier": ["gold"], level: [1, 2] },
      hours: null,
      outsideHours: null,
    },
    to: { connector: "desk", queue: null, urgent: true },
    required: [],
    sip: null,
  });
});

test("a connector of one's own is an import", () => {
  const own = defineConnector({ settings: z.object({}), abilities: {}, connect: untyped(() => ({})) });
  expect(readConfig(file({ connectors: { desk: { use: own } } }), env).connectors.desk?.use).toMatchObject({ settings: own.settings });
});

describe("F41 a mistake is one line that says where it is and what to write", () => {
  test.each<[string, unknown, string]>([
    ["no default route", file({}, { defaultRoute: untyped(undefined) }), "sites.shop.defaultRoute: is missing: write { … }"],
    ["no site", file({ sites: {} }), "sites: is empty: write at least one site"],
    ["nothing at all", undefined, "The configuration: is missing: write { … }"],
    ["a setting of a site", { ...file(), files: "off" }, "files: is not a setting of the whole: write it in the site, under sites"],
    ["a setting of the whole", file({}, untyped({ mail: {} })), "sites.shop.mail: is not a setting of one site: write it beside sites"],
    ["a misspelt setting", { ...file(), listn: {} }, "listn: is not a setting: correct its name, or remove it"],
    [
      "an origin with a path",
      file({}, { origins: ["https://a.example/shop"] }),
      "sites.shop.origins[0]: has a path: write scheme, host and port only, such as https://shop.example.com",
    ],
    [
      "any origin",
      file({}, { origins: ["*"] }),
      "sites.shop.origins[0]: is not an origin: write scheme, host and port only, such as https://shop.example.com",
    ],
    [
      "a fallback that does not exist",
      file({}, { fallback: [untyped({ to: "fax" })] }),
      "sites.shop.fallback[0].to: is no step: write to: destination, assistant, leave_message, callback, phone or goodbye",
    ],
    [
      "a country that is none",
      file({}, { fallback: [{ to: "callback", connector: "desk", country: untyped("England") }] }),
      "sites.shop.fallback[0].country: is no country: write its two letters, such as GB",
    ],
    [
      "a fallback behind one that ends the list",
      file({}, { fallback: [{ to: "assistant" }, { to: "goodbye" }] }),
      "sites.shop.fallback[1]: can never be reached: remove it, or put it before fallback[0], which ends the list",
    ],
    [
      "a fallback that asks again",
      file(
        {},
        {
          routes: [{ destination: "general", to: { connector: "desk" } }],
          fallback: [
            { to: "destination", destination: "general" },
            { to: "destination", destination: "General " },
          ],
        },
      ),
      "sites.shop.fallback[1]: asks what fallback[0] has asked already: remove one of them",
    ],
    [
      "an unknown connector",
      file({}, { routes: [{ destination: "a", to: { connector: "dsk" } }] }),
      "sites.shop.routes[0].to.connector: names no connector: write one of desk, or add it to connectors",
    ],
    [
      "an unknown connector for messages",
      file({}, { fallback: [{ to: "leave_message", connector: "mail" }] }),
      "sites.shop.fallback[0].connector: names no connector: write one of desk, or add it to connectors",
    ],
    [
      "unknown hours",
      file({}, { defaultRoute: { to: { connector: "desk" }, hours: "constructor" } }),
      "sites.shop.defaultRoute.hours: names no opening hours: write one, after adding it to sites.shop.hours",
    ],
    [
      "an operator's key in the file",
      file({ operators: { keys: [{ name: "crm", key: untyped("canary-written-down") }] } }),
      'operators.keys[0].key: must come from the environment: write secret("NAME")',
    ],
    [
      "an operator's key that could be guessed",
      file({ operators: { keys: [{ name: "crm", key: secret("SHORT") }] } }),
      "operators.keys[0].key: is shorter than 16 characters: make a longer one, such as `openssl rand -hex 32` prints",
    ],
    [
      "a secret that is not set",
      file({ operators: { keys: [{ name: "crm", key: secret("NOT_SET") }] } }),
      "operators.keys[0].key: the environment variable NOT_SET is not set or empty: set it",
    ],
    [
      "a secret with a line break",
      file({ operators: { keys: [{ name: "crm", key: secret("BROKEN") }] } }),
      "operators.keys[0].key: the environment variable BROKEN has blanks in it: set it without",
    ],
    ["a limit of nothing", file({}, { limits: { turnsPerDay: 0 } }), "sites.shop.limits.turnsPerDay: is too small: write more than 0"],
    ["a text for a number", file({ listen: { port: untyped("3001") } }), "listen.port: is of the wrong kind: write a number"],
    [
      "a public address that is none",
      file({ listen: { publicUrl: "chat.example.com" } }),
      "listen.publicUrl: is not an address: write one such as https://chat.example.com",
    ],
  ])("%s", (_, given, line) => {
    const mistakes = mistakesOf(given, { ...env, SHORT: "canary", BROKEN: "canary-canary-canary\n" });
    expect(mistakes).toContain(line);
    expect(mistakes.join()).not.toContain("canary");
  });

  test("every mistake is told at once, whatever else is wrong", () => {
    const given = file(
      { connectors: { desk: { use: untyped(7) } } },
      { title: "", defaultRoute: { to: { connector: "dsk" }, hours: "office" } },
    );
    expect(mistakesOf(given, {}).map((line) => line.split(":")[0])).toEqual([
      "sites.shop.assistant.chatApiKey",
      "sites.shop.assistant.chatToken",
      "connectors.desk.use",
      "sites.shop.title",
      "sites.shop.defaultRoute.to.connector",
      "sites.shop.defaultRoute.hours",
    ]);
  });

  test("an assistant's own schema speaks the same way, and never shows what it was given", () => {
    const { settings } = readConfig(file(), env).sites.shop?.assistant ?? { settings: untyped(null) };
    const schema = z.strictObject({ account: z.string(), project: z.int(), chatApiKey: z.string(), region: z.enum(["us-1", "euw-1"]) });
    const { mistakes } = checkSettings(schema, settings, "sites.shop.assistant");
    expect(mistakes).toEqual([
      "sites.shop.assistant.account: is missing: write a text",
      "sites.shop.assistant.project: is missing: write a number",
      "sites.shop.assistant.chatApiKey: is no secret: write it as it is, or process.env.NAME where the environment has it",
      'sites.shop.assistant.region: is not one of the values allowed here: write "us-1" or "euw-1"',
      "sites.shop.assistant.chatToken: is not a setting: correct its name, or remove it",
    ]);
  });
});

test.each([
  [{ listen: { publicUrl: "https://chat.example.com" } }, []],
  [{}, []], // on this machine
  [{ listen: { publicUrl: "http://chat.example.com" } }, ["keys would be sent in the clear: write an https address into listen.publicUrl"]],
  [{ operators: { console: true } }, ["nobody could sign in: list a key under operators.keys, or accounts under operators.oidc"]],
])("T49 the console is off unless it is asked for, and then it needs keys and https: %j", (more, mistakes) => {
  expect(readConfig(file(), env).operators.console).toBe(false);
  const operators = { keys: [{ name: "sam", key: secret("OPERATOR_KEY") }], console: true };
  expect(mistakesOf(file({ operators, ...more }))).toEqual(
    mistakes.map((why) => expect.stringMatching(`^operators.console: is on, .*${why}`)),
  );
});

test("what works, but hardly as it was meant, is a warning", () => {
  const shop = {
    person: { destination: "general" },
    fallback: [{ to: "destination", destination: "general" }],
  } satisfies Partial<SiteFile>;
  expect(readConfig(file({}, shop), env).warnings).toEqual([
    "sites.shop.fallback[0].destination: has no route, so the default route is asked",
    "sites.shop.person.destination: has no route, so the default route is asked",
    'sites.shop.fallback: leads only to where "Talk to a person" has just failed: add another step',
  ]);
  expect(readConfig(file({}, { ...shop, fallback: [...shop.fallback, { to: "assistant" }] }), env).warnings).not.toContainEqual(
    expect.stringContaining("leads only to"),
  );
});
