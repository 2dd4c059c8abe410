// Live Helper Chat, which is asked what is new. What to set up is in livehelperchat.md; what it tells is read in livehelperchat-events.ts.
import * as z from "zod";
import { CallError } from "../call.ts";
import { secretSetting } from "../secret-setting.ts";
import { beginningOf, briefOf, lateNote, type Room } from "./connector-brief.ts";
import { bytesAt, filePart, linkedBytes, multipart } from "./connector-files.ts";
import { maybeSaid } from "./connector-repeats.ts";
import { badFinding, defineConnector, type HandoffRequest, type Line, type LinkedFile, type VendorFinding } from "./connector.ts";
import { atFirst, newsSince, Told, type Seen } from "./livehelperchat-events.ts";

/** It states no limits of its own; these are ours. */
const ROOM: Room = { attributes: { count: 30, valueLength: 500, bytes: 4_000 }, noteLength: 10_000 };
/** As it comes, it takes a message of less than 500 characters. */
const LONGEST_LINE = 499;
const CLOSED = 2;
/** Who wrote a message. */
const VISITOR = 0;
/** Where a higher number stands higher in the list of those who wait. */
const URGENT = 10;

export default defineConnector({
  settings: z.strictObject({
    /** `https://chat.example.com`, with `/index.php` where its addresses have that. */
    url: z.url({ protocol: /^https?$/ }),
    /** The operator whose key it is: best one of the bridge's own, who never signs in. */
    username: z.string().min(1),
    key: secretSetting(),
    /** The number of the department of visitors whose route names none of `departments`. */
    department: z.int().positive(),
    /** Which department a route's `queue` is. */
    departments: z.record(z.string(), z.int().positive()).default({}),
  }),

  abilities: { files: true, maxLineLength: LONGEST_LINE },
  queues: ({ departments }) => Object.keys(departments),

  connect({ url, username, key, department, departments }, call) {
    const authorization = `Basic ${Buffer.from(`${username}:${key}`).toString("base64")}`;
    const departmentNames = new Map(Object.entries(departments).map(([name, id]) => [id, name]));

    return {
      async availability({ queue }) {
        const { isonline } = Online.parse(await ask("GET", `isonlinedepartment/${departmentOf(queue)}?exclude_bot=true`));
        return { state: isonline ? "open" : "closed", waitSeconds: null };
      },

      async open(request) {
        const { attributes, note, dropped } = briefOf(request, ROOM);
        const known = await chatOf(request);
        const ref = known ?? (await start(request, attributes));
        await noteOnce(ref, "brief", note);
        return { chat: { ref }, position: null, waitSeconds: null, dropped };
      },

      attach: ({ ref }, context) => noteOnce(ref, `context of ${context.at}`, lateNote(context, ROOM.noteLength)),

      async say({ ref }, line, isRepeat) {
        const { closed, messages } = await look(ref);
        // It takes no line then, and says so in words of its own language.
        if (closed) throw new CallError("gone", "livehelperchat: the chat is closed");
        if (isRepeat && isThere(line, messages)) return;
        const shown = line.file ? await upload(line.file) : null;
        await ask("POST", "addmsguser", fields({ chat_id: ref, msg: shown ?? line.text }));
      },

      async close({ ref }) {
        const { closed } = await look(ref).catch(ifGone);
        if (!closed) await ask("POST", "setchatstatus", fields({ chat_id: ref, status: String(CLOSED) }));
      },

      /** What was uploaded is the operator's whose key it is, and does not go with the chat. */
      async forget({ ref }) {
        const { messages } = await look(ref).catch(ifGone);
        if (messages === null) return "forgotten";
        const files = messages.filter(({ user_id }) => user_id === VISITOR).flatMap(({ media }) => media ?? []);
        const gone = await Promise.all(files.map(({ id }) => removeFile(id)));
        await ask("DELETE", `chat/${ref}`);
        return gone.includes(false) ? "by_hand" : "forgotten";
      },

      /** From the installation itself, whatever it takes its own address for. */
      fetchFile: (_, { url: at }, maxBytes) => bytesAt(new URL(new URL(at).pathname, url), call, maxBytes),

      examine,

      inbound: {
        style: "listen",
        scope: "chat",
        /** One look. */
        async *listen(from, chat, signal) {
          if (chat === null) return;
          const seen = from === null ? atFirst : (JSON.parse(from) as Seen); // as the last look wrote it
          const { news, next } = newsSince(seen, await wholeOf(chat.ref, seen.message, signal), chat, departmentNames);
          yield { news, cursor: JSON.stringify(next) };
        },
      },
    };

    /** There is no idempotency key. A visitor's name bears the beginning of the handoff's, and the chat's own fields the whole of it. */
    async function chatOf({ handoff, visitor }: HandoffRequest): Promise<string | null> {
      const query = new URLSearchParams({ nick: nickOf(handoff, visitor), limit: "20" });
      const { list } = Chats.parse(await ask("GET", `chats?${query}`));
      const found = list.find(({ additional_data }) => additional_data?.includes(handoff));
      return found ? String(found.id) : null;
    }

    async function start({ handoff, visitor, destination, requested, transcript, isVisitorWaiting }: HandoffRequest, about: object) {
      const known = { ...about, baton_handoff: handoff, ...(!isVisitorWaiting && { visitor_has_gone: "yes" }) };
      const data = Object.fromEntries(Object.entries(known).map(([name, val]) => [name, { val }]));
      const form = fields({
        Username: nickOf(handoff, visitor),
        DepartamentID: String(departmentOf(destination.queue)),
        // A chat has to begin with something that the visitor says. The whole of it is in the brief.
        Question: beginningOf(transcript.findLast(({ by }) => by === "visitor")?.text ?? requested.destination, LONGEST_LINE),
        data: JSON.stringify(data),
      });
      const { result } = Started.parse(await ask("POST", `startchat${destination.urgent ? `/(priority)/${URGENT}` : ""}`, form));
      return String(result.chat.id);
    }

    /** What in a message shows a file that it has taken. `null`: it takes no such file, for its size or its type, or the file cannot be had. */
    async function upload(file: LinkedFile): Promise<string | null> {
      const bytes = await linkedBytes(file, call);
      if (bytes === null) return null;
      try {
        const { id, security_hash: hash } = Kept.parse(await ask("POST", "file", await multipart({ files: filePart(file, bytes) })));
        return `[file=${id}_${hash}]`;
      } catch (error) {
        if (error instanceof CallError && error.kind === "refused") return null;
        throw error;
      }
    }

    /** `false`: the key's operator may not. */
    async function removeFile(id: number): Promise<boolean> {
      try {
        await ask("DELETE", `file/${id}`);
        return true;
      } catch (error) {
        if (error instanceof CallError && error.kind === "refused") return false;
        throw error;
      }
    }

    /** As a robot: what an operator says accepts the chat, and what begins with an exclamation mark is a command. */
    async function noteOnce(ref: string, name: string, text: string): Promise<void> {
      const mark = `[baton: ${name}]`;
      const { messages } = await look(ref);
      if (text === "" || messages.some(({ msg }) => msg.startsWith(mark))) return;
      await ask("POST", "addmsgadmin", fields({ chat_id: ref, sender: "bot", operator_name: "Baton", msg: `${mark}\n${text}` }));
    }

    /** What was said after a message, and whether it is over. A chat that is not there is "gone". */
    async function look(ref: string, after = 0, signal?: AbortSignal) {
      const path = `fetchchatmessages?chat_id=${ref}&last_message_id=${after}&extract_media=true`;
      try {
        return Looked.parse(await ask("GET", path, undefined, signal)).result;
      } catch (error) {
        if (!(error instanceof CallError && error.kind === "refused")) throw error;
        await ask("GET", "departaments"); // that the key is wrong is told in the same way, and in any language
        throw new CallError("gone", "livehelperchat: there is no such chat", { cause: error });
      }
    }

    /**
     * `null`: it is not there any more. Asking for what a chat is, where there is none, breaks the server, so that comes second; an end
     * that only it knows of is left to the next look, which finds what was said before.
     */
    async function wholeOf(ref: string, after: number, signal: AbortSignal): Promise<Told | null> {
      try {
        const { messages, ot, closed } = await look(ref, after, signal);
        const { status, ...owned } = Whole.parse(await ask("GET", `fetchchat?chat_id=${ref}`, undefined, signal)).chat;
        const isOver = closed && status === CLOSED; // a chat with a survey in it is called closed as well
        return { messages, typing: ot !== "", isOver, ...owned, plain_user_name: owned.plain_user_name || null };
      } catch (error) {
        if (error instanceof CallError && error.kind === "gone") return null;
        throw error;
      }
    }

    function departmentOf(queue: string | null): number {
      return (queue !== null && Object.hasOwn(departments, queue) ? departments[queue] : undefined) ?? department;
    }

    async function examine(): Promise<VendorFinding[]> {
      try {
        const { list } = Departments.parse(await ask("GET", "departaments"));
        const known = new Map(list.map(({ id, name }) => [Number(id), name]));
        const missing = [department, ...Object.values(departments)].filter((id) => !known.has(id));
        const says = `Live Helper Chat takes the key; visitors come to ${known.get(department) ?? "?"}.`;
        return [
          ...(missing.length === 0 ? [{ state: "good" as const, says, next: null }] : []),
          ...[...new Set(missing)].map((id) => badFinding(`There is no department ${id} that the key may see.`, DEPARTMENT)),
        ];
      } catch (error) {
        if (!(error instanceof CallError)) throw error;
        if (error.kind === "refused") return [badFinding(`Live Helper Chat says no (${error.message}).`, KEY)];
        return [badFinding(`Live Helper Chat cannot be asked now (${error.message}).`, "Run this again; if it stays, look at `url`.")];
      }
    }

    /** Where something is wrong, most answers are a 200 that says so. */
    async function ask(
      method: "GET" | "POST" | "DELETE",
      path: string,
      form?: { headers: Record<string, string>; body: string | Uint8Array },
      signal?: AbortSignal,
    ): Promise<unknown> {
      const to = new URL(`${url.replace(/\/$/, "")}/restapi/${path}`);
      const headers = { authorization, ...form?.headers };
      const answer = await call({ to, method, headers, ...(form && { body: form.body }), ...(signal && { signal }) });
      const said = Failed.safeParse(answer.body);
      if (said.success) throw new CallError("refused", `livehelperchat: ${path.split(/[?/]/)[0]}: it answered with an error`);
      return answer.body;
    }
  },
});

