import { useEffect, useState } from "preact/hooks";
import type { Conversation } from "../api/answers.ts";
import type { Console } from "../console.ts";
import { createConversationReading } from "../model/conversation-reading.ts";
import { momentOf } from "../times.ts";
import { HandoffTable } from "../view/HandoffTable.tsx";
import { Names } from "../view/Names.tsx";
import { Empty, Shown } from "../view/Notice.tsx";
import { PageHead } from "../view/PageHead.tsx";
import { Transcript } from "../view/Transcript.tsx";
import { enderOf, phaseNames } from "../words.ts";

/** A conversation from its first line on: what was said, and each time it was passed to a person. */
export function ConversationPage({ parts, id }: { parts: Console; id: string }) {
  const [reading] = useState(() =>
    createConversationReading(parts, { site: new URLSearchParams(parts.address.search.peek()).get("site") ?? undefined, id }),
  );
  useEffect(() => reading.stop, [reading]);
  const loaded = reading.state.value;
  const conversation = loaded.is === "there" ? loaded.value.conversation : null;
  return (
    <>
      <p class="trail">
        <a href="/console/conversations">Conversations</a>
      </p>
      <PageHead parts={parts} title={conversation?.visitor?.name ?? "Conversation"}>
        {conversation && <span class={`badge stage ${conversation.phase}`}>{phaseNames[conversation.phase]}</span>}
      </PageHead>
      <Shown loaded={loaded} retry={reading.read}>
        {({ conversation, lines }) => (
          <div class="halves">
            <div>
              <section>
                <h2>What was said</h2>
                <Transcript lines={lines} />
              </section>
              <section>
                <h2>Handoffs</h2>
                {conversation.handoffs.length > 0 ? (
                  <HandoffTable handoffs={conversation.handoffs} />
                ) : (
                  <Empty>It was never passed to a person.</Empty>
                )}
              </section>
            </div>
            <div>
              <About conversation={conversation} />
              <Names id={conversation.id} names={conversation.names} />
            </div>
          </div>
        )}
      </Shown>
    </>
  );
}

function About({ conversation }: { conversation: Conversation }) {
  const { site, visitor, page, told, channel, language, began_at: began, last_at: last, phase, ended_by: by } = conversation;
  const facts: [string, string | null][] = [
    ["Site", site],
    ["Began", momentOf(began)],
    ["Last word", momentOf(last)],
    ["Ended by", phase === "ended" ? enderOf(by) : null],
    ["Language", language],
    ["Came over", channel],
    ["Visitor, verified", visitor && [visitor.name, visitor.email, visitor.id].filter(Boolean).join(" · ")],
    ["Page, as it says", page && [page.title, page.url].filter(Boolean).join(" · ")],
    ...Object.entries(told).map(([name, value]): [string, string] => [`${name}, as the page says`, value]),
  ];
  return (
    <section>
      <h2>About it</h2>
      <dl class="rows">
        {facts.map(
          ([name, value]) =>
            value && (
              <div key={name}>
                <dt>{name}</dt>
                <dd dir="auto">{value}</dd>
              </div>
            ),
        )}
      </dl>
    </section>
  );
}
