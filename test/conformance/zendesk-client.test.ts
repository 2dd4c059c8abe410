import { createReadStream, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startStandIn, type Asked, type Deed } from "@baton/bridge-server/conformance";
import { handoff, line } from "@baton/bridge-server/conformance/requests";
import { receiveZendesk, ticketTag } from "@baton/bridge-server/connectors/zendesk-events";
import sdk from "sunshine-conversations-client";
import { expect, test } from "vitest";
import { formIn } from "../doubles/forms.ts";
import zendeskDouble from "../doubles/zendesk.ts";
import { app, batch, groups, key, secrets } from "../doubles/zendesk-shapes.ts";

const content = Buffer.from("%PDF-1.7 what is in it\xff", "latin1");

// Zendesk's own client, asked for the same things, must put the same requests on the wire.
test("what the connector asks is what Zendesk's own client would ask", async () => {
  const ours = await askedByConnector();
  const bodies = (path: RegExp) => ours.filter((one) => path.test(one.path)).map(({ body }) => body);
  const conversation = /conversations\/([\da-f]{24})/.exec(ours.map(({ path }) => path).join(" "))?.[1] ?? "";
  const [brief, hello, shown] = bodies(/\/messages$/).filter((body) => body !== null) as Said[];
  const visitor = { type: "user", userExternalId: handoff.handoff };
  const theirs = await askedBy(async (on) => {
    await on.users.createUser(app, { externalId: handoff.handoff, profile: { givenName: "Ada", locale: "en" } });
    await on.conversations.listConversations(app, { userExternalId: handoff.handoff });
    const begun = { type: "personal", participants: [{ userExternalId: handoff.handoff }], metadata: { baton_visitor: handoff.handoff } };
    await on.conversations.createConversation(app, begun);
    await on.control.passControl(app, conversation, { switchboardIntegration: "baton" });
    await on.messages.postMessage(app, conversation, { ...brief!, author: { type: "business" } });
    await on.control.passControl(app, conversation, {
      switchboardIntegration: "zd:agentWorkspace",
      metadata: {
        "dataCapture.systemField.tags": `${ticketTag(conversation)},baton`,
        "dataCapture.systemField.priority": "urgent",
        "dataCapture.systemField.group_id": groups.refunds,
        "dataCapture.ticketField.77": "A-1001",
        reason: "customer_refund",
      },
    });
    await on.conversations.getConversation(app, conversation);
    const text = { type: "text", text: "Hello?" };
    await on.messages.postMessage(app, conversation, {
      author: visitor,
      content: text,
      metadata: { baton_name: hello!.metadata.baton_name },
    });
    await on.conversations.getConversation(app, conversation);
    await on.messages.listMessages(app, conversation, { page: { size: 100 } });
    await withFile(async (file) => {
      await on.attachments.uploadAttachment(app, "public", file, { _for: "message", conversationId: conversation });
    });
    await on.messages.postMessage(app, conversation, {
      author: visitor,
      content: { type: "file", mediaUrl: shown!.content.mediaUrl, altText: "receipt.pdf" },
      metadata: { baton_name: shown!.metadata.baton_name },
    });
    await on.conversations.getConversation(app, conversation);
    await on.activities.postActivity(app, conversation, { author: visitor, type: "conversation:read" });
    await on.switchboards.listSwitchboards(app);
    await on.integrations.listSwitchboardIntegrations(app, "5ef21b86e933b7355c11c600");
    await on.control.releaseControl(app, conversation);
    await on.conversations.getConversation(app, conversation);
    await on.users.deleteUser(app, handoff.handoff);
    await on.conversations.deleteConversation(app, conversation);
  });
  expect(brief?.content.text).toContain("A-1001");
  expect(ours).toEqual(theirs);
});

const speaking: Deed[] = [
  { deed: "says", agent: "Sam", text: "Hi!" },
  { deed: "sends_a_file", agent: "Sam", name: "Maß.pdf", content: "%PDF-1.7" },
  { deed: "types", on: true },
  { deed: "types", on: false },
];

