import type { Answered, Asked, Deed, DeskView, VendorDouble, Witness } from "@baton/bridge-server/conformance";
import type { VendorChat } from "@baton/bridge-server/connector";
import livehelperchat from "@baton/bridge-server/connectors/livehelperchat";
import { formIn } from "./forms.ts";
import { doubleOverHttp } from "./over-http.ts";
import { saidIn } from "./notes.ts";

export const proof = "its own source (requests and answers), and what an installed one answered";

const departments = { refunds: 3, Billing: 4 };
const names = new Map(Object.entries(departments).map(([name, id]) => [id, name]));
const [username, key] = ["baton", "a-rest-api-key"];
const [PENDING, ACTIVE, CLOSED] = [0, 1, 2] as const;
/** As it comes. */
const LONGEST_MESSAGE = 500;
const [VISITOR, SYSTEM, ROBOT] = [0, -1, -2] as const;

interface Message {
  id: number;
  msg: string;
  meta_msg: string;
  time: number;
  chat_id: number;
  user_id: number;
  name_support: string;
}
interface Kept {
  id: number;
  file: File;
  hash: string;
}
interface Chat {
  id: number;
  nick: string;
  status: number;
  dep_id: number;
  user_id: number;
  priority: number;
  additional_data: string;
  question: string;
  typing: boolean;
  messages: Message[];
}

