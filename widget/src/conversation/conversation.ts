import { batch, computed, effect, signal } from "@preact/signals";
import type { EntryBody, LeaveMessage, Phase, ServerMessage } from "@baton/bridge-server/protocol";
import type { Clock } from "../connection/clock.ts";
import type { Connection } from "../connection/connection.ts";
import { createPatience } from "../connection/patience.ts";
import { isFinal, refusalOf, type RefusalCode } from "../connection/refusal.ts";
import { version } from "../connection/version.ts";
import { createHeard } from "./heard.ts";
import type { Memory, Remembered } from "./memory.ts";
import { createOutbox } from "./outbox.ts";
import { randomId, randomKey } from "./random.ts";
import { storyOf } from "./story.ts";
import { joinTabs, type News } from "./tabs.ts";
import { createTyping } from "./typing.ts";

const ASSISTANT_THINKS_FOR_MS = 75_000; // longer than the bridge waits for it

/** What a conversation needs from around it. */
export interface Surroundings {
  site: string;
  connection: Connection;
  memory: Memory;
  clock: Clock;
  language: string;
  /** Read when a conversation begins. */
  page(): { url: string; title: string };
}

/** One visitor's chat, the same in all tabs: signals to look at, actions to call. Nothing is sent before `begin` is called once. */
export function createConversation({ site, connection, memory, clock, language, page }: Surroundings) {
  const session = signal<Remembered["session"] | null>(memory.read("session"));
  const over = signal<RefusalCode | null>(null);
  const isReachable = signal(true);
  const assistantThinks = signal(false);
  const draft = signal(memory.read("draft") ?? "");
  const seen = signal(memory.read("seen") ?? 0);
  const heard = createHeard(clock, (shown) => {
    for (const { body } of shown) if (body.type === "said" && body.by === "visitor") outbox.remove(body.id);
  });
  const { entries, isCaughtUp, agentTypes } = heard;
  const story = computed(() => storyOf(entries.value));
  const phase = computed<Phase>(() => (isCaughtUp.value ? story.value.phase : (heard.greetedIn.value ?? "automated")));
  const unread = computed(() => entries.value.filter(({ seq, body }) => seq > seen.value && isSaidToVisitor(body)).length);
  const shownSite = computed(() => heard.site.value ?? session.value?.site ?? null);

  const patience = createPatience(clock);
  const typing = createTyping(clock, (on) => void tell("typing", { on }));
  let wantsChat = false;
  let isBeginning = false;
  let stopFollowing: (() => void) | null = null;
  let ids: Partial<Record<"handoff" | "message", string>> = {};

  const outbox = createOutbox(memory, clock, {
    maySend: () => tabs.leads() && session.value !== null && over.value === null,
    say: (line) => connection.say(session.value ?? nowhere, line),
    changed: (id, to) => tabs.tell({ type: "line_changed", id, to }),
    over: isOver,
  });
  const tabs = joinTabs(site, memory.lasts, { onLead, onFollow: hangUp, onNews }, clock);

  const stops = [
    // Forgets the line a while after it was asked about: a reply that never comes is not "typing" for ever.
    effect(() => {
      const { unanswered } = story.value;
      assistantThinks.value = unanswered !== null && phase.value === "automated" && session.value !== null;
      return assistantThinks.value ? clock.after(ASSISTANT_THINKS_FOR_MS, () => (assistantThinks.value = false)) : undefined;
    }),
    effect(() => memory.write("live", session.value && phase.value !== "ended" && over.value === null ? true : null)),
    () => tabs.close(),
    hangUp,
  ];

  return {
    session,
    story,
    phase,
    over,
    isReachable,
    isCaughtUp,
    agentTypes,
    assistantThinks,
    draft,
    unread,
    waiting: outbox.lines,
    site: shownSite,

    /** The visitor wants to chat: begins a conversation unless there is one. */
    begin,
    say(text: string): void {
      const line = { id: randomId(), text: text.trim(), at: outbox.nextAt() };
      if (line.text === "") return;
      typing.stop();
      outbox.add(line);
      tabs.need({ type: "pressed", line });
      begin();
    },
    tryAgain(): void {
      outbox.tryAgain();
      tabs.need({ type: "tried_again" });
    },
    /** Takes an unsent line back. */
    takeBack(id: string): void {
      outbox.remove(id);
      tabs.tell({ type: "line_changed", id, to: "gone" });
    },
    write(text: string): void {
      draft.value = text;
      memory.write("draft", text || null);
      if (text !== "" && phase.value === "live") typing.stroke();
    },
    /** The visitor sees everything up to now. */
    look(): void {
      const last = entries.value.findLast(({ body }) => isSaidToVisitor(body))?.seq ?? 0;
      if (last <= seen.value) return;
      seen.value = last;
      memory.write("seen", last);
      tabs.tell({ type: "seen", seq: last });
      void tell("read", { seq: last });
    },
    askForPerson: () => tellOnce("handoff", {}),
    leaveMessage: (message: Omit<LeaveMessage, "id">) => tellOnce("message", message),
    rate: (score: number | null, comment: string) => tell("rating", comment ? { score, comment } : { score }),
    end: () => tell("leave", {}),
    /** Leaves this chat behind. What was not sent becomes the draft of the next. */
    startNew(): void {
      const unsent = outbox.lines.value.filter(({ state }) => state !== "sent").map(({ text }) => text);
      if (unsent.length > 0) this.write([draft.value, ...unsent].filter(Boolean).join("\n"));
      forget();
      tabs.tell({ type: "forgotten" });
      begin();
    },
    close: () => stops.forEach((stop) => stop()),
  };

  // ── Beginning ──

  function begin(): void {
    wantsChat = true;
    if (!session.value) {
      tabs.need({ type: "asked", conversation: null, after: 0, wantsChat });
      void ask();
    } else if (!tabs.leads()) catchUp();
  }

  async function ask(): Promise<void> {
    if (isBeginning) return;
    isBeginning = true;
    while (wantsChat && tabs.leads() && !session.value && !over.value) await askOnce();
    isBeginning = false;
  }

  async function askOnce(): Promise<void> {
    const key = memory.read("key") ?? randomKey();
    memory.write("key", key);
    try {
      const began = await connection.begin(site, { version, key, language, page: page() });
      isReachable.value = true;
      if (memory.read("key") !== key) return; // the visitor has started over in the meantime
      memory.write("key", null);
      adopt(began);
      tabs.tell({ type: "began", session: began });
      onLead();
    } catch (error) {
      const { code, retryAfterMs } = refusalOf(error);
      if (isFinal(code) || code === "invalid") return isOver(code);
      isReachable.value = false;
      await patience.afterFailure(retryAfterMs);
    }
  }

  function adopt(began: Remembered["session"]): void {
    if (session.value?.conversation === began.conversation) return;
    batch(() => {
      heard.startAgain();
      seen.value = memory.read("seen") ?? 0;
      over.value = null;
      session.value = began;
    });
    memory.write("session", began);
  }

  function forget(): void {
    hangUp();
    batch(() => {
      for (const { id } of outbox.lines.value) outbox.remove(id);
      heard.startAgain();
      seen.value = 0;
      over.value = null;
      session.value = null;
    });
    ids = {};
    for (const what of ["key", "session", "seen"] as const) memory.write(what, null);
  }

  // ── Following ──

  function onLead(): void {
    if (session.value && !stopFollowing && !over.value) {
      stopFollowing = connection.follow(session.value, { ...heard, hear, reachable, over: isOver });
    }
    void outbox.send();
    void ask();
  }

  function hangUp(): void {
    stopFollowing?.();
    stopFollowing = null;
  }

  function hear(message: ServerMessage): void {
    heard.hear(message);
    if (session.value && tabs.leads()) tabs.tell({ type: "heard", conversation: session.value.conversation, messages: [message] });
  }

  function reachable(is: boolean): void {
    if (is && !isReachable.value) outbox.tryAgain();
    isReachable.value = is;
    tabs.tell({ type: "reachable", isReachable: is });
  }

  function isOver(code: RefusalCode): void {
    hangUp();
    over.value = code;
    tabs.tell({ type: "over", code });
  }

  // ── Other tabs ──

  function onNews(news: News): void {
    switch (news.type) {
      case "asked":
        return answer(news);
      case "began":
        adopt(news.session);
        return catchUp();
      case "heard":
        if (news.conversation !== session.value?.conversation || tabs.leads()) return;
        return news.messages.forEach(heard.hear);
      case "reachable":
        isReachable.value = news.isReachable;
        return;
      case "pressed":
        return outbox.add(news.line);
      case "line_changed":
        return news.to === "gone" ? outbox.remove(news.id) : outbox.change(news.id, news.to);
      case "tried_again":
        return outbox.tryAgain();
      case "over":
        over.value = news.code;
        return;
      case "seen":
        seen.value = Math.max(seen.value, news.seq);
        return;
      case "forgotten":
        return forget();
      default:
        return news satisfies never;
    }
  }

  function answer({ conversation, after: from, wantsChat: wants }: Extract<News, { type: "asked" }>): void {
    if (!tabs.leads()) return;
    wantsChat ||= wants;
    if (over.value) return tabs.tell({ type: "over", code: over.value });
    if (!session.value) return void ask();
    if (session.value.conversation !== conversation) return tabs.tell({ type: "began", session: session.value });
    tabs.tell({ type: "heard", conversation, messages: heard.since(from, phase.value) });
  }

  function catchUp(): void {
    if (tabs.leads()) return;
    tabs.need({ type: "asked", conversation: session.value?.conversation ?? null, after: heard.after(), wantsChat });
  }

  // ── Telling ──

  async function tell(about: Parameters<Connection["tell"]>[1], body: object): Promise<RefusalCode | null> {
    if (!session.value) return "unreachable";
    try {
      await connection.tell(session.value, about, body);
      return null;
    } catch (error) {
      return refusalOf(error).code;
    }
  }

  /** Keeps its id until it has succeeded, so that pressing the button again is the same request. */
  async function tellOnce(about: "handoff" | "message", body: object): Promise<RefusalCode | null> {
    const id = (ids[about] ??= randomId());
    const refused = await tell(about, { id, ...body });
    if (refused === null || refused === "conflict") delete ids[about];
    return refused;
  }
}

const nowhere = { conversation: "", token: "" };

function isSaidToVisitor(body: EntryBody): boolean {
  return body.type === "said" && body.by !== "visitor";
}

export type Conversation = ReturnType<typeof createConversation>;
