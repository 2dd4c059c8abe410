// Twilio Flex: each visitor is a conversation, and a task for whoever takes it. What to set up is in twilio-flex.md; news is read in
// twilio-flex-events.ts, files go by twilio-flex-files.ts, and the set-up is looked at in twilio-flex-findings.ts.
import * as z from "zod";
import { CallError } from "../call.ts";
import { secretSetting } from "../secret-setting.ts";
import { briefOf, lateNote, type Room } from "./connector-brief.ts";
import { lookOn } from "./connector-look.ts";
import { waitForSearch, unlessGone } from "./connector-repeats.ts";
import { basic, twilioSid } from "./connector-twilio.ts";
import { defineConnector, type HandoffRequest } from "./connector.ts";
import { atFirst, fromJson, identityOf, newsSince, overNow, receiveFlex, Written, type Seen } from "./twilio-flex-events.ts";
import { getFile, putFile } from "./twilio-flex-files.ts";
import { examineFlex, type Product } from "./twilio-flex-findings.ts";

/** A message takes 32 kB, so that these characters fit in any script. Of a task's attributes no limit is stated; this one is ours. */
const ROOM: Room = { attributes: { count: 30, valueLength: 500, bytes: 3_000 }, noteLength: 10_000 };
/** Above what is not urgent, unless the workflow's own steps say otherwise. */
const URGENT = 100;
const HEARD_OF_CONVERSATION = ["onMessageAdded", "onParticipantRemoved", "onParticipantUpdated", "onConversationStateUpdated"];

