import type { Asked, Answered, Deed, Handwriting, VendorDouble, Witness } from "@baton/bridge-server/conformance";
import type { Delivery, VendorChat } from "@baton/bridge-server/connector";
import chatwoot from "@baton/bridge-server/connectors/chatwoot";
import { formIn } from "./forms.ts";
import { doubleOverHttp } from "./over-http.ts";
import {
  account,
  inbox,
  inboxBody,
  messageBody,
  secrets,
  signed,
  teamNames,
  teams,
  token,
  viewOf,
  webhookData,
  type Conversation,
  type Message,
} from "./chatwoot-shapes.ts";

export const proof = "Chatwoot's own specification (requests and answers); its source (webhooks)";

/** As much of Chatwoot as an API inbox meets: it doubles what is posted twice, and opens what is resolved when the contact writes. */
export default async function chatwootDouble({
  seen,
  largestFile = 40_000_000,
}: { seen?: Witness; largestFile?: number } = {}): Promise<VendorDouble> {
  const contacts = new Map<string, { id: number; source_id: string; name: string }>();
  const conversations: Conversation[] = [];
  const agents = new Map<string, number>();
  const stored = new Map<string, string>();
  let ids = 100;
  let home = "";

  return doubleOverHttp({
    answer,
    seen,
    connect({ url, call }, isKnown) {
      home = url;
      const key = isKnown ? token : "not-a-token";
      const settings = { url, account, inbox, token: key, secrets: [secrets.new, secrets.old], teams, lookEverySeconds: 30 };
      return chatwoot.connect(settings, call);
    },
    abilities: chatwoot.abilities,
    desk: () => conversations.map(viewOf),
    platform: { style: "webhook_and_look", about },
    cannot: {
      C24: "a Chatwoot inbox has no queue with places",
      C31: "Chatwoot says nothing when nobody is there; the bridge's own wait ends it",
    },
  });

  async function answer(asked: Asked): Promise<Answered> {
    const [, blob] = /^\/rails\/active_storage\/blobs\/redirect\/(.+)$/.exec(asked.path) ?? [];
    if (blob !== undefined) return { status: 302, headers: { location: `${home}/rails/active_storage/disk/${encodeURI(blob)}` } };
    const [, kept] = /^\/rails\/active_storage\/disk\/(.+)$/.exec(asked.path) ?? [];
    if (kept !== undefined) return stored.has(kept) ? { status: 200, bytes: Buffer.from(stored.get(kept) ?? "") } : { status: 404 };
    const visitor = /^\/public\/api\/v1\/inboxes\/([^/]+)(\/.*)$/.exec(asked.path);
    if (visitor) return visitor[1] === inbox.identifier ? asVisitor(asked, visitor[2] ?? "") : { status: 404, body: {} };
    if (asked.headers.get("api_access_token") !== token) return { status: 401, body: { errors: ["Invalid Access Token"] } };
    const agent = new RegExp(`^/api/v1/accounts/${account}(/.*)$`).exec(asked.path);
    return agent ? asAgent(asked, agent[1] ?? "") : { status: 404, body: { error: "Resource could not be found" } };
  }

  function asVisitor({ method, body }: Asked, path: string): Answered {
    const [, , contact = "", , id, deed] = path.split("/");
    const json = body === "" ? {} : (JSON.parse(body) as Record<string, string>); // what its connector sends is checked elsewhere
    if (path === "/contacts" && method === "POST") {
      const source_id = json["source_id"] ?? "";
      const known = contacts.get(source_id) ?? { id: ++ids, source_id, name: json["name"] ?? "" };
      contacts.set(source_id, known);
      return { status: 200, body: { ...known, email: null, pubsub_token: "pubsub" } };
    }
    const theirs = conversations.filter((one) => one.contact === contact);
    if (id === undefined)
      return { status: 200, body: theirs.map((one) => ({ id: one.id, inbox_id: String(inbox.id), messages: [], contact: {} })) };
    const conversation = theirs.find((one) => one.id === Number(id));
    if (!conversation) return { status: 404, body: {} };
    if (deed === "toggle_typing") conversation.typing.push(json["typing_status"] === "on");
    if (deed === "toggle_status") conversation.status = "resolved"; // never the other way, for a contact
    return {
      status: 200,
      body: deed === "toggle_status" ? { id: conversation.id, inbox_id: String(inbox.id), messages: [], contact: {} } : undefined,
    };
  }

  async function asAgent(asked: Asked, path: string): Promise<Answered> {
    const { method, body } = asked;
    const form = await formIn(asked);
    const json = form || body === "" ? {} : (JSON.parse(body) as Record<string, never>);
    const [, what, id, part] = path.split("/");
    if (what === "inboxes") return id === String(inbox.id) ? { status: 200, body: inboxBody } : { status: 404, body: {} };
    if (what === "teams" && part === undefined) return { status: 200, body: [...teamNames].map(([id, name]) => ({ id, name })) };
    if (what === "teams") return { status: 200, body: [{ id: 1, name: "Sam", availability_status: "online" }] };
    if (what !== "conversations") return { status: 404, body: {} };
    if (id === undefined && method === "POST") return { status: 200, body: began(json) };
    const conversation = conversations.find((one) => one.id === Number(id));
    if (!conversation) return { status: 404, body: { error: "Resource could not be found" } };
    if (part === undefined) {
      const { id, status, assignee } = conversation;
      const agent = assignee && { id: assignee.id, name: assignee.name, role: "agent", thumbnail: "" };
      return { status: 200, body: { id, status, messages: [], meta: { channel: "Channel::Api", ...(agent && { assignee: agent }) } } };
    }
    if (part === "toggle_priority") conversation.priority = json["priority"] ?? null;
    if (part === "toggle_priority") return { status: 200 };
    if (method === "GET")
      return { status: 200, body: { meta: {}, payload: conversation.messages.slice(-20).map((one) => messageBody(conversation, one)) } };
    return posted(conversation, form ? Object.fromEntries(form) : json, form ? form.getAll("attachments[]") : []);
  }

  function began(json: { source_id?: string; custom_attributes?: Record<string, unknown>; team_id?: number; status?: string }) {
    const conversation: Conversation = {
      id: ++ids,
      contact: json.source_id ?? "",
      status: json.status === "open" ? "open" : "resolved",
      custom_attributes: json.custom_attributes ?? {},
      priority: null,
      team: json.team_id ?? null,
      assignee: null,
      messages: [],
      typing: [],
    };
    conversations.push(conversation);
    return { id: conversation.id, account_id: account, inbox_id: inbox.id };
  }

  function posted(
    conversation: Conversation,
    json: { content?: string; message_type?: string; private?: boolean; source_id?: string },
    attachments: FormDataEntryValue[],
  ): Answered {
    const content = json.content ?? "";
    const files = attachments.flatMap((one) => (one instanceof File ? [{ name: one.name, type: one.type, size: one.size }] : []));
    if (files.some(({ size }) => size > largestFile)) return { status: 422, body: { message: "File size is too big" } };
    if (content.length > 150_000) return { status: 422, body: { message: "Content is too long" } };
    const isIncoming = json.message_type === "incoming";
    if (isIncoming) conversation.status = "open";
    const message: Message = {
      id: ++ids,
      content,
      message_type: isIncoming ? 0 : 1,
      private: json.private ?? false,
      source_id: json.source_id ?? null,
      files,
    };
    conversation.messages.push(message);
    return { status: 200, body: messageBody(conversation, message) };
  }

  function about({ ref }: VendorChat, deed: Deed, how: Handwriting = {}): Delivery[] {
    const conversation = conversations.find((one) => one.id === Number(ref.split("/")[0]));
    if (!conversation) throw new Error(`there is no conversation ${ref}`);
    return happens(conversation, deed).map((body, n) => signed(body, `delivery-${++ids}-${n}`, how));
  }

  /** What Chatwoot posts to the inbox's webhook, the meaningless along with the rest. */
  function happens(conversation: Conversation, deed: Deed): object[] {
    const changed = (name: string, previous_value: unknown, current_value: unknown) => ({ [name]: { previous_value, current_value } });
    const updated = (...changes: object[]) => ({
      ...webhookData(conversation),
      event: "conversation_updated",
      changed_attributes: changes,
    });
    switch (deed.deed) {
      case "picks_up": {
        const before = conversation.assignee?.id ?? null;
        conversation.assignee = agentNamed(deed.agent);
        return [updated(changed("assignee_id", before, conversation.assignee.id)), updated(changed("waiting_since", 1, null))];
      }
      case "says":
        return [
          messageData(conversation, { content: deed.text, message_type: "outgoing", private: false, sender: agentNamed(deed.agent) }),
          updated(changed("first_reply_created_at", null, "2026-05-04T10:00:00Z")),
        ];
      case "leaves": {
        const before = conversation.assignee?.id ?? null;
        conversation.assignee = null;
        return [updated(changed("assignee_id", before, null))];
      }
      case "passes_on": {
        const before = [conversation.team, conversation.assignee?.id ?? null];
        conversation.team = teams[deed.to as keyof typeof teams] ?? null;
        conversation.assignee = null;
        return [updated(changed("team_id", before[0], conversation.team), changed("assignee_id", before[1], null))];
      }
      case "types":
        return [typing(conversation, deed.on, false)];
      case "hangs_up":
        conversation.status = "resolved";
        return [
          {
            ...webhookData(conversation),
            event: "conversation_status_changed",
            changed_attributes: [changed("status", "open", "resolved")],
          },
          messageData(conversation, { content: "Please rate this conversation", message_type: "template", private: false, sender: null }),
        ];
      case "writes_a_private_note":
        return [
          typing(conversation, true, true),
          messageData(conversation, { content: deed.text, message_type: "outgoing", private: true, sender: agentNamed("Sam") }),
        ];
      case "sends_a_file": {
        const blob = `signed-${++ids}/${deed.name}`;
        stored.set(blob, deed.content);
        const data_url = `${home}/rails/active_storage/blobs/redirect/${encodeURI(blob)}`;
        const attachment = { id: ++ids, file_type: "file", account_id: account, data_url, thumb_url: "", file_size: deed.content.length };
        const message = { content: null, message_type: "outgoing", private: false, sender: agentNamed(deed.agent) };
        return [messageData(conversation, { ...message, attachments: [attachment] })];
      }
      case "does_something_new":
        return [{ ...webhookData(conversation), event: "conversation_reticulated" }];
      case "echoes":
        return [
          messageData(conversation, { content: deed.line.text, message_type: "incoming", private: false, sender: { id: 5, name: "Ada" } }),
        ];
      case "moves_up":
      case "finds_nobody":
        return [];
    }
  }

  function agentNamed(name: string) {
    const id = agents.get(name) ?? ++ids;
    agents.set(name, id);
    return { id, name, type: "user" };
  }

  function messageData(
    conversation: Conversation,
    message: { message_type: string; sender: object | null; content: string | null; private: boolean; attachments?: object[] },
  ) {
    const id = ++ids;
    const { message_type, sender, content, attachments = [] } = message;
    if (message_type === "outgoing" && sender) {
      const listed = { id, content: content ?? "", message_type: 1 as const, private: message.private, source_id: null, files: [] };
      conversation.messages.push({ ...listed, sender, attachments });
    }
    const at = "2026-05-04T10:00:00.000Z";
    const rest = { content_type: "text", content_attributes: {}, source_id: null, account: { id: account, name: "Shop" } };
    return {
      event: "message_created",
      id,
      created_at: at,
      ...rest,
      ...message,
      inbox: { id: inbox.id, name: "Baton" },
      conversation: webhookData(conversation),
    };
  }

  function typing(conversation: Conversation, on: boolean, is_private: boolean) {
    const event = `conversation_typing_${on ? "on" : "off"}`;
    return { event, user: agentNamed("Sam"), conversation: webhookData(conversation), is_private };
  }
}
