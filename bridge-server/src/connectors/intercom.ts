// Intercom, where each visitor is a contact with a conversation. What to set up is in intercom.md; news is read in intercom-events.ts.
import * as z from "zod";
import { CallError } from "../call.ts";
import { secretSetting } from "../secret-setting.ts";
import { briefOf, chosen, lateNote, topicTag, type Room } from "./connector-brief.ts";
import { linkedBytes } from "./connector-files.ts";
import { maybeSaid, unlessGone, waitForSearch } from "./connector-repeats.ts";
import { badFinding, defineConnector, type HandoffRequest, type Line, type LinkedFile, type VendorFinding } from "./connector.ts";
import { asNote, receiveIntercom } from "./intercom-events.ts";

/** Intercom states no limit for a note, nor for an attribute of a conversation: the first is ours, the second a contact's. */
const NOTE_LENGTH = 10_000;
const LONGEST_LINE = 4_000;
const FIELDS = { count: 30, valueLength: 255, bytes: 8_000 };

export default defineConnector({
  settings: z.strictObject({
    /** `https://api.eu.intercom.io` and `https://api.au.intercom.io` for workspaces that are kept there. */
    url: z.url({ protocol: /^https?$/ }).default("https://api.intercom.io"),
    /** The app's access token. */
    token: secretSetting(),
    /** The app's client secret, and while it is being changed the one before. */
    secrets: z.array(secretSetting()).min(1).max(5),
    /** The id of the teammate who writes the notes, assigns and closes: best one of the bridge's own. */
    admin: z.int().positive(),
    /** Which team a route's `queue` is. */
    teams: z.record(z.string(), z.int().positive()).default({}),
    /** Which attribute of a conversation takes which part of the context: `{ "order": "Order number" }`. */
    attributes: z.record(z.string(), z.string().min(1)).default({}),
  }),

  abilities: { files: true, maxLineLength: LONGEST_LINE },
  queues: ({ teams }) => Object.keys(teams),

  connect({ url, token, secrets, admin, teams, attributes: fields }, call) {
    const admin_id = String(admin);
    const room: Room = { attributes: { ...FIELDS, only: Object.keys(fields) }, noteLength: NOTE_LENGTH };
    const teamNames = new Map(Object.entries(teams).map(([name, id]) => [String(id), name]));

    return {
      async availability({ queue }) {
        const team = queue !== null && Object.hasOwn(teams, queue) ? teams[queue] : undefined;
        const { admins } = Admins.parse(await ask("GET", "/admins"));
        const there = admins.filter(({ team_ids }) => team === undefined || team_ids?.includes(team));
        // Who is not away need not be there: Intercom does not tell who is.
        const isDeserted = there.length > 0 && there.every(({ away_mode_enabled }) => away_mode_enabled === true);
        return { state: isDeserted ? "closed" : "unknown", waitSeconds: null };
      },

      async open(request) {
        const { attributes, note, dropped } = briefOf(request, room);
        const contact = await contactFor(request);
        const ref = (await conversationOf(contact)) ?? (await begin(contact.id, request));
        const there = await look(ref);
        await ask("PUT", `/conversations/${ref}`, {
          title: request.requested.reason ?? request.requested.destination,
          custom_attributes: Object.fromEntries(chosen(attributes, fields)),
        });
        if (request.destination.urgent) await tag(ref, "urgent");
        if (!request.isVisitorWaiting) await tag(ref, "visitor_has_gone");
        const topic = topicTag(request.context);
        if (topic) await tag(ref, topic);
        await noteOnce(ref, there, "brief", note);
        const { queue } = request.destination;
        const team = queue !== null && Object.hasOwn(teams, queue) ? teams[queue] : undefined;
        // Last, since it is what calls people; and once, since by now one of them may have passed it on.
        if (team !== undefined && !isAssignedBy(admin_id, there)) await assign(ref, team);
        return { chat: { ref }, position: null, waitSeconds: null, dropped };
      },

      async attach({ ref }, context) {
        await noteOnce(ref, await look(ref), `context of ${context.at}`, lateNote(context, NOTE_LENGTH));
      },

      async say({ ref }, line, isRepeat) {
        const there = await look(ref);
        // A reply would open it again. Between this look and the reply a teammate may still close it; nothing there prevents that.
        if (there.state === "closed") throw new CallError("gone", "intercom: the conversation is closed");
        if (isRepeat && isSaid(line, there)) return;
        const contact = there.source.author.id;
        const isAttached = line.file ? await attachFile(ref, contact, line.file) : false;
        if (!isAttached) await reply(ref, contact, { body: line.text });
      },

      async close({ ref }) {
        await unlessGone(async () => {
          const { state } = await look(ref);
          if (state !== "closed") await ask("POST", `/conversations/${ref}/parts`, { message_type: "close", type: "admin", admin_id });
        });
      },

      async forget({ ref }) {
        await unlessGone(async () => {
          const { source } = await look(ref);
          await unlessGone(() => ask("DELETE", `/contacts/${source.author.id}`)); // first: only the conversation leads to it
          await ask("DELETE", `/conversations/${ref}`);
        });
        return "forgotten";
      },

      examine,

      inbound: {
        style: "webhook",
        receive: async (delivery) => ({ news: receiveIntercom({ secrets, admin: admin_id, teamNames }, delivery), reply: null }),
      },
    };

    /** One contact for each handoff, under its name: who has the same e-mail address is not thereby the same person. */
    async function contactFor({ handoff, visitor }: HandoffRequest): Promise<FoundContact> {
      try {
        const contact = { external_id: handoff, role: "user", name: visitor.name ?? "Visitor" };
        return { ...Contact.parse(await ask("POST", "/contacts", contact)), isNew: true };
      } catch (error) {
        if (!(error instanceof CallError && error.answer?.status === 409)) throw error; // an earlier attempt has added it
        return { ...Contact.parse(await ask("GET", `/contacts/find_by_external_id/${handoff}`)), isNew: false };
      }
    }

    /** What an earlier attempt has begun. Only the search leads there, and "nothing" from it means nothing for the first moments. */
    async function conversationOf({ id, created_at, isNew }: FoundContact): Promise<string | null> {
      if (isNew) return null;
      const query = { field: "contact_ids", operator: "=", value: id };
      const { conversations } = Found.parse(await ask("POST", "/conversations/search", { query }));
      if (conversations.length === 0) waitForSearch("intercom", new Date(created_at * 1000));
      return conversations[0]?.id ?? null;
    }

    /** A conversation has to begin with something that its contact says: the visitor's own last words, where there are any. */
    async function begin(contact: string, { transcript, requested }: HandoffRequest): Promise<string> {
      const words = transcript.findLast(({ by }) => by === "visitor")?.text ?? requested.destination;
      const begun = await ask("POST", "/conversations", { from: { type: "user", id: contact }, body: words });
      return Begun.parse(begun).conversation_id;
    }

    async function look(ref: string) {
      return Conversation.parse(await ask("GET", `/conversations/${ref}?display_as=plaintext`));
    }

    async function reply(ref: string, contact: string, said: { body: string; attachment_files?: object[] }): Promise<void> {
      await ask("POST", `/conversations/${ref}/reply`, { message_type: "comment", type: "user", intercom_user_id: contact, ...said });
    }

    /**
     * The bytes themselves rather than a link for Intercom to fetch, of which it takes images only. A reply has to say something: the
     * file's name. `false`: Intercom does not take it, such as for its size, or it cannot be had.
     */
    async function attachFile(ref: string, contact: string, file: LinkedFile): Promise<boolean> {
      const bytes = await linkedBytes(file, call);
      if (bytes === null) return false;
      const attached = { content_type: file.type, data: Buffer.from(bytes).toString("base64"), name: file.name };
      try {
        await reply(ref, contact, { body: file.name, attachment_files: [attached] });
        return true;
      } catch (error) {
        if (error instanceof CallError && [400, 413, 415, 422].includes(error.answer?.status ?? 0)) return false;
        throw error;
      }
    }

    /** Intercom has no idempotency key. A note bears its name in its last line, where it does not disturb. */
    async function noteOnce(ref: string, there: Conversation, name: string, text: string): Promise<void> {
      const mark = `[baton: ${name}]`;
      if (text === "" || partsOf(there).some(({ part_type, body }) => part_type === "note" && body?.includes(mark))) return;
      const body = asNote(`${text}\n\n${mark}`);
      await ask("POST", `/conversations/${ref}/reply`, { message_type: "note", type: "admin", admin_id, body });
    }

    /** By name: it is made where there is none. */
    async function tag(ref: string, name: string): Promise<void> {
      const { id } = Named.parse(await ask("POST", "/tags", { name }));
      await ask("POST", `/conversations/${ref}/tags`, { id, admin_id });
    }

    async function assign(ref: string, team: number): Promise<void> {
      const assignment = { message_type: "assignment", type: "team", admin_id, assignee_id: String(team) };
      await ask("POST", `/conversations/${ref}/parts`, assignment);
    }

    async function examine(): Promise<VendorFinding[]> {
      try {
        const { app } = Me.parse(await ask("GET", "/me"));
        const good = { state: "good" as const, says: `Intercom takes the token, for the workspace ${app?.name ?? "?"}.`, next: null };
        return [good, ...(await findingsOnAdmin()), ...(await findingsOnTeams()), ...(await findingsOnAttributes())];
      } catch (error) {
        if (!(error instanceof CallError)) throw error;
        const status = error.answer?.status;
        if (status === 401 || status === 403) return [badFinding(`Intercom does not take the token (${status}).`, TOKEN)];
        return [badFinding(`Intercom cannot be asked now (${error.message}).`, "Run this again; if it stays, look at `url`.")];
      }
    }

    async function findingsOnAdmin(): Promise<VendorFinding[]> {
      const { admins } = Admins.parse(await ask("GET", "/admins"));
      return admins.some(({ id }) => id === admin_id) ? [] : [badFinding(`The workspace has no teammate ${admin}.`, ADMIN)];
    }

    async function findingsOnTeams(): Promise<VendorFinding[]> {
      const known = new Set(Teams.parse(await ask("GET", "/teams")).teams.map(({ id }) => id));
      const missing = Object.entries(teams).filter(([, id]) => !known.has(String(id)));
      return missing.map(([queue, id]) =>
        badFinding(`The workspace has no team ${id}, which is to be the queue ${queue}.`, "Correct `teams`."),
      );
    }

    /** One that is not there, or takes no text, would keep every visitor out. */
    async function findingsOnAttributes(): Promise<VendorFinding[]> {
      if (Object.keys(fields).length === 0) return [];
      const { data } = Attributes.parse(await ask("GET", "/conversations/attributes"));
      const texts = new Set(data.filter(({ data_type }) => data_type === "string").map(({ name }) => name));
      const missing = Object.values(fields).filter((name) => !texts.has(name));
      return missing.map((name) => badFinding(`Conversations have no attribute ${name} that takes text.`, ATTRIBUTE));
    }

    async function ask(method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: object): Promise<unknown> {
      const headers = { authorization: `Bearer ${token}`, "intercom-version": "2.16" };
      return (await call({ to: new URL(path, url), method, headers, body })).body;
    }
  },
});

