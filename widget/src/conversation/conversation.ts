import { computed, effect, signal } from "@preact/signals-core";
import type { Phase, ServerMessage } from "@baton/bridge-server/protocol";
import { isFinal, type RefusalCode } from "../connection/refusal.ts";
import { version } from "../connection/version.ts";
import { createBeginning } from "./beginning.ts";
import { type Chat, createChats, type Leaving } from "./chats.ts";
import { createConsent } from "./consent.ts";
import { createHeard } from "./heard.ts";
import { createOutbox } from "./outbox.ts";
import { createSeen } from "./seen.ts";
import { storyOf } from "./story.ts";
import type { Surroundings } from "./surroundings.ts";
import { joinTabs, type News } from "./tabs.ts";
import { createWishes } from "./wishes.ts";

const NOTICED_AFTER_MS = 1_000;

/** One visitor's chat, the same in all tabs: signals to look at, actions to call. Nothing is sent before `begin` is called once. */
export function createConversation({ site, connection, memory, clock, language, page }: Surroundings) {
  const { chat, session, lookUp, makeNext, began } = createChats(memory, clock, onTurn);
  const over = signal<RefusalCode | null>(null);
  const isReachable = signal(true);
  const isHeldBack = signal(false);
  const isSlow = signal(false);
  const isErased = computed(() => chat.value.left === "erased");
  const wantsChat = signal(false);
  const wantsPerson = signal(false);
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
    maySend: () => tabs.leads() && !!session.value && !over.value,
    say: (line) => connection.say(session.value!, line), // `maySend` has looked
    changed: (id, to) => tabs.tell({ type: "line_changed", id, to }),
    over: isOver,
  });
  const beginOnce = createBeginning(clock, {
    wanted() {
      lookUp();
      return wantsChat.value && tabs.leads() && !session.value && !over.value && consent.asked.value === null ? chat.value.key : "";
    },
    ask: (key) => connection.begin(site, { version, key, language, page: page(), consent: consent.given() }),
    began,
    refused: onRefused,
  });
  const tabs = joinTabs(site, memory.lasts, { onLead: lead, onFollow: hangUp, chat, onNews }, clock);
  const isUnderWay = (): boolean => !!session.value && phase.value !== "ended" && !over.value;
  const stops = [
    effect(() => memory.write("live", isUnderWay() || null)), // for the launcher
    effect(askOnceBegun),
    effect(noticeSlowness),
    clock.after(100, () => session.value && catchUp()),
    tabs.close,
  ];

  return {
    session,
    over,
    isReachable,
    /** Whether the bridge has too much to do for another chat at the moment. */
    isHeldBack,
    isCaughtUp,
    /** Whether that takes long enough for the visitor to wonder. */
    isSlow,
    /** What the visitor has to agree to before a chat can begin, as the site has written it. */
    consent: consent.asked,
    /** Whether the visitor has deleted this chat. */
    isErased,
    agentTypes,
    agentRead,
    draft,
    waiting: outbox.lines,
    ...wishes,
    tell,
    story,
    phase,
    site: computed(() => heard.site.value ?? session.value?.site ?? null),
    /** Whether an answer to what the assistant has said would be the next thing it hears. */
    assistantListens: computed(() => phase.value === "automated" && !over.value && !isErased.value && outbox.lines.value.length === 0),
    /** Whether it owes an answer; if none comes, the bridge says so. */
    assistantThinks: computed(() => story.value.unanswered !== null && isReachable.value && !over.value),
    unread: seen.count,
    firstUnread: seen.first,

    /** The visitor wants to chat: begins a conversation unless there is one. */
    begin,
    say(typed: string): void {
      const seenIn = session.value;
      const text = typed.trim();
      if (!text) return;
      begin();
      if (seenIn && session.value !== seenIn) return giveBack({ text }); // left in another tab: nobody else is told what was meant for it
      tabs.need({ type: "pressed", line: outbox.press(text) });
    },
    tryAgain(): void {
      outbox.tryAgain();
      for (const line of outbox.lines.value) tabs.need({ type: "pressed", line });
    },
    /** Takes an unsent line back. */
    takeBack(id: string): void {
      outbox.remove(id);
      tabs.tell({ type: "line_changed", id, to: "gone" });
    },
    write,
    /** The visitor sees everything up to now. */
    look(): void {
      lookUp();
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
      const { at } = chat.value;
      if (!(await wishes.ask("erase", {}))) return;
      catchUp();
      if (chat.value.at === at) leaveBehind("erased"); // or there is another already
    },
    /** Leaves this chat behind. What was not sent becomes the draft of the next. */
    startNew(): void {
      memory.lines().forEach(giveBack);
      leaveBehind();
    },
    /** Leaves nothing behind that the next person at this machine could see, nor on the bridge anything to see it with (T12). */
    signOut: () => leaveBehind("signed_out"),
    close: () => stops.forEach((stop) => stop()),
    /** For kept-page.ts. */
    kept: { tabs, forget: () => lookUp({ at: chat.value.at + 1, key: "" }), catchUp },
  };

  function askOnceBegun(): void {
    if (!wantsPerson.value || !session.value) return;
    wantsPerson.value = false;
    void wishes.ask("handoff", {});
  }

  function noticeSlowness() {
    isSlow.value = false;
    return !isCaughtUp.value && (wantsChat.value || session.value) ? clock.after(NOTICED_AFTER_MS, () => (isSlow.value = true)) : undefined;
  }

  function write(text: string): void {
    memory.write("draft", (draft.value = text) || null);
  }

  function giveBack(line: { text: string }): void {
    write((draft.value && `${draft.value}\n`) + line.text);
  }

  function begin(): void {
    lookUp();
    if (isErased.value) return; // whoever touches the panel then has not asked for another
    wantsChat.value = true;
    if (!chat.value.key) return makeNext();
    if (session.value && tabs.leads()) return;
    catchUp();
    void beginOnce();
  }

  function onRefused(code: RefusalCode, detail: string): void {
    isHeldBack.value = code === "too_fast" || code === "busy";
    isReachable.value = isHeldBack.value || code === "conflict" || code === "consent_required";
    if (code === "consent_required") return consent.ask(detail);
    if (isFinal(code) || code === "invalid") {
      console.warn("Baton:", code, detail); // for whoever has written the page
      return isOver(code);
    }
    if (code === "conflict") makeNext(); // what this key began is too old to be asked for again, so it would be refused for ever
  }

  function onTurn({ key, left }: Chat): void {
    hangUp();
    if (!key) forgetWishes();
    wantsChat.value = !!key;
    if (left === "signed_out") {
      write("");
      for (const what of ["consent", "named"] as const) memory.write(what, null);
    }
    isHeldBack.value = false;
    isReachable.value = true;
    over.value = null;
    outbox.recall(true);
    heard.startAgain();
    seen.upTo.value = memory.read("seen") ?? 0;
    wishes.forget();
    catchUp();
    lead();
  }

  function forgetWishes(): void {
    wantsPerson.value = false;
    for (const { id } of memory.lines()) memory.dropLine(id);
  }

  function leaveBehind(left?: Leaving): void {
    lookUp();
    const signsOut = left === "signed_out";
    if (signsOut || (isUnderWay() && !left)) void tell("leave", { signsOut }); // or somebody waits
    forgetWishes();
    for (const what of ["seen", "subject", "told"] as const) memory.write(what, null);
    makeNext(left);
  }

  function lead(): void {
    if (!tabs.leads()) return;
    lookUp(); // before the lines, which are those of the chat in the memory
    if (session.value && !stopFollowing && !over.value) {
      stopFollowing = connection.follow(session.value, { ...heard, hear, reachable, over: isOver });
    }
    outbox.recall();
    outbox.tryAgain();
    void beginOnce();
  }

  function hangUp(): void {
    stopFollowing?.();
    stopFollowing = null;
  }

  function hear(message: ServerMessage): void {
    heard.hear(message);
    tabs.tell({ type: "heard", messages: [message], upTo: heard.after() });
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

  function onNews(news: News, of: Chat): void {
    lookUp(of);
    if (news.type !== "asked" && of.at !== chat.value.at) return; // it is of a chat that has been left
    switch (news.type) {
      case "asked":
        wantsChat.value = true; // or it would not ask; this tab may be the next to lead
        if (!tabs.leads()) return;
        if (over.value) tabs.tell({ type: "over", code: over.value });
        else if (consent.asked.value !== null) consent.ask(consent.asked.value);
        else if (session.value) tabs.tell({ type: "heard", messages: heard.since(news.after, phase.value), upTo: 0 });
        else void beginOnce();
        return;
      case "heard":
        if (tabs.leads()) return;
        news.messages.forEach(heard.hear);
        return heard.after() < news.upTo ? catchUp() : undefined; // this tab was away when it would have been told
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
    }
    news satisfies never;
  }

  /** Asks the memory, and the leading tab, for what this one lacks. */
  function catchUp(): void {
    lookUp();
    tabs.need({ type: "asked", after: heard.after() });
  }
}

export type Conversation = ReturnType<typeof createConversation>;
