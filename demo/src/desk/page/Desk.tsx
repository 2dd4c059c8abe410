import { KeysDialog } from "@baton/bridge-server/console/view/KeysDialog.tsx";
import { useEffect } from "preact/hooks";
import { Conversation } from "./Conversation.tsx";
import type { DeskClient } from "./desk-client.ts";
import { EndDialog } from "./EndDialog.tsx";
import { HandoffContext } from "./HandoffContext.tsx";
import { Calls, Messages, MyChats, Waiting } from "./Lists.tsx";
import { PhoneCall } from "./PhoneCall.tsx";
import { listenToKeys, shortcuts } from "./shortcuts.ts";
import { TopBar } from "./TopBar.tsx";
import { TransferDialog } from "./TransferDialog.tsx";

const keys = [...shortcuts, { keys: ["Enter"], does: "Send" }, { keys: ["Shift", "Enter"], does: "Start a new line" }];

/** The whole page: who waits and whom you serve, the chat in front of you, and what is known about it. */
export function Desk({ client }: { client: DeskClient }) {
  const chat = client.open.value;
  const waiting = client.waiting.value.length;
  useEffect(() => listenToKeys(client), [client]);
  useEffect(() => {
    document.title = waiting > 0 ? `(${waiting}) Desk` : "Desk";
  }, [waiting]);

  return (
    <div class={`desk ${chat ? "has-chat" : ""} ${client.isContextOpen.value ? "has-context-open" : ""}`}>
      <TopBar client={client} />
      <nav class="lists" aria-label="Chats">
        <Waiting client={client} />
        <MyChats client={client} />
        <Calls client={client} />
        <Messages client={client} />
      </nav>
      {chat ? (
        <>
          {chat.place.at === "phone" ? (
            <PhoneCall key={chat.id} client={client} chat={chat} />
          ) : (
            <Conversation key={chat.id} client={client} chat={chat} />
          )}
          <HandoffContext key={`${chat.id} context`} client={client} chat={chat} />
        </>
      ) : (
        <Nothing client={client} />
      )}
      {client.dialog.value === "transfer" && chat && <TransferDialog client={client} chat={chat} />}
      {client.dialog.value === "end" && chat && <EndDialog client={client} chat={chat} />}
      {client.dialog.value === "help" && <KeysDialog keys={keys} close={() => (client.dialog.value = null)} />}
    </div>
  );
}

function Nothing({ client }: { client: DeskClient }) {
  const next = client.waiting.value[0];
  return (
    <main class="nothing">
      <svg viewBox="0 0 120 80" aria-hidden="true">
        <rect x="8" y="10" width="64" height="38" rx="12" />
        <path d="M24 48 v12 l14 -12 z" />
        <rect class="mine" x="48" y="28" width="64" height="36" rx="12" />
        <path class="mine" d="M96 63 v12 l-14 -12 z" />
      </svg>
      <h1>{next ? "Somebody is waiting" : "All quiet"}</h1>
      <p>
        {next
          ? "Accept a chat to see what the assistant knows and what was said so far."
          : "When the assistant passes a chat on, it appears under Waiting with its reason and how long it has waited."}
      </p>
      <p class="hint">
        {next ? (
          <>
            <kbd>Alt</kbd> <kbd>A</kbd> accepts the next one
          </>
        ) : (
          <>
            To try it, say <q>I want a refund</q> in the shop’s chat, then <q>A-1001</q>.
          </>
        )}
      </p>
    </main>
  );
}
