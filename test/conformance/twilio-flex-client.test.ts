import { startStandIn, type Asked } from "@baton/bridge-server/conformance";
import { handoff, line } from "@baton/bridge-server/conformance/requests";
import { expect, test } from "vitest";
import RequestClient from "twilio/lib/base/RequestClient.js";
import Twilio from "twilio/lib/rest/Twilio.js";
import flexDouble from "../doubles/twilio-flex.ts";
import { hook, workflow, workspace } from "../doubles/twilio-flex-shapes.ts";
import { accountSid, authTokens } from "../doubles/twilio-sms.ts";

// Twilio's own library, asked for the same things, must put the same requests on the wire. Its types are a contract of their own.
test("what the connector asks is what Twilio's own library would ask", async () => {
  const ours = await askedByConnector();
  const named = (sid: RegExp) => sid.exec(ours.map(({ path }) => path).join(" "))?.[0] ?? "";
  const conversation = named(/CH\w+/);
  const sent = (path: RegExp, field: string) =>
    ours.find((one) => one.method === "POST" && path.test(one.path))?.form.find(([name]) => name === field)?.[1] ?? "";
  const identity = `visitor-${handoff.handoff}`;
  const interaction = JSON.parse(sent(/Conversations\/CH\w+$/, "Attributes")).interaction as string; // as the connector keeps it

  const theirs = await askedBy(async ({ conversations, flexApi, taskrouter }) => {
    const chat = conversations.v1.conversations(conversation);
    await conversations.v1.conversations.create({ uniqueName: handoff.handoff, friendlyName: "Ada" });
    await chat.participants.create({ identity });
    await chat.webhooks.create({
      target: "webhook",
      "configuration.url": hook,
      "configuration.method": "post",
      "configuration.filters": ["onMessageAdded", "onParticipantRemoved", "onParticipantUpdated", "onConversationStateUpdated"],
    });
    await chat.messages.create({ author: "baton", body: sent(/Messages$/, "Body"), attributes: '{"baton":"brief"}' });
    await flexApi.v1.interaction.create({
      channel: { type: "web", initiated_by: "customer", properties: { media_channel_sid: conversation } },
      routing: JSON.parse(sent(/Interactions$/, "Routing")), // what is in it is looked at elsewhere
    });
    await chat.update({ attributes: JSON.stringify({ interaction }) });
    await chat.fetch();
    await chat.messages.create({ author: identity, body: "Hello?", attributes: JSON.stringify({ baton: hello.id }) });
    await chat.fetch();
    await chat.messages.list({ order: "desc", limit: 1 });
    await chat.fetch();
    await flexApi.v1.interaction(interaction).channels.list({ limit: 1 });
    await flexApi.v1
      .interaction(interaction)
      .channels(named(/UO\w+/))
      .update({ status: "closed", routing: { status: "closed" } });
    await taskrouter.v1.workspaces(workspace).fetch();
    await taskrouter.v1.workspaces(workspace).workflows(workflow).fetch();
    await flexApi.v1.configuration().fetch();
    await conversations.v1.configuration().fetch();
  });
  expect(ours).toEqual(theirs);
});

const hello = line("Hello?");

/** An opening, a line, a look at what was said, an end, and a look at the set-up. */
async function askedByConnector(): Promise<Request[]> {
  const seen: Asked[] = [];
  const { connector, close } = await flexDouble({ seen: (asked) => void seen.push(asked) });
  const { chat } = await connector.open(handoff);
  await connector.say(chat, hello, false);
  if (connector.inbound.style === "webhook_and_look") await connector.inbound.look(null, chat, new AbortController().signal);
  await connector.close(chat);
  await connector.examine();
  await close();
  return seen.map(onTheWire);
}

async function askedBy(ask: (client: Twilio) => Promise<void>): Promise<Request[]> {
  const seen: Asked[] = [];
  const server = await startStandIn(
    () => ({ status: 200, body: { meta: { key: "channels" }, channels: [] } }),
    (asked) => void seen.push(asked),
  );
  const toUs = new RequestClient();
  const request: RequestClient["request"] = toUs.request.bind(toUs);
  toUs.request = (options) => request({ ...options, uri: options.uri.replace(/^https:\/\/[a-z-]+\.twilio\.com/, server.url) });
  await ask(new Twilio(accountSid, authTokens.new, { httpClient: toUs }));
  await server.close();
  return seen.map(onTheWire);
}

type Request = ReturnType<typeof onTheWire>;

/** How many are on a page is each one's own choice, and so is the order of a form's fields. */
function onTheWire({ method, path, query, headers, body }: Asked) {
  const asked = Object.fromEntries([...query].filter(([name]) => name !== "PageSize"));
  const named = ["authorization", "content-type"].map((name) => headers.get(name));
  return { method, path, query: asked, named: method === "GET" ? named.slice(0, 1) : named, form: fieldsOf(body) };
}

const fieldsOf = (body: string) => [...new URLSearchParams(body)].toSorted(([one], [other]) => one.localeCompare(other));
