import type { Handoff, Step } from "../api/answers.ts";
import { now } from "../clock.ts";
import { momentOf, secondOf, spanOf } from "../times.ts";
import { causeOf, enderOf, fallbackOf, tryOf } from "../words.ts";

/** What is over sooner took no time to anybody. */
const NOTICED_MS = 100;

/** Every step with its time, and how long each took. */
export function Timeline({ handoff }: { handoff: Handoff }) {
  const { history } = handoff;
  const isOpen = handoff.stage === "initiated" || handoff.stage === "queued" || handoff.stage === "live";
  return (
    <ol class="timeline" aria-label="What happened">
      {history.map((step, n) => {
        const next = history[n + 1];
        const tookMs = next && Date.parse(next.at) - Date.parse(step.at);
        return (
          <li key={`${step.at} ${step.step}`} class={step.step}>
            <time dateTime={step.at} title={momentOf(step.at)}>
              {secondOf(step.at)}
            </time>
            <p dir="auto">{happened(step, handoff)}</p>
            {tookMs !== undefined && tookMs >= NOTICED_MS && <span class="took">{spanOf(tookMs)}</span>}
            {!next && isOpen && <span class="took">for {spanOf(now.value - Date.parse(step.at))}</span>}
          </li>
        );
      })}
    </ol>
  );
}

/** A step as a sentence. One that is new to this page is shown by its name. */
export function happened({ step, cause, by }: Step, { agent, route }: Handoff): string {
  switch (step) {
    case "initiated":
      return by === null ? "A person was asked for." : `A person was asked for by hand, by ${by}.`;
    case "retried_by_hand":
      return `${by ?? "An operator"} asked once more.`;
    case "rerouted_by_hand":
      return `${by ?? "An operator"} asked ${cause ?? "elsewhere"} instead.`;
    case "closed_by_hand":
      return `${by ?? "An operator"} closed the conversation.`;
    case "retried":
      return tryOf(cause);
    case "queued":
      return `Waiting at ${[route?.connector, route?.queue].filter(Boolean).join(" · ") || "the desk"}.`;
    case "completed":
      return agent ? "A person accepted." : "A person accepted, whose name the desk does not tell.";
    case "transferred":
      return "A colleague has taken over.";
    case "agent_left":
      return "The agent has left the chat.";
    case "failed":
      return `Failed. ${causeOf(cause)}`;
    case "fell_back":
      return `Baton ${fallbackOf((cause ?? "").split(", ")) ?? "offered nothing"}.`;
    case "message_left":
      return "The visitor has left a message.";
    case "ended":
      return `Ended by ${enderOf(cause)}.`;
    case "abandoned":
      return `Ended by ${enderOf(cause)} before anybody came.`;
    case "outcome_reported":
      return cause ? `Outcome reported: ${cause}.` : "An outcome was reported.";
    default:
      return [step.replaceAll("_", " "), cause].filter(Boolean).join(": ");
  }
}