/** As much of an installation as its REST API shows: forms in, numbers as text out, and errors with a 200 where it has them so. */
export default async function liveHelperChatDouble({
  seen,
  largestFile = 2_048_000,
}: { seen?: Witness; largestFile?: number } = {}): Promise<VendorDouble> {
  const chats: Chat[] = [];
  const files: Kept[] = [];
  const operators: string[] = [];
  let ids = 100;

  return doubleOverHttp({
    answer,
    seen,
    connect: ({ url, call }, isKnown) =>
      livehelperchat.connect({ url: `${url}/index.php`, username, key: isKnown ? key : "not-a-key", department: 1, departments }, call),
    abilities: livehelperchat.abilities,
    desk: () => chats.map((chat) => viewOf(chat, files)),
    platform: { style: "listen", happens, cut() {} },
    cannot: {
      C3: "Live Helper Chat keeps no name with a message: of two equal lines in a row, the second is taken for the first where its attempt broke off",
      C24: "Live Helper Chat tells no place in the queue",
    },
  });

  async function answer(asked: Asked): Promise<Answered> {
    const { method, path, query, headers, body } = asked;
    const [, , , what = "", ...rest] = path.split("/");
    const kept = path.startsWith("/index.php/file/downloadfile/") && files.find(({ id, hash }) => path.endsWith(`/${id}/${hash}`));
    if (kept) return { status: 200, bytes: await kept.file.bytes() };
    const form = new URLSearchParams(body);
    if (what === "isonlinedepartment") return { status: 200, body: { isonline: rest[0] === "3" } };
    const authorization = `Basic ${Buffer.from(`${username}:${key}`).toString("base64")}`;
    if (headers.get("authorization") !== authorization) return { status: 200, body: { error: true, result: "Authorization failed!" } };
    if (what === "departaments")
      return {
        status: 200,
        body: { error: false, list: [{ id: "1", name: "Anybody" }, ...[...names].map(([id, name]) => ({ id: String(id), name }))] },
      };
    if (what === "file" && method === "DELETE") {
      const at = files.findIndex(({ id }) => String(id) === rest[0]);
      if (at === -1) return { status: 400, body: { error: true, result: "File could not be found!" } };
      files.splice(at, 1);
      return { status: 200, body: { error: false, result: true } };
    }
    if (what === "file") return uploaded((await formIn(asked))?.get("files"));
    if (what === "chats") {
      const list = chats
        .filter(({ nick }) => nick === query.get("nick"))
        .slice(0, Number(query.get("limit")))
        .map(chatOut);
      return { status: 200, body: { error: false, list, list_count: list.length } };
    }
    if (what === "startchat") return started(form, rest);
    const chat = chats.find(({ id }) => String(id) === (rest[0] ?? query.get("chat_id") ?? form.get("chat_id")));
    if (!chat)
      return what === "fetchchat"
        ? { status: 500 }
        : { status: what === "fetchchatmessages" ? 200 : 400, body: { error: true, result: "Could not find chat by chat_id!" } };
    if (method === "DELETE") return (chats.splice(chats.indexOf(chat), 1), { status: 200, body: { error: false, result: true } });
    if (what === "fetchchat") return { status: 200, body: { error: false, chat: chatOut(chat) } };
    if (what === "fetchchatmessages")
      return { status: 200, body: { error: false, result: toldOf(chat, Number(query.get("last_message_id")), files) } };
    if (what === "setchatstatus")
      return ((chat.status = Number(form.get("status"))), { status: 200, body: { error: false, result: "Status changed!" } });
    const msg = (form.get("msg") ?? "").trim();
    if (what === "addmsguser") {
      const isRefused = chat.status === CLOSED || msg === "" || [...msg].length >= LONGEST_MESSAGE;
      if (isRefused)
        return { status: 400, body: { error: true, r: "You cannot send messages to this chat. Please refresh your browser." } };
      return { status: 200, body: { error: false, r: "", msg: messageOut(added(chat, VISITOR, msg), []) } };
    }
    if (what !== "addmsgadmin" || msg.startsWith("!")) return { status: 400, body: { error: true, result: "Please enter a message!" } };
    added(chat, form.get("sender") === "bot" ? ROBOT : 1, msg, form.get("operator_name") ?? "");
    if (form.get("sender") !== "bot") chat.status = ACTIVE;
    return { status: 200, body: { error: false, result: "" } };
  }

  function uploaded(file: FormDataEntryValue | null | undefined): Answered {
    if (!(file instanceof File) || file.size > largestFile) return { status: 400, body: { error: true, result: "File is too big" } };
    const { id, hash } = keep(file);
    return { status: 200, body: { id, name: "4f2d", upload_name: file.name, type: file.type, size: file.size, security_hash: hash } };
  }

  function keep(file: File): Kept {
    const kept = { id: ++ids, file, hash: `${ids}`.padStart(32, "a") };
    files.push(kept);
    return kept;
  }

  function started(form: URLSearchParams, path: string[]): Answered {
    const question = form.get("Question") ?? "";
    const nick = form.get("Username") ?? "";
    const isTooLong = [...question].length > LONGEST_MESSAGE || [...nick].length > 50;
    if (question === "" || isTooLong)
      return {
        status: 200,
        body: {
          error: true,
          result: { errors: { question: isTooLong ? "Maximum 500 characters for a message" : "Please enter your message" } },
        },
      };
    const data = JSON.parse(form.get("data") ?? "{}") as Record<string, { val: string }>;
    const chat: Chat = {
      id: ++ids,
      nick,
      status: PENDING,
      dep_id: Number(form.get("DepartamentID")),
      user_id: 0,
      priority: path[0] === "(priority)" ? Number(path[1]) : 0,
      additional_data: JSON.stringify(Object.entries(data).map(([key, { val }]) => ({ h: false, key, value: val }))),
      question,
      typing: false,
      messages: [],
    };
    chats.push(chat);
    added(chat, VISITOR, question);
    added(chat, ROBOT, "Please wait, somebody will be with you", "Live Support");
    return { status: 200, body: { error: false, result: { chat: chatOut(chat) } } };
  }

  function added(chat: Chat, user_id: number, msg: string, name_support = "", meta: object | null = null): Message {
    const message = {
      id: ++ids,
      msg,
      meta_msg: meta ? JSON.stringify(meta) : "",
      time: 1_777_889_000,
      chat_id: chat.id,
      user_id,
      name_support,
    };
    chat.messages.push(message);
    return message;
  }

  function operatorOf(name: string): number {
    if (!operators.includes(name)) operators.push(name);
    return operators.indexOf(name) + 2;
  }

  function happens({ ref }: VendorChat, deed: Deed): void {
    const chat = chats.find(({ id }) => String(id) === ref);
    if (!chat) throw new Error(`there is no chat ${ref}`);
    const system = (msg: string, meta: object | null = null, name = "") => added(chat, SYSTEM, msg, name, meta);
    switch (deed.deed) {
      case "picks_up": {
        const user_id = operatorOf(deed.agent);
        Object.assign(chat, { status: ACTIVE, user_id });
        system(`${deed.agent} has accepted the chat!`, { content: { accept_action: { user_id, name_support: deed.agent } } }, deed.agent);
        return;
      }
      case "says":
        return void added(chat, operatorOf(deed.agent), deed.text, deed.agent);
      case "leaves":
        Object.assign(chat, { status: PENDING, user_id: 0 });
        return void system("Sam has left the chat to whoever comes");
      case "passes_on":
        Object.assign(chat, { status: PENDING, user_id: 0, dep_id: departments[deed.to as keyof typeof departments] });
        return void system(`Sam has transferred chat to ${deed.to} department`);
      case "hangs_up":
        Object.assign(chat, { status: CLOSED, user_id: chat.user_id || operatorOf("Sam") });
        return void system("Sam has closed the chat!");
      case "finds_nobody":
        chat.status = CLOSED;
        return void system("The chat was closed automatically");
      case "types":
        chat.typing = deed.on;
        return;
      case "writes_a_private_note":
        return void system(`[b]Sam[/b]: ${deed.text}`, null, "Sam");
      case "sends_a_file": {
        const { id, hash } = keep(new File([deed.content], deed.name, { type: "application/pdf" }));
        return void added(chat, operatorOf(deed.agent), `[file=${id}_${hash}]`, deed.agent);
      }
      case "does_something_new":
        added(chat, ROBOT, "I am a robot", "Live Support");
        return void system("Reticulated", { content: { reticulate_action: { user_id: 7 } } });
      case "echoes": // there already
      case "moves_up":
        return;
    }
  }
}

