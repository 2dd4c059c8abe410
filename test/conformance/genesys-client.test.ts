import { startStandIn, type Asked } from "@baton/bridge-server/conformance";
import { handoff, line } from "@baton/bridge-server/conformance/requests";
import { expect, test } from "vitest";
import platform from "purecloud-platform-client-v2";
import genesysDouble, { client } from "../doubles/genesys.ts";
import { integration, queues } from "../doubles/genesys-shapes.ts";

// Genesys' own library, asked for the same things, must put the same requests on the wire. Its types are a contract of their own.
test("what the connector asks is what Genesys' own library would ask", async () => {
  const ours = await askedByConnector();
  const bodies = (path: RegExp) => ours.filter((one) => path.test(one.path)).map(({ body }) => body);
  const [opening, brief, hello, file, again] = bodies(/open\/message$/) as Message[];
  const conversation = /messages\/([^/]+)$/.exec(ours.find(({ method }) => method === "PATCH")?.path ?? "")?.[1] ?? "";
  const [ids] = bodies(/bulk$/) as string[][];
  const [receipt] = bodies(/receipt$/) as { id: string; channel: { time: string } }[];
  const [typing] = bodies(/event$/) as { channel: { time: string } }[];
  const from = { id: handoff.handoff, idType: "Opaque" };
  const to = from;

  const theirs = await askedBy(async (apis) => {
    const { conversations, routing, analytics } = apis;
    const named = { prefetchConversationId: true };
    // In the documentation attributes are a part of a channel's metadata; the library's type does not know them, and lets them through.
    await conversations.postConversationsMessageInboundOpenMessage(integration, { ...opening!, channel: { ...opening!.channel } }, named);
    await conversations.getConversationsMessage(conversation);
    await conversations.postConversationsMessageInboundOpenMessage(
      integration,
      { channel: { from, time: brief!.channel.time, messageId: `brief:${handoff.handoff}:0` }, text: brief!.text! },
      named,
    );
    await routing.getRoutingQueueMediatypeEstimatedwaittime(queues.refunds, "message");
    await conversations.getConversationsMessage(conversation);
    await conversations.postConversationsMessageInboundOpenMessage(
      integration,
      { channel: { from: { ...from, nickname: "Ada" }, time: hello!.channel.time, messageId: hello!.channel.messageId! }, text: "Hello?" },
      named,
    );
    await conversations.getConversationsMessage(conversation);
    const attachment = { mediaType: "Image", url: "https://bridge.example.test/a.png", mime: "image/png", filename: "a.png" };
    await conversations.postConversationsMessageInboundOpenMessage(
      integration,
      // The kind of a part is left out of the library's type alone.
      {
        channel: { from, time: file!.channel.time, messageId: file!.channel.messageId! },
        content: [{ contentType: "Attachment", attachment }] as object[],
      },
      named,
    );
    await conversations.getConversationsMessage(conversation);
    await conversations.postConversationsMessageMessagesBulk(conversation, { body: ids! });
    await conversations.postConversationsMessageInboundOpenMessage(
      integration,
      { channel: { from, time: again!.channel.time, messageId: again!.channel.messageId! }, text: "Still there?" },
      named,
    );
    await conversations.postConversationsMessageInboundOpenEvent(integration, {
      channel: { from, time: typing!.channel.time },
      events: [{ eventType: "Typing" }],
    });
    await conversations.getConversationsMessage(conversation);
    await conversations.postConversationsMessageInboundOpenReceipt(integration, {
      id: receipt!.id,
      channel: { to, time: receipt!.channel.time },
      status: "Read",
      isFinalReceipt: true,
    });
    await analytics.postAnalyticsQueuesObservationsQuery({
      filter: { type: "or", predicates: [{ type: "dimension", dimension: "queueId", operator: "matches", value: queues.refunds }] },
      metrics: ["oOnQueueUsers"],
    });
    await conversations.getConversationsMessagingIntegrationsOpenIntegrationId(integration);
    await routing.getRoutingMessageRecipient(integration);
    await conversations.getConversationsMessage(conversation);
    // The whole of a conversation is its type, and a part of it what the library's own documentation has as its body.
    await conversations.patchConversationsMessage(conversation, { state: "disconnected" } as never);
  });
  expect(ours).toEqual(theirs);
});

interface Message {
  channel: { from: { id: string; idType: string }; time: string; messageId?: string; metadata?: { subType?: string } };
  text?: string;
}

/** An opening, lines, a file, signals, a look at the queue and at the set-up, and an end. */
async function askedByConnector(): Promise<Request[]> {
  const seen: Asked[] = [];
  const { connector, platform: about, close } = await genesysDouble({ seen: (asked) => void seen.push(asked) });
  const { chat } = await connector.open(handoff);
  await connector.say(chat, { ...line("Hello?"), name: "Ada" }, false);
  const file = { name: "a.png", type: "image/png", size: 3, url: "https://bridge.example.test/a.png" };
  await connector.say(chat, { ...line("a.png"), file }, false);
  await connector.say(chat, line("Still there?"), true);
  await connector.signal(chat, { type: "typing", on: true });
  if (about.style === "webhook_and_look") about.about(chat, { deed: "says", agent: "Sam", text: "Hi!" });
  await connector.signal(chat, { type: "read" });
  await connector.availability({ queue: "refunds", urgent: false });
  await connector.examine();
  await connector.close(chat);
  await close();
  return seen.map(onTheWire);
}

interface Apis {
  conversations: platform.ConversationsApi;
  routing: platform.RoutingApi;
  analytics: platform.AnalyticsApi;
}

async function askedBy(ask: (apis: Apis) => Promise<void>): Promise<Request[]> {
  const seen: Asked[] = [];
  const server = await startStandIn(
    ({ path }) => ({ status: 200, body: path === "/oauth/token" ? { access_token: "a-token", expires_in: 86_400 } : {} }),
    (asked) => void seen.push(asked),
  );
  const { port } = new URL(server.url);
  const library = platform.ApiClient.instance;
  library.setGateway({ host: "127.0.0.1", protocol: "http", port: Number(port), path_params_login: "", path_params_api: "" });
  await library.loginClientCredentialsGrant(client.id, client.secret);
  await ask({ conversations: new platform.ConversationsApi(), routing: new platform.RoutingApi(), analytics: new platform.AnalyticsApi() });
  await server.close();
  return seen.map(onTheWire);
}

type Request = ReturnType<typeof onTheWire>;

function onTheWire({ method, path, query, headers, body }: Asked) {
  const isJson = body !== "" && path !== "/oauth/token";
  return {
    method,
    path,
    query: Object.fromEntries(query),
    authorization: headers.get("authorization"),
    body: isJson ? (JSON.parse(body) as unknown) : body,
  };
}
