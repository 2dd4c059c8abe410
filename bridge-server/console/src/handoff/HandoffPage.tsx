import { useEffect, useRef, useState } from "preact/hooks";
import { conversationHref, handoffsHref } from "../model/address.ts";
import type { Handoff } from "../api/answers.ts";
import type { Console } from "../console.ts";
import { Shown } from "../view/Notice.tsx";
import { Names } from "../view/Names.tsx";
import { PageHead } from "../view/PageHead.tsx";
import { StageBadge } from "../view/StageBadge.tsx";
import { Transcript } from "../view/Transcript.tsx";
import { causeOf, destinationOf, NOTHING_YET, placeOf } from "../words.ts";
import { createConversationReading } from "../model/conversation-reading.ts";
import { createHandoffReading, type FoundHandoff } from "../model/handoff-reading.ts";
import { Known } from "./Known.tsx";
import { OutcomeForm } from "./OutcomeForm.tsx";
import { Steering } from "./Steering.tsx";
import { happened, Timeline } from "./Timeline.tsx";
import { WorkLeft } from "./WorkLeft.tsx";

/** Everything about one handoff. */
export function HandoffPage({ parts, id }: { parts: Console; id: string }) {
  const [view] = useState(() => createHandoffReading(parts, id));
  useEffect(() => view.stop, [view]);
  const loaded = view.state.value;
  const handoff = loaded.is === "there" ? loaded.value.handoff : null;
  return (
    <>
      <p class="trail">
        <a href={handoffsHref()}>Handoffs</a>
      </p>
      <PageHead parts={parts} title={handoff ? destinationOf(handoff) : "Handoff"}>
        {handoff && <StageBadge stage={handoff.stage} />}
        {handoff?.route?.urgent && <span class="badge urgent">Urgent</span>}
      </PageHead>
      <Shown loaded={loaded} retry={view.read}>
        {(found) => (
          <>
            {found.handoff.stage === "failed" && <Failure handoff={found.handoff} />}
            <Steering parts={parts} site={found.site} conversation={found.conversation} handoff={found.handoff} />
            <div class="halves">
              <div>
                <section>
                  <h2>What happened</h2>
                  <Timeline handoff={found.handoff} />
                </section>
                <Route handoff={found.handoff} />
                <Outcome parts={parts} handoff={found.handoff} done={view.read} />
                <WorkLeft key={found.handoff.id} parts={parts} id={found.handoff.id} />
                <Around key={found.conversation} parts={parts} found={found} moved={view.read} />
              </div>
              <Known handoff={found.handoff} />
            </div>
          </>
        )}
      </Shown>
    </>
  );
}

/** The cause, and all that came of it: what the visitor got instead, and what operators did. */
function Failure({ handoff }: { handoff: Handoff }) {
  const { history, cause } = handoff;
  const since = history.slice(history.findLastIndex(({ step }) => step === "failed") + 1);
  return (
    <p class="failure" dir="auto">
      <strong>{causeOf(cause)}</strong> {since.map((step) => happened(step, handoff)).join(" ") || NOTHING_YET}
    </p>
  );
}

function Route({ handoff: { route, agent, stage } }: { handoff: Handoff }) {
  return (
    <section>
      <h2>Where it went</h2>
      {route ? (
        <dl class="rows">
          <div>
            <dt>{route.phone ? "Phone" : "Desk"}</dt>
            <dd dir="auto">{placeOf(route)}</dd>
          </div>
          <div>
            <dt>Because</dt>
            <dd dir="auto">{route.because}</dd>
          </div>
          <div>
            <dt>Agent</dt>
            <dd dir="auto">{agent?.name ?? absences[stage]}</dd>
          </div>
        </dl>
      ) : (
        <p class="hint">No desk has been chosen.</p>
      )}
    </section>
  );
}

const absences: Record<Handoff["stage"], string> = {
  initiated: "nobody yet",
  queued: "nobody yet",
  live: "has left; a colleague may come",
  failed: "nobody",
  abandoned: "nobody",
  ended: "not told by the desk",
};

function Outcome({ parts, handoff, done }: { parts: Console; handoff: Handoff; done(): unknown }) {
  const { outcome } = handoff;
  return (
    <section class="outcome">
      <h2>Outcome</h2>
      {outcome ? (
        <dl class="rows">
          <div>
            <dt>Resolution</dt>
            <dd dir="auto">{outcome.resolution ?? "not told"}</dd>
          </div>
          <div>
            <dt>Wrap-up</dt>
            <dd dir="auto">{outcome.wrap_up ?? "not told"}</dd>
          </div>
          <div>
            <dt>Rating</dt>
            <dd>{outcome.rating === null ? "not told" : `${outcome.rating} of 5`}</dd>
          </div>
        </dl>
      ) : (
        <p class="hint">Nobody has told what became of it.</p>
      )}
      <OutcomeForm key={handoff.id} parts={parts} handoff={handoff} done={done} />
    </section>
  );
}

/** The conversation that it is a part of: all that was said, and its names. */
function Around({ parts, found: { site, conversation }, moved }: { parts: Console; found: FoundHandoff; moved(): unknown }) {
  const [reading] = useState(() => createConversationReading(parts, { site, id: conversation }));
  useEffect(() => reading.stop, [reading]);
  const loaded = reading.state.value;
  const phase = loaded.is === "there" && loaded.value.conversation.phase;
  const seen = useRef(phase);
  // A handoff that is over changes no more, but what can be done about it does.
  useEffect(() => {
    if (seen.current && phase !== seen.current) moved();
    seen.current = phase;
  }, [phase]);
  return (
    <Shown loaded={loaded} retry={reading.read}>
      {({ conversation: around, lines }) => (
        <>
          <section>
            <h2>What was said</h2>
            <Transcript lines={lines} />
            <p class="hint">
              All of <a href={conversationHref(site, around.id)}>the conversation</a>
              {around.handoffs.length > 1 && `, which was passed on ${around.handoffs.length} times`}.
            </p>
          </section>
          <Names id={around.id} names={around.names} />
        </>
      )}
    </Shown>
  );
}