function toldOf({ messages, typing, status }: Chat, after: number, files: Kept[]) {
  const since = messages.filter(({ id }) => id > after).map((message) => messageOut(message, files));
  return { messages: since, ot: typing ? "Sam is typing now..." : "", closed: status === CLOSED, check_status: false, lmid: after };
}

/** As PHP gives what it has from a database: numbers are text. */
function messageOut(message: Message, files: Kept[]) {
  const { id, time, chat_id, user_id } = message;
  const media = filesIn(message, files).map(({ id: file, hash, file: { name, type, size } }) => ({
    id: file,
    size: String(size),
    upload_name: name,
    type,
    extension: "pdf",
    hash,
    url: `http://as-it-takes-itself-for.test/index.php/file/downloadfile/${file}/${hash}`,
  }));
  return { ...message, id: String(id), time: String(time), chat_id: String(chat_id), user_id: String(user_id), del_st: "0", media };
}

function filesIn({ msg }: Message, files: Kept[]): Kept[] {
  return [...msg.matchAll(/\[file=(\d+)_(\w+)\]/g)].flatMap(
    ([, id, hash]) => files.find((kept) => String(kept.id) === id && kept.hash === hash) ?? [],
  );
}

function chatOut({ id, nick, status, dep_id, user_id, priority, additional_data }: Chat) {
  return {
    id: String(id),
    hash: "f1d2d2f9",
    nick,
    status: String(status),
    dep_id: String(dep_id),
    user_id: String(user_id),
    priority,
    additional_data,
  };
}

/** What an operator sees: its fields, and what was said. What the visitor began with is no line of theirs. */
function viewOf({ id, status, dep_id, priority, additional_data, messages }: Chat, files: Kept[]): DeskView {
  const fields = new Map((JSON.parse(additional_data) as { key: string; value: string }[]).map((one) => [one.key, one.value]));
  const visitors = messages.filter(({ user_id }) => user_id === VISITOR).slice(1);
  const notes = messages.filter(({ user_id, msg }) => user_id === ROBOT && msg.startsWith("[baton")).map(({ msg }) => msg);
  return {
    ref: String(id),
    isWaiting: status !== CLOSED && !fields.has("visitor_has_gone"),
    queue: names.get(dep_id) ?? null,
    urgent: priority > 0,
    reason: fields.get("reason") ?? null,
    before: saidIn(notes),
    lines: visitors.map(({ msg }) => msg.replaceAll(/\[file=[^\]]*\]/g, "")).filter((msg) => msg !== ""),
    files: visitors.flatMap((message) => filesIn(message, files)).map(({ file: { name, type, size } }) => ({ name, type, size })),
    contexts: notes,
    typing: [],
  };
}