const TOKEN = "Copy the access token again: Developer Hub, your app, Authentication; and compare its permissions with intercom.md.";
const ADMIN = "The id is the last number in the address of the teammate's page: Settings, Teammates.";
const ATTRIBUTE = "Add it as text: Settings, Data, Conversations, Create attribute; or correct `attributes`.";

const Named = z.object({ id: z.string() });
const Contact = z.object({ id: z.string(), created_at: z.int() });
type FoundContact = z.infer<typeof Contact> & { isNew: boolean };
const Begun = z.object({ conversation_id: z.string() });
const Found = z.object({ conversations: z.array(Named) });
const Part = z.object({
  part_type: z.string(),
  body: z.string().nullish(),
  created_at: z.int(),
  author: z.object({ id: z.string().nullish() }),
  assigned_to: z.object({ type: z.string() }).nullish(),
  attachments: z.array(z.object({ name: z.string().nullish(), filesize: z.int().nullish() })).nullish(),
});
const Conversation = z.object({
  state: z.string(),
  source: z.object({ author: z.object({ id: z.string() }) }),
  conversation_parts: z.object({ conversation_parts: z.array(Part) }),
});
const Admins = z.object({
  admins: z.array(z.object({ id: z.string(), away_mode_enabled: z.boolean().nullish(), team_ids: z.array(z.int()).nullish() })),
});
const Me = z.object({ app: z.object({ name: z.string().nullish() }).nullish() });
const Teams = z.object({ teams: z.array(Named) });
const Attributes = z.object({ data: z.array(z.object({ name: z.string(), data_type: z.string() })) });

