import { createHmac } from "node:crypto";
import type { Answered, Asked, Deed, Handwriting, VendorDouble, Witness } from "@baton/bridge-server/conformance";
import type { Delivery, VendorChat } from "@baton/bridge-server/connector";
import genesys from "@baton/bridge-server/connectors/genesys";
import { knownSecret } from "@baton/bridge-server/secret";
import type { Models } from "purecloud-platform-client-v2";
import * as shapes from "./genesys-shapes.ts";
import type { Conversation, Message } from "./genesys-shapes.ts";
import { doubleOverHttp } from "./over-http.ts";

export const proof = "Genesys' own library (requests, and the types of everything it answers and tells)";

export const client = { id: "a-client", secret: "a-client-secret" };
export const secrets = { new: "the-new-secret", old: "the-old-secret" };
const strangers = "a-stranger's-secret";
const { hook, integration, queues } = shapes;

/** As much of Genesys Cloud as Open Messaging meets. A conversation that is over is begun anew by the next message of its visitor. */
export default async function genesysDouble({
  seen,
  token = () => "a-token",
}: { seen?: Witness; token?: () => string } = {}): Promise<VendorDouble> {
  const conversations: Conversation[] = [];
  const pairs = new Set<string>();
  const downloads = new Map<string, string>();
  let ids = 0;
  let at = Date.now();
  let home = "";
  const newId = () => `00000000-0000-4000-8000-${String(++ids).padStart(12, "0")}`;
  const now = (secondsAgo = 0) => new Date((at = Math.max(at + 1, Date.now())) - secondsAgo * 1_000).toISOString();

  return doubleOverHttp({
    answer,
    seen,
    connect({ url, call }, isKnown) {
      home = url;
      const known = { ...client, secret: knownSecret(isKnown ? client.secret : "not-the-secret") };
      const settings = {
        region: "mypurecloud.test",
        client: known,
        integration,
        secrets: [secrets.new, secrets.old].map(knownSecret),
        webhook: hook,
        queues,
        api: url,
      };
      return genesys.connect(genesys.settings.parse(settings), call);
    },
    abilities: genesys.abilities,
    desk: () => conversations.map(shapes.viewOf),
    platform: { style: "webhook_and_look", about },
    cannot: {
      C12: "Genesys can be told that somebody types, not that they have stopped; it lapses by itself",
      C24: "Genesys tells no place in the queue",
    },
  });

  function answer({ method, path, query, headers, body }: Asked): Answered {
    const [, first = ""] = path.split("/");
    if (first === "downloads") return { status: 200, bytes: Buffer.from(downloads.get(path) ?? "") };
    if (first === "oauth") return granted(headers, body);
    if (headers.get("authorization") !== `Bearer ${token()}`)
      return { status: 401, body: { code: "bad.credentials", message: "Invalid login credentials.", status: 401 } };
    const asked: unknown = body === "" ? null : JSON.parse(body);
    const [, , , what, kind, id = "", part, ...rest] = path.split("/");
    if (what === "analytics") return { status: 200, body: observed() };
    if (what === "routing" && kind === "queues")
      return {
        status: 200,
        body: { results: [{ formula: "BEST", estimatedWaitTimeSeconds: 90 }] } satisfies Models.EstimatedWaitTimePredictions,
      };
    if (what === "routing") return { status: 200, body: shapes.recipientOut };
    if (kind === "messaging") return { status: 200, body: shapes.integrationOut };
    if (id === integration && part === "inbound") return inbound(rest[1] ?? "", asked, query.get("prefetchConversationId") === "true");
    const conversation = conversations.find((one) => one.id === id);
    if (!conversation) return { status: 404, body: { code: "not.found", message: "The requested resource was not found.", status: 404 } };
    if (part === "messages") return { status: 200, body: bulk(conversation, asked as string[]) };
    if (method === "PATCH" && (asked as { state?: string }).state === "disconnected") end(conversation, "client");
    return { status: 200, body: shapes.conversationOut(conversation) };
  }

  function granted(headers: Headers, body: string): Answered {
    const isKnown = headers.get("authorization") === `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString("base64")}`;
    if (!isKnown || body !== "grant_type=client_credentials")
      return { status: 400, body: { error: "invalid_client", description: "client not found" } };
    return { status: 200, body: { access_token: token(), token_type: "bearer", expires_in: 86_400 } };
  }

  function observed(): Models.QueueObservationQueryResponse {
    return {
      results: [{ group: { queueId: queues.refunds }, data: [{ metric: "oOnQueueUsers", qualifier: "IDLE", stats: { count: 2 } }] }],
    };
  }

  function bulk(conversation: Conversation, wanted: string[]): Models.TextMessageListing {
    return {
      entities: conversation.messages.filter(({ id }) => wanted.includes(id)).map((message) => shapes.messageOut(conversation, message)),
    };
  }

  /** Each has its own body, which Genesys' own types describe. */
  function inbound(kind: string, asked: unknown, isNamed: boolean): Answered {
    if (kind === "event") {
      const { channel, events } = asked as Models.OpenInboundNormalizedEvent;
      conversationOf(channel.from.id)?.typing.push(...events.map(({ eventType }) => eventType === "Typing"));
      return { status: 200, body: {} };
    }
    if (kind === "receipt") {
      const { id, channel, status } = asked as Models.OpenInboundNormalizedReceipt;
      const conversation = conversationOf(channel.to.id);
      if (conversation && status === "Read") conversation.readUpTo = id;
      return { status: 200, body: {} };
    }
    const { channel, text, content } = asked as Models.OpenInboundNormalizedMessage;
    const pair = `${channel.messageId} ${channel.time}`;
    if (pairs.has(pair)) return { status: 400, body: { code: "bad.request", message: "The message is there already.", status: 400 } };
    pairs.add(pair);
    const conversation = conversationOf(channel.from.id) ?? begun(channel);
    const message: Message = {
      id: newId(),
      participant: conversation.participants[0]?.id ?? "",
      normalized: {
        id: "",
        type: "Text",
        direction: "Inbound",
        channel: { id: integration, messageId: channel.messageId ?? "", from: channel.from, to: { id: integration }, time: channel.time },
        ...(text !== undefined && { text }),
        ...(content && { content: shapes.contentOf(content) }),
      },
    };
    message.normalized.id = message.id;
    conversation.messages.push(message);
    const { conversationId, ...posted } = shapes.postedOut(conversation, message);
    return { status: 202, body: isNamed ? { conversationId, ...posted } : posted };
  }

  function conversationOf(visitor: string): Conversation | undefined {
    return conversations.find((one) => one.visitor === visitor && !shapes.isOver(one));
  }

  /** Through a flow into a queue, as the owner has it. */
  function begun({ from, metadata }: Models.OpenInboundMessageMessagingChannel): Conversation {
    const { customAttributes = {} } = (metadata ?? {}) as { customAttributes?: Record<string, string> }; // in the documentation, and not in the library
    const conversation: Conversation = {
      id: newId(),
      visitor: from.id,
      attributes: customAttributes,
      participants: [],
      messages: [],
      typing: [],
      readUpTo: null,
    };
    comes(conversation, { purpose: "customer", name: from.nickname ?? "", state: "connected" });
    comes(conversation, { purpose: "workflow", name: "Website", state: "disconnected", endTime: now() });
    comes(conversation, { purpose: "acd", name: "refunds", queue: { id: queues.refunds }, state: "connected" });
    conversations.push(conversation);
    return conversation;
  }

  function comes({ participants }: Conversation, participant: Models.MessageMediaParticipant) {
    const one = { id: newId(), startTime: now(), connectedTime: now(), ...participant };
    participants.push(one);
    return one;
  }

  function goes(participant: Models.MessageMediaParticipant | undefined, disconnectType: string): void {
    if (participant && !participant.endTime) Object.assign(participant, { state: "disconnected", endTime: now(), disconnectType });
  }

  function end({ participants }: Conversation, by: string): void {
    for (const one of participants) goes(one, by);
  }

  /** Whoever is talking there now; somebody who says something has taken the chat. */
  function agentIn(conversation: Conversation, name: string) {
    const there = conversation.participants.findLast(({ purpose, endTime }) => purpose === "agent" && !endTime);
    return there ?? comes(conversation, { purpose: "agent", name, user: { id: `user-of-${name}` }, state: "connected" });
  }

  function about({ ref }: VendorChat, deed: Deed, how: Handwriting = {}): Delivery[] {
    const conversation = conversations.find((one) => `${one.visitor}\n${one.id}` === ref);
    if (!conversation) throw new Error(`there is no conversation ${ref}`);
    return happens(conversation, deed, () => now(how.secondsAgo)).map((told) => signed(told, how));
  }

  function signed(told: object, { signedBy = "new", sentTo = hook }: Handwriting): Delivery {
    const body = Buffer.from(JSON.stringify(told));
    const secret = signedBy === "stranger" ? strangers : secrets[signedBy];
    const headers = new Headers({ "x-hub-signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("base64")}` });
    return { headers, body, url: sentTo };
  }

  /** What the webhook tells of it: much happens of which it tells nothing. */
  function happens(conversation: Conversation, deed: Deed, time: () => string): object[] {
    const { visitor, participants } = conversation;
    const says = (agent: string, more: Omit<Models.OpenNormalizedMessage, "id" | "channel">) => {
      const participant = agentIn(conversation, agent).id;
      const told = shapes.toldOut(visitor, newId(), time(), more);
      conversation.messages.push({ id: told.id ?? "", participant, normalized: told });
      return [told];
    };
    const agent = participants.findLast(({ purpose }) => purpose === "agent");
    switch (deed.deed) {
      case "picks_up":
        goes(
          participants.findLast(({ purpose }) => purpose === "acd"),
          "transfer",
        );
        agentIn(conversation, deed.agent);
        return [];
      case "says":
        return says(deed.agent, { type: "Text", text: deed.text });
      case "sends_a_file": {
        const path = `/downloads/${newId()}/${deed.name}`;
        downloads.set(path, deed.content);
        const attachment = { mediaType: "File", url: `${home}${path}`, mime: "application/pdf", filename: deed.name };
        return says(deed.agent, { type: "Text", text: "", content: [{ contentType: "Attachment", attachment }] });
      }
      case "leaves":
        return (goes(agent, "client"), []);
      case "passes_on":
        goes(agent, "transfer");
        comes(conversation, { purpose: "acd", name: deed.to, queue: { id: queues[deed.to as keyof typeof queues] }, state: "connected" });
        return [];
      case "hangs_up":
        agentIn(conversation, "Sam");
        return (end(conversation, "peer"), []);
      case "finds_nobody":
        return (end(conversation, "system"), []);
      case "types":
        return [
          shapes.toldOut(visitor, newId(), time(), {
            type: "Event",
            events: [{ eventType: "Typing", typing: { type: deed.on ? "On" : "Off", duration: 5_000 } }],
          }),
        ];
      case "writes_a_private_note":
        if (agent) agent.wrapup = { notes: deed.text };
        return [];
      case "does_something_new":
        comes(conversation, { purpose: "reticulator", name: "New", state: "connected" });
        return [
          shapes.toldOut(visitor, newId(), time(), { type: "Reticulation", text: "new" }),
          shapes.toldOut(visitor, newId(), time(), { type: "Receipt", status: "Delivered" }),
          { ...shapes.toldOut(visitor, newId(), time(), { type: "Text", text: "I am a flow" }), originatingEntity: "Bot" },
        ];
      case "echoes":
        return [{ ...shapes.toldOut(visitor, newId(), time(), { type: "Text", text: deed.line.text }), direction: "Inbound" }];
      case "moves_up":
        return [];
    }
  }
}
