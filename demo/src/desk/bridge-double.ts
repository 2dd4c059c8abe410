import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";

export const secret = `whsec_${Buffer.from("a secret of at least 24 bytes").toString("base64")}`;

/** What a bridge asks of the desk, for tests to vary. */
export const request = {
  handoff: "h-1",
  site: "shop",
  destination: { queue: "refunds", urgent: false },
  requested: { destination: "refunds", reason: "customer_refund", by: "assistant" },
  isVisitorWaiting: true,
  visitor: { name: "Ada", email: null, language: "en", page: null },
  ids: { conversation: "c-1", sharedId: "s-1", assistantChat: null },
  utterance: null,
  context: null,
  transcript: [{ id: "l-0", by: "visitor", name: null, text: "I want a refund", at: "2026-05-04T10:00:00.000Z" }],
};

/** A bridge that checks the desk's signatures with the reference library and writes down what it is told. */
export async function startBridgeDouble() {
  const heard: { id: string; type: string; data: Record<string, unknown> }[] = [];
  const attempts: string[] = [];
  const statuses: number[] = [];
  let usually = 204;
  let events = 0;

  const server = createServer(async (incoming, response) => {
    const parts: Uint8Array[] = [];
    for await (const part of incoming) parts.push(part);
    const id = String(incoming.headers["webhook-id"]);
    attempts.push(id);
    const status = statuses.shift() ?? usually;
    if (status === 0) return void incoming.socket.destroy();
    // These three headers come once, so they are strings.
    const event = new Webhook(secret).verify(Buffer.concat(parts).toString(), incoming.headers as Record<string, string>);
    if (status < 300) heard.push({ id, ...(event as { type: string; data: Record<string, unknown> }) });
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/hooks/shop/desk`),
    heard,
    attempts,
    types: () => heard.map(({ type }) => type),
    /** The next answers; 0 cuts the connection. */
    willAnswer: (...next: number[]) => void statuses.push(...next),
    answersFromNowOn: (status: number) => void (usually = status),

    /** Tells the desk at `desk`, as the bridge would. */
    async tell(desk: string, type: string, data: object, { id = `msg_${++events}`, key = secret } = {}) {
      const body = JSON.stringify({ type, data });
      const now = new Date();
      const headers = {
        "content-type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
        "webhook-signature": new Webhook(key).sign(id, now, body),
      };
      const answer = await fetch(`${desk}/baton`, { method: "POST", headers, body });
      return { status: answer.status, body: (await answer.json()) as { chat: string; position?: number } };
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
