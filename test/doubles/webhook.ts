import { createCall } from "@baton/bridge-server/call";
import { startStandIn, type Deed, type DeskView, type Handwriting, type VendorDouble } from "@baton/bridge-server/conformance";
import type { Context, Delivery, HandoffRequest, Line, VendorChat } from "@baton/bridge-server/connector";
import webhook from "@baton/bridge-server/connectors/webhook";
import { Webhook } from "standardwebhooks";

const secretOf = (words: string) => `whsec_${Buffer.from(words.padEnd(32, ".")).toString("base64")}`;
export const secrets = { new: secretOf("the new secret"), old: secretOf("the old secret"), stranger: secretOf("a stranger's secret") };

export const proof = "the Standard Webhooks reference library, and the demo's desk";

/** A desk behind a real socket that believes nothing but the reference library, once with the old secret and once with the new. */
export default async function webhookDouble(): Promise<VendorDouble> {
  const chats = new Map<string, DeskView>();
  const over = new Set<string>();
  const sent = new Map<string, string>();
  const answered = new Map<string, object>();
  let deliveries = 0;

  const { url, willAnswer, moodsLeft, close } = await startStandIn(({ headers, body, path }) => {
    if (sent.has(path)) return { status: 200, body: sent.get(path) };
    const given = Object.fromEntries(headers);
    try {
      new Webhook(secrets.old).verify(body, given);
      new Webhook(secrets.new).verify(body, given);
    } catch {
      return { status: 401 };
    }
    const id = headers.get("webhook-id") ?? "";
    const told = JSON.parse(body) as Told; // the reference library let it through
    if (over.has(told.data.chat) && told.type !== "handoff.erased") return { status: 410 };
    if (!answered.has(id)) answered.set(id, take(told));
    return { status: 200, body: answered.get(id) };
  });
  const call = createCall({ allowPrivate: true });
  const connect = (...known: string[]) => webhook.connect({ url: `${url}/desk`, secrets: known }, call);

  return {
    connector: connect(secrets.new, secrets.old),
    abilities: webhook.abilities,
    restart: () => connect(secrets.new, secrets.old),
    withWrongKey: () => connect(secrets.stranger),
    desk: () => [...chats.values()],
    willAnswer,
    moodsLeft,
    platform: { style: "webhook", about: (chat, deed, how) => [about(chat, deed, how)] },
    async close() {
      await call.close();
      await close();
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
        files: [],
        contexts: data.context ? [JSON.stringify(data.context.data)] : [],
        typing: [],
      });
      return { chat: ref, position: chats.size };
    }
    const chat = chats.get(data.chat);
    if (type === "handoff.line" && data.line.file) chat?.files?.push(data.line.file);
    else if (type === "handoff.line") chat?.lines.push(data.line.text);
    if (type === "handoff.context") chat?.contexts.push(JSON.stringify(data.context.data));
    if (type === "handoff.told") chat?.contexts.push(JSON.stringify(data.attributes));
    if (type === "handoff.typing") chat?.typing.push(data.on);
    if (type === "handoff.erased") return { erased: chats.delete(data.chat) || true };
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
    if (deed.deed === "sends_a_file") sent.set(`/${id}`, deed.content);
    const body = JSON.stringify(eventOf(chat.ref, deed, `${url}/${id}`));
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
    attributes: Record<string, string | null>;
    on: boolean;
  };
}

function eventOf(chat: string, deed: Deed, at: string): { type: string; data: object } {
  switch (deed.deed) {
    case "picks_up":
      return { type: "agent.joined", data: { chat, agent: { name: deed.agent } } };
    case "says":
      return { type: "agent.said", data: { chat, agent: { name: deed.agent }, text: deed.text, format: "plain" } };
    case "sends_a_file":
      return { type: "agent.said", data: { chat, agent: { name: deed.agent }, file: { name: deed.name, url: at } } };
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
