import type { ConversationName } from "../api/answers.ts";
import { Copied } from "./Copied.tsx";

const kinds: Record<string, string> = {
  shared_id: "Shared id",
  assistant_conversation_id: "PolyAI's conversation",
  handoff: "Handoff",
  chat: "Desk's chat",
  reference: "Phone reference",
};

/** The same conversation as other systems call it (B5), and where PolyAI shows it (E7). */
export function Names({ id, names }: { id: string; names: ConversationName[] }) {
  return (
    <section>
      <h2>Names</h2>
      <dl class="rows">
        <div>
          <dt>Conversation</dt>
          <dd>
            <Copied name="Conversation" value={id} />
          </dd>
        </div>
        {names.map(({ kind, value, studio_url: studio }) => (
          <div key={`${kind} ${value}`}>
            <dt>{kinds[kind] ?? kind}</dt>
            <dd>
              <Copied name={kinds[kind] ?? kind} value={value} />
              {studio && (
                <a href={studio} target="_blank" rel="noopener noreferrer">
                  Open in Agent Studio
                </a>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
