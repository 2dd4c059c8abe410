import type { Answered, Asked, Deed, Handwriting, VendorDouble, Witness } from "@baton/bridge-server/conformance";
import type { Delivery, VendorChat } from "@baton/bridge-server/connector";
import intercom from "@baton/bridge-server/connectors/intercom";
import { doubleOverHttp } from "./over-http.ts";
import {
  admin,
  adminOut,
  asHtml,
  attributeOut,
  attributes,
  bridge,
  contactOut,
  conversationOut,
  notification,
  operator,
  partOut,
  refused,
  secrets,
  signed,
  teamNames,
  teams,
  token,
  viewOf,
  visitorOf,
  type Contact,
  type Conversation,
  type Kept,
  type Part,
  type Somebody,
} from "./intercom-shapes.ts";

export const proof = "Intercom's own specification (requests, answers, conversations in webhooks) and SDK (requests)";

/** As much of Intercom as an app meets: a closed conversation opens when its contact writes, and notes are HTML. `created_at` is of contacts. */
export default async function intercomDouble({
  seen,
  told = () => {},
  created_at = 1_777_888_000,
  largestFile = 100_000_000,
}: Workspace = {}): Promise<VendorDouble> {
  const contacts = new Map<string, Contact>();
  const media = new Map<string, File>();
  let home = "";
  const conversations: Conversation[] = [];
  const tags: string[] = [];
  let ids = 100;
  const newId = () => String(++ids);

  return doubleOverHttp({
    answer,
    seen,
    connect({ url, call }, isKnown) {
      home = url;
      const settings = { url, token: isKnown ? token : "not-a-token", secrets: [secrets.new, secrets.old], admin, teams, attributes };
      return intercom.connect(settings, call);
    },
    abilities: intercom.abilities,
    desk: () => conversations.map(viewOf),
    platform: { style: "webhook", about },
    cannot: {
      C3: "Intercom keeps no name with a message: of two equal lines in a row, the second is taken for the first where its attempt broke off",
      C17: "Intercom signs no time of sending and says that it may deliver late; what comes again bears the same id",
      C24: "Intercom has no place in the queue",
      C31: "Intercom says nothing when nobody is there; the bridge's own wait ends it",
      C32: "Intercom does not tell that a teammate types",
    },
  });

  async function answer(asked: Asked): Promise<Answered> {
    const { method, path, headers, body } = asked;
    const kept = media.get(path);
    if (kept) return { status: 200, bytes: await kept.bytes() }; // signed addresses: no token is wanted there
    if (headers.get("authorization") !== `Bearer ${token}`) return refused(401, "unauthorized", "Access Token Invalid");
    const json = body === "" ? {} : (JSON.parse(body) as Record<string, never>); // held against the description elsewhere
    const [, what, id] = path.split("/");
    if (what === "contacts") return method === "POST" ? addContact(json) : answerOnContact(asked);
    if (path === "/tags") return { status: 200, body: { type: "tag", id: String(tagId(json["name"] ?? "")), name: json["name"] } };
    if (path === "/conversations/search") return found((json["query"] as { value: string } | undefined)?.value ?? "");
    if (path === "/conversations/attributes") return { status: 200, body: { type: "list", data: [attributeOut] } };
    if (path === "/conversations") return begun(json);
    if (what === "conversations")
      return answerOn(
        conversations.find((one) => one.id === id),
        asked,
        json,
      );
    if (what === "me") return { status: 200, body: { ...adminOut, app: { type: "app", id_code: "a86dr8yl", name: "Shop" } } };
    if (what === "admins") return { status: 200, body: { type: "admin.list", admins: [adminOut] } };
    if (what === "teams")
      return {
        status: 200,
        body: { type: "team.list", teams: [...teamNames].map(([id, name]) => ({ type: "team", id, name, admin_ids: [admin] })) },
      };
    return refused(404, "not_found", "Resource Not Found");
  }

  function addContact({ external_id = "", name = "" }: { external_id?: string; name?: string }): Answered {
    const known = contacts.get(external_id);
    if (known) return refused(409, "conflict", `A contact matching those details already exists with id=${known.id}`);
    const contact = { id: (++ids).toString(16).padStart(24, "6"), external_id, name, created_at };
    contacts.set(external_id, contact);
    return { status: 200, body: contactOut(contact) };
  }

  function answerOnContact({ method, path }: Asked): Answered {
    const [, , id = "", external = ""] = path.split("/");
    const contact = id === "find_by_external_id" ? contacts.get(external) : [...contacts.values()].find((one) => one.id === id);
    if (!contact) return refused(404, "not_found", "User Not Found");
    if (method !== "DELETE") return { status: 200, body: contactOut(contact) };
    contacts.delete(contact.external_id);
    return { status: 200, body: { type: "contact", id: contact.id, external_id: contact.external_id, deleted: true } };
  }

  function begun({ from = { id: "" }, body = "" }: { from?: { id: string }; body?: string }): Answered {
    if (![...contacts.values()].some(({ id }) => id === from.id)) return refused(404, "not_found", "User Not Found");
    const conversation: Conversation = {
      id: newId(),
      contact: from.id,
      state: "open",
      title: null,
      tags: [],
      custom_attributes: {},
      team: null,
      begunWith: body,
      parts: [],
    };
    conversations.push(conversation);
    const message = { type: "user_message", id: newId(), created_at: 1, body: asHtml(body), message_type: "inapp" };
    return { status: 200, body: { ...message, conversation_id: conversation.id } };
  }

  function found(contact: string): Answered {
    const theirs = conversations.filter((one) => one.contact === contact);
    const listed = theirs.map((one) => Object.assign(conversationOut(one, null), { conversation_parts: undefined })); // a list has no parts
    return { status: 200, body: { type: "conversation.list", conversations: listed, total_count: listed.length } };
  }

  function answerOn(conversation: Conversation | undefined, { method, path, query }: Asked, json: Record<string, never>): Answered {
    if (!conversation) return refused(404, "not_found", "Resource Not Found");
    const part = path.split("/")[3];
    if (method === "DELETE") {
      conversations.splice(conversations.indexOf(conversation), 1);
      return { status: 200, body: { id: conversation.id, object: "conversation", deleted: true } };
    }
    if (method === "PUT") return update(conversation, json);
    if (part === "tags") {
      const name = tags[Number(json["id"]) - 1] ?? "";
      if (!conversation.tags.includes(name)) conversation.tags.push(name);
      return { status: 200, body: { type: "tag", id: json["id"], name } };
    }
    if (part === "reply" && !replied(conversation, json)) return refused(400, "parameter_invalid", "File is too large");
    if (part === "parts") managed(conversation, json);
    return { status: 200, body: conversationOut(conversation, query.get("display_as")) };
  }

  function update(conversation: Conversation, json: { title?: string; custom_attributes?: Record<string, string> }): Answered {
    const { title = null, custom_attributes = {} } = json;
    const unknown = Object.keys(custom_attributes).find((name) => name !== attributeOut.name);
    if (unknown !== undefined) return refused(400, "parameter_invalid", `Custom attribute '${unknown}' does not exist`);
    Object.assign(conversation, { title, custom_attributes });
    return { status: 200, body: conversationOut(conversation, null) };
  }

  /** `false`: what is attached is too large. */
  function replied(conversation: Conversation, { type = "", body = "", attachment_files = [] }: Reply): boolean {
    const files = attachment_files.map(
      ({ content_type, data, name }) => new File([Buffer.from(data, "base64")], name, { type: content_type }),
    );
    if (files.some(({ size }) => size > largestFile)) return false;
    if (type === "admin") added(conversation, "note", bridge, body);
    else {
      conversation.state = "open";
      added(conversation, "comment", visitorOf(conversation), asHtml(body)).files = files.map(keep);
    }
    return true;
  }

  function keep(file: File): Kept {
    const path = `/i/o/${newId()}/${encodeURIComponent(file.name)}`;
    media.set(decodeURI(path), file);
    return { file, url: `${home}${path}?expires=1777900000&signature=5f` };
  }

  function managed(
    conversation: Conversation,
    { message_type = "", assignee_id = "" }: { message_type?: string; assignee_id?: string },
  ): void {
    if (message_type === "assignment") {
      conversation.team = assignee_id;
      added(conversation, "assignment", bridge, null, { type: "team", id: assignee_id });
    } else {
      conversation.state = "closed";
      added(conversation, "close", bridge, null);
    }
  }

  function added(
    conversation: Conversation,
    part_type: string,
    author: Somebody,
    body: string | null,
    assigned_to: Part["assigned_to"] = null,
  ): Part {
    const part: Part = { id: newId(), part_type, body, author, assigned_to, files: [] };
    conversation.parts.push(part);
    return part;
  }

  function tagId(name: string): number {
    if (!tags.includes(name)) tags.push(name);
    return tags.indexOf(name) + 1;
  }

  function about({ ref }: VendorChat, deed: Deed, how: Handwriting = {}): Delivery[] {
    const conversation = conversations.find(({ id }) => id === ref);
    if (!conversation) throw new Error(`there is no conversation ${ref}`);
    return happens(conversation, deed).map(([topic, part, body]) => {
      const list = { type: "conversation_part.list", conversation_parts: [partOut(part, body)], total_count: 1 };
      const item = { ...conversationOut(conversation, "plaintext"), conversation_parts: list };
      told(item);
      return signed(notification(topic, item, ++ids, how), how);
    });
  }

  /** The parts that a deed adds, each under its topic, with the text that its notification holds. */
  function happens(conversation: Conversation, deed: Deed): [topic: string, part: Part, body: string | null][] {
    const agent = (name: string): Somebody => ({ type: "admin", id: `17${name.length}`, name });
    const note = (author: Somebody, text: string): [string, Part, string] => [
      "conversation.admin.noted",
      added(conversation, "note", author, asHtml(text)),
      text,
    ];
    const assigned = (author: Somebody, to: { type: string; id: string | null }): [string, Part, null] => [
      "conversation.admin.assigned",
      added(conversation, "assignment", author, null, to),
      null,
    ];
    switch (deed.deed) {
      case "picks_up":
        return [
          assigned(operator, { type: "bot", id: operator.id }),
          assigned(agent(deed.agent), { type: "admin", id: agent(deed.agent).id }),
        ];
      case "says":
        return [["conversation.admin.replied", added(conversation, "comment", agent(deed.agent), asHtml(deed.text)), deed.text]];
      case "leaves":
        return [assigned(agent("Sam"), { type: "nobody_admin", id: null })];
      case "passes_on":
        conversation.team = String(teams[deed.to as keyof typeof teams]);
        return [assigned(agent("Sam"), { type: "team", id: conversation.team })];
      case "hangs_up":
        conversation.state = "closed";
        return [["conversation.admin.closed", added(conversation, "close", agent("Sam"), null), null]];
      case "writes_a_private_note":
        return [note(agent("Sam"), deed.text)];
      case "sends_a_file": {
        const part = added(conversation, "comment", agent(deed.agent), null);
        part.files = [keep(new File([deed.content], deed.name, { type: "application/pdf" }))];
        return [["conversation.admin.replied", part, null]];
      }
      case "does_something_new":
        return [
          ["conversation.admin.reticulated", added(conversation, "reticulation", agent("Sam"), "<p>Whirr</p>"), "Whirr"],
          ["conversation.admin.replied", added(conversation, "comment", operator, "<p>I am a bot</p>"), "I am a bot"],
        ];
      case "echoes":
        return [
          ["conversation.user.replied", added(conversation, "comment", visitorOf(conversation), asHtml(deed.line.text)), deed.line.text],
          assigned(bridge, { type: "team", id: String(teams.refunds) }),
          note(bridge, "A brief of ours"),
        ];
      case "moves_up":
      case "types":
      case "finds_nobody":
        return [];
    }
  }
}

interface Workspace {
  seen?: Witness;
  told?: (conversation: { type: string }) => void;
  created_at?: number;
  largestFile?: number;
}

interface Reply {
  type?: string;
  body?: string;
  attachment_files?: { content_type: string; data: string; name: string }[];
}
