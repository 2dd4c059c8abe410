import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Chat, Item } from "../chat.ts";
import type { Line } from "../wire.ts";
import { briefOf, labelOf } from "@baton/bridge-server/console/brief.ts";
import { timeOf } from "@baton/bridge-server/console/times.ts";
import { Composer } from "./Composer.tsx";
import type { DeskClient } from "./desk-client.ts";
import { emphasised } from "@baton/bridge-server/console/view/emphasised.tsx";
import { visitorName } from "./Lists.tsx";

/** The chat in front of the agent: who it is, what was said, and what to do about it. */
export function Conversation({ client, chat }: { client: DeskClient; chat: Chat }) {
  const isLive = chat.place.at === "agent";
  return (
    <main class="conversation">
      <ChatHead client={client} chat={chat}>
        {isLive && (
          <div class="actions">
            <button type="button" aria-keyshortcuts="Alt+T" title="Alt T" onClick={() => (client.dialog.value = "transfer")}>
              Transfer
            </button>
            <button
              type="button"
              class="danger"
              aria-keyshortcuts="Alt+Shift+E"
              title="Alt Shift E"
              onClick={() => (client.dialog.value = "end")}
            >
              End chat
            </button>
          </div>
        )}
      </ChatHead>
      <Log chat={chat} me={client.me.value} />
      {client.complaint.value && (
        <p class="complaint" role="alert">
          {client.complaint.value}
        </p>
      )}
      {isLive && <Composer client={client} chat={chat} />}
      {chat.place.at === "over" && <Over client={client} chat={chat} by={chat.place.by} />}
      {chat.place.at === "message" && <LeftMessage client={client} chat={chat} isDone={chat.place.isDone} />}
    </main>
  );
}

/** Who it is and what it is about, with what can be done beside it. */
export function ChatHead({ client, chat, children }: { client: DeskClient; chat: Chat; children?: ComponentChildren }) {
  return (
    <header class="chat-head">
      <button type="button" class="icon back" aria-label="All chats" onClick={() => client.show(null)}>
        ‹
      </button>
      <div class="person">
        <h1 dir="auto">{visitorName(chat)}</h1>
        <p>
          {chat.urgent && <span class="badge urgent">Urgent</span>}
          <span class="badge">{chat.queue}</span>
          {chat.visitor.language && <span class="badge">{chat.visitor.language}</span>}
          <span class="muted">{labelOf(chat.requested.reason ?? chat.requested.destination)}</span>
        </p>
      </div>
      <ContextButton client={client} chat={chat} />
      {children}
    </header>
  );
}

/** On a narrow screen the context is behind this button, and whether somebody is verified is still in sight. */
function ContextButton({ client, chat }: { client: DeskClient; chat: Chat }) {
  const verdict = chat.context ? briefOf(chat.context.data).verification.verdict : null;
  return (
    <button
      type="button"
      class={`context-button ${verdict ?? ""}`}
      aria-expanded={client.isContextOpen.value}
      onClick={() => (client.isContextOpen.value = !client.isContextOpen.value)}
    >
      {verdict === "verified" ? "✓ Context" : verdict === "not_verified" ? "! Context" : "Context"}
    </button>
  );
}

function Log({ chat, me }: { chat: Chat; me: string }) {
  const box = useRef<HTMLDivElement>(null);
  const wasAtEnd = useRef(true);
  useLayoutEffect(() => {
    if (box.current && wasAtEnd.current) box.current.scrollTop = box.current.scrollHeight;
  });
  const follow = ({ currentTarget: { scrollTop, scrollHeight, clientHeight } }: { currentTarget: HTMLDivElement }) => {
    wasAtEnd.current = scrollHeight - scrollTop - clientHeight < 60;
  };
  return (
    <div class="log" role="log" aria-label="Conversation" tabIndex={0} ref={box} onScroll={follow}>
      <section class="before" aria-label="Before the handoff">
        <h2 class="divider">{chat.place.at === "message" ? "What was said" : "Before the handoff"}</h2>
        {chat.before.length === 0 && <p class="event">Nothing was said.</p>}
        {chat.before.map((line) => (
          <Bubble key={line.id} line={line} me={me} visitor={visitorName(chat)} />
        ))}
      </section>
      <section aria-label="Since the handoff">
        <h2 class="divider now">
          {chat.place.at === "message" ? "Message left" : "With people"} · {timeOf(chat.requestedAt)}
        </h2>
        {chat.since.map((item) => (
          <Since key={item.kind === "line" ? item.line.id : item.id} item={item} me={me} visitor={visitorName(chat)} />
        ))}
        {chat.visitorIsTyping && (
          <p class="event typing" dir="auto">
            {visitorName(chat)} is typing
            <span class="dots" aria-hidden="true" />
          </p>
        )}
      </section>
    </div>
  );
}

