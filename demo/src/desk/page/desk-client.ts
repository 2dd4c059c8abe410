import { computed, effect, signal } from "@preact/signals";
import type { Behaviour, Chat, DeskMessage, DeskState } from "../chat.ts";
import { createReplies } from "./replies.ts";

const nobody: DeskState = { behaviour: "normal", agents: [], queues: [], bridge: "reached" };

/** Everything the page knows, and everything an agent can do. What is shown follows the desk's own stream, never a guess of ours. */
export function createDeskClient() {
  const me = signal(new URLSearchParams(location.search).get("agent") ?? sessionStorage.getItem("agent") ?? "");
  const chats = signal<ReadonlyMap<string, Chat>>(new Map());
  const desk = signal<DeskState>(nobody);
  const connection = signal<"connecting" | "open" | "lost">("connecting");
  const openId = signal<string | null>(null);
  const putAway = signal<ReadonlySet<string>>(new Set());
  const replies = createReplies((chat, { id, words }) => act(chat, "say", { id, text: words }));
  /** What went wrong with the last action, in words. */
  const complaint = signal<string | null>(null);
  /** Moved on whenever the reply field should have the focus. */
  const focusReply = signal(0);
  const dialog = signal<"transfer" | "end" | "help" | null>(null);
  const isContextOpen = signal(false);
  const isInFront = signal(document.visibilityState === "visible");
  let stream: EventSource | null = null;

  const all = computed(() => [...chats.value.values()]);
  const waiting = computed(() =>
    all.value
      .filter((chat) => chat.place.at === "waiting")
      .sort((a, b) => Number(b.urgent) - Number(a.urgent) || a.place.since.localeCompare(b.place.since)),
  );
  const mine = computed(() => all.value.filter((chat) => agentOf(chat) === me.value && !putAway.value.has(chat.id)));
  const messages = computed(() => all.value.filter((chat) => chat.place.at === "message"));
  const calls = computed(() =>
    all.value
      .filter((chat) => chat.place.at === "phone" && !putAway.value.has(chat.id))
      .sort((a, b) => b.place.since.localeCompare(a.place.since)),
  );
  const open = computed(() => {
    const chat = openId.value === null ? undefined : chats.value.get(openId.value);
    return chat && (agentOf(chat) === me.value || chat.place.at === "message" || chat.place.at === "phone") ? chat : null;
  });

  document.addEventListener("visibilitychange", () => (isInFront.value = document.visibilityState === "visible"));
  // Whoever has the chat open and the page in front has read it.
  effect(() => {
    const chat = open.value;
    if (chat && chat.unread > 0 && chat.place.at === "agent" && isInFront.value) void act(chat.id, "read");
  });

  // What is asked about a chat is not asked about one that is over, nor about the next one.
  effect(() => {
    if (open.value?.place.at !== "agent" && dialog.peek() !== "help") dialog.value = null;
  });

  return {
    me,
    desk,
    connection,
    waiting,
    mine,
    messages,
    calls,
    open,
    complaint,
    focusReply,
    dialog,
    isContextOpen,
    replies,

    show,
    become,
    begin: async () => become(me.value || (await firstFreeName())),
    /** Opens the chat after or before the open one. */
    step(by: 1 | -1) {
      const list = mine.value;
      if (list.length === 0) return;
      const at = list.findIndex((chat) => chat.id === openId.value);
      const next = list.at(at < 0 ? 0 : (at + by) % list.length);
      if (next) show(next.id);
    },
    async accept(chat: string) {
      if (await act(chat, "accept")) show(chat);
    },
    async sendFile(chat: string, file: File) {
      if (file.size > MOST_BYTES) return void (complaint.value = `${file.name} is larger than 10 MB, which the desk does not take.`);
      const base64 = await base64Of(file);
      await act(chat, "send", { id: crypto.randomUUID(), name: file.name, type: file.type, base64 });
    },
    type: (chat: string, on: boolean) => act(chat, "typing", { on }),
    async transfer(chat: string, to: { agent: string } | { queue: string }, note: string) {
      if (!(await act(chat, "transfer", { to, note }))) return false;
      if (openId.value === chat) show(mine.value.find((other) => other.id !== chat && other.place.at === "agent")?.id ?? null);
      return true;
    },
    end: (chat: string) => act(chat, "end"),
    answered: (chat: string) => act(chat, "answered"),
    /** Takes an ended chat, or a call, off this agent's list. */
    tidy(chat: string) {
      putAway.value = new Set([...putAway.value, chat]);
      show(mine.value[0]?.id ?? null);
    },
    async behave(behaviour: Behaviour) {
      await send("/desk/api/behaviour", "PUT", { behaviour });
    },
  };

  function show(chat: string | null) {
    openId.value = chat;
    isContextOpen.value = false;
    complaint.value = null;
    if (chat) focusReply.value++;
  }

  function become(name: string) {
    me.value = name;
    sessionStorage.setItem("agent", name);
    openId.value = null;
    follow();
  }

  function follow() {
    stream?.close();
    connection.value = "connecting";
    stream = new EventSource(`/desk/api/stream?agent=${encodeURIComponent(me.value)}`);
    stream.addEventListener("open", () => (connection.value = "open"));
    stream.addEventListener("error", () => (connection.value = "lost")); // the browser tries again by itself
    stream.addEventListener("message", ({ data }: MessageEvent<string>) => take(JSON.parse(data) as DeskMessage)); // our own server
  }

  function take(message: DeskMessage) {
    switch (message.type) {
      case "hello":
        chats.value = new Map(message.chats.map((chat) => [chat.id, chat]));
        desk.value = message.desk;
        return;
      case "chat":
        chats.value = new Map(chats.value).set(message.chat.id, message.chat);
        return;
      case "desk":
        desk.value = message.desk;
    }
  }

  async function act(chat: string, action: string, more: object = {}): Promise<boolean> {
    const status = await send(`/desk/api/chats/${encodeURIComponent(chat)}/${action}`, "POST", { agent: me.value, ...more });
    // Hints go out by themselves: they neither fail in the agent's eyes nor make good what did.
    if (action !== "typing" && action !== "read")
      complaint.value = status === 200 ? null : (complaints[status] ?? "The desk did not take that. Please try again.");
    return status === 200;
  }

  /** Several tabs are several agents, so that one person can try a transfer. */
  async function firstFreeName(): Promise<string> {
    const answer = await fetch("/desk/api/chats").catch(() => null); // the stream will show that nobody answers
    if (!answer?.ok) return "Sam";
    const { desk } = (await answer.json()) as { desk: DeskState }; // our own server
    return (desk.agents.find(({ isHere }) => !isHere) ?? desk.agents[0])?.name ?? "Sam";
  }
}

const MOST_BYTES = 10_000_000;

async function base64Of(file: File): Promise<string> {
  const reader = new FileReader();
  await new Promise((done) => {
    reader.addEventListener("loadend", done);
    reader.readAsDataURL(file);
  });
  return String(reader.result ?? "").split(",")[1] ?? ""; // a file that cannot be read is refused as an empty one
}

export type DeskClient = ReturnType<typeof createDeskClient>;

const complaints: Record<number, string> = {
  0: "The desk cannot be reached. What you wrote is still here.",
  409: "Somebody else has this chat now, or it is over.",
};

/** Whose chat it is or was; `null` while nobody has it. */
function agentOf({ place }: Chat): string | null {
  return place.at === "agent" || place.at === "over" ? place.agent : null;
}

async function send(path: string, method: "POST" | "PUT", body: object): Promise<number> {
  try {
    return (await fetch(path, { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) })).status;
  } catch {
    return 0; // nobody there: said to the agent by the caller
  }
}
