import { expect, test } from "vitest";
import amazonConnectDouble from "../doubles/amazon-connect.ts";
import flexDouble from "../doubles/twilio-flex.ts";
import genesysDouble from "../doubles/genesys.ts";

test.each([
  ["Amazon Connect", amazonConnectDouble],
  ["Genesys Cloud", genesysDouble],
  ["Twilio Flex", flexDouble],
])("in %s, whether somebody is there is asked of the queue that a route names, where it has one", async (_, start) => {
  const { connector, close } = await start();
  expect(await connector.availability({ queue: "refunds", urgent: false })).toEqual({ state: "open", waitSeconds: null });
  expect(await connector.availability({ queue: "elsewhere", urgent: false })).toEqual({ state: "unknown", waitSeconds: null });
  await close();
});
