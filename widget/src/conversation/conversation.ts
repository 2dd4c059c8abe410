import { batch, computed, effect, signal } from "@preact/signals-core";
import type { Phase, ServerMessage } from "@baton/bridge-server/protocol";
import type { Clock } from "../connection/clock.ts";
import type { Connection } from "../connection/connection.ts";
import { isFinal, type RefusalCode } from "../connection/refusal.ts";
import { version } from "../connection/version.ts";
import { createBeginning } from "./beginning.ts";
import { createConsent } from "./consent.ts";
import { createHeard } from "./heard.ts";
import type { Memory, Remembered } from "./memory.ts";
import { createOutbox } from "./outbox.ts";
import { randomId } from "./random.ts";
import { createSeen } from "./seen.ts";
import { storyOf } from "./story.ts";
import { joinTabs, type Leaving, type News } from "./tabs.ts";
import { noteThought } from "./thinking.ts";
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
  const isErased = signal(false);
  const wantsChat = signal(false);
  const wantsPerson = signal(false);
  const thinksAbout = signal<string | null>(null);
  const draft = signal(memory.read("draft") ?? "");
  const heard = createHeard(clock, (shown) => {
    for (const { body } of shown) if (body.type === "said" && body.by === "visitor") outbox.remove(body.id);
  });
  const { entries, isCaughtUp, agentTypes, agentRead } = heard;
  const seen = createSeen(memory, entries);
  const story = computed(() => storyOf(entries.value));
  const phase = computed((): Phase => (isCaughtUp.value ? story.value.phase : (heard.greetedIn.value ?? "automated")));
  const { tell, ...wishes } = createWishes(connection, session);
  const consent = createConsent(memory, (news) => tabs.tell(news), begin);
  let stopFollowing: (() => void) | null = null;

  const outbox = createOutbox(memory, clock, {
    maySend: () => tabs.leads() && session.value !== null && over.value === null,
    say: (line) => connection.say(session.value!, line), // `maySend` has looked
    changed: (id, to) => tabs.tell({ type: "line_changed", id, to }),
    over: isOver,
  });
  const beginOnce = createBeginning(memory, clock, {
    mayBegin: () => wantsChat.value && tabs.leads() && !session.value && !over.value && consent.asked.value === null,
    ask: (key) => connection.begin(site, { version, key, language, page: page(), consent: consent.given() }),
    began: onBegan,
    refused: onRefused,
  });
  const tabs = joinTabs(site, memory.lasts, { onLead, onFollow: hangUp, onNews }, clock);
  const isUnderWay = (): boolean => session.value !== null && phase.value !== "ended" && !over.value;
  const owed = (): string | null => (session.value && phase.value === "automated" ? story.value.unanswered : null);
  const stops = [
    effect(() => memory.write("live", isUnderWay() || null)), // for the launcher
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
    /** What the visitor has to agree to before a chat can begin, as the site has written it. */
    consent: consent.asked,
    /** Whether the visitor has deleted this chat. */
    isErased,
    agentTypes,
    agentRead,
    wantsChat,
    draft,
    waiting: outbox.lines,
    ...wishes,
    tell,
    story,
    phase,
    site: computed(() => heard.site.value ?? session.value?.site ?? null),
    /** Whether an answer to what the assistant has said would be the next thing it hears. */
    assistantListens: computed(() => phase.value === "automated" && outbox.lines.value.length === 0),
    assistantThinks: computed(() => thinksAbout.value !== null),
    unread: seen.count,
    firstUnread: seen.first,

    /** The visitor wants to chat: begins a conversation unless there is one. */
    begin,
    say(text: string): void {
      const line = { id: randomId(), text: text.trim(), at: outbox.nextAt() };
      if (line.text === "") return;
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
      const seq = seen.look();
      if (seq === null) return;
      tabs.tell({ type: "seen", seq });
      if (phase.value === "live") void tell("read", { seq }); // for the person: nobody else asks
    },
    /** Once there is a chat, which begins with it if there is none. */
    askForPerson(): void {
      begin();
      wantsPerson.value = true;
    },
    agree: consent.agree,
    /** Deletes the chat here and on the bridge. */
    async erase(): Promise<void> {
      if (await wishes.ask("erase", {})) leaveBehind("erased");
    },
    /** Leaves this chat behind. What was not sent becomes the draft of the next. */
    startNew(): void {
      const unsent = outbox.lines.value.filter(({ state }) => state !== "sent").map(({ text }) => text);
      if (unsent.length > 0) write([draft.value, ...unsent].filter(Boolean).join("\n"));
      leaveBehind();
      begin();
    },
    /** Leaves nothing behind that the next person at this machine could see, nor on the bridge anything to see it with (T12). */
    signOut: () => leaveBehind("signed_out"),
    close: () => stops.forEach((stop) => stop()),
  };

  function askOnceBegun(): void {
    if (!wantsPerson.value || !session.value) return;
    wantsPerson.value = false;
    void wishes.ask("handoff", {});
  }

  function write(text: string): void {
    draft.value = text;
    memory.write("draft", text || null);
  }

  // ── Beginning ──

  function begin(): void {
    if (isErased.value) return; // whoever touches the panel then has not asked for another
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

  function onRefused(code: RefusalCode, detail: string): void {
    if (code === "consent_required") return consent.ask(detail);
    if (isFinal(code) || code === "invalid") return isOver(code);
    isHeldBack.value = code === "too_fast" || code === "busy";
    isReachable.value = isHeldBack.value || code === "conflict";
  }

  function adopt(began: Remembered["session"]): void {
    if (session.value?.conversation === began.conversation) return;
    memory.write("session", began);
    batch(() => {
      heard.startAgain();
      seen.upTo.value = memory.read("seen") ?? 0;
      over.value = null;
      isErased.value = false;
      session.value = began;
    });
  }

  function leaveBehind(how: Leaving = "left"): void {
    if (how === "signed_out" || (isUnderWay() && how === "left")) void tell("leave", { signsOut: how === "signed_out" }); // or somebody waits
    forget(how);
    tabs.tell({ type: "forgotten", how });
  }

  function forget(how: Leaving): void {
    hangUp();
    if (how === "signed_out") {
      write("");
      memory.write("consent", null);
    }
    batch(() => {
      for (const { id } of outbox.lines.value) outbox.remove(id);
      heard.startAgain();
      seen.upTo.value = 0;
      over.value = session.value = null;
      wantsChat.value = wantsPerson.value = false;
      isErased.value = how === "erased";
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
      case "consent":
        return consent.take(news.text, news.isGiven);
      case "reachable":
        return void (isReachable.value = news.isReachable);
      case "pressed":
        return outbox.add(news.line);
      case "line_changed":
        return news.to === "gone" ? outbox.remove(news.id) : outbox.change(news.id, news.to);
      case "over":
        return void (over.value = news.code);
      case "seen":
        return void (seen.upTo.value = Math.max(seen.upTo.value, news.seq));
      case "forgotten":
        return forget(news.how);
      default:
        return news satisfies never;
    }
  }

  function answer({ conversation, after, wantsChat: wants }: Extract<News, { type: "asked" }>): void {
    if (wants) wantsChat.value = true;
    if (over.value) tabs.tell({ type: "over", code: over.value });
    else if (consent.asked.value !== null) consent.ask(consent.asked.value);
    else if (!session.value) void beginOnce();
    else if (session.value.conversation === conversation) {
      tabs.tell({ type: "heard", conversation, messages: heard.since(after, phase.value) });
    } else tabs.tell({ type: "began", session: session.value });
  }

  function catchUp(): void {
    const conversation = session.value?.conversation ?? null;
    tabs.need({ type: "asked", conversation, after: heard.after(), wantsChat: wantsChat.value });
  }
}

export type Conversation = ReturnType<typeof createConversation>;
