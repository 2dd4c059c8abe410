import { briefOf, labelOf } from "@baton/bridge-server/console/brief.ts";
import { BriefSections } from "@baton/bridge-server/console/handoff/BriefSections.tsx";
import { Facts } from "@baton/bridge-server/console/handoff/Facts.tsx";
import { timeOf } from "@baton/bridge-server/console/times.ts";
import { Verification } from "@baton/bridge-server/console/handoff/Verification.tsx";
import type { Chat } from "../chat.ts";
import type { DeskClient } from "./desk-client.ts";

/** What an agent should know before the first word: is it really them, who are they, what is it about, and who says so. */
export function HandoffContext({ client, chat }: { client: DeskClient; chat: Chat }) {
  const { context, requested, visitor, ids, utterance } = chat;
  const brief = context ? briefOf(context.data) : null;
  return (
    <aside class="context" role="region" aria-label="Handoff context" tabIndex={0}>
      <header>
        <h2>Handoff context</h2>
        {chat.contextCameLate && <span class="badge late">Arrived late</span>}
        <button type="button" class="icon close" aria-label="Close context" onClick={() => (client.isContextOpen.value = false)}>
          ×
        </button>
      </header>
      {brief ? <Verification verdict={brief.verification.verdict} facts={brief.verification.facts} /> : <NoContext />}

      <BriefSections
        brief={brief}
        utterance={utterance}
        asked={[
          { key: "reason", label: "Reason", value: requested.reason && labelOf(requested.reason) },
          { key: "destination", label: "Asked for", value: requested.destination },
          { key: "by", label: "Asked by", value: askedBy[requested.by] },
        ]}
      />

      {chat.place.at !== "phone" && <AboutVisitor visitor={visitor} />}

      <section class="provenance">
        <h3>Where this comes from</h3>
        <Facts
          facts={[
            ...(context
              ? [
                  { key: "source", label: "Stored by", value: storedBy(context.source) },
                  { key: "at", label: "Read at", value: timeOf(context.at) || context.at },
                ]
              : []),
            { key: "site", label: "Site", value: chat.site },
            { key: "conversation", label: "Conversation", value: ids.conversation },
            { key: "sharedId", label: "Shared id", value: ids.sharedId },
            { key: "assistantChat", label: "Assistant chat", value: ids.assistantChat },
          ]}
        />
      </section>
    </aside>
  );
}

const askedBy = {
  assistant: "the assistant",
  visitor: "the visitor",
  fallback: "the bridge, as another desk could not",
  operator: "somebody who looks after handoffs",
};

function storedBy(source: string): string {
  if (source === "headers") return "nobody: the call's own headers say so";
  return `the assistant, found by ${labelOf(source).toLowerCase()}`;
}

function NoContext() {
  return (
    <section class="verification missing" role="status">
      <span class="sign" aria-hidden="true">
        …
      </span>
      <div>
        <h3>Context not available</h3>
        <p>The assistant's notes have not arrived. If they do, they appear here by themselves. Nobody has been verified.</p>
      </div>
    </section>
  );
}

/** Who it is, as far as the site or the visitor has said. */
function AboutVisitor({ visitor }: Pick<Chat, "visitor">) {
  return (
    <section>
      <h3>Visitor</h3>
      {visitor.identity && (
        <p>
          <span class="badge">Verified by the site</span>
        </p>
      )}
      <Facts
        facts={[
          { key: "id", label: "Customer", value: visitor.identity?.id ?? null },
          ...Object.entries(visitor.identity?.attributes ?? {}).map(([key, value]) => ({ key, label: key, value })),
          { key: "name", label: "Name", value: visitor.name },
          { key: "email", label: "E-mail", value: visitor.email },
          { key: "phone", label: "Phone", value: visitor.phone ?? null },
          { key: "language", label: "Language", value: visitor.language },
        ]}
      />
      {(visitor.page ?? visitor.attributes) && (
        <div class="unproven">
          <p>
            <span class="badge late">Told by the page, not verified</span>
          </p>
          <Facts
            facts={[
              { key: "title", label: "Page", value: visitor.page?.title ?? null },
              { key: "url", label: "Address", value: visitor.page?.url ?? null },
              ...Object.entries(visitor.attributes ?? {}).map(([key, value]) => ({ key: `told.${key}`, label: labelOf(key), value })),
            ]}
          />
        </div>
      )}
    </section>
  );
}
