import type { Answered, Asked, Deed, HeldAnswer, VendorDouble, Witness } from "@baton/bridge-server/conformance";
import type { VendorChat } from "@baton/bridge-server/connector";
import salesforce from "@baton/bridge-server/connectors/salesforce";
import { knownSecret } from "@baton/bridge-server/secret";
import { exportPKCS8, generateKeyPair, jwtVerify } from "jose";
import { formIn } from "./forms.ts";
import { doubleOverHttp } from "./over-http.ts";
import {
  agent,
  deployment,
  frameOf,
  org,
  parameters,
  queues,
  refused,
  routedAtFirst,
  system,
  transferredTo,
  viewOf,
  visitor,
  writtenAt,
  type Conversation,
  type Kept,
  type Streamed,
} from "./salesforce-shapes.ts";

export const proof = "its own schema of entries, by hand; its documentation and its sample client (but how it takes files: other programs)";

const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
const pem = await exportPKCS8(privateKey);
const strangers = await exportPKCS8((await generateKeyPair("RS256", { extractable: true })).privateKey);
const identity = { issuer: "baton", keyId: "key-1", privateKey: pem };
/** As much of Salesforce as a custom client meets. A message after the end of a session begins another. */
export default async function salesforceDouble({
  seen,
  briefLife = () => false,
  largestFile = 25_000_000,
}: { seen?: Witness; briefLife?: () => boolean; largestFile?: number } = {}): Promise<VendorDouble> {
  const conversations: Conversation[] = [];
  const streamed: Streamed[] = [];
  const listeners = new Map<HeldAnswer, string>();
  /** What agents have sent, at addresses that are their own key. */
  const media = new Map<string, Uint8Array>();
  let home = "";
  let ids = 0;
  let at = Date.now();
  let grants = 0;
  const newId = () => `00000000-0000-4000-8000-${String(++ids).padStart(12, "0")}`;
  const now = () => (at = Math.max(at + 1, Date.now()));
  const entryOf = (sender: Kept["sender"], name: string, payload: Record<string, unknown>, id: string): Kept =>
    writtenAt(now(), sender, name, payload, id);

  return doubleOverHttp({
    answer,
    seen,
    connect({ url, call, hold }, isKnown) {
      home = url;
      const known = { ...identity, privateKey: knownSecret(isKnown ? identity.privateKey : strangers) };
      const settings = { url, org, deployment, identity: known, parameters, queues };
      return salesforce.connect(salesforce.settings.parse(settings), call, hold);
    },
    abilities: salesforce.abilities,
    desk: () => conversations.map(viewOf),
    platform: { style: "listen", happens, cut: () => [...listeners.keys()].forEach((held) => held.cut()) },
  });

  async function answer(request: Asked): Promise<Answered> {
    const { method, path, query, headers, body } = request;
    const kept = media.get(path);
    if (kept) return { status: 200, bytes: kept };
    const form = await formIn(request);
    const asked = (form || body === "" ? {} : JSON.parse(body)) as Record<string, unknown>;
    if (path.endsWith("/authenticated/access-token")) return granted(asked);
    const subject = subjectOf(headers);
    if (subject === null) return refused(401, "Unauthorized");
    if (path === "/eventrouter/v1/sse")
      return headers.get("x-org-id") === org.slice(0, 15) ? held(subject, headers.get("last-event-id") ?? "") : refused(400, "X-Org-Id");
    const [, , , , , id, part] = path.split("/");
    if (id === undefined) return begun(subject, asked);
    const conversation = conversations.find((one) => one.id === id && one.subject === subject);
    if (!conversation) return refused(404, "No such conversation");
    if (method === "DELETE") return ended(conversation, part, query.get("esDeveloperName"));
    if (part === "entries") return { status: 200, body: { conversationEntries: listed(conversation, query) } };
    if (part === "message") return written(conversation, asked);
    if (part === "file") return form ? attached(conversation, form) : refused(415, "Unsupported media type");
    if (part === "entry") return (conversation.typing.push(asked["entryType"] === "TypingStartedIndicator"), { status: 202, body: {} });
    const acks = asked["acks"] as { entryType: string; conversationEntryId: string }[];
    conversation.readUpTo.push(
      ...acks.filter(({ entryType }) => entryType === "Read").map(({ conversationEntryId }) => conversationEntryId),
    );
    return { status: 202, body: {} };
  }

  async function granted(asked: Record<string, unknown>): Promise<Answered> {
    const { orgId, esDeveloperName, authorizationType, customerIdentityToken, platform, capabilitiesVersion } = asked as Record<
      string,
      string
    >;
    if (orgId !== org || esDeveloperName !== deployment || platform !== "Web" || capabilitiesVersion !== "1")
      return refused(400, "Bad request");
    const wanted = { issuer: identity.issuer, algorithms: ["RS256"], requiredClaims: ["exp", "sub"] };
    const verified = await jwtVerify(customerIdentityToken ?? "", publicKey, wanted).catch(() => null);
    if (authorizationType !== "JWT" || verified?.protectedHeader.kid !== identity.keyId) return refused(401, "Unauthorized");
    return { status: 200, body: { accessToken: `${++grants}:${verified.payload.sub}`, lastEventId: String(streamed.length) } };
  }

  /** A token that lives briefly is refused as soon as there is another. */
  function subjectOf(headers: Headers): string | null {
    const [, grant, subject] = /^Bearer (\d+):(.*)$/.exec(headers.get("authorization") ?? "") ?? [];
    return subject === undefined || (briefLife() && Number(grant) < grants) ? null : subject;
  }

  /** What came after an event, and everything that comes. */
  function held(subject: string, after: string): Answered {
    return {
      status: 200,
      headers: { "content-type": "text/event-stream" },
      stream(to) {
        to.write("event: ping\ndata: 0\n\n");
        for (const event of streamed) if (event.subject === subject && event.id > Number(after)) to.write(frameOf(event));
        listeners.set(to, subject);
        to.whenGone(() => listeners.delete(to));
      },
    };
  }

  function begun(subject: string, { conversationId, esDeveloperName, routingAttributes }: Record<string, unknown>): Answered {
    const id = String(conversationId);
    const attributes = routingAttributes as Record<string, string>;
    const isRight = /^[0-9a-f-]{36}$/.test(id) && esDeveloperName === deployment;
    const isDeclared = Object.entries(attributes).every(([name, value]) => Object.values(parameters).includes(name) && value.length <= 255);
    if (!isRight || !isDeclared) return refused(400, "Bad request");
    if (conversations.some((one) => one.id === id)) return refused(409, "Conflict");
    const conversation: Conversation = {
      id,
      subject,
      attributes,
      entries: [],
      session: "Active",
      isClosed: false,
      typing: [],
      readUpTo: [],
    };
    conversations.push(conversation);
    tell(conversation, "CONVERSATION_ROUTING_RESULT", system, "Automated Process", routedAtFirst);
    return { status: 201, body: undefined };
  }

  function written(conversation: Conversation, asked: Record<string, unknown>): Answered {
    const message = asked["message"] as { id: string; messageType: string; staticContent: { formatType: string; text: string } };
    if (message.messageType !== "StaticContentMessage" || asked["esDeveloperName"] !== deployment || message.staticContent.text === "")
      return refused(400, "Bad request");
    return said(conversation, message);
  }

  async function attached(conversation: Conversation, form: FormData): Promise<Answered> {
    const [entry, file] = [form.get("messageEntry"), form.get("fileData")];
    if (!(entry instanceof File && file instanceof File) || entry.type !== "application/json") return refused(400, "Bad request");
    const { message, esDeveloperName } = JSON.parse(await entry.text()) as { message: Attached; esDeveloperName: string };
    if (esDeveloperName !== deployment || !message.fileId || file.size > largestFile) return refused(400, "Bad request");
    const attachments = [{ id: message.fileId, name: file.name, mimeType: file.type, url: `${home}/f`, size: file.size }];
    const staticContent = { formatType: "Attachments", text: message.text, attachments };
    return said(conversation, { id: message.id, messageType: "StaticContentMessage", staticContent });
  }

  function said(conversation: Conversation, message: { id: string; messageType: string; staticContent: object }): Answered {
    if (conversation.isClosed) return refused(404, "Closed");
    if (conversation.session === "Ended") status(conversation, "Active"); // the trap
    const entry = tell(
      conversation,
      "CONVERSATION_MESSAGE",
      visitor(conversation.subject),
      "Guest",
      { entryType: "Message", abstractMessage: message },
      message.id,
    );
    return { status: 202, body: { conversationEntries: [{ id: entry.identifier, clientTimestamp: entry.clientTimestamp }] } };
  }

  function ended(conversation: Conversation, part: string | undefined, name: string | null): Answered {
    if (name !== deployment) return refused(400, "Bad request");
    if (part === "session" && conversation.session === "Ended") return refused(400, "There is no session");
    if (conversation.session !== "Ended") status(conversation, "Ended");
    if (part === "session") return { status: 204 };
    if (conversation.isClosed) return refused(404, "Closed");
    conversation.isClosed = true;
    stream(conversation, "CONVERSATION_CLOSE_CONVERSATION", { conversationId: conversation.id });
    return { status: 204 };
  }

  function listed({ entries }: Conversation, query: URLSearchParams): Kept[] {
    const limit = Number(query.get("limit") ?? 20);
    if (limit > 50) throw new Error("Salesforce lists fifty at most");
    const since = entries.filter(({ transcriptedTimestamp }) => transcriptedTimestamp >= Number(query.get("startTimestamp") ?? 0));
    return query.get("direction") === "FromEnd" ? since.slice(-limit).toReversed() : since.slice(0, limit);
  }

  function status(conversation: Conversation, sessionStatus: Conversation["session"]): void {
    conversation.session = sessionStatus;
    const more = { conversationIdentifier: conversation.id, channelAddressIdentifier: "c-1", sessionId: "s-1", sessionStartTime: 1 };
    tell(conversation, "CONVERSATION_SESSION_STATUS_CHANGED", system, "Automated Process", {
      entryType: "SessionStatusChanged",
      sessionStatus,
      ...more,
    });
  }

  /** Kept with the conversation, and streamed. */
  function tell(
    conversation: Conversation,
    type: string,
    sender: Kept["sender"],
    name: string,
    payload: Record<string, unknown>,
    id = newId(),
  ): Kept {
    const entry = entryOf(sender, name, payload, id);
    conversation.entries.push(entry);
    pass(conversation, type, entry);
    return entry;
  }

  /** In the stream a payload is text. */
  function pass(conversation: Conversation, type: string, entry: Kept): void {
    stream(conversation, type, {
      conversationId: conversation.id,
      conversationEntry: { ...entry, entryPayload: JSON.stringify(entry.entryPayload) },
    });
  }

  function stream({ subject }: Conversation, type: string, data: object): void {
    const event = { id: streamed.length + 1, type, data, subject };
    streamed.push(event);
    for (const [held, of] of listeners) if (of === subject) held.write(frameOf(event));
  }

  function happens({ ref }: VendorChat, deed: Deed): void {
    const conversation = conversations.find(({ id }) => id === ref);
    if (!conversation) throw new Error(`there is no conversation ${ref}`);
    const changed = (operation: string, name: string) => {
      const entries = [{ operation, displayName: name, participant: agent(name) }];
      tell(conversation, "CONVERSATION_PARTICIPANT_CHANGED", system, "Automated Process", { entryType: "ParticipantChanged", entries });
    };
    const shows = (sender: Kept["sender"], name: string, staticContent: object, entryType = "Message") =>
      void tell(conversation, "CONVERSATION_MESSAGE", sender, name, {
        entryType,
        abstractMessage: { id: newId(), messageType: "StaticContentMessage", staticContent },
      });
    const says = (sender: Kept["sender"], name: string, text: string, entryType?: string) =>
      shows(sender, name, { formatType: "Text", text }, entryType);
    switch (deed.deed) {
      case "picks_up":
        return changed("add", deed.agent);
      case "says":
        return says(agent(deed.agent), deed.agent, deed.text);
      case "leaves":
        return changed("remove", "Sam");
      case "passes_on": {
        const to = queues[deed.to as keyof typeof queues];
        tell(conversation, "CONVERSATION_ROUTING_RESULT", system, "Automated Process", transferredTo(to));
        return changed("remove", "Sam");
      }
      case "moves_up": {
        const place = { entryType: "QueuePosition", pendingServiceRoutingId: "p-1", workItemId: "w-1", position: deed.position };
        return pass(conversation, "CONVERSATION_QUEUE_POSITION", entryOf(system, "Automated Process", place, newId()));
      }
      case "types": {
        const type = deed.on ? "Started" : "Stopped";
        const typing = { entryType: `Typing${type}Indicator`, timestamp: 1 };
        return pass(conversation, `CONVERSATION_TYPING_${type.toUpperCase()}_INDICATOR`, entryOf(agent("Sam"), "Sam", typing, newId()));
      }
      case "hangs_up":
      case "finds_nobody":
        return status(conversation, "Ended");
      case "writes_a_private_note":
        return says(agent("Sam"), "Sam", deed.text, "Note");
      case "sends_a_file": {
        const path = `/media/${newId()}`;
        media.set(path, Buffer.from(deed.content));
        const attachments = [{ id: newId(), name: deed.name, mimeType: "application/pdf", url: `${home}${path}` }];
        return shows(agent(deed.agent), deed.agent, { formatType: "Attachments", attachments });
      }
      case "does_something_new":
        says({ role: "Chatbot", subject: "bot", appType: "chatbot" }, "Bot", "I am a robot");
        says({ role: "Supervisor", subject: "005-Kim", appType: "agent" }, "Kim", "Careful");
        tell(conversation, "CONVERSATION_RETICULATED", agent("Sam"), "Sam", { entryType: "Reticulated" });
        return pass(conversation, "CONVERSATION_MESSAGE", { ...entryOf(agent("Sam"), "Sam", { entryType: "Message" }, newId()) });
      case "echoes": // there already, as Salesforce echoes everything
        return;
    }
  }
}

interface Attached {
  id: string;
  fileId: string;
  text: string;
}
