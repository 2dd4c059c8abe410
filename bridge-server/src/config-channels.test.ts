import { describe, expect, test } from "vitest";
import { createCall } from "./call.ts";
import { loadChannels } from "./channels/load.ts";
import { ConfigError, readConfig, secret } from "./config.ts";

const ours = { sms: { addresses: ["+442071838750"] } };
const twilio = { accountSid: `AC${"a1".repeat(16)}`, authTokens: [secret("TWILIO")] };

/** A site with that, on a bridge with one channel, which is set up rightly where nothing else is said. */
function file(shop: object = {}, channel: object = {}, sites: object = {}) {
  const site = { title: "Shop", origins: ["http://localhost:3000"], assistant: { chatApiKey: secret("KEY"), chatToken: secret("KEY") } };
  const base = { ...site, defaultRoute: { to: { connector: "desk" } } };
  return {
    widget: ".",
    connectors: { desk: { use: "webhook" } },
    channels: { sms: { use: "twilio-sms", settings: twilio, ...channel } },
    sites: { shop: { ...base, ...shop }, ...Object.fromEntries(Object.entries(sites).map(([name, more]) => [name, { ...base, ...more }])) },
  };
}

/** What stops the start: of the file, or, where that is right, of what the channel makes of it. */
async function mistakesOf(given: unknown): Promise<string[]> {
  const call = createCall();
  try {
    return (await loadChannels(readConfig(given, { KEY: "canary", TWILIO: "canary" }), call)).mistakes;
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  } finally {
    await call.close();
  }
}

test("numbers that are set up rightly have no mistakes", async () => {
  expect(await mistakesOf(file({ channels: ours, fallback: [{ to: "phone", label: "Shop", number: "+442071838751" }] }))).toEqual([]);
});

describe("a phone that visitors are sent to, with a mistake in it", () => {
  test.each<[string, unknown, string]>([
    [
      "J1 a phone number without its country",
      file({ fallback: [{ to: "phone", label: "Shop", number: "020 7183 8750" }] }),
      "sites.shop.fallback[0].number: is not an international number: write + and digits only, such as +442071838750",
    ],
    [
      "J1 a phone number with digits too many",
      file({ fallback: [{ to: "phone", label: "Shop", number: "+4420718387501" }] }),
      "sites.shop.fallback[0].number: is no number that can be called: compare its country code and its length, such as +442071838750",
    ],
    [
      "J1 a route to a number without its country",
      file({ routes: [{ destination: "urgent", to: { phone: { label: "Shop", number: "020 7183 8750" } } }] }),
      "sites.shop.routes[0].to.phone.number: is not an international number: write + and digits only, such as +442071838750",
    ],
    [
      "J1 a route that is a desk and a number",
      file({ routes: [{ destination: "urgent", to: { connector: "desk", phone: { label: "Shop", number: "+442071838750" } } }] }),
      "sites.shop.routes[0].to.phone: stands beside a desk: write one of the two",
    ],
    [
      "J1 a route to nobody",
      file({ routes: [{ destination: "urgent", to: {} }] }),
      "sites.shop.routes[0].to.connector: is missing: write a text, or a phone in its place",
    ],
    [
      "J4 a route to a number that is this bridge's own",
      file({ channels: ours, routes: [{ destination: "urgent", to: { phone: { label: "Shop", number: "+442071838750" } } }] }),
      "sites.shop.routes[0].to.phone.number: leads back here, as sites.shop.channels.sms has this number: write one that people answer",
    ],
    [
      "J4 a fallback to a number that is this bridge's own",
      file({ channels: ours, fallback: [{ to: "phone", label: "Shop", number: "+442071838750" }] }),
      "sites.shop.fallback[0].number: leads back here, as sites.shop.channels.sms has this number: write one that people answer",
    ],
    [
      "J4 a fallback that offers a number twice",
      file({
        fallback: [
          { to: "phone", label: "Shop", number: "+442071838750" },
          { to: "phone", label: "Shop, too", number: "+442071838750" },
        ],
      }),
      "sites.shop.fallback[1]: offers the number of fallback[0] again: remove one of them",
    ],
    [
      "J4 a number that calls come in at",
      file({ sip: { called: ["+442071838750"] }, fallback: [{ to: "phone", label: "Shop", number: "+442071838750" }] }),
      "sites.shop.fallback[0].number: leads back here, as sites.shop.sip.called has this number: write one that people answer",
    ],
  ])("%s", async (_, given, line) => expect(await mistakesOf(given)).toEqual([line]));
});

describe("a channel with a mistake in it", () => {
  const settings = (more: object) => file({ channels: ours }, { settings: { ...twilio, ...more } });
  test.each<[string, unknown, string]>([
    [
      "a site on a channel that does not exist",
      file({ channels: { smss: { addresses: ["+442071838750"] } } }),
      "sites.shop.channels.smss: names no channel: write one of sms, or add it to channels",
    ],
    [
      "a number that two sites have",
      file({ channels: ours }, {}, { other: { channels: ours } }),
      "sites.other.channels.sms.addresses[0]: is what sites.shop.channels.sms.addresses[0] is already: each address belongs to one site",
    ],
    [
      "a site without a number",
      file({ channels: { sms: { addresses: [] } } }),
      "sites.shop.channels.sms.addresses: is empty: write at least one address",
    ],
    [
      "a number without its country",
      file({ channels: { sms: { addresses: ["020 7183 8750"] } } }),
      "sites.shop.channels.sms.addresses[0]: is not a number of yours: write + and digits, such as +442071838750, or a short code",
    ],
    [
      "a sentence that is empty",
      file({ channels: { sms: { addresses: ["+442071838750"], sentences: { help: " " } } } }),
      "sites.shop.channels.sms.sentences.help: is empty: write a text, or leave it out",
    ],
    ["a kind that does not exist", file({ channels: ours }, { use: "fax" }), "channels.sms.use: names no channel: write twilio-sms"],
    [
      "an account's name in the place of its SID",
      settings({ accountSid: "acme" }),
      "channels.sms.settings.accountSid: is no SID: write the one that begins with AC",
    ],
    [
      "a token in the file",
      settings({ authTokens: ["written"] }),
      'channels.sms.settings.authTokens[0]: must come from the environment: write secret("NAME")',
    ],
    ["no token", settings({ authTokens: [] }), "channels.sms.settings.authTokens: is too small: write 1 or more"],
    [
      "messages longer than networks carry",
      settings({ segmentsPerMessage: 11 }),
      "channels.sms.settings.segmentsPerMessage: is too large: write 10 or less",
    ],
    [
      "a misspelt setting",
      settings({ sendPictures: true }),
      "channels.sms.settings.sendPictures: is not a setting: correct its name, or remove it",
    ],
  ])("%s", async (_, given, line) => {
    const mistakes = await mistakesOf(given);
    expect(mistakes).toEqual([line]);
    expect(mistakes.join()).not.toContain("canary");
  });
});
