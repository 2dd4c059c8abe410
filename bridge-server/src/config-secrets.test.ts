import { expect, test } from "vitest";
import * as z from "zod";
import { checkSettings, ConfigError, readConfig, secret } from "./config.ts";
import { secretSetting } from "./secret-setting.ts";

const env = { CHAT_KEY: "canary-chat-key", CHAT_TOKEN: "canary-chat-token" };

function read(settings: object, more: Record<string, string>) {
  const assistant = { platform: "polyai", region: "uk-1", chatApiKey: secret("CHAT_KEY"), chatToken: secret("CHAT_TOKEN") };
  const shop = { title: "Acme", origins: ["https://shop.example"], assistant, defaultRoute: { to: { connector: "desk" } } };
  return readConfig({ widget: ".", connectors: { desk: { use: "any", settings } }, sites: { shop } }, { ...env, ...more });
}

function mistakesIn(settings: object, more: Record<string, string> = {}): string[] {
  try {
    read(settings, more);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
}

test.each(["\n", "\r\n", "\\n"])("a key in PEM is taken with its lines, parted by %j", (eol) => {
  const pem = ["-----BEGIN PRIVATE KEY-----", "canary+canary/00", "canary==", "-----END PRIVATE KEY-----", ""].join(eol);
  const { connectors } = read({ identity: { privateKey: secret("PEM") } }, { PEM: pem });
  const schema = z.object({ identity: z.object({ privateKey: secretSetting() }) });
  expect(checkSettings(schema, connectors["desk"]?.settings, "settings").value).toEqual({ identity: { privateKey: pem } });
});

test("a key in PEM that was cut, and a word with a line break, are not taken", () => {
  for (const value of ["-----BEGIN PRIVATE KEY-----\ncanary", "canary-canary\n"])
    expect(mistakesIn({ token: secret("BROKEN") }, { BROKEN: value })).toEqual([
      "connectors.desk.settings.token: the environment variable BROKEN has blanks in it: set it without",
    ]);
});
