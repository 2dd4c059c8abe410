import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createCall } from "../call.ts";
import { readConfig, secret } from "../config.ts";
import { channelNames, loadChannels } from "./load.ts";

describe.each(channelNames())("the guide of the %s channel", (name) => {
  test("shows a channel and a site's addresses on it that are taken as they are", async () => {
    const guide = readFileSync(new URL(`${name}.md`, import.meta.url), "utf8");
    const shown = /```ts\n(channels: [\s\S]*?)\n```/.exec(guide)?.[1];
    const atSite = /```ts\n(channels: \{ \w+: \{ addresses[\s\S]*?)\n```/.exec(guide)?.[1];
    const read = (example = "") => (new Function("secret", `return { ${example} }`) as (of: typeof secret) => object)(secret); // our own guide, as a reader would copy it
    const site = { title: "Shop", origins: ["https://shop.example.com"], assistant: { chatApiKey: secret("KEY") } };
    const config = readConfig(
      {
        widget: ".",
        connectors: { desk: { use: "webhook" } },
        ...read(shown),
        sites: { shop: { ...site, ...read(atSite), defaultRoute: { to: { connector: "desk" } } } },
      },
      { KEY: "key", TWILIO_AUTH_TOKEN: "token" },
    );
    const call = createCall();
    const { mistakes } = await loadChannels(config, call).finally(() => call.close());
    expect(Object.keys(config.channels)).toHaveLength(1);
    expect(Object.keys(config.sites.shop!.channels)).toEqual(Object.keys(config.channels));
    // The SID of the guide is none, so that nobody sends with it.
    expect(mistakes).toEqual(["channels.sms.settings.accountSid: is no SID: write the one that begins with AC"]);
  });
});
