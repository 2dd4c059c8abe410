import type { Answered, Asked, Deed, Handwriting, VendorDouble, Witness } from "@baton/bridge-server/conformance";
import type { Delivery, VendorChat } from "@baton/bridge-server/connector";
import zendesk from "@baton/bridge-server/connectors/zendesk";
import { formIn } from "./forms.ts";
import { doubleOverHttp } from "./over-http.ts";
import {
  app,
  batch,
  groups,
  integrations,
  isTaken,
  key,
  messageOut,
  refused,
  secrets,
  solvedTicket,
  viewOf,
  WORKSPACE,
  type Conversation,
  type Message,
  type ZendeskEvent,
} from "./zendesk-shapes.ts";

export const proof = "Zendesk's own specification (requests, answers and webhooks) and client (requests, and what it reads of webhooks)";

/** Zendesk messaging whose agents answer first: whoever speaks while they have control makes a ticket, without any fields. */
export default async function zendeskDouble({
  seen,
  told = () => {},
  largestFile = 50_000_000,
  ticketFields = { order: 77 },
}: {
  seen?: Witness;
  told?: (event: ZendeskEvent) => void;
  largestFile?: number;
  ticketFields?: Record<string, number>;
} = {}): Promise<VendorDouble> {
  const users = new Set<string>();
  const conversations: Conversation[] = [];
  /** What was uploaded, or sent by agents, by the path of its address. */
  const media = new Map<string, File>();
  let home = "";
  let ids = 0;
  const newId = () => (++ids).toString(16).padStart(24, "5");

  return doubleOverHttp({
    answer,
    seen,
    connect({ url, call }, isKnown) {
      home = url;
      const webhook = { secrets: [secrets.new, secrets.old], ticketSecrets: [secrets.new, secrets.old] };
      const settings = {
        url: `${url}/sc`,
        app,
        key: { id: key.id, secret: isKnown ? key.secret : "not-the-secret" },
        integration: "baton",
        ...webhook,
        groups,
        ticketFields,
      };
      return zendesk.connect(settings, call);
    },
    abilities: zendesk.abilities,
    desk: () => conversations.filter(({ ticket }) => ticket !== null).map(viewOf),
    platform: { style: "webhook", about },
    cannot: {
      C13: "Zendesk's messaging does not tell that a ticket went to another group",
      C17: "its webhook sends a word that is always the same, and no time",
      C24: "Zendesk has no place in the queue",
      C25: "its messaging does not tell a solved ticket from an open one: a line that crosses with the solving opens it again",
      C30: "Zendesk does not tell that an agent has let go of a ticket",
      C31: "Zendesk says nothing when nobody is there; the bridge's own wait ends it",
      C38: "its webhook sends a word that is always the same, which signs nothing; only https protects it",
    },
  });

  async function answer(asked: Asked): Promise<Answered> {
    const { method, path, query, headers, body } = asked;
    const basic = `Basic ${Buffer.from(`${key.id}:${key.secret}`).toString("base64")}`;
    if (headers.get("authorization") !== basic) return refused(401, "unauthorized");
    const kept = media.get(path);
    if (kept) return { status: 200, bytes: await kept.bytes() };
    const form = await formIn(asked);
    const json = form || body === "" ? {} : (JSON.parse(body) as Record<string, never>); // held against the specification elsewhere
    const [, , , , at, what = "", id, part, more] = path.split("/");
    if (at !== app) return refused(404, "app_not_found");
    if (what === "users") return method === "DELETE" ? removeUser(id ?? "") : addUser(json);
    if (what === "attachments") return uploaded(form?.get("source"));
    if (what === "switchboards")
      return more === undefined && part === undefined
        ? { status: 200, body: { switchboards: [{ id: "5ef21b86e933b7355c11c600", enabled: true }] } }
        : { status: 200, body: { switchboardIntegrations: Object.values(integrations) } };
    if (id === undefined && method === "POST") return begin(json);
    if (id === undefined)
      return { status: 200, body: { conversations: of(query.get("filter[userExternalId]")).map(outward), meta: { hasMore: false } } };
    const conversation = conversations.find((one) => one.id === id && users.has(one.user));
    if (!conversation) return refused(404, "conversation_not_found");
    if (part === undefined) return { status: 200, body: { conversation: outward(conversation) } };
    if (part === "messages" && method === "GET")
      return { status: 200, body: { messages: conversation.messages.slice(-100).map(messageOut), meta: { hasMore: false } } };
    if (part === "messages") return { status: 201, body: { messages: [messageOut(posted(conversation, json))] } };
    const metadata: Record<string, unknown> = json["metadata"] ?? {};
    if (!isTaken(metadata)) return refused(400, "metadata_too_large");
    if (part === "passControl") passControl(conversation, json["switchboardIntegration"] ?? "", metadata);
    if (part === "releaseControl") conversation.active = null;
    return { status: 200, body: {} };
  }

  function addUser({ externalId = "" }: { externalId?: string }): Answered {
    if (users.has(externalId)) return refused(409, "conflict");
    users.add(externalId);
    return { status: 201, body: { user: { id: newId(), externalId } } };
  }

  /** And what was said with them. Their tickets stay. */
  function removeUser(externalId: string): Answered {
    if (!users.delete(externalId)) return refused(404, "user_not_found");
    for (const conversation of of(externalId)) conversation.messages = [];
    return { status: 200, body: {} };
  }

  function begin({
    participants = [],
    metadata = {},
  }: {
    participants?: { userExternalId: string }[];
    metadata?: Record<string, unknown>;
  }): Answered {
    const user = participants[0]?.userExternalId ?? "";
    if (!users.has(user)) return refused(404, "user_not_found");
    const conversation: Conversation = { id: newId(), user, metadata, active: WORKSPACE, ticket: null, isSolved: false, messages: [] };
    conversations.push(conversation);
    return { status: 201, body: { conversation: outward(conversation) } };
  }

  function posted(
    conversation: Conversation,
    json: { author?: { type: string }; content?: { text?: string; mediaUrl?: string }; metadata?: Record<string, unknown> },
  ): Message {
    const { text = "", mediaUrl } = json.content ?? {};
    const file = media.get(new URL(mediaUrl ?? home).pathname) ?? null;
    const message = {
      id: newId(),
      author: { type: json.author?.type ?? "" },
      text,
      file: file && { name: file.name, type: file.type, size: file.size },
      metadata: json.metadata ?? {},
    };
    if (conversation.active === WORKSPACE) conversation.ticket ??= {};
    conversation.messages.push(message);
    return message;
  }

  function uploaded(source: FormDataEntryValue | null | undefined): Answered {
    if (!(source instanceof File)) return refused(400, "bad_request");
    return source.size > largestFile ? refused(413, "payload_too_large") : { status: 201, body: { attachment: kept(source) } };
  }

  function kept(file: File) {
    const path = `/sc/media/${newId()}/${encodeURIComponent(file.name)}`;
    media.set(path, file);
    return { mediaUrl: `${home}${path}`, mediaType: file.type };
  }

  function passControl(conversation: Conversation, to: string, metadata: Record<string, unknown>): void {
    conversation.active = to === "baton" ? "baton" : WORKSPACE;
    if (conversation.active === WORKSPACE) conversation.ticket ??= metadata;
  }

  function of(user: string | null): Conversation[] {
    return conversations.filter((one) => one.user === user);
  }

  function about({ ref }: VendorChat, deed: Deed, how: Handwriting = {}): Delivery[] {
    const conversation = conversations.find(({ id }) => id === ref);
    if (!conversation) throw new Error(`there is no conversation ${ref}`);
    if (deed.deed === "hangs_up") {
      conversation.isSolved = true;
      const tags = String(conversation.ticket?.["dataCapture.systemField.tags"]).replaceAll(",", " ");
      return [solvedTicket({ status: "Open", tags }, newId(), how), solvedTicket({ status: "Solved", tags }, newId(), how)];
    }
    const events = happens(conversation, deed).map(({ type, payload }): ZendeskEvent => ({
      id: newId(),
      type,
      createdAt: "2026-05-04T10:00:00.000Z",
      payload,
    }));
    events.forEach(told);
    return events.length === 0 ? [] : [batch(events, how)];
  }

  /** What the Conversations webhook says, several events at once, with what means nothing among them. */
  function happens(conversation: Conversation, deed: Deed): { type: string; payload: object }[] {
    const inIt = { conversation: { ...outward(conversation), displayName: undefined } };
    const agent = (name: string) => ({ type: "business", displayName: name, subtypes: ["agent"] });
    const message = (author: object, said: string | object, source: string, metadata: object | null = null) => ({
      type: "conversation:message",
      payload: {
        ...inIt,
        message: {
          id: newId(),
          received: "2026-05-04T10:00:00.000Z",
          author,
          content: typeof said === "string" ? { type: "text", text: said } : said,
          source: { type: source },
          metadata,
        },
      },
    });
    switch (deed.deed) {
      case "says":
        return [
          message(agent(deed.agent), deed.text, WORKSPACE, { "__zendesk_msg.agent.id": deed.agent.toLowerCase() }),
          { type: "conversation:message:delivery:channel", payload: inIt },
        ];
      case "types": {
        const activity = { type: deed.on ? "typing:start" : "typing:stop", source: { type: WORKSPACE }, author: { type: "business" } };
        return [{ type: "conversation:typing", payload: { ...inIt, activity } }];
      }
      case "echoes":
        return [
          message({ type: "user", userId: "u" }, deed.line.text, "api:conversations", { baton_name: deed.line.id }),
          message({ type: "business" }, "A brief of ours", "api:conversations"),
        ];
      case "sends_a_file": {
        const { mediaUrl, mediaType } = kept(new File([deed.content], deed.name, { type: "application/pdf" }));
        const file = { type: "file", mediaUrl, mediaType, mediaSize: deed.content.length, altText: deed.name };
        return [message(agent(deed.agent), file, WORKSPACE)];
      }
      case "does_something_new":
        return [
          { type: "conversation:reticulated", payload: inIt },
          message({ type: "business", subtypes: ["activity"] }, "Ticket closed", WORKSPACE),
        ];
      case "picks_up":
      case "leaves":
      case "passes_on":
      case "moves_up":
      case "hangs_up":
      case "finds_nobody":
      case "writes_a_private_note": // notes are the ticket's, and no part of the conversation
        return [];
    }
  }

  function outward({ id, metadata, active }: Conversation) {
    const shown =
      active === null
        ? {}
        : {
            activeSwitchboardIntegration: {
              id: integrations[active].id,
              name: integrations[active].name,
              integrationType: integrations[active].integrationType,
            },
          };
    return { id, type: "personal", metadata, isDefault: true, displayName: "Ada", ...shown };
  }
}
