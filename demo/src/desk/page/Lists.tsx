import type { ComponentChildren } from "preact";
import type { Chat } from "../chat.ts";
import { labelOf } from "@baton/bridge-server/console/brief.ts";
import { elapsed, timeOf } from "@baton/bridge-server/console/times.ts";
import type { DeskClient } from "./desk-client.ts";
import { PhoneSign } from "./PhoneSign.tsx";

/** Those nobody has accepted yet, urgent ones first. */
export function Waiting({ client }: { client: DeskClient }) {
  const chats = client.waiting.value;
  return (
    <List name="Waiting" count={chats.length} empty="Nobody is waiting.">
      {chats.map((chat) => (
        <li key={chat.id} class={`card ${chat.urgent ? "urgent" : ""}`}>
          <div class="line">
            <strong dir="auto" id={`who-${chat.id}`}>
              {visitorName(chat)}
            </strong>
            {chat.urgent && <span class="badge urgent">Urgent</span>}
            <time class="wait" dateTime={chat.place.since} title="Waiting for">
              {elapsed(chat.place.since)}
            </time>
          </div>
          <p class="why">
            {labelOf(chat.requested.reason ?? chat.requested.destination)}
            <span class="queue">{chat.queue}</span>
          </p>
          <TransferLine chat={chat} me={client.me.value} />
          <LastWords chat={chat} />
          <button type="button" class="primary accept" aria-describedby={`who-${chat.id}`} onClick={() => void client.accept(chat.id)}>
            Accept
          </button>
        </li>
      ))}
    </List>
  );
}

/** The chats this agent has, and those just ended. */
export function MyChats({ client }: { client: DeskClient }) {
  const chats = client.mine.value;
  return (
    <List name="My chats" count={chats.length} empty="Chats that you accept stay here.">
      {chats.map((chat) => {
        const isOpen = client.open.value?.id === chat.id;
        const isOver = chat.place.at === "over";
        return (
          <li key={chat.id}>
            <button
              type="button"
              class={`row ${isOpen ? "open" : ""} ${isOver ? "over" : ""}`}
              aria-current={isOpen ? "true" : undefined}
              onClick={() => client.show(chat.id)}
            >
              <span class="line">
                <strong dir="auto">{visitorName(chat)}</strong>
                {chat.unread > 0 && !isOpen && (
                  <span class="badge unread">
                    {chat.unread}
                    <span class="hidden"> unread</span>
                  </span>
                )}
                {isOver && <span class="badge">Ended</span>}
                {!isOver && <time class="wait">{elapsed(chat.place.since)}</time>}
              </span>
              {chat.visitorIsTyping ? <span class="words typing">is typing…</span> : <LastWords chat={chat} />}
            </button>
          </li>
        );
      })}
    </List>
  );
}

/** What visitors left when nobody could come. */
export function Messages({ client }: { client: DeskClient }) {
  const chats = client.messages.value;
  const todo = chats.filter(({ place }) => place.at === "message" && !place.isDone).length;
  return (
    <List name="Messages" count={todo} empty="No messages were left.">
      {chats.map((chat) => {
        const isOpen = client.open.value?.id === chat.id;
        const isDone = chat.place.at === "message" && chat.place.isDone;
        return (
          <li key={chat.id}>
            <button
              type="button"
              class={`row ${isOpen ? "open" : ""} ${isDone ? "over" : ""}`}
              aria-current={isOpen ? "true" : undefined}
              onClick={() => client.show(chat.id)}
            >
              <span class="line">
                <strong dir="auto">{visitorName(chat)}</strong>
                {isDone && <span class="badge">Answered</span>}
                <time class="wait">{timeOf(chat.requestedAt)}</time>
              </span>
              <LastWords chat={chat} />
            </button>
          </li>
        );
      })}
    </List>
  );
}

/** Phone calls that were led here. They ring elsewhere, so the list is there only when one has come. */
export function Calls({ client }: { client: DeskClient }) {
  const calls = client.calls.value;
  if (calls.length === 0) return null;
  return (
    <List name="Phone calls" count={calls.length} empty="">
      {calls.map((chat) => {
        const isOpen = client.open.value?.id === chat.id;
        return (
          <li key={chat.id}>
            <button
              type="button"
              class={`row ${isOpen ? "open" : ""}`}
              aria-current={isOpen ? "true" : undefined}
              onClick={() => client.show(chat.id)}
            >
              <span class="line">
                <PhoneSign />
                <strong dir="auto">{visitorName(chat)}</strong>
                {chat.urgent && <span class="badge urgent">Urgent</span>}
                <time class="wait">{timeOf(chat.requestedAt)}</time>
              </span>
              <span class="words">{[labelOf(chat.requested.reason ?? ""), chat.queue].filter(Boolean).join(" · ")}</span>
            </button>
          </li>
        );
      })}
    </List>
  );
}

/** How agents call somebody whose name may not be known. */
export function visitorName({ visitor, context, place }: Chat): string {
  const told = (key: string) => (typeof context?.data[key] === "string" && context.data[key]) || null;
  const unknown = place.at === "phone" ? ["Caller", told("customer_id")].filter(Boolean).join(" ") : "Visitor";
  return visitor.name ?? told("customer_name") ?? visitor.email ?? visitor.phone ?? unknown;
}

function List({ name, count, empty, children }: { name: string; count: number; empty: string; children: ComponentChildren[] }) {
  return (
    <section class="list">
      <h2>
        {name}
        {count > 0 && <span class="count">{count}</span>}
      </h2>
      <ul aria-label={name}>{children}</ul>
      {children.length === 0 && <p class="empty">{empty}</p>}
    </section>
  );
}

function TransferLine({ chat: { place }, me }: { chat: Chat; me: string }) {
  if (place.at !== "waiting" || !place.transfer) return null;
  const { from, agent, note } = place.transfer;
  return (
    <p class="transfer">
      From {from}
      {agent && `, for ${agent === me ? "you" : agent}`}
      {note && <q dir="auto">{note}</q>}
    </p>
  );
}

function LastWords({ chat }: { chat: Chat }) {
  const said = [...chat.before, ...chat.since.flatMap((item) => (item.kind === "line" ? [item.line] : []))];
  const last = said.findLast(({ by }) => by === "visitor") ?? said.at(-1);
  return last ? (
    <span class="words" dir="auto">
      {last.file ? last.file.name : last.text}
    </span>
  ) : null;
}
