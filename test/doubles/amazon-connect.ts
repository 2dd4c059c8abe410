import type {
  CreateParticipantConnectionResponse,
  GetAttachmentResponse,
  Item,
  SendMessageResponse,
  StartAttachmentUploadResponse,
} from "@aws-sdk/client-connectparticipant";
import type {
  DescribeContactFlowResponse,
  GetCurrentMetricDataResponse,
  StartChatContactRequest,
  StartChatContactResponse,
} from "@aws-sdk/client-connect";
import type { Answered, Asked, Deed, VendorDouble, Witness } from "@baton/bridge-server/conformance";
import type { VendorChat } from "@baton/bridge-server/connector";
import connect from "@baton/bridge-server/connectors/amazon-connect";
import { knownSecret } from "@baton/bridge-server/secret";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { WebSocketServer, type WebSocket } from "ws";
import * as shapes from "./amazon-connect-shapes.ts";
import { EVENT, flow, frameOf, instance, key, queues, region, type Contact } from "./amazon-connect-shapes.ts";
import { doubleOverHttp } from "./over-http.ts";

export const proof = "Amazon's own libraries (requests, signatures, and the types of every answer)";

/** As much of Amazon Connect as a customer's chat meets. Whoever is in no chat any more has a token that nobody takes. */
export default async function amazonConnectDouble({ seen }: { seen?: Witness } = {}): Promise<VendorDouble> {
  const contacts: Contact[] = [];
  const listeners = new Map<WebSocket, Contact>();
  const uploads = new Map<string, { name: string; type: string; size: number; bytes: number | null; contact: Contact }>();
  const downloads = new Map<string, string>();
  let home = "";
  let count = 0;
  const newId = () => `00000000-0000-4000-8000-${String(++count).padStart(12, "0")}`;

  const sockets = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await once(sockets, "listening");
  const { port } = sockets.address() as AddressInfo; // a TCP server that listens has one
  sockets.on("connection", (socket, { url = "" }) => {
    const contact = contacts.find(({ token }) => url === `/?${token}`);
    if (!contact) return socket.close(1008);
    socket.on("message", (data) => {
      const { topic, content } = JSON.parse((data as Buffer).toString()) as { topic: string; content?: { topics: string[] } };
      if (topic !== "aws/subscribe" || !content?.topics.includes("aws/chat")) return;
      listeners.set(socket, contact);
      socket.send(JSON.stringify({ topic, content: { status: "success", topics: content.topics } }));
      socket.send(JSON.stringify({ topic: "aws/heartbeat" }));
    });
    socket.on("close", () => listeners.delete(socket));
  });

  const double = await doubleOverHttp({
    answer,
    seen,
    connect({ url, call, hold }, isKnown) {
      home = url;
      const known = { ...key, secret: knownSecret(isKnown ? key.secret : "not-the-secret") };
      return connect.connect(connect.settings.parse({ region, instance, flow, key: known, queues, api: url }), call, hold);
    },
    abilities: connect.abilities,
    desk: () => contacts.map(shapes.viewOf),
    platform: { style: "listen", happens, cut: () => sockets.clients.forEach((socket) => socket.terminate()) },
    cannot: {
      C12: "Amazon Connect can be told that somebody types, not that they have stopped; it lapses by itself",
      C13: "Amazon Connect tells a visitor that the chat was passed on, and not to whom",
      C24: "Amazon Connect tells no place in the queue",
      C32: "Amazon Connect tells that somebody types, not that they have stopped; it lapses by itself",
    },
  });
  return {
    ...double,
    async close() {
      await double.close();
      sockets.clients.forEach((socket) => socket.terminate());
      await new Promise((done) => sockets.close(done));
    },
  };

  async function answer(asked: Asked): Promise<Answered> {
    const { method, path, headers, body, bytes } = asked;
    const [, what, id = ""] = path.split("/");
    if (what === "downloads") return { status: 200, bytes: Buffer.from(downloads.get(id) ?? "") };
    if (what === "uploads") {
      const upload = uploads.get(id);
      if (!upload || method !== "PUT" || headers.get("content-type") !== upload.type) return { status: 403 };
      upload.bytes = bytes.length;
      return { status: 200 };
    }
    if (what === "participant") return asParticipant(id, headers.get("x-amz-bearer") ?? "", JSON.parse(body) as Record<string, unknown>);
    if (!(await shapes.isSigned(asked, home.replace("http://", "")))) return refused(403, "InvalidSignatureException");
    if (what === "contact-flows")
      return {
        status: 200,
        body: {
          ContactFlow: { Id: flow, Name: "Website", Type: "CONTACT_FLOW", State: "ACTIVE", Status: "PUBLISHED" },
        } satisfies DescribeContactFlowResponse,
      };
    if (what === "metrics")
      return {
        status: 200,
        body: {
          MetricResults: [{ Collections: [{ Metric: { Name: "AGENTS_STAFFED", Unit: "COUNT" }, Value: 2 }] }],
        } satisfies GetCurrentMetricDataResponse,
      };
    return started(JSON.parse(body) as StartChatContactRequest);
  }

  function started(asked: StartChatContactRequest): Answered {
    const { InstanceId, ContactFlowId, Attributes = {}, InitialMessage, ClientToken = "", ParticipantDetails } = asked;
    const size = Buffer.byteLength(InitialMessage?.Content ?? "");
    const attributes = Object.entries(Attributes);
    const isRight = attributes.every(([name]) => /^[\w-]+$/.test(name)) && attributes.flat().join("").length <= 32_768;
    if (InstanceId !== instance || ContactFlowId !== flow || size > 16_384 || !isRight || !ParticipantDetails?.DisplayName)
      return refused(400, "InvalidParameterException");
    const known = contacts.find(({ named }) => named.has(`start ${ClientToken}`));
    const contact = known ?? begun(Attributes, InitialMessage?.Content ?? "", ClientToken);
    return {
      status: 200,
      body: {
        ContactId: contact.id,
        ParticipantId: contact.participant,
        ParticipantToken: contact.token,
      } satisfies StartChatContactResponse,
    };
  }

  function begun(attributes: Record<string, string>, note: string, name: string): Contact {
    const id = newId();
    const own = { id, current: id, participant: newId(), token: `participant-${id}`, attributes, note };
    const contact: Contact = {
      ...own,
      transcript: [],
      named: new Map([[`start ${name}`, {}]]),
      files: [],
      typing: [],
      read: [],
      isOver: false,
    };
    contacts.push(contact);
    tell(contact, { ContentType: "text/plain", Content: note, ParticipantRole: "CUSTOMER", ParticipantId: contact.participant });
    return contact;
  }

  function asParticipant(what: string, bearer: string, asked: Record<string, unknown>): Answered {
    const contact = contacts.find(({ token }) => bearer === (what === "connection" ? token : `connection-${token}`));
    if (!contact || contact.isOver) return refused(403, "AccessDeniedException");
    const { ContentType, Content, ClientToken } = asked as Record<string, string>;
    switch (what) {
      case "connection": {
        const isHeld = (asked["Type"] as string[]).includes("WEBSOCKET");
        const credentials = {
          ConnectionCredentials: { ConnectionToken: `connection-${contact.token}`, Expiry: "2026-12-01T00:00:00.000Z" },
        };
        const held = { Websocket: { Url: `ws://127.0.0.1:${port}/?${contact.token}`, ConnectionExpiry: "2026-12-01T00:00:00.000Z" } };
        return { status: 200, body: { ...credentials, ...(isHeld && held) } satisfies CreateParticipantConnectionResponse };
      }
      case "transcript":
        return { status: 200, body: shapes.transcriptOut(contact, asked) };
      case "message": {
        if (!Content || Content.length > 1_024) return refused(400, "ValidationException");
        if (!contact.named.has(ClientToken ?? "")) {
          contact.named.set(ClientToken ?? newId(), { Content });
          tell(contact, { ContentType: ContentType ?? "", Content, ParticipantRole: "CUSTOMER", ParticipantId: contact.participant });
        }
        return { status: 200, body: { Id: newId(), AbsoluteTime: now() } satisfies SendMessageResponse };
      }
      case "event":
        if (ContentType === `${EVENT}.typing`) contact.typing.push(true);
        if (ContentType === `${EVENT}.message.read`) contact.read.push((JSON.parse(Content ?? "") as { messageId: string }).messageId);
        return { status: 200, body: { Id: newId(), AbsoluteTime: now() } };
      case "disconnect":
        end(contact);
        return { status: 200, body: {} };
      case "attachment":
        return {
          status: 200,
          body: {
            Url: `${home}/downloads/${String(asked["AttachmentId"])}`,
            UrlExpiry: now(),
            AttachmentSizeInBytes: 13,
          } satisfies GetAttachmentResponse,
        };
      case "start-attachment-upload": {
        const id = ClientToken ?? newId();
        const type = String(asked["ContentType"]);
        uploads.set(id, {
          name: String(asked["AttachmentName"]),
          type,
          size: Number(asked["AttachmentSizeInBytes"]),
          bytes: null,
          contact,
        });
        const UploadMetadata = { Url: `${home}/uploads/${id}`, UrlExpiry: now(), HeadersToInclude: { "Content-Type": type } };
        return { status: 200, body: { AttachmentId: id, UploadMetadata } satisfies StartAttachmentUploadResponse };
      }
      case "complete-attachment-upload":
        return completed(contact, asked["AttachmentIds"] as string[], ClientToken ?? "");
    }
    return refused(404, "ResourceNotFoundException");
  }

  function completed(contact: Contact, ids: string[], name: string): Answered {
    for (const id of ids) {
      const upload = uploads.get(id);
      if (!upload || upload.bytes !== upload.size) return refused(409, "ConflictException");
      if (contact.named.has(`file ${name}`)) continue;
      contact.named.set(`file ${name}`, {});
      contact.files.push({ name: upload.name, type: upload.type, size: upload.size });
      const Attachments = [{ AttachmentId: id, AttachmentName: upload.name, ContentType: upload.type, Status: "APPROVED" as const }];
      tell(contact, { Attachments, ParticipantRole: "CUSTOMER", ParticipantId: contact.participant });
    }
    return { status: 200, body: {} };
  }

  /** It is in the transcript from now on, and whoever listens hears of it. */
  function tell(contact: Contact, item: Item): void {
    const whole: Item = { Id: newId(), AbsoluteTime: now(), ContactId: contact.current, Type: "EVENT", ...item };
    contact.transcript.push(whole);
    pass(contact, { ...whole, InitialContactId: contact.id });
  }

  function pass(contact: Contact, told: object): void {
    for (const [socket, about] of listeners) if (about === contact) socket.send(frameOf("aws/chat", told));
  }

  function end(contact: Contact): void {
    if (contact.isOver) return;
    tell(contact, { ContentType: `${EVENT}.chat.ended`, Type: "CHAT_ENDED" });
    contact.isOver = true;
  }

  function happens({ ref }: VendorChat, deed: Deed): void {
    const contact = contacts.find(({ id, token }) => ref === `${id}\n${token}`);
    if (!contact) throw new Error(`there is no contact ${ref}`);
    if (contact.isOver) return;
    const as = (name: string) => ({ DisplayName: name, ParticipantRole: "AGENT" as const, ParticipantId: `agent-${name}` });
    switch (deed.deed) {
      case "picks_up":
        return tell(contact, { ContentType: `${EVENT}.participant.joined`, ...as(deed.agent) });
      case "says":
        return tell(contact, { Type: "MESSAGE", ContentType: "text/plain", Content: deed.text, ...as(deed.agent) });
      case "sends_a_file": {
        const id = newId();
        downloads.set(id, deed.content);
        const Attachments = [{ AttachmentId: id, AttachmentName: deed.name, ContentType: "application/pdf", Status: "APPROVED" as const }];
        return tell(contact, { Type: "ATTACHMENT", Attachments, ...as(deed.agent) });
      }
      case "leaves":
        return tell(contact, { ContentType: `${EVENT}.participant.left`, ...as("Sam") });
      case "passes_on":
        tell(contact, { ContentType: `${EVENT}.transfer.succeeded`, ParticipantRole: "SYSTEM" });
        contact.current = newId();
        return tell(contact, { ContentType: `${EVENT}.participant.left`, ...as("Sam") });
      case "hangs_up":
        return end(contact);
      case "finds_nobody":
        return end(contact);
      case "types":
        return pass(contact, { Id: newId(), Type: "EVENT", ContentType: `${EVENT}.typing`, ...as("Sam") });
      case "does_something_new":
        tell(contact, { ContentType: `${EVENT}.reticulated`, ...as("Sam") });
        tell(contact, {
          Type: "MESSAGE",
          ContentType: "text/plain",
          Content: "I am a flow",
          ParticipantRole: "SYSTEM",
          DisplayName: "SYSTEM_MESSAGE",
        });
        return tell(contact, {
          Type: "MESSAGE",
          ContentType: "text/plain",
          Content: "I am a robot",
          ParticipantRole: "CUSTOM_BOT",
          DisplayName: "Bot",
        });
      case "echoes": // there already
      case "moves_up":
      case "writes_a_private_note": // on the contact, and in no chat
        return;
    }
  }
}

const now = () => new Date().toISOString();

function refused(status: number, type: string): Answered {
  return { status, body: { Message: "no" }, headers: { "x-amzn-errortype": `${type}:http://internal.amazon.com/` } };
}
