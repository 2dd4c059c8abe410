import { channelNames } from "@baton/bridge-server/channels/load";
import { channelRules } from "@baton/bridge-server/conformance/channel-conformance";
import { describe, expect, test } from "vitest";
import { channelDoubles } from "../doubles/channels.ts";

describe.each(Object.entries(channelDoubles))("the %s channel", (_, start) => {
  for (const [rule, check] of Object.entries(channelRules))
    test(rule, async () => {
      const double = await start();
      await check(double).finally(double.close);
    });
});

test("every channel of the folder has a stand-in to be held to", () => {
  expect(Object.keys(channelDoubles)).toEqual(expect.arrayContaining(channelNames()));
});
