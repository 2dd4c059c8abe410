import { expect, test } from "vitest";
import { CallError } from "../call.ts";
import { examineGenesys } from "./genesys-findings.ts";

const setUp = { webhook: "https://bridge.test/v1/hooks/shop/genesys", integration: "i-1" };
const integration = { name: "Website", outboundNotificationWebhookUrl: setUp.webhook };
const right: Record<string, object> = {
  "/api/v2/conversations/messaging/integrations/open/i-1": integration,
  "/api/v2/routing/message/recipients/i-1": { flow: { id: "f-1" } },
};

function examined(wrong: Record<string, object | number> = {}) {
  const pages: Record<string, object | number> = { ...right, ...wrong };
  return examineGenesys(setUp, async (path) => {
    const page = pages[path];
    if (typeof page === "object") return page;
    const status = page ?? 404;
    throw new CallError("refused", `GET ${status}`, {
      answer: status === 0 ? null : { status, headers: {}, excerpt: "", retryAfterMs: null },
    });
  });
}

test("an integration that is set up as configured is found to be well, by its name", async () => {
  expect(await examined()).toEqual([{ state: "good", says: "Genesys takes the client, for the integration Website.", next: null }]);
});

const [at, routing] = Object.keys(right) as [string, string];
const withTyping = (inbound: string) => ({ ...integration, messagingSetting: { event: { typing: { on: { inbound } } } } });

test.each<[string, string, Record<string, object | number>]>([
  ["bad", "Genesys does not take the client's id and secret (400).", { [at]: 400 }],
  ["bad", "The client may not look at the integration or at its routing.", { [routing]: 403 }],
  ["bad", "Genesys does not know the integration i-1.", { [at]: 404 }],
  ["bad", "Genesys cannot be asked now (GET 0).", { [at]: 0 }],
  [
    "bad",
    "The integration tells somebody else what agents say.",
    { [at]: { ...integration, outboundNotificationWebhookUrl: "https://a.test" } },
  ],
  ["bad", "No flow is attached to the integration, so nobody is called.", { [routing]: {} }],
  ["doubtful", "Agents do not see that a visitor types.", { [at]: withTyping("Disabled") }],
])("%s: %s", async (state, says, wrong) => {
  const findings = (await examined(wrong)).filter((finding) => finding.state !== "good");
  expect(findings).toMatchObject([{ state, says, next: expect.stringMatching(/\.$/) }]);
});

test("typing that agents see is nothing to be said of", async () => {
  expect(await examined({ [at]: withTyping("Enabled") })).toHaveLength(1);
});
