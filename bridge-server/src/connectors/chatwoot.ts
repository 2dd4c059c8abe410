// Chatwoot, through an inbox of the kind "API channel". What to set up is in chatwoot.md; what comes in is read in chatwoot-events.ts.
import * as z from "zod";
import { CallError, type CallRequest } from "../call.ts";
import { secretSetting } from "../secret-setting.ts";
import { Assignee, atFirst, Listed, newsSince, overNow, receiveChatwoot, type Seen } from "./chatwoot-events.ts";
import { briefOf, lateNote, type Room } from "./connector-brief.ts";
import { filePart, linkedBytes, multipart } from "./connector-files.ts";
import { lookOn } from "./connector-look.ts";
import { unlessGone } from "./connector-repeats.ts";
import { badFinding, defineConnector, type Destination, type HandoffRequest, type LinkedFile, type VendorFinding } from "./connector.ts";

/** Chatwoot takes notes of 150,000 characters, and nobody reads those. Its attributes have no stated limit; these are ours. */
const ROOM: Room = { attributes: { count: 30, valueLength: 500, bytes: 8_000 }, noteLength: 20_000 };

export default defineConnector({
  settings: z.strictObject({
    /** `https://app.chatwoot.com`, or where you run it. */
    url: z.url({ protocol: /^https?$/ }),
    account: z.int().positive(),
    /** Both names of the API inbox: the number in its address, and the identifier on its configuration page. */
    inbox: z.strictObject({ id: z.int().positive(), identifier: z.string().min(1) }),
    /** Of a user or an agent bot that may see the inbox. */
    token: secretSetting(),
    /** The inbox's webhook secret, and while it is being changed the one before. */
    secrets: z.array(secretSetting()).min(1).max(5),
    /** Which team a route's `queue` is. */
    teams: z.record(z.string(), z.int().positive()).default({}),
    /** Between looks at what Chatwoot has told in vain: it does not tell again. */
    lookEverySeconds: z.number().min(5).max(300).default(30),
  }),

  abilities: { typing: true, read: true, files: true, maxLineLength: 10_000 },
  queues: ({ teams }) => Object.keys(teams),

  connect({ url, account, inbox, token, secrets, teams, lookEverySeconds }, call) {
    const conversationPath = (ref: string) => `/conversations/${partsOf(ref).id}`;

    return {
      async availability({ queue }) {
        const team = teamOf(queue);
        if (team === null) return { state: "unknown", waitSeconds: null };
        const members = Members.parse(await asAgent("GET", `/teams/${team}/team_members`));
        const isThere = (status: string) => members.some((member) => member.availability_status === status);
        return { state: isThere("online") ? "open" : isThere("busy") ? "unknown" : "closed", waitSeconds: null };
      },

      async open(request) {
        const { attributes, note, dropped } = briefOf(request, ROOM);
        // One contact for each handoff, under its name: Chatwoot finds it again instead of adding another.
        const contact = Contact.parse(
          await asVisitor("POST", "/contacts", { source_id: request.handoff, name: request.visitor.name ?? "Visitor" }),
        );
        const [known] = Conversations.parse(await asVisitor("GET", `/contacts/${contact.source_id}/conversations`));
        const { id } = known ?? (await begin(request, contact, attributes));
        const ref = `${id}/${contact.source_id}`;
        if (request.destination.urgent) await asAgent("POST", `${conversationPath(ref)}/toggle_priority`, { priority: "urgent" });
        await noteOnce(ref, `${request.handoff}:brief`, note);
        return { chat: { ref }, position: null, waitSeconds: null, dropped };
      },

      attach: ({ ref }, context) => noteOnce(ref, `context:${context.at}`, lateNote(context, ROOM.noteLength)),

      async say({ ref }, line, isRepeat) {
        await refuseResolved(ref);
        if (isRepeat && (await isThere(ref, line.id))) return;
        const isAttached = line.file ? await attachFile(ref, line.id, line.file) : false;
        if (!isAttached) await asAgent("POST", `${conversationPath(ref)}/messages`, { content: line.text, ...incoming(line.id) });
      },

      async signal({ ref }, signal) {
        const path = visitorPath(ref);
        if (signal.type === "read") await asVisitor("POST", `${path}/update_last_seen`);
        else await asVisitor("POST", `${path}/toggle_typing`, { typing_status: signal.on ? "on" : "off" });
      },

      // As the contact: unlike the agents' call of the same name, this one only ever resolves.
      close: ({ ref }) => unlessGone(() => asVisitor("POST", `${visitorPath(ref)}/toggle_status`)),

      examine,

      inbound: {
        style: "webhook_and_look",
        receive: async (delivery) => ({ news: receiveChatwoot(secrets, delivery), reply: null }),
        lookAgainMs: lookEverySeconds * 1_000,
        look: (from, { ref }, signal) => lookOn(from, { atFirst, over: overNow(ref) }, (seen) => lookThrough(seen, ref, signal)),
      },
    };

    /** The conversation first: what was said before its end is among the messages that are read after that. */
    async function lookThrough(seen: Seen, ref: string, signal: AbortSignal) {
      const { status, meta } = Conversation.parse(await asAgent("GET", conversationPath(ref), undefined, { signal }));
      const { payload } = Messages.parse(await asAgent("GET", `${conversationPath(ref)}/messages`, undefined, { signal }));
      return newsSince(seen, { ref, isOver: status === "resolved", assignee: meta?.assignee ?? null }, payload);
    }

    async function begin(request: HandoffRequest, contact: z.infer<typeof Contact>, attributes: Record<string, string>) {
      const team = Object.hasOwn(teams, request.destination.queue ?? "") ? teamOf(request.destination.queue) : null;
      const conversation = {
        source_id: contact.source_id,
        contact_id: contact.id,
        inbox_id: inbox.id,
        status: "open", // with an agent bot on the inbox it would be "pending", of which no agent is told
        custom_attributes: { ...attributes, ...(!request.isVisitorWaiting && { visitor_has_gone: "yes" }) },
        ...(team !== null && { team_id: team }),
      };
      return Conversation.parse(await asAgent("POST", "/conversations", conversation));
    }

    /** A message would open it again. Between this look and the message an agent may still resolve it; nothing there prevents that. */
    async function refuseResolved(ref: string): Promise<void> {
      const { status } = Conversation.parse(await asAgent("GET", conversationPath(ref)));
      if (status === "resolved") throw new CallError("gone", "chatwoot: the conversation is resolved");
    }

    /** `false`: the server does not take it, such as for its size, or it cannot be had. */
    async function attachFile(ref: string, name: string, file: LinkedFile): Promise<boolean> {
      const bytes = await linkedBytes(file, call);
      if (bytes === null) return false;
      const { headers, body } = await multipart({ ...incoming(name), "attachments[]": filePart(file, bytes) });
      try {
        await asAgent("POST", `${conversationPath(ref)}/messages`, body, { headers });
        return true;
      } catch (error) {
        if (error instanceof CallError && [413, 415, 422].includes(error.answer?.status ?? 0)) return false;
        throw error;
      }
    }

    async function noteOnce(ref: string, id: string, content: string): Promise<void> {
      if (content === "" || (await isThere(ref, id))) return;
      await asAgent("POST", `${conversationPath(ref)}/messages`, { content, message_type: "outgoing", private: true, source_id: id });
    }

    /** Chatwoot has no idempotency key, but it keeps the name that a message came with. It answers with the newest twenty. */
    async function isThere(ref: string, id: string): Promise<boolean> {
      const { payload } = Messages.parse(await asAgent("GET", `${conversationPath(ref)}/messages`));
      return payload.some(({ source_id }) => source_id === id);
    }

    function teamOf(queue: Destination["queue"]): number | null {
      if (queue === null) return null;
      const team = Object.hasOwn(teams, queue) ? teams[queue] : undefined;
      if (team === undefined) throw new CallError("refused", `chatwoot: settings.teams has no team for the queue ${queue}`);
      return team;
    }

    async function examine(): Promise<VendorFinding[]> {
      try {
        const found = Inbox.parse(await asAgent("GET", `/inboxes/${inbox.id}`));
        return [...findingsOn(found), ...(await findingsOnTeams())];
      } catch (error) {
        if (!(error instanceof CallError)) throw error;
        const status = error.answer?.status;
        if (status === 401 || status === 403) return [badFinding(`Chatwoot does not take the token (${status}).`, TOKEN)];
        if (status === 404) return [badFinding(`The account ${account} has no inbox ${inbox.id} that the token may see.`, INBOX)];
        return [badFinding(`Chatwoot cannot be asked now (${error.message}).`, "Run this again; if it stays, look at `url`.")];
      }
    }

    function findingsOn({ channel_type, webhook_url, inbox_identifier }: z.infer<typeof Inbox>): VendorFinding[] {
      if (channel_type !== "Channel::Api") return [badFinding(`The inbox ${inbox.id} is no API channel (${channel_type}).`, INBOX)];
      if (inbox_identifier && inbox_identifier !== inbox.identifier) return [badFinding("The inbox has another identifier.", INBOX)];
      if (!webhook_url) return [badFinding("The inbox sends its webhooks nowhere, so agents would not be heard.", WEBHOOK)];
      return [{ state: "good", says: `The inbox sends its webhooks to ${webhook_url}.`, next: null }];
    }

    async function findingsOnTeams(): Promise<VendorFinding[]> {
      const known = new Set(Teams.parse(await asAgent("GET", "/teams")).map(({ id }) => id));
      const missing = Object.entries(teams).filter(([, id]) => !known.has(id));
      return missing.map(([queue, id]) =>
        badFinding(`The account has no team ${id}, which is to be the queue ${queue}.`, "Correct `teams`."),
      );
    }

    function visitorPath(ref: string): string {
      const { id, contact } = partsOf(ref);
      return `/contacts/${contact}/conversations/${id}`;
    }

    async function asAgent(
      method: "GET" | "POST",
      path: string,
      body?: object,
      more: Pick<CallRequest, "headers" | "signal"> = {},
    ): Promise<unknown> {
      const to = new URL(`/api/v1/accounts/${account}${path}`, url);
      return (await call({ to, method, body, ...more, headers: { ...more.headers, api_access_token: token } })).body;
    }

    async function asVisitor(method: "GET" | "POST", path: string, body?: object): Promise<unknown> {
      return (await call({ to: new URL(`/public/api/v1/inboxes/${inbox.identifier}${path}`, url), method, body })).body;
    }
  },
});