const KEY =
  "Compare `username` and `key` with System configuration, Live help configuration, REST API, and the operator's permissions with livehelperchat.md.";
const DEPARTMENT = "Correct `department` and `departments`: their numbers are under System configuration, Departments.";

/** As its forms are, but for those with files in them. */
function fields(named: Record<string, string>) {
  return { headers: { "content-type": "application/x-www-form-urlencoded" }, body: new URLSearchParams(named).toString() };
}

const Kept = z.object({ id: z.coerce.number(), security_hash: z.string().regex(/^\w+$/) });
const Failed = z.object({ error: z.literal(true) });
const Online = z.object({ isonline: z.boolean() });
const Numbered = z.object({ id: z.coerce.number() });
const Chats = z.object({ list: z.array(Numbered.extend({ additional_data: z.string().nullish() })) });
const Departments = z.object({ list: z.array(Numbered.extend({ name: z.string() })) });
const Started = z.object({ result: z.object({ chat: Numbered }) });
const Owned = z.object({ user_id: z.coerce.number(), plain_user_name: z.string().or(z.literal(false)).nullish() });
const Whole = z.object({ chat: Owned.extend({ dep_id: z.coerce.number(), status: z.coerce.number() }) });
const Looked = z.object({ result: z.object({ messages: Told.shape.messages, ot: z.string(), closed: z.boolean() }) });

type Messages = z.infer<typeof Told>["messages"];

/** Two visitors of one name and with names of handoffs that begin alike are told apart by the whole name, in the chat's fields. */
const nickOf = (handoff: string, { name }: HandoffRequest["visitor"]) => `${beginningOf(name ?? "Visitor", 40)} ${handoff.slice(0, 8)}`;

/** It was said before it was sent; clocks may differ. */
function isThere(line: Line, messages: Messages): boolean {
  const { text, at, file } = line;
  const lately = messages.filter(({ user_id, time }) => user_id === VISITOR && time >= Date.parse(at) / 1000 - 60);
  return maybeSaid(line, LONGEST_LINE, lately).some(({ msg, media }) => {
    const isFile = media?.some(({ upload_name, size }) => upload_name === file?.name && size === file.size);
    return isFile || msg === text.trim();
  });
}

function ifGone(error: unknown): { closed: true; messages: null } {
  if (error instanceof CallError && error.kind === "gone") return { closed: true, messages: null };
  throw error;
}