export default defineConnector({
  settings: z.strictObject({
    accountSid: twilioSid("AC"),
    /** The account's auth token, which signs what Twilio sends, and while it is being changed the one before. */
    authTokens: z.array(secretSetting()).min(1).max(2),
    /** Whom REST calls come from; left out, the account with its first auth token. */
    apiKey: z.strictObject({ sid: twilioSid("SK"), secret: secretSetting() }).optional(),
    /** Where this connector takes its webhooks: `https://<bridge>/v1/hooks/<site>/<connector>`. */
    webhook: z.url({ protocol: /^https?$/ }),
    workspace: twilioSid("WS"),
    /** Which workflow gives tasks to agents, where a route's `queue` names none of `workflows`. */
    workflow: twilioSid("WW"),
    workflows: z.record(z.string(), twilioSid("WW")).default({}),
    /** Which task queue a name is: whether somebody is there, and what a visitor who is passed on reads. */
    queues: z.record(z.string(), twilioSid("WQ")).default({}),
    /** The unique name of the task channel, which says how many chats an agent has at once. */
    taskChannel: z.string().min(1).default("chat"),
    /** Between looks at what Twilio has told in vain: it does not tell again. */
    lookEverySeconds: z.number().min(5).max(300).default(30),
    /** Elsewhere only for tests. */
    api: z.url({ protocol: /^https?$/ }).optional(),
  }),

  abilities: { files: true, maxLineLength: 4_000 },

  connect({ accountSid, authTokens, apiKey, webhook, workspace, workflow, workflows, queues, taskChannel, lookEverySeconds, api }, call) {
    const headers = apiKey ? basic(apiKey.sid, apiKey.secret) : basic(accountSid, authTokens[0] ?? "");
    const store = { call, headers, api };
    const queueNames = new Map(Object.entries(queues).map(([name, sid]) => [sid, name]));
    const tasks = `/v1/Workspaces/${workspace}`;

    return {
      async availability({ queue }) {
        const sid = queue !== null && Object.hasOwn(queues, queue) ? queues[queue] : undefined;
        if (sid === undefined) return { state: "unknown", waitSeconds: null };
        const path = `${tasks}/TaskQueues/${sid}/RealTimeStatistics?TaskChannel=${encodeURIComponent(taskChannel)}`;
        const { total_available_workers: available } = Statistics.parse(await get("taskrouter", path));
        return { state: available > 0 ? "open" : "closed", waitSeconds: null };
      },

      async open(request) {
        const { attributes, note, dropped } = briefOf(request, ROOM);
        const conversation = (await begin(request)) ?? (await look(request.handoff));
        const { sid, isNew } = conversation;
        const there = isNew ? new Set<string>() : await messagesIn(sid);
        await put("conversations", `/v1/Conversations/${sid}/Participants`, [["Identity", identityOf(request.handoff)]]).catch(unlessThere);
        if (isNew || !(await isHeardOf(sid))) await hearOf(sid);
        await noteOnce(sid, "brief", note, there);
        if (isNew || (await interactionOf(conversation)) === null) await route(request, sid, attributes);
        return { chat: { ref: sid }, position: null, waitSeconds: null, dropped };
      },

      async attach({ ref }, context) {
        await noteOnce(ref, `context of ${context.at}`, lateNote(context, ROOM.noteLength), await messagesIn(ref));
      },

      async say({ ref }, line, isRepeat) {
        const { state, unique_name: handoff, chat_service_sid: service } = await look(ref);
        if (state === "closed") throw new CallError("gone", "twilio-flex: the conversation is closed");
        if (isRepeat && (await messagesIn(ref)).has(line.id)) return;
        const media = line.file ? await putFile(store, service, line.file) : null;
        await post(ref, identityOf(handoff ?? ""), media === null ? { Body: line.text } : { MediaSid: media }, line.id);
      },

      async close({ ref }) {
        await unlessGone(() => end(ref));
      },

      /** The task is deleted by TaskRouter, minutes after it is over. What is in the store of media nobody can delete from here. */
      async forget({ ref }) {
        let hasFiles = false;
        await unlessGone(async () => {
          await end(ref);
          hasFiles = (await newest(ref)).some(({ media }) => media !== null && media !== undefined);
          await ask("DELETE", "conversations", `/v1/Conversations/${ref}`);
        });
        return hasFiles ? "by_hand" : "forgotten";
      },

      fetchFile: (_, file, maxBytes) => getFile(store, file, maxBytes),

      examine: () => examineFlex({ webhook, workspace, workflows: [workflow, ...Object.values(workflows)] }, get),

      inbound: {
        style: "webhook_and_look",
        receive: async (delivery) => ({ news: receiveFlex({ accountSid, authTokens, queueNames }, delivery), reply: null }),
        lookAgainMs: lookEverySeconds * 1_000,
        look: (from, { ref }, signal) => lookOn(from, { atFirst, over: overNow(ref) }, (seen) => lookThrough(seen, ref, signal)),
      },
    };

    /** Whether it is over first: what was said before that is among the messages that are read then. */
    async function lookThrough(seen: Seen, ref: string, signal: AbortSignal) {
      const { state, chat_service_sid: service } = await look(ref, signal);
      return newsSince(seen, { ref, service, isClosed: state === "closed" }, await newest(ref, signal));
    }

    /** `null`: an earlier attempt has begun it. The handoff's name is its own there, and can be addressed by it. */
    async function begin({ handoff, visitor }: HandoffRequest): Promise<Begun | null> {
      try {
        const form = [
          ["UniqueName", handoff],
          ["FriendlyName", visitor.name ?? "Visitor"],
        ] as const;
        return { ...Conversation.parse(await put("conversations", "/v1/Conversations", form)), isNew: true };
      } catch (error) {
        return unlessThere(error);
      }
    }

    /** Conversations are found by their SID or by the handoff's name. */
    async function look(name: string, signal?: AbortSignal): Promise<Begun> {
      return { ...Conversation.parse(await get("conversations", `/v1/Conversations/${name}`, signal)), isNew: false };
    }

    async function isHeardOf(sid: string): Promise<boolean> {
      const { webhooks } = Webhooks.parse(await get("conversations", `/v1/Conversations/${sid}/Webhooks`));
      return webhooks.some(({ configuration }) => configuration?.url === webhook);
    }

    /** Of this conversation only, and of no other that the account has. */
    async function hearOf(sid: string): Promise<void> {
      await put("conversations", `/v1/Conversations/${sid}/Webhooks`, [
        ["Target", "webhook"],
        ["Configuration.Url", webhook],
        ["Configuration.Method", "post"],
        ...HEARD_OF_CONVERSATION.map((filter) => ["Configuration.Filters", filter] as const),
      ]);
    }

    /** What calls agents, so it comes last. What is the visitor's own is under a name of its own, and cannot pass for what Flex goes by. */
    async function route({ handoff, visitor, destination, isVisitorWaiting }: HandoffRequest, sid: string, about: object): Promise<void> {
      const { queue, urgent } = destination;
      const attributes = {
        customerName: visitor.name ?? "Visitor",
        customerAddress: identityOf(handoff),
        channelType: "web",
        queue,
        urgent,
        visitor_has_gone: !isVisitorWaiting,
        handoff: about,
      };
      const routing = {
        workspace_sid: workspace,
        workflow_sid: (queue !== null && Object.hasOwn(workflows, queue) ? workflows[queue] : null) ?? workflow,
        task_channel_unique_name: taskChannel,
        ...(urgent && { priority: URGENT }),
        attributes,
      };
      const channel = { type: "web", initiated_by: "customer", properties: { media_channel_sid: sid } };
      const interaction = await put("flex-api", "/v1/Interactions", [
        ["Channel", JSON.stringify(channel)],
        ["Routing", JSON.stringify({ properties: routing })],
      ]);
      await remember(sid, Named.parse(interaction).sid);
    }

    /** With the conversation, so that it is found without a search. */
    async function remember(sid: string, interaction: string): Promise<void> {
      await put("conversations", `/v1/Conversations/${sid}`, [["Attributes", JSON.stringify({ interaction })]]);
    }

    /** `null`: nobody was called. Twilio lists no interactions; it lists tasks, three times a second, and without what they say. */
    async function interactionOf({ sid, attributes, date_created }: Begun): Promise<string | null> {
      const known = Kept.safeParse(fromJson(attributes)).data?.interaction;
      if (known !== undefined) return known;
      const query = new URLSearchParams({ EvaluateTaskAttributes: `conversationSid == "${sid}"` });
      const [found] = Tasks.parse(await get("taskrouter", `${tasks}/Tasks?${query}`)).tasks;
      if (!found) {
        waitForSearch("twilio-flex", new Date(date_created));
        return null;
      }
      const task = Task.parse(await get("taskrouter", `${tasks}/Tasks/${found.sid}`));
      const { flexInteractionSid: interaction } = OfTask.parse(fromJson(task.attributes));
      await remember(sid, interaction);
      return interaction;
    }

    /** Through the interaction, which ends the task as well: a task must not be ended by itself. */
    async function end(ref: string): Promise<void> {
      const conversation = await look(ref);
      if (conversation.state === "closed") return;
      const interaction = await interactionOf(conversation);
      if (interaction === null) return void (await put("conversations", `/v1/Conversations/${ref}`, [["State", "closed"]]));
      const path = `/v1/Interactions/${interaction}/Channels`;
      const { channels } = Channels.parse(await get("flex-api", path));
      const closing = [
        ["Status", "closed"],
        ["Routing", JSON.stringify({ status: "closed" })],
      ] as const;
      for (const { sid, status } of channels) if (status !== "closed") await put("flex-api", `${path}/${sid}`, closing);
    }

    async function noteOnce(sid: string, name: string, text: string, there: Set<string>): Promise<void> {
      if (text !== "" && !there.has(name)) await post(sid, "baton", { Body: text }, name);
    }

    /** Twilio has no idempotency key, and keeps what it is given with a message. No webhook of ours is told of what comes by this way. */
    async function post(sid: string, author: string, said: { Body: string } | { MediaSid: string }, name: string): Promise<void> {
      const form = { Author: author, ...said, Attributes: JSON.stringify({ baton: name }) };
      await put("conversations", `/v1/Conversations/${sid}/Messages`, Object.entries(form));
    }

    /** What we called the newest hundred. */
    async function messagesIn(sid: string): Promise<Set<string>> {
      return new Set((await newest(sid)).flatMap(({ attributes }) => Marked.safeParse(fromJson(attributes)).data?.baton ?? []));
    }

    async function newest(sid: string, signal?: AbortSignal) {
      return Messages.parse(await get("conversations", `/v1/Conversations/${sid}/Messages?Order=desc&PageSize=100`, signal)).messages;
    }

    async function get(product: Product, path: string, signal?: AbortSignal): Promise<unknown> {
      return ask("GET", product, path, undefined, signal);
    }

    async function put(product: Product, path: string, form: readonly (readonly [string, string])[]): Promise<unknown> {
      return ask("POST", product, path, new URLSearchParams(form.map(([name, value]) => [name, value])).toString());
    }

    async function ask(
      method: "GET" | "POST" | "DELETE",
      product: Product,
      path: string,
      body?: string,
      signal?: AbortSignal,
    ): Promise<unknown> {
      const type = body === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" };
      const to = new URL(path, api ?? `https://${product}.twilio.com`);
      return (await call({ to, method, headers: { ...headers, ...type }, body, ...(signal && { signal }) })).body;
    }
  },
});

const Named = z.object({ sid: z.string() });
const Conversation = z.object({
  sid: z.string(),
  chat_service_sid: z.string(),
  state: z.string(),
  unique_name: z.string().nullish(),
  attributes: z.string().nullish(),
  date_created: z.string(),
});
type Begun = z.infer<typeof Conversation> & { isNew: boolean };
const Kept = z.object({ interaction: z.string() });
const Marked = z.object({ baton: z.string() });
const Messages = z.object({ messages: z.array(Written) });
const Webhooks = z.object({ webhooks: z.array(z.object({ configuration: z.object({ url: z.string().nullish() }).nullish() })) });
const Channels = z.object({ channels: z.array(z.object({ sid: z.string(), status: z.string() })) });
const Tasks = z.object({ tasks: z.array(Named) });
const Task = z.object({ attributes: z.string().nullish() });
const OfTask = z.object({ flexInteractionSid: z.string() });
const Statistics = z.object({ total_available_workers: z.int() });

/** Two of one name are a conflict: an earlier attempt has made the first. */
function unlessThere(error: unknown): null {
  if (error instanceof CallError && error.answer?.status === 409) return null;
  throw error;
}