type Conversation = z.infer<typeof Conversation>;

/** The newest five hundred, oldest first. */
const partsOf = ({ conversation_parts }: Conversation) => conversation_parts.conversation_parts;

function isAssignedBy(admin: string, there: Conversation): boolean {
  return partsOf(there).some(({ author, assigned_to }) => author.id === admin && assigned_to?.type === "team");
}

/** It was said before it was sent; clocks may differ. */
function isSaid(line: Line, there: Conversation): boolean {
  const { text, at, file } = line;
  const since = Date.parse(at) / 1000 - 60;
  const visitors = partsOf(there).filter(({ author, part_type }) => author.id === there.source.author.id && part_type === "comment");
  const lately = visitors.filter(({ created_at }) => created_at >= since);
  return maybeSaid(line, LONGEST_LINE, lately).some(({ body, attachments }) => {
    if (file && attachments?.some(({ name, filesize }) => name === file.name && filesize === file.size)) return true;
    return bare(body ?? "") === bare(text) && linksIn(text).every((link) => body?.includes(link)); // two files may have one name
  });
}

/** A text without what Intercom changes when it shows one as plain: spaces, and links, which it writes out. */
const bare = (text: string) => text.replaceAll(/\(?https?:\/\/\S+/g, "").replaceAll(/\s+/g, "");

/** Without what may be another at the next try, such as until when they hold. */
const linksIn = (text: string) => text.match(/https?:\/\/[^\s?#)]+/g) ?? [];
