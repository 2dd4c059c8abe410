import { secret } from "@baton/bridge-server/config";
import { defineConnector, type Delivery } from "@baton/bridge-server/connector";
import { expect, test } from "vitest";
import * as z from "zod";
import { startReceiver } from "./receiver.ts";
import { startRig } from "./rig.ts";

test("what a connector keeps behind a chat's name comes back to it alone, in every process", async () => {
  const given: string[] = [];
  const use = defineConnector({
    settings: z.object({}),
    abilities: { typing: true },
    connect: () => ({
      open: async () => ({ chat: { ref: "chat-7\na-token-of-the-chat" }, position: null, waitSeconds: null, dropped: [] }),
      attach: async ({ ref }) => void given.push(ref),
      say: async ({ ref }) => void given.push(ref),
      signal: async ({ ref }) => void given.push(ref),
      close: async ({ ref }) => void given.push(ref),
      inbound: { style: "webhook", receive: async ({ body }) => ({ news: [newsIn(body)], reply: null }) },
    }),
  });
  const crm = await startReceiver("crm");
  await using rig = await startRig({
    connectors: { vendor: { use, settings: {} } },
    announce: { crm: { url: `${crm.origin}/baton`, secrets: [secret("CRM")] } },
    origins: [crm.origin],
    env: { CRM: crm.secret },
    site: { routes: [{ destination: "refunds", to: { connector: "vendor", queue: "refunds" } }] },
  });
  const visitor = await rig.visitor();
  await rig.says(visitor, "I want a refund", "A-1001");
  await visitor.reaches("queued");
  await rig.restart();
  await visitor.follow();
  await fetch(`${rig.url}/v1/hooks/shop/vendor`, { method: "POST", body: "Sam is here" });
  await rig.settle();
  await visitor.reaches("live");
  await rig.says(visitor, "Hello?");
  await visitor.leave();
  await rig.settle();

  expect(given.length).toBeGreaterThanOrEqual(2);
  expect(new Set(given)).toEqual(new Set(["chat-7\na-token-of-the-chat"]));
  const seen = [(await rig.handoffs(`id=${visitor.conversation}`)).body, crm.heard, rig.log, visitor.received];
  for (const whatOthersSee of seen) expect(JSON.stringify(whatOthersSee)).not.toContain("a-token-of-the-chat");
  expect(JSON.stringify(seen.slice(0, 2))).toContain('"ref":"chat-7"');
  await crm.stop();
});

const newsIn = (body: Delivery["body"]) => ({
  chat: { ref: "chat-7" },
  id: Buffer.from(body).toString(),
  type: "agent_joined" as const,
  agent: { id: null, name: "Sam" },
});
