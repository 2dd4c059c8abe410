import { expect, test } from "vitest";
import chatwootDouble from "../doubles/chatwoot.ts";
import slackDouble from "../doubles/slack.ts";

test.each([
  ["a conversation that somebody has deleted in Chatwoot", chatwootDouble, "99/nobody"],
  ["a card that somebody has deleted in Slack", slackDouble, "C0GENERAL/1.000100"],
])("%s is closed: whoever closes it has nothing more to do", async (_, start, ref) => {
  const { connector, close } = await start();
  await expect(connector.close({ ref })).resolves.toBeUndefined();
  await close();
});
