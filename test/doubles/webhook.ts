import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createCall } from "@baton/bridge-server/call";
import type { Deed, DeskView, Handwriting, VendorDouble } from "@baton/bridge-server/conformance";
import type { Context, Delivery, HandoffRequest, Line, VendorChat } from "@baton/bridge-server/connector";
import webhook from "@baton/bridge-server/connectors/webhook";
import { Webhook } from "standardwebhooks";

const secretOf = (words: string) => `whsec_${Buffer.from(words.padEnd(32, ".")).toString("base64")}`;
export const secrets = { new: secretOf("the new secret"), old: secretOf("the old secret"), stranger: secretOf("a stranger's secret") };
const statuses = { busy: 429, down: 503, no: 403 };

export const proof = "the Standard Webhooks reference library, and the demo's desk";

/** A desk behind a real socket that believes nothing but the reference library, once with the old secret and once with the new. */
export default async function webhookDouble(): Promise<VendorDouble> {
  const chats = new Map<string, DeskView>();
  const over = new Set<string>();
  const answered = new Map<string, object>();
  const answers: (keyof typeof statuses)[] = [];
  let deliveries = 0;

  const server = createServer(async (request, response) => {
    const parts: Uint8Array[] = [];
    for await (const part of request) parts.push(part);
    const answer = answers.shift();
    if (answer) return void response.writeHead(statuses[answer]).end();
    const headers = request.headers as Record<string, string>; // Node joins repeated ones, and these come once
    const body = Buffer.concat(parts).toString();
    try {
      new Webhook(secrets.old).verify(body, headers);
      new Webhook(secrets.new).verify(body, headers);
    } catch {
      return void response.writeHead(401).end();
    }
    const id = headers["webhook-id"] ?? "";
    const told = JSON.parse(body) as Told; // the reference library let it through
    if (over.has(told.data.chat)) return void response.writeHead(410).end();
    if (!answered.has(id)) answered.set(id, take(told));
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answered.get(id)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const call = createCall({ allowPrivate: true });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/desk`;
  const connect = (...known: string[]) => webhook.connect({ url, secrets: known }, call);

  return {
    connector: connect(secrets.new, secrets.old),
    abilities: webhook.abilities,
    restart: () => connect(secrets.new, secrets.old),
    withWrongKey: () => connect(secrets.stranger),
    desk: () => [...chats.values()],
    willAnswer: (...next) => void answers.push(...next),
    platform: { style: "webhook", about: (chat, deed, how) => [about(chat, deed, how)] },
    async close() {
      await call.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  // Read by hand rather than by the connector's schemas: a wrong schema must not excuse itself.
  function take({ type, data }: Told): object {
    if (type === "handoff.availability") return { state: "open" };
    if (type === "handoff.requested") {
      const ref = `chat-of-${data.handoff}`;
      chats.set(ref, {
        ref,
        isWaiting: data.isVisitorWaiting,
        queue: data.destination.queue,
        urgent: data.destination.urgent,
        reason: data.requested.reason,
        before: data.transcript.map(({ by, text }) => ({ by, text })),
        lines: [],
        contexts: data.context ? [JSON.stringify(data.context.data)] : [],
        typing: [],
      });
      return { chat: ref, position: chats.size };
    }
    const chat = chats.get(data.chat);
    if (type === "handoff.line") chat?.lines.push(data.line.text);
    if (type === "handoff.context") chat?.contexts.push(JSON.stringify(data.context.data));
    if (type === "handoff.typing") chat?.typing.push(data.on);
    if (type === "handoff.closed" && chat) chat.isWaiting = false;
    return {};
  }

  function hangUp(ref: string): void {
    over.add(ref);
    const chat = chats.get(ref);
    if (chat) chat.isWaiting = false;
  }

  function about(chat: VendorChat, deed: Deed, { signedBy = "new", secondsAgo = 0 }: Handwriting = {}): Delivery {
    const id = `evt_${++deliveries}`;
    if (deed.deed === "hangs_up") hangUp(chat.ref);
    const body = JSON.stringify(eventOf(chat.ref, deed));
    const at = new Date(Date.now() - secondsAgo * 1000);
    const headers = new Headers({
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
      "webhook-signature": new Webhook(secrets[signedBy]).sign(id, at, body),
    });
    return { headers, body: Buffer.from(body), url: "https://bridge.test/v1/hooks/shop/desk" };
  }
}

/** What the reference library let through. Each type has some of these members; reading one that is missing fails the test, as it should. */
interface Told {
  type: string;
  data: Pick<HandoffRequest, "handoff" | "isVisitorWaiting" | "destination" | "requested" | "transcript"> & {
    chat: string;
    line: Line;
    context: Context;
    on: boolean;
  };
}

function eventOf(chat: string, deed: Deed): { type: string; data: object } {
  switch (deed.deed) {
    case "picks_up":
      return { type: "agent.joined", data: { chat, agent: { name: deed.agent } } };
    case "says":
      return { type: "agent.said", data: { chat, agent: { name: deed.agent }, text: deed.text, format: "plain" } };
    case "leaves":
      return { type: "agent.left", data: { chat } };
    case "passes_on":
      return { type: "chat.transferred", data: { chat, to: deed.to } };
    case "moves_up":
      return { type: "queue.moved", data: { chat, position: deed.position } };
    case "types":
      return { type: "agent.typing", data: { chat, on: deed.on } };
    case "hangs_up":
      return { type: "chat.ended", data: { chat } };
    case "finds_nobody":
      return { type: "chat.failed", data: { chat, reason: "nobody_available" } };
    case "writes_a_private_note":
      return { type: "agent.said", data: { chat, text: deed.text, private: true } };
    case "does_something_new":
      return { type: "agent.sneezed", data: { chat, text: "Achoo" } };
    case "echoes":
      return { type: "handoff.line", data: { chat, line: deed.line } };
  }
}
