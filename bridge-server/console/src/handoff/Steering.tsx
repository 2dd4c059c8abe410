import { useEffect, useRef, useState } from "preact/hooks";
import { troubleOf } from "../api/api.ts";
import type { Destinations, Handoff, Steered } from "../api/answers.ts";
import type { Console } from "../console.ts";
import { conversationHref, handoffHref } from "../model/address.ts";
import { createLoad } from "../model/load.ts";
import { mayAs } from "../model/session.ts";
import { AskDialog } from "../view/AskDialog.tsx";
import { destinationOf } from "../words.ts";

const verbs = ["retry", "reroute", "close"] as const;
type Verb = (typeof verbs)[number];

const names: Record<Verb, string> = { retry: "Ask again", reroute: "Ask elsewhere", close: "Close" };

interface Props {
  parts: Console;
  site: string;
  conversation: string;
  handoff: Handoff;
}

/** The buttons that act on a handoff, as far as the bridge says that they can; where none can, why. Each asks first. */
export function Steering({ parts, site, conversation, handoff }: Props) {
  const [verb, choose] = useState<Verb | null>(null);
  const session = parts.session.state.value;
  const { why_not: whyNot } = handoff;
  const possible = verbs.filter((one) => whyNot[one] === null);
  if (session.is !== "in") return null;
  if (possible.length === 0) {
    return (
      <p class="hint lead">
        Nothing can be done about it by hand, because {whyNot.retry}. See{" "}
        <a href={conversationHref(site, conversation)}>its conversation</a>.
      </p>
    );
  }
  if (!mayAs(session.role, "operator")) {
    return <p class="hint lead">Your key may look, but not act: asking again, asking elsewhere and closing need the role operator.</p>;
  }
  return (
    <div class="steering">
      {possible.map((one) => (
        <button key={one} type="button" class={one === "close" ? "danger" : ""} onClick={() => choose(one)}>
          {names[one]}
        </button>
      ))}
      {verb && <SteeringDialog parts={parts} site={site} handoff={handoff} verb={verb} close={() => choose(null)} />}
    </div>
  );
}

function consequenceOf(verb: Verb, { stage, agent, ...handoff }: Handoff): string {
  switch (verb) {
    case "retry":
      return `Baton asks for a person at ${destinationOf(handoff)} once more. The visitor sees that somebody is being looked for.`;
    case "reroute":
      return stage === "failed"
        ? "Baton asks for a person there. The visitor sees that somebody is being looked for."
        : "The visitor gives up their place here, and Baton asks for a person there.";
    case "close":
      return stage === "live"
        ? `The conversation ends for the visitor and for ${agent?.name ?? "the desk"}.`
        : "The conversation ends, and nobody will be asked for any more.";
  }
}

interface DialogProps extends Omit<Props, "conversation"> {
  verb: Verb;
  close(): void;
}

function SteeringDialog({ parts, site, handoff, verb, close }: DialogProps) {
  // Sent again where the answer was lost. What was refused has used it up.
  const id = useRef(parts.newId());

  async function act(given: FormData): Promise<void> {
    const said = String(given.get("said") ?? "").trim();
    try {
      const more = verb === "reroute" ? { destination: said } : verb === "close" && said ? { message: said } : {};
      const steered = await parts.api.post<Steered>(`/v1/handoffs/${encodeURIComponent(handoff.id)}/${verb}`, { id: id.current, ...more });
      if (steered.handoff !== handoff.id) parts.address.go(handoffHref(steered.handoff));
    } catch (error) {
      if (troubleOf(error).kind !== "unreachable") id.current = parts.newId();
      throw error;
    }
  }

  return (
    <AskDialog
      title={`${names[verb]}?`}
      says={consequenceOf(verb, handoff)}
      does={names[verb]}
      isDanger={verb === "close"}
      act={act}
      close={close}
    >
      {verb === "reroute" && (
        <label class="field">
          <span>Destination</span>
          <input
            name="said"
            required
            list="destinations"
            autocomplete="off"
            spellcheck={false}
            placeholder="One that a route of the site has"
          />
          <Names parts={parts} site={site} />
        </label>
      )}
      {verb === "close" && (
        <label class="field">
          <span>Last words to the visitor, if any</span>
          <input name="said" maxLength={2_000} autocomplete="off" />
        </label>
      )}
    </AskDialog>
  );
}

/** What the site has routes for, as far as it could be read: what is none of them the bridge refuses. */
function Names({ parts, site }: { parts: Console; site: string }) {
  const [load] = useState(() => createLoad(parts.clock, (stop) => parts.api.get<Destinations>("/v1/destinations", { site }, stop)));
  useEffect(() => {
    void load.read();
    return load.stop;
  }, [load]);
  const loaded = load.state.value;
  const names = loaded.is === "there" ? loaded.value.destinations.flatMap(({ name }) => name ?? []) : [];
  return (
    <datalist id="destinations">
      {[...new Set(names)].map((name) => (
        <option key={name} value={name} />
      ))}
    </datalist>
  );
}
