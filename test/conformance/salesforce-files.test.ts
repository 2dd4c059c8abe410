import { startStandIn, type Asked } from "@baton/bridge-server/conformance";
import { handoff, line } from "@baton/bridge-server/conformance/requests";
import { expect, test } from "vitest";
import { formIn } from "../doubles/forms.ts";
import salesforceDouble from "../doubles/salesforce.ts";

test("a file is a form of two parts: what the message is, in JSON, and what is in the file", async () => {
  const asked: Asked[] = [];
  const { connector, close } = await salesforceDouble({ seen: (one) => void asked.push(one) });
  const bridge = await startStandIn(() => ({ status: 200, bytes: Buffer.alloc(300, 0xff) }));
  const { chat } = await connector.open(handoff);
  const sent = { ...line("a.png"), file: { name: "a.png", type: "image/png", size: 300, url: `${bridge.url}/a` } };
  await connector.say(chat, sent, false);
  const upload = asked.find(({ path }) => path === `/iamessage/api/v2/conversation/${chat.ref}/file`);
  const parts = [...((await formIn(upload!)) ?? [])] as [string, File][];
  expect(parts.map(([name, { type }]) => [name, type])).toEqual([
    ["messageEntry", "application/json"],
    ["fileData", "image/png"],
  ]);
  expect(JSON.parse(await parts[0]![1].text())).toEqual({
    message: { id: sent.id, fileId: expect.stringMatching(/^[0-9a-f-]{36}$/), text: "a.png" },
    esDeveloperName: "Website",
    isNewMessagingSession: false,
  });
  await Promise.all([close(), bridge.close()]);
});