function Since({ item, me, visitor }: { item: Item; me: string; visitor: string }) {
  switch (item.kind) {
    case "line":
      return <Bubble line={item.line} me={me} visitor={visitor} item={item} />;
    case "note":
      return (
        <p class="note">
          <strong>Note from {item.by}, colleagues only</strong>
          <span dir="auto">{item.text}</span>
        </p>
      );
    case "event":
      return (
        <p class="event">
          {item.text} · {timeOf(item.at)}
        </p>
      );
  }
}

function Bubble({ line, me, visitor, item }: { line: Line; me: string; visitor: string; item?: Item & { kind: "line" } }) {
  const isMine = line.by === "agent" && line.name === me;
  const who =
    line.by === "visitor" ? visitor : line.by === "assistant" ? (line.name ?? "Assistant") : isMine ? "You" : (line.name ?? "Agent");
  return (
    <article class={`bubble ${line.by} ${isMine ? "mine" : ""}`}>
      <header>
        <strong dir="auto">{who}</strong> <time dateTime={line.at}>{timeOf(line.at)}</time>
      </header>
      {line.file ? <FileLink {...line.file} /> : <p dir="auto">{line.by === "assistant" ? emphasised(line.text) : line.text}</p>}
      {item?.delivery && <footer class={item.delivery}>{item.isRead ? "Read" : deliveries[item.delivery]}</footer>}
    </article>
  );
}

/** Saved, never shown on this page: it is a stranger's. */
function FileLink({ name, size, url }: NonNullable<Line["file"]>) {
  return (
    <p>
      <a href={url} download={name} target="_blank" rel="noopener noreferrer" dir="auto">
        {name}
      </a>{" "}
      <span class="muted">{size < 1_000_000 ? `${Math.max(1, Math.round(size / 1_000))} kB` : `${(size / 1_000_000).toFixed(1)} MB`}</span>
    </p>
  );
}

const deliveries = { sending: "Sending…", delivered: "Delivered", refused: "Not delivered: the bridge refused it" };

function Over({ client, chat, by }: { client: DeskClient; chat: Chat; by: "agent" | "visitor" | "desk" }) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // The reply field has just gone, and the focus with it.
    if (document.activeElement === document.body || document.activeElement === null) button.current?.focus();
  }, []);
  return (
    <div class="over-bar">
      <p>{by === "visitor" ? "The visitor has left." : by === "agent" ? "This chat is over." : "The desk was closed."}</p>
      <button type="button" ref={button} onClick={() => client.tidy(chat.id)}>
        Done
      </button>
    </div>
  );
}

function LeftMessage({ client, chat, isDone }: { client: DeskClient; chat: Chat; isDone: boolean }) {
  const { email, phone } = chat.visitor;
  return (
    <div class="over-bar">
      <p>
        {email || !phone ? "The visitor is gone and left this. " : "The visitor is gone and waits for a call. "}
        {email ? (
          <>
            Answer to <strong>{email}</strong>.
          </>
        ) : phone ? (
          <>
            Call <strong>{phone}</strong>.
          </>
        ) : (
          "There is no address to answer to."
        )}
      </p>
      <button type="button" class="primary" disabled={isDone} onClick={() => void client.answered(chat.id)}>
        {isDone ? "Answered" : "Mark as answered"}
      </button>
    </div>
  );
}
