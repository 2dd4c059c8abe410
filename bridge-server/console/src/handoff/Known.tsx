import type { Handoff } from "../api/answers.ts";
import { momentOf, spanOf } from "../times.ts";
import { askerOf, reasonOf } from "../words.ts";
import { briefOf, labelOf } from "../brief.ts";
import { BriefSections } from "./BriefSections.tsx";
import { Facts } from "./Facts.tsx";
import { Verification } from "./Verification.tsx";

/** What a person should know before the first word (E3), who says so (E1), and what of it did not reach the desk. */
export function Known({ handoff }: { handoff: Handoff }) {
  const { context, utterance } = handoff;
  const brief = context.data ? briefOf(context.data) : null;
  return (
    <aside class="known" aria-label="Handoff context">
      {brief ? <Verification {...brief.verification} /> : <NoContext state={context.state} />}
      <BriefSections
        brief={brief}
        utterance={utterance}
        asked={[
          { key: "reason", label: "Reason", value: reasonOf(handoff) ?? "none besides the destination" },
          { key: "destination", label: "Destination", value: handoff.destination },
          { key: "topic_state", label: "Topic state", value: handoff.topic_state },
          { key: "requested_by", label: "Asked by", value: askerOf(handoff.requested_by) },
        ]}
      />
      {brief && (
        <section>
          <h3>Where this comes from</h3>
          <Facts
            facts={[
              { key: "source", label: "Stored by", value: `the assistant, found by ${labelOf(context.source ?? "").toLowerCase()}` },
              { key: "read_at", label: "Read at", value: context.read_at && momentOf(context.read_at) },
            ]}
          />
        </section>
      )}
      {handoff.looked_back && <LookedBack told={handoff.looked_back} />}
      {context.lacks.length > 0 && (
        <section>
          <h3>Missing</h3>
          <p class="hint">Whoever takes this handoff should know these, and the assistant has not stored them.</p>
          <ul class="dropped">
            {context.lacks.map((key) => (
              <li key={key} dir="auto">
                {labelOf(key)}
              </li>
            ))}
          </ul>
        </section>
      )}
      {context.dropped.length > 0 && (
        <section>
          <h3>Not told to the desk</h3>
          <p class="hint">The desk had no room for these.</p>
          <ul class="dropped">
            {context.dropped.map((key) => (
              <li key={key} dir="auto">
                {labelOf(key)}
              </li>
            ))}
          </ul>
        </section>
      )}
    </aside>
  );
}

/** Another source than the context's, and of a later time (E1). */
function LookedBack({ told: { read_at, turns, transcript, seconds, metrics } }: { told: NonNullable<Handoff["looked_back"]> }) {
  return (
    <section>
      <h3>PolyAI's records say</h3>
      <Facts
        facts={[
          {
            key: "turns",
            label: "Turns",
            value: turns === null ? null : `${turns}${transcript === "off" ? ", kept without their words" : ""}`,
          },
          { key: "seconds", label: "Lasted", value: seconds === null ? null : spanOf(seconds * 1_000) },
          ...Object.entries(metrics).map(([key, value]) => ({ key, label: key, value })),
          { key: "looked_at", label: "Read at", value: momentOf(read_at) },
        ]}
      />
    </section>
  );
}

const absences: Record<string, string> = {
  missing: "The assistant has stored nothing under this conversation's names.",
  forbidden: "PolyAI refused the bridge's key. Run npm run doctor.",
  unavailable: "PolyAI did not answer when it was asked.",
  foreign: "What PolyAI answered belongs to another conversation, so it was not believed.",
  none: "There was no assistant's chat to ask about.",
};

function NoContext({ state }: { state: string | null }) {
  return (
    <section class="verification missing">
      <span class="sign" aria-hidden="true">
        …
      </span>
      <div>
        <h3>No context</h3>
        <p>
          {state === null ? "The assistant has not been asked for it yet." : (absences[state] ?? labelOf(state))} Nobody has been verified.
        </p>
      </div>
    </section>
  );
}
