import { startStandIn, type Asked } from "@baton/bridge-server/conformance";
import { handoff, line } from "@baton/bridge-server/conformance/requests";
import { IntercomClient } from "intercom-client";
import { expect, test } from "vitest";
import intercomDouble from "../doubles/intercom.ts";
import { admin, teams, token } from "../doubles/intercom-shapes.ts";

const content = Buffer.from("%PDF-1.7 what is in it\xff", "latin1");

// Intercom's own client, asked for the same things, must put the same requests on the wire. Its types are a contract of their own. The one
// thing that differs is the version of the API, of which the client does not know the newest.
test("what the connector asks is what Intercom's own client would ask", async () => {
  const ours = await askedByConnector();
  const note = ours.find(({ body }) => typeof body === "object" && body !== null && "message_type" in body && body.message_type === "note");
  const noteText = (note?.body as { body: string } | undefined)?.body ?? "";
  const contact = (101).toString(16).padStart(24, "6"); // as the stand-in numbers them
  const [conversation_id, admin_id] = ["102", String(admin)];
  const theirs = await askedBy(async (client) => {
    await client.contacts.create({ external_id: handoff.handoff, role: "user", name: "Ada" });
    await client.conversations.create({ from: { type: "user", id: contact }, body: "I want a refund" });
    await client.conversations.find({ conversation_id, display_as: "plaintext" });
    await client.conversations.update({ conversation_id, title: "customer_refund", custom_attributes: { "Order number": "A-1001" } });
    await client.tags.create({ name: "urgent" });
    await client.tags.tagConversation({ conversation_id, id: "1", admin_id });
    await client.conversations.reply({ conversation_id, body: { message_type: "note", type: "admin", admin_id, body: noteText } });
    const assignee_id = String(teams.refunds);
    await client.conversations.manage({ conversation_id, body: { message_type: "assignment", type: "team", admin_id, assignee_id } });
    await client.conversations.find({ conversation_id, display_as: "plaintext" });
    await client.conversations.reply({
      conversation_id,
      body: { message_type: "comment", type: "user", intercom_user_id: contact, body: "Hello?" },
    });
    await client.conversations.find({ conversation_id, display_as: "plaintext" });
    const attached = { content_type: "application/pdf", data: content.toString("base64"), name: "receipt.pdf" };
    await client.conversations.reply({
      conversation_id,
      body: { message_type: "comment", type: "user", intercom_user_id: contact, body: attached.name, attachment_files: [attached] },
    });
    await client.conversations.find({ conversation_id, display_as: "plaintext" });
    await client.conversations.manage({ conversation_id, body: { message_type: "close", type: "admin", admin_id } });
    await client.contacts.create({ external_id: handoff.handoff, role: "user", name: "Ada" });
    await client.contacts.showContactByExternalId({ external_id: handoff.handoff });
    await client.conversations.search({ query: { field: "contact_ids", operator: "=", value: contact } });
  });
  expect(noteText).toContain("A-1001");
  expect(ours.slice(0, theirs.length)).toEqual(theirs);
});

/** An opening, a line, a file, an end, and the first calls of the same opening again. */
async function askedByConnector(): Promise<Request[]> {
  const seen: Asked[] = [];
  const { connector, close } = await intercomDouble({ seen: (asked) => void seen.push(asked) });
  const { chat } = await connector.open(handoff);
  await connector.say(chat, line("Hello?"), false);
  const bridge = await startStandIn(() => ({ status: 200, bytes: content }));
  const file = { name: "receipt.pdf", type: "application/pdf", size: content.length, url: `${bridge.url}/receipt` };
  await connector.say(chat, { ...line("receipt.pdf"), file }, false);
  await bridge.close();
  await connector.close(chat);
  await connector.open(handoff);
  await close();
  return seen.map(onTheWire);
}

async function askedBy(ask: (client: IntercomClient) => Promise<void>): Promise<Request[]> {
  const seen: Asked[] = [];
  const server = await startStandIn(
    () => ({ status: 200, body: { conversations: [] } }),
    (asked) => void seen.push(asked),
  );
  await ask(new IntercomClient({ token, environment: server.url }));
  await server.close();
  return seen.map(onTheWire);
}

type Request = ReturnType<typeof onTheWire>;

function onTheWire({ method, path, query, headers, body }: Asked) {
  const named = ["authorization", "content-type"].map((name) => [name, headers.get(name)]);
  const asked = body === "" ? null : (JSON.parse(body) as unknown);
  return { method, path, query: Object.fromEntries(query), headers: Object.fromEntries(named), body: asked };
}