const TOKEN = "Copy the access token of a user who is a member of the inbox into `token`: Profile settings, Access token.";
const INBOX = "Compare `account` and `inbox` with Settings, Inboxes, your API channel, Configuration.";
const WEBHOOK = "Enter the bridge's address under Settings, Inboxes, your API channel, Settings, Webhook URL.";

const Contact = z.object({ id: z.int(), source_id: z.string() });
const Conversation = z.object({
  id: z.int(),
  status: z.string().nullish(),
  meta: z.object({ assignee: Assignee.nullish() }).nullish().catch(null),
});
const Conversations = z.array(Conversation);
const Messages = z.object({ payload: z.array(Listed) });
const Members = z.array(z.object({ availability_status: z.string().nullish() }));
const Inbox = z.object({ channel_type: z.string(), webhook_url: z.string().nullish(), inbox_identifier: z.string().nullish() });
const Teams = z.array(z.object({ id: z.int() }));

/** Chatwoot keeps the first name with the message, and tells the second only to whoever sees it come. */
const incoming = (name: string) => ({ message_type: "incoming", source_id: name, echo_id: name });

/** Its number and its contact's name: agents' calls want the one, visitors' both. */
function partsOf(ref: string): { id: string; contact: string } {
  const [id = "", contact = ""] = ref.split("/");
  return { id, contact };
}
