// Zendesk messaging, through the Conversations API and its switchboard. What to set up is in zendesk.md; news is read in zendesk-events.ts.
import * as z from "zod";
import { CallError } from "../call.ts";
import { secretSetting } from "../secret-setting.ts";
import { beginningOf, briefOf, chosen, lateNote, pagesOf, type Room, topicTag } from "./connector-brief.ts";
import { bytesAt, filePart, linkedBytes, multipart } from "./connector-files.ts";
import { unlessGone } from "./connector-repeats.ts";
import { badFinding, defineConnector, type HandoffRequest, type LinkedFile, type VendorFinding } from "./connector.ts";
import { receiveZendesk, ticketTag } from "./zendesk-events.ts";

/** The longest text of a message. What agents should know goes before them as a few messages, since a conversation has no notes. */
const PAGE = 4_096;
/** Metadata is flat and 4 KB in all: of that, the long names of so many fields take up to 740 bytes, and reason, tags and group up to 1,300. */
const FIELDS = { count: 20, valueLength: 500, bytes: 2_000 };
const NOTE_LENGTH = 3 * PAGE;

export default defineConnector({
  settings: z.strictObject({
    /** `https://<subdomain>.zendesk.com/sc`. */
    url: z.url({ protocol: /^https?$/ }),
    app: z.string().min(1),
    /** An API key of the Conversations integration. */
    key: z.strictObject({ id: z.string().min(1), secret: secretSetting() }),
    /** The name of that integration in the switchboard. */
    integration: z.string().min(1),
    /** The shared secret of the Conversations webhook, and while it is being changed the one before. */
    secrets: z.array(secretSetting()).min(1).max(5),
    /** The signing secret of the webhook that tells of solved tickets, and while it is being changed the one before. */
    ticketSecrets: z.array(secretSetting()).min(1).max(5),
    /** Which group a route's `queue` is. */
    groups: z.record(z.string(), z.int().positive()).default({}),
    /** Which ticket field takes which part of the context: `{ "order": 360001234 }`. */
    ticketFields: z.record(z.string(), z.int().positive()).default({}),
  }),

  abilities: { read: true, files: true, maxLineLength: PAGE },
  queues: ({ groups }) => Object.keys(groups),

  connect({ url, app, key, integration, secrets, ticketSecrets, groups, ticketFields }, call) {
    const room: Room = { attributes: { ...FIELDS, only: Object.keys(ticketFields) }, noteLength: NOTE_LENGTH };
    const authorization = `Basic ${Buffer.from(`${key.id}:${key.secret}`).toString("base64")}`;

    return {
      async open(request) {
        const { attributes, note, dropped } = briefOf(request, room);
        await addUser(request);
        const [known] = (await conversationsOf(request.handoff)).conversations;
        const id = known?.id ?? (await begin(request)).conversation.id;
        const pages = pagesOf(note, PAGE).map((text, n) => ({ text, name: `${request.handoff}:brief:${n}` }));
        const there = known ? await namesIn(id) : new Set<string>();
        const missing = pages.filter(({ name }) => !there.has(name));
        // Only under our own control can anything be said without a ticket being made at once, and without its fields.
        if (missing.length > 0) await ask("POST", `/conversations/${id}/passControl`, { switchboardIntegration: integration });
        for (const { text, name } of missing) await sayAsBusiness(id, text, name);
        await ask("POST", `/conversations/${id}/passControl`, {
          switchboardIntegration: WORKSPACE,
          metadata: ticketOf(id, request, attributes),
        });
        return { chat: { ref: id }, position: null, waitSeconds: null, dropped };
      },

      async attach({ ref }, context) {
        const there = await namesIn(ref);
        for (const [n, text] of pagesOf(lateNote(context, NOTE_LENGTH), PAGE).entries()) {
          const name = `context:${context.at}:${n}`;
          if (!there.has(name)) await sayAsBusiness(ref, text, name);
        }
      },

      async say({ ref }, line, isRepeat) {
        const { visitor, isWithAgents } = await look(ref);
        if (!isWithAgents) throw new CallError("gone", "zendesk: the agents have released the conversation");
        if (isRepeat && (await namesIn(ref)).has(line.id)) return;
        const author = { type: "user", userExternalId: visitor };
        const content = (line.file && (await upload(ref, line.file))) ?? { type: "text", text: line.text };
        await ask("POST", `/conversations/${ref}/messages`, { author, content, metadata: { [NAME]: line.id } });
      },

      async signal({ ref }, signal) {
        if (signal.type !== "read") return; // a user's typing cannot be told
        const { visitor } = await look(ref);
        await ask("POST", `/conversations/${ref}/activity`, {
          author: { type: "user", userExternalId: visitor },
          type: "conversation:read",
        });
      },

      async close({ ref }) {
        await unlessGone(() => ask("POST", `/conversations/${ref}/releaseControl`));
      },

      /** The user goes, with all that was said and uploaded. The ticket keeps a copy, and is another interface's. */
      async forget({ ref }) {
        await unlessGone(async () => {
          const { visitor } = await look(ref);
          await unlessGone(() => ask("DELETE", `/users/${visitor}`)); // first: only the conversation leads there
          await ask("DELETE", `/conversations/${ref}`);
        });
        return "by_hand";
      },

      async fetchFile(_, { url: at }, maxBytes) {
        const to = new URL(at);
        const isTheirs = to.origin === new URL(url).origin; // elsewhere nobody is to have the key
        return bytesAt(to, call, maxBytes, isTheirs ? { authorization } : {});
      },

      examine,

      inbound: {
        style: "webhook",
        receive: async (delivery) => ({ news: receiveZendesk({ secrets, ticketSecrets }, delivery), reply: null }),
      },
    };

    /** One user for each handoff, under its name: who has the same e-mail address is not thereby the same person. */
    async function addUser({ handoff, visitor }: HandoffRequest): Promise<void> {
      const profile = { givenName: beginningOf(visitor.name ?? "Visitor", 128), ...(visitor.language && { locale: visitor.language }) };
      await ask("POST", "/users", { externalId: handoff, profile }).catch((error: unknown) => {
        if (!(error instanceof CallError && error.answer?.status === 409)) throw error; // an earlier attempt has added it
      });
    }

    async function conversationsOf(handoff: string) {
      return Conversations.parse(await ask("GET", `/conversations?filter[userExternalId]=${handoff}`));
    }

    async function begin({ handoff }: HandoffRequest) {
      const conversation = { type: "personal", participants: [{ userExternalId: handoff }], metadata: { [VISITOR]: handoff } };
      return Answer.parse(await ask("POST", "/conversations", conversation));
    }

    /** What the ticket is made with. A tag names the conversation, so that the solved ticket can be found back here. */
    function ticketOf(id: string, request: HandoffRequest, attributes: Record<string, string>) {
      const { destination, requested, isVisitorWaiting, context } = request;
      const topic = topicTag(context);
      const group = Object.hasOwn(groups, destination.queue ?? "") ? groups[destination.queue ?? ""] : undefined;
      const tags = [ticketTag(id), "baton", ...(topic ? [topic] : []), ...(isVisitorWaiting ? [] : ["visitor_has_gone"])];
      const fields = chosen(attributes, ticketFields).map(([field, value]) => [`dataCapture.ticketField.${field}`, value] as const);
      return {
        "dataCapture.systemField.tags": tags.join(","),
        ...(destination.urgent && { "dataCapture.systemField.priority": "urgent" }),
        ...(group !== undefined && { "dataCapture.systemField.group_id": group }),
        ...Object.fromEntries(fields),
        reason: requested.reason ?? requested.destination,
      };
    }

    async function look(ref: string): Promise<{ visitor: string; isWithAgents: boolean }> {
      const { conversation } = Answer.parse(await ask("GET", `/conversations/${ref}`));
      const visitor = conversation.metadata?.[VISITOR];
      if (typeof visitor !== "string") throw new CallError("refused", "zendesk: the conversation is none of the bridge's");
      return { visitor, isWithAgents: conversation.activeSwitchboardIntegration?.integrationType === WORKSPACE };
    }

    /** What shows a file that Zendesk has taken. `null`: it takes no such file, or the file cannot be had. A file that no message came to show goes with the conversation. */
    async function upload(ref: string, file: LinkedFile): Promise<object | null> {
      const bytes = await linkedBytes(file, call);
      if (bytes === null) return null;
      const { headers, body } = await multipart({ source: filePart(file, bytes) });
      try {
        const taken = await ask("POST", `/attachments?access=public&for=message&conversationId=${ref}`, body, headers);
        const { mediaUrl } = Uploaded.parse(taken).attachment;
        return { type: file.type.startsWith("image/") ? "image" : "file", mediaUrl, altText: beginningOf(file.name, 128) };
      } catch (error) {
        if (error instanceof CallError && [400, 413, 415, 422].includes(error.answer?.status ?? 0)) return null;
        throw error;
      }
    }

    /** What was said with a name of ours, among the newest hundred. */
    async function namesIn(ref: string): Promise<Set<string>> {
      const { messages } = Messages.parse(await ask("GET", `/conversations/${ref}/messages?page[size]=100`));
      return new Set(messages.flatMap(({ metadata }) => (typeof metadata?.[NAME] === "string" ? [metadata[NAME]] : [])));
    }

    async function sayAsBusiness(ref: string, text: string, name: string): Promise<void> {
      const message = { author: { type: "business" }, content: { type: "text", text }, metadata: { [NAME]: name } };
      await ask("POST", `/conversations/${ref}/messages`, message);
    }

    async function examine(): Promise<VendorFinding[]> {
      try {
        const [switchboard] = Switchboards.parse(await ask("GET", "/switchboards")).switchboards;
        if (!switchboard) return [badFinding("The app has no switchboard.", "Turn messaging on: Admin Center, Channels, Messaging.")];
        const path = `/switchboards/${switchboard.id}/switchboardIntegrations`;
        return findingsOn(Integrations.parse(await ask("GET", path)).switchboardIntegrations);
      } catch (error) {
        if (!(error instanceof CallError)) throw error;
        const status = error.answer?.status;
        if (status === 401 || status === 403) return [badFinding(`Zendesk does not take the key (${status}).`, KEY)];
        if (status === 404) return [badFinding(`Zendesk does not know the app ${app}.`, KEY)];
        return [badFinding(`Zendesk cannot be asked now (${error.message}).`, "Run this again; if it stays, look at `url`.")];
      }
    }

    function findingsOn(integrations: z.infer<typeof Integrations>["switchboardIntegrations"]): VendorFinding[] {
      const ours = integrations.find(({ name }) => name === integration);
      const agents = integrations.some(({ integrationType }) => integrationType === WORKSPACE);
      if (!ours) return [badFinding(`The switchboard has no integration named ${integration}.`, SWITCHBOARD)];
      if (!agents)
        return [badFinding("The switchboard has no agent workspace, so nobody can be passed on.", "Turn on the Agent Workspace.")];
      if (!ours.deliverStandbyEvents) return [badFinding("While agents have control, their answers are not delivered.", SWITCHBOARD)];
      return [{ state: "good", says: "The switchboard can pass visitors on, and delivers what agents say.", next: null }];
    }

    async function ask(
      method: "GET" | "POST" | "DELETE",
      path: string,
      body?: object,
      headers: Record<string, string> = {},
    ): Promise<unknown> {
      return (await call({ to: new URL(`${url}/v2/apps/${app}${path}`), method, headers: { authorization, ...headers }, body })).body;
    }
  },
});

const WORKSPACE = "zd:agentWorkspace";
/** Under these our own names travel in Zendesk's metadata. */
const NAME = "baton_name";
const VISITOR = "baton_visitor";

const KEY = "Copy the app's id and an API key again: Admin Center, Apps and integrations, Conversations API.";
const SWITCHBOARD =
  "Add the integration to the switchboard with deliverStandbyEvents: true, under the name in `integration` (see zendesk.md).";

const Metadata = z.record(z.string(), z.unknown()).nullish();
const Conversation = z.object({
  id: z.string(),
  metadata: Metadata,
  activeSwitchboardIntegration: z.object({ integrationType: z.string().nullish() }).nullish(),
});
const Answer = z.object({ conversation: Conversation });
const Conversations = z.object({ conversations: z.array(Conversation) });
const Messages = z.object({ messages: z.array(z.object({ metadata: Metadata })) });
const Uploaded = z.object({ attachment: z.object({ mediaUrl: z.url() }) });
const Switchboards = z.object({ switchboards: z.array(z.object({ id: z.string() })) });
const Integrations = z.object({
  switchboardIntegrations: z.array(z.object({ name: z.string(), integrationType: z.string(), deliverStandbyEvents: z.boolean() })),
});