test.each(speaking)("what Zendesk's own models keep of its webhook is all that is read of it: $deed", async (deed) => {
  const { connector, platform, close } = await zendeskDouble();
  const { chat } = await connector.open(handoff);
  const [delivery] = platform.style === "webhook" ? platform.about(chat, deed) : [];
  await close();
  const { events } = JSON.parse(Buffer.from(delivery!.body).toString()) as { events: Told[] };
  const kept = events.flatMap(({ type, ...event }) => {
    const model = type === "conversation:message" ? sdk.ConversationMessageEvent : sdk.ConversationTypingEvent;
    return type.startsWith("conversation:message:") ? [] : [model.constructFromObject({ type, ...event })];
  });
  const heard = receive(delivery!);
  expect(heard.length).toBeGreaterThan(0);
  expect(receive(batch(kept as Told[], {}))).toEqual(heard.map(asTheyKnow));
});

/** Their model of an author has no name in it, as zendesk.md says. */
function asTheyKnow(news: ReturnType<typeof receive>[number]) {
  return "agent" in news && news.agent ? { ...news, agent: { ...news.agent, name: "Agent" } } : news;
}

const receive = (delivery: Parameters<typeof receiveZendesk>[1]) => receiveZendesk({ secrets: [secrets.new], ticketSecrets: [] }, delivery);

/** An opening, a line, a file that may have been sent before, a read mark, a look at the set-up, an end. */
async function askedByConnector(): Promise<Request[]> {
  const seen: Asked[] = [];
  const { connector, close } = await zendeskDouble({ seen: (asked) => void seen.push(asked) });
  const bridge = await startStandIn(() => ({ status: 200, bytes: content }));
  const { chat } = await connector.open(handoff);
  await connector.say(chat, line("Hello?"), false);
  const file = { name: "receipt.pdf", type: "application/pdf", size: content.length, url: `${bridge.url}/receipt` };
  await connector.say(chat, { ...line("receipt.pdf"), file }, true);
  await connector.signal(chat, { type: "read" });
  await connector.examine();
  await connector.close(chat);
  await connector.forget(chat);
  await Promise.all([bridge.close(), close()]);
  return Promise.all(seen.map(onTheWire));
}

async function askedBy(ask: (on: ReturnType<typeof apisOf>) => Promise<void>): Promise<Request[]> {
  const seen: Asked[] = [];
  const server = await startStandIn(
    () => ({ status: 200, body: {} }),
    (asked) => void seen.push(asked),
  );
  const client = new sdk.ApiClient();
  client.basePath = `${server.url}/sc`;
  Object.assign(client.authentications.basicAuth, { username: key.id, password: key.secret });
  await ask(apisOf(client));
  await server.close();
  return Promise.all(seen.map(onTheWire));
}

function apisOf(client: InstanceType<typeof sdk.ApiClient>) {
  return {
    users: new sdk.UsersApi(client),
    conversations: new sdk.ConversationsApi(client),
    messages: new sdk.MessagesApi(client),
    attachments: new sdk.AttachmentsApi(client),
    activities: new sdk.ActivitiesApi(client),
    control: new sdk.SwitchboardActionsApi(client),
    switchboards: new sdk.SwitchboardsApi(client),
    integrations: new sdk.SwitchboardIntegrationsApi(client),
  };
}

/** Their client takes a file's name and type from where it lies. */
async function withFile(use: (file: ReturnType<typeof createReadStream>) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "zendesk-"));
  writeFileSync(join(folder, "receipt.pdf"), content);
  await use(createReadStream(join(folder, "receipt.pdf")));
  rmSync(folder, { recursive: true });
}

type Request = Awaited<ReturnType<typeof onTheWire>>;

/** Who says what, without how: an empty body has no type, and the mark between a form's parts is each one's own. */
async function onTheWire(asked: Asked) {
  const { method, path, query, headers, body } = asked;
  const form = await formIn(asked);
  const type = body === "" ? null : headers.get("content-type")?.replace(/;.*/, "");
  const about = { method, path, query: Object.fromEntries(query), authorization: headers.get("authorization"), type };
  if (form) return { ...about, body: await Promise.all([...form].map(([name, value]) => partOf(name, value))) };
  return { ...about, body: body === "" ? null : (JSON.parse(body) as unknown) };
}

async function partOf(name: string, value: FormDataEntryValue) {
  return value instanceof File ? [name, value.name, value.type, Buffer.from(await value.bytes()).toString("latin1")] : [name, value];
}

interface Said {
  content: { type: string; text?: string; mediaUrl?: string };
  metadata: { baton_name: string };
}
type Told = Parameters<typeof batch>[0][number];
