import type { Answered, Asked, Deed, Handwriting, VendorDouble, Witness } from "@baton/bridge-server/conformance";
import type { Delivery, VendorChat } from "@baton/bridge-server/connector";
import flex from "@baton/bridge-server/connectors/twilio-flex";
import { knownSecret } from "@baton/bridge-server/secret";
import { doubleOverHttp } from "./over-http.ts";
import * as shapes from "./twilio-flex-shapes.ts";
import type { Conversation, Message, Task } from "./twilio-flex-shapes.ts";
import { createMediaStore } from "./twilio-media.ts";
import { accountSid, authTokens, signed } from "./twilio-sms.ts";

export const proof =
  "Twilio's own specification (requests and answers), library (requests and signatures) and client of its media store (files)";

const { hook, queues, refused, workflow, workspace } = shapes;

/** As much of Twilio as Flex's chats meet: each interaction makes a task, and the conversation's own webhook is told what it asked for. */
export default async function flexDouble({
  seen,
  date_created = "2026-05-04T10:00:00Z",
  findsTasks = () => true,
  largestFile = 150_000_000,
}: { seen?: Witness; date_created?: string; findsTasks?: () => boolean; largestFile?: number } = {}): Promise<VendorDouble> {
  const conversations: Conversation[] = [];
  const tasks: Task[] = [];
  let count = 0;
  const newSid = (letters: string) => `${letters}${String(++count).padStart(32, "0")}`;
  const media = createMediaStore(newSid, largestFile);

  return doubleOverHttp({
    answer,
    seen,
    connect({ url, call }, isKnown) {
      const known = isKnown ? [authTokens.new, authTokens.old] : ["not-a-token"];
      return flex.connect(
        flex.settings.parse({ accountSid, authTokens: known.map(knownSecret), webhook: hook, workspace, workflow, queues, api: url }),
        call,
      );
    },
    abilities: flex.abilities,
    desk: () => tasks.filter(({ conversation }) => conversations.includes(conversation)).map((task) => shapes.viewOf(task, media.get)),
    platform: { style: "webhook_and_look", about },
    cannot: {
      C17: "Twilio signs no time of sending; what comes again bears the same id",
      C24: "TaskRouter has no place in the queue",
      C47: "a conversation does not say who has accepted its task, and a participant's name is one to sign in with",
      C32: "Twilio tells that somebody types to its browser library alone",
    },
  });

  function answer(asked: Asked): Answered | Promise<Answered> {
    const authorization = `Basic ${Buffer.from(`${accountSid}:${authTokens.new}`).toString("base64")}`;
    const isKnown = asked.headers.get("authorization") === authorization;
    if (media.isHere(asked)) return media.answer(asked, isKnown);
    if (!isKnown) return refused(401, 20003, "Authenticate");
    const form = new URLSearchParams(asked.body);
    const [, , what, ...path] = asked.path.split("/");
    const found =
      what === "Conversations"
        ? answerOnConversations(asked, path, form)
        : what === "Interactions"
          ? answerOnInteractions(asked, path, form)
          : what === "Workspaces" && path[0] === workspace
            ? answerOnWorkspace(asked, path.slice(1))
            : what === "Configuration"
              ? { chat_service_instance_sid: shapes.service, default_chat_service_sid: shapes.service }
              : null;
    if (found === null) return refused(404, 20404, "The requested resource was not found");
    return "status" in found && "body" in found ? (found as Answered) : { status: 200, body: found };
  }

  function answerOnConversations({ method, query }: Asked, [name, part]: string[], form: URLSearchParams): object | null {
    if (name === undefined) return begun(form);
    const at = conversations.findIndex(({ sid, unique_name }) => sid === name || unique_name === name);
    const conversation = conversations[at];
    if (!conversation) return null;
    const { sid, messages, participants, webhooks } = conversation;
    if (method === "DELETE") return (conversations.splice(at, 1), { status: 204, body: undefined });
    if (part === "Messages" && method === "GET") {
      const newest = messages.slice(-Number(query.get("PageSize"))).map((message) => shapes.messageOut(conversation, message, media.get));
      return shapes.pageOf("messages", query.get("Order") === "desc" ? newest.toReversed() : newest);
    }
    if (part === "Messages") {
      if (conversation.state === "closed") return refused(409, 50_438, "Conversation is closed");
      const message = added(conversation, form.get("Author") ?? "system", form.get("Body") ?? "", form.get("Attributes") ?? "{}");
      message.media = form.get("MediaSid");
      return { status: 201, body: shapes.messageOut(conversation, message, media.get) };
    }
    if (part === "Participants") {
      const identity = form.get("Identity") ?? "";
      if (participants.some((one) => one.identity === identity)) return refused(409, 50_433, "Participant already exists");
      return { status: 201, body: shapes.participantOut(sid, joined(conversation, identity)) };
    }
    if (part === "Webhooks" && method === "GET") {
      return shapes.pageOf(
        "webhooks",
        webhooks.map((webhook) => shapes.webhookOut(sid, webhook)),
      );
    }
    if (part === "Webhooks") {
      const configuration = { url: form.get("Configuration.Url") ?? "", method: "post", filters: form.getAll("Configuration.Filters") };
      webhooks.push({ sid: newSid("WH"), configuration });
      return { status: 201, body: shapes.webhookOut(sid, webhooks.at(-1)!) };
    }
    if (method === "POST") {
      if (form.has("State")) conversation.state = form.get("State") as Conversation["state"]; // held against the description elsewhere
      conversation.attributes = form.get("Attributes") ?? conversation.attributes;
    }
    return shapes.conversationOut(conversation);
  }

  function begun(form: URLSearchParams): Answered {
    const unique_name = form.get("UniqueName") ?? "";
    if (conversations.some((one) => one.unique_name === unique_name))
      return refused(409, 50_353, "Conversation with provided unique name already exists");
    const conversation: Conversation = {
      sid: newSid("CH"),
      unique_name,
      friendly_name: form.get("FriendlyName") ?? "",
      state: "active",
      attributes: "{}",
      date_created,
      participants: [],
      messages: [],
      webhooks: [],
    };
    conversations.push(conversation);
    return { status: 201, body: shapes.conversationOut(conversation) };
  }

  function answerOnInteractions({ method }: Asked, [interaction, , channel]: string[], form: URLSearchParams): object | null {
    if (interaction === undefined)
      return called(JSON.parse(form.get("Channel") ?? "null") as Channel, JSON.parse(form.get("Routing") ?? "null") as Routing);
    const theirs = tasks.find((one) => one.interaction === interaction);
    if (!theirs) return null;
    if (channel === undefined) return shapes.pageOf("channels", [shapes.channelOut(theirs)]);
    const isWhole = (JSON.parse(form.get("Routing") ?? "null") as { status?: string } | null)?.status === "closed";
    if (method !== "POST" || form.get("Status") !== "closed" || !isWhole) return refused(400, 20_001, "Invalid status");
    theirs.channel.status = "closed";
    theirs.conversation.state = "closed";
    for (const task of tasks) if (task.interaction === interaction) task.status = task.status === "pending" ? "canceled" : "completed";
    return shapes.channelOut(theirs);
  }

  /** Twilio describes neither of the two, so they are looked at here. */
  function called(channel: Channel, routing: Routing): Answered {
    const { workspace_sid, workflow_sid, task_channel_unique_name, priority = 0, attributes } = routing.properties;
    const conversation = conversations.find(({ sid }) => sid === channel.properties.media_channel_sid);
    const isRight =
      workspace_sid === workspace && workflow_sid === workflow && task_channel_unique_name === "chat" && channel.type === "web";
    if (!conversation || !isRight || channel.initiated_by !== "customer") return refused(400, 45_002, "Invalid interaction");
    const [interaction, sid, own] = [newSid("KD"), newSid("WT"), newSid("UO")];
    const flexOwn = { conversationSid: conversation.sid, flexInteractionSid: interaction, flexInteractionChannelSid: own };
    const task: Task = {
      sid,
      interaction,
      channel: { sid: own, status: "active" },
      conversation,
      queue: queues.refunds,
      priority,
      status: "pending",
      attributes: { ...attributes, ...flexOwn },
    };
    tasks.push(task);
    return { status: 200, body: shapes.interactionOut(task) };
  }

  function answerOnWorkspace({ query }: Asked, [what, sid]: string[]): object | null {
    if (what === undefined) return shapes.workspaceOut;
    if (what === "Workflows") return sid === workflow ? { sid, workspace_sid: workspace, friendly_name: "Assign to Anyone" } : null;
    if (what === "TaskQueues")
      return { task_queue_sid: sid, workspace_sid: workspace, total_available_workers: 2, total_eligible_workers: 3 };
    if (sid !== undefined) {
      const task = tasks.find((one) => one.sid === sid);
      return task ? shapes.taskOut(task, true) : null;
    }
    const wanted = /^conversationSid == "(CH\w+)"$/.exec(query.get("EvaluateTaskAttributes") ?? "")?.[1];
    const found = findsTasks() ? tasks.filter(({ conversation }) => conversation.sid === wanted) : [];
    return shapes.pageOf(
      "tasks",
      found.map((task) => shapes.taskOut(task, false)),
    );
  }

  function added({ messages }: Conversation, author: string, body: string, attributes = "{}", media: string | null = null) {
    const message: Message = { sid: newSid("IM"), index: messages.length, author, body, attributes, media };
    messages.push(message);
    return message;
  }

  function joined({ participants }: Conversation, identity: string) {
    const participant = { sid: newSid("MB"), identity };
    participants.push(participant);
    return participant;
  }

  function about({ ref }: VendorChat, deed: Deed, how: Handwriting = {}): Delivery[] {
    const task = tasks.findLast(({ conversation }) => conversation.sid === ref);
    if (!task) throw new Error(`there is no task for ${ref}`);
    return happens(task, deed).flatMap((told) => delivered(task.conversation, told, how));
  }

  /** The workspace tells everything; a conversation tells each of its webhooks what that asked for. */
  function delivered({ webhooks }: Conversation, told: Record<string, string>, how: Handwriting): Delivery[] {
    const form = { AccountSid: accountSid, ...told };
    if (!told["ConversationSid"]) return [signed(how.sentTo ?? hook, form, how)];
    const asking = webhooks.filter(({ configuration }) => told["new"] || configuration.filters.includes(told["EventType"] ?? ""));
    return asking.map(({ configuration }) => signed(how.sentTo ?? configuration.url, form, how));
  }

  function happens(task: Task, deed: Deed): Record<string, string>[] {
    const { conversation } = task;
    const inConversation = (EventType: string, more: object, Source = "API") =>
      shapes.toldInConversation(conversation, EventType, more, Source);
    const ofTask = (EventType: string, more: object = {}, about = task) => shapes.toldOfTask(about, EventType, more);
    const ofAgent = (EventType: string, agent: string) => ofTask(EventType, shapes.withAgent(task, agent));
    const said = (Author: string, Body: string, Source: string, Attributes = "{}", more: object = {}, file: string | null = null) => {
      const { sid, index } = added(conversation, Author, Body, Attributes, file);
      return inConversation("onMessageAdded", { MessageSid: sid, Index: String(index), Author, Body, Attributes, ...more }, Source);
    };
    const gone = () => {
      const agent = conversation.participants.findLast(({ identity, hasLeft }) => !hasLeft && !identity.startsWith("visitor-"));
      if (agent) agent.hasLeft = true;
      return inConversation("onParticipantRemoved", {
        ParticipantSid: agent?.sid ?? newSid("MB"),
        Identity: agent?.identity ?? shapes.identityOf("Sam"),
      });
    };
    switch (deed.deed) {
      case "picks_up": {
        task.status = "assigned";
        const { sid, identity } = joined(conversation, shapes.identityOf(deed.agent));
        const added = inConversation("onParticipantAdded", { ParticipantSid: sid, Identity: identity });
        return [ofAgent("reservation.created", deed.agent), ofAgent("reservation.accepted", deed.agent), added];
      }
      case "says":
        return [said(shapes.identityOf(deed.agent), deed.text, "SDK")];
      case "leaves":
        task.status = "completed";
        return [gone(), ofTask("task.completed")];
      case "passes_on": {
        const next = { ...task, sid: newSid("WT"), queue: queues[deed.to as keyof typeof queues] ?? "", status: "pending" as const };
        Object.assign(task, { sid: next.sid, queue: next.queue, status: next.status }); // the agents' list shows the one that is open
        return [ofTask("task.created", {}, next), ofTask("task-queue.entered", {}, next), gone(), ofTask("task.completed")];
      }
      case "hangs_up":
        Object.assign(task, { status: "wrapping", channel: { ...task.channel, status: "closed" } });
        conversation.state = "closed";
        return [
          ofAgent("reservation.wrapup", "Sam"),
          ofTask("task.wrapup"),
          inConversation("onConversationStateUpdated", { StateFrom: "active", StateTo: "closed", Reason: "API" }),
        ];
      case "finds_nobody":
        task.status = "canceled";
        return [ofTask("workflow.timeout"), ofTask("task.canceled", { TaskCanceledReason: "Workflow timed out" })];
      case "writes_a_private_note":
        return [ofTask("task.updated", {}, { ...task, attributes: { ...task.attributes, conversations: { content: deed.text } } })];
      case "sends_a_file": {
        const file = new File([deed.content], deed.name, { type: "application/pdf" });
        const kept = media.keep(file);
        const Media = JSON.stringify([{ Sid: kept, ContentType: file.type, Filename: file.name, Size: file.size }]);
        return [said(shapes.identityOf(deed.agent), "", "SDK", "{}", { Media }, kept)];
      }
      case "does_something_new":
        return [
          inConversation("onConversationReticulated", { new: "yes" }),
          ofTask("task.reticulated"),
          said("system", "I am a program", "API"),
        ];
      case "echoes": {
        const own = conversation.participants[0]?.identity ?? "";
        return [
          said(own, deed.line.text, "API", JSON.stringify({ baton: deed.line.id })),
          said(own, deed.line.text, "SDK"),
          said("baton", "A brief", "API"),
        ];
      }
      case "moves_up":
      case "types":
        return [];
    }
  }
}

interface Channel {
  type: string;
  initiated_by: string;
  properties: { media_channel_sid: string };
}
interface Routing {
  properties: {
    workspace_sid: string;
    workflow_sid: string;
    task_channel_unique_name: string;
    priority?: number;
    attributes: Record<string, unknown>;
  };
}
