import { batch, computed, effect, signal } from "@preact/signals-core";
import type { EntryBody, LeaveMessage, Phase, ServerMessage } from "@baton/bridge-server/protocol";
import type { Clock } from "../connection/clock.ts";
import type { Connection } from "../connection/connection.ts";
import { isFinal, refusalOf, type RefusalCode } from "../connection/refusal.ts";
import { version } from "../connection/version.ts";
import { createBeginning } from "./beginning.ts";
import { createHeard } from "./heard.ts";
import type { Memory, Remembered } from "./memory.ts";
import { createOutbox } from "./outbox.ts";
import { randomId } from "./random.ts";
import { storyOf } from "./story.ts";
import { joinTabs, type News } from "./tabs.ts";
import { noteThought } from "./thinking.ts";
import { createTyping } from "./typing.ts";
import { createWishes } from "./wishes.ts";

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
  const isHeldBack = signal(false);
  const wantsChat = signal(false);
  const wantsPerson = signal(false);
  const thinksAbout = signal<string | null>(null);
  const draft = signal(memory.read("draft") ?? "");
  const seen = signal(memory.read("seen") ?? 0);
  const heard = createHeard(clock, (shown) => {
    for (const { body } of shown) if (body.type === "said" && body.by === "visitor") outbox.remove(body.id);
  });
  const { entries, isCaughtUp, agentTypes } = heard;
  const story = computed(() => storyOf(entries.value));
  const phase = computed((): Phase => (isCaughtUp.value ? story.value.phase : (heard.greetedIn.value ?? "automated")));

  const wishes = createWishes(tell);
  const typing = createTyping(clock, (on) => void tell("typing", { on }));
  let stopFollowing: (() => void) | null = null;

  const outbox = createOutbox(memory, clock, {
    maySend: () => tabs.leads() && session.value !== null && over.value === null,
    say: (line) => connection.say(session.value!, line), // `maySend` has looked
    changed: (id, to) => tabs.tell({ type: "line_changed", id, to }),
    over: isOver,
  });
  const beginOnce = createBeginning(memory, clock, {
    mayBegin: () => wantsChat.value && tabs.leads() && !session.value && !over.value,
    ask: (key) => connection.begin(site, { version, key, language, page: page() }),
    began: onBegan,
    refused: onRefused,
  });
  const tabs = joinTabs(site, memory.lasts, { onLead, onFollow: hangUp, onNews }, clock);
  const owed = (): string | null => (session.value && phase.value === "automated" ? story.value.unanswered : null);
  const stops = [
    effect(noteLife),
    effect(noteThought(clock, thinksAbout, owed)),
    effect(askOnceBegun),
    clock.after(100, () => session.value && catchUp()),
    tabs.close,
    hangUp,
  ];

  return {
    session,
    over,
    isReachable,
    /** Whether the bridge has too much to do for another chat at the moment. */
    isHeldBack,
    isCaughtUp,
    agentTypes,
    wantsChat,
    draft,
    waiting: outbox.lines,
    ...wishes,
    story,
    phase,
    site: computed(() => heard.site.value ?? session.value?.site ?? null),
    /** Whether an answer to what the assistant has said would be the next thing it hears. */
    assistantListens: computed(() => phase.value === "automated" && outbox.lines.value.length === 0),
    assistantThinks: computed(() => thinksAbout.value !== null),
    unread: computed(() => entries.value.filter(({ seq, body }) => seq > seen.value && isSaidToVisitor(body)).length),

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
      for (const { id, text, at } of outbox.lines.value) tabs.need({ type: "pressed", line: { id, text, at } });
    },
    /** Takes an unsent line back. */
    takeBack(id: string): void {
      outbox.remove(id);
      tabs.tell({ type: "line_changed", id, to: "gone" });
    },
    write,
    /** The visitor sees everything up to now. */
    look(): void {
      const last = entries.value.findLast(({ body }) => isSaidToVisitor(body))?.seq ?? 0;
      if (last <= seen.value) return;
      seen.value = last;
      memory.write("seen", last);
      tabs.tell({ type: "seen", seq: last });
      void tell("read", { seq: last });
    },
    /** Once there is a chat, which begins with it if there is none. */
    askForPerson(): void {
      begin();
      wantsPerson.value = true;
    },
    leaveMessage: (message: Omit<LeaveMessage, "id">) => wishes.ask("message", message),
    rate: (score: number | null, comment: string) => wishes.ask("rating", comment ? { score, comment } : { score }),
    end: () => wishes.ask("leave", {}),
    /** Leaves this chat behind. What was not sent becomes the draft of the next. */
    startNew(): void {
      const unsent = outbox.lines.value.filter(({ state }) => state !== "sent").map(({ text }) => text);
      if (unsent.length > 0) write([draft.value, ...unsent].filter(Boolean).join("\n"));
      leaveBehind();
      begin();
    },
    /** Leaves nothing behind that the next person at this machine could see (T12). */
    signOut: () => (leaveBehind(), write("")),
    close: () => stops.forEach((stop) => stop()),
  };

  function askOnceBegun(): void {
    if (!wantsPerson.value || !session.value) return;
    wantsPerson.value = false;
    void wishes.ask("handoff", {});
  }

  function noteLife(): void {
    memory.write("live", session.value && phase.value !== "ended" && !over.value ? true : null);
  }

  function write(text: string): void {
    draft.value = text;
    memory.write("draft", text || null);
    if (text !== "" && phase.value === "live") typing.stroke();
  }

  // ── Beginning ──

  function begin(): void {
    wantsChat.value = true;
    if (session.value && tabs.leads()) return;
    catchUp();
    void beginOnce();
  }

  function onBegan(session: Remembered["session"]): void {
    isReachable.value = true;
    isHeldBack.value = false;
    adopt(session);
    tabs.tell({ type: "began", session });
    onLead();
  }

  function onRefused(code: RefusalCode): void {
    if (isFinal(code) || code === "invalid") return isOver(code);
    isHeldBack.value = code === "too_fast" || code === "busy";
    isReachable.value = isHeldBack.value || code === "conflict";
  }

  function adopt(began: Remembered["session"]): void {
    if (session.value?.conversation === began.conversation) return;
    memory.write("session", began);
    batch(() => {
      heard.startAgain();
      seen.value = memory.read("seen") ?? 0;
      over.value = null;
      session.value = began;
    });
  }

  function leaveBehind(): void {
    if (session.value && phase.value !== "ended" && !over.value) void tell("leave", {}); // or somebody waits for who has gone
    forget();
    tabs.tell({ type: "forgotten" });
  }

  function forget(): void {
    hangUp();
    batch(() => {
      for (const { id } of outbox.lines.value) outbox.remove(id);
      heard.startAgain();
      seen.value = 0;
      over.value = null;
      session.value = null;
      wantsPerson.value = false;
      wishes.forget();
    });
    for (const what of ["key", "session", "seen", "subject"] as const) memory.write(what, null);
  }

  // ── Following ──

  function onLead(): void {
    if (tabs.leads() && session.value && !stopFollowing && !over.value) {
      stopFollowing = connection.follow(session.value, { ...heard, hear, reachable, over: isOver });
    }
    void outbox.send();
    void beginOnce();
  }

  function hangUp(): void {
    stopFollowing?.();
    stopFollowing = null;
  }

  function hear(message: ServerMessage): void {
    heard.hear(message);
    if (session.value) tabs.tell({ type: "heard", conversation: session.value.conversation, messages: [message] });
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

  function onNews(news: News): void {
    switch (news.type) {
      case "asked":
        return tabs.leads() ? answer(news) : undefined;
      case "began":
        adopt(news.session);
        return catchUp();
      case "heard":
        if (news.conversation !== session.value?.conversation || tabs.leads()) return;
        return news.messages.forEach(heard.hear);
      case "reachable":
        return void (isReachable.value = news.isReachable);
      case "pressed":
        return outbox.add(news.line);
      case "line_changed":
        return news.to === "gone" ? outbox.remove(news.id) : outbox.change(news.id, news.to);
      case "over":
        return void (over.value = news.code);
      case "seen":
        return void (seen.value = Math.max(seen.value, news.seq));
      case "forgotten":
        return forget();
      default:
        return news satisfies never;
    }
  }

  function answer({ conversation, after, wantsChat: wants }: Extract<News, { type: "asked" }>): void {
    if (wants) wantsChat.value = true;
    if (over.value) tabs.tell({ type: "over", code: over.value });
    else if (!session.value) void beginOnce();
    else if (session.value.conversation === conversation) {
      tabs.tell({ type: "heard", conversation, messages: heard.since(after, phase.value) });
    } else tabs.tell({ type: "began", session: session.value });
  }

  function catchUp(): void {
    const conversation = session.value?.conversation ?? null;
    tabs.need({ type: "asked", conversation, after: heard.after(), wantsChat: wantsChat.value });
  }

  async function tell(about: Parameters<Connection["tell"]>[1], body: object): Promise<RefusalCode | null> {
    if (!session.value) return "unreachable";
    try {
      await connection.tell(session.value, about, body);
      return null;
    } catch (error) {
      return refusalOf(error).code;
    }
  }
}

const isSaidToVisitor = (body: EntryBody): boolean => body.type === "said" && body.by !== "visitor";

export type Conversation = ReturnType<typeof createConversation>;
