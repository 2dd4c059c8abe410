import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { sign } from "../standard-webhooks.ts";
import { receiveChatwoot } from "./chatwoot-events.ts";
import type { VendorNews } from "./connector.ts";
import webhook from "./webhook.ts";
import { receiveZendesk } from "./zendesk-events.ts";

// Who knows a person's picture tells where it is; what is no address is none, and the person comes all the same.

const SECRET = `whsec_${Buffer.from("a secret of at least 24 bytes").toString("base64")}`;
const KIM = "https://pictures.example/kim.png";

const joined: Record<string, (picture: unknown) => Promise<VendorNews[]> | VendorNews[]> = {
  async webhook(picture) {
    const body = JSON.stringify({ type: "agent.joined", data: { chat: "chat-17", agent: { name: "Kim", picture } } });
    const { inbound } = webhook.connect({ url: "https://desk.example/in", secrets: [SECRET] }, () =>
      Promise.reject(new Error("nobody is called")),
    );
    if (inbound.style !== "webhook") throw new Error("it is a webhook connector");
    const headers = new Headers(sign([SECRET], "e-1", body, new Date()));
    return (await inbound.receive({ headers, body: Buffer.from(body), url: "https://bridge.example/v1/hooks/shop/desk" })).news;
  },
  chatwoot(picture) {
    const assignee = { id: 4, name: "Kim", available_name: "Kim", avatar_url: picture, type: "user", availability_status: "online" };
    const body = JSON.stringify({
      event: "conversation_updated",
      id: 12,
      contact_inbox: { source_id: "h-1" },
      changed_attributes: [{ assignee_id: { previous_value: null, current_value: 4 } }],
      meta: { assignee, team: null },
    });
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const signature = createHmac("sha256", "word").update(`${timestamp}.${body}`).digest("hex");
    const headers = new Headers({ "x-chatwoot-timestamp": timestamp, "x-chatwoot-signature": `sha256=${signature}` });
    return receiveChatwoot(["word"], { headers, body: Buffer.from(body), url: "" });
  },
  zendesk(picture) {
    const message = {
      id: "m-1",
      author: { type: "business", displayName: "Kim", avatarUrl: picture },
      source: { type: "zd:agentWorkspace" },
      content: { type: "text", text: "Hello" },
    };
    const events = [{ id: "e-1", type: "conversation:message", payload: { conversation: { id: "5d8cff" }, message } }];
    const headers = new Headers({ "x-api-key": "word" });
    return receiveZendesk({ secrets: ["word"], ticketSecrets: [] }, { headers, body: Buffer.from(JSON.stringify({ events })), url: "" });
  },
};

test.each(Object.keys(joined))("%s tells where the picture of a person is, where it knows", async (vendor) => {
  const agentWith = async (picture: unknown) => {
    const [news] = await joined[vendor]!(picture); // from its own keys
    return news?.type === "agent_joined" ? news.agent : null;
  };
  expect(await agentWith(KIM)).toMatchObject({ name: "Kim", picture: KIM });
  for (const nothing of [undefined, null, "", "no address", "javascript:alert(1)", `https://x.example/${"a".repeat(2_000)}`, 7]) {
    const agent = await agentWith(nothing);
    expect(agent).toMatchObject({ name: "Kim" });
    expect(agent).not.toHaveProperty("picture");
  }
});
