import { timeOf } from "@baton/bridge-server/console/times.ts";
import type { Chat } from "../chat.ts";
import { ChatHead } from "./Conversation.tsx";
import type { DeskClient } from "./desk-client.ts";
import { PhoneSign } from "./PhoneSign.tsx";

/** A call in front of the agent who has it on the phone: where it rings, and what to look at. Nothing is written here. */
export function PhoneCall({ client, chat }: { client: DeskClient; chat: Chat }) {
  const { place, requested } = chat;
  if (place.at !== "phone") return null;
  return (
    <main class="conversation">
      <ChatHead client={client} chat={chat} />
      <section class="phone-call" aria-label="Phone call">
        <PhoneSign />
        <h2>This is a phone call</h2>
        <p>
          It came at <time dateTime={place.since}>{timeOf(place.since)}</time>
          {requested.destination && (
            <>
              , for <strong dir="auto">{requested.destination}</strong>
            </>
          )}
          , and went on to
        </p>
        <p class="led" dir="ltr">
          {place.to}
        </p>
        <p class="muted">Speak on the phone. What the caller need not be asked again stands under “Handoff context”.</p>
      </section>
      <div class="over-bar">
        <p>Who picked up, only the phone system knows.</p>
        <button type="button" onClick={() => client.tidy(chat.id)}>
          Done
        </button>
      </div>
    </main>
  );
}
