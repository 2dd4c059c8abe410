import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { type Trouble, troubleOf } from "../api/api.ts";
import type { Destinations, Handoff, Steered } from "../api/answers.ts";
import type { Console } from "../console.ts";
import { handoffHref } from "../model/address.ts";
import { createLoad } from "../model/load.ts";
import { mayAs } from "../model/session.ts";
import { destinationOf } from "../words.ts";

type Verb = "retry" | "reroute" | "close";

/** What can be done by hand, as far as the state tells. What is impossible all the same, the bridge refuses in a sentence. */
const possible: Record<Handoff["stage"], Verb[]> = {
  initiated: ["reroute", "close"],
  queued: ["reroute", "close"],
  live: ["close"],
  failed: ["retry", "reroute", "close"],
  abandoned: [],
  ended: [],
};

const names: Record<Verb, string> = { retry: "Ask again", reroute: "Ask elsewhere", close: "Close" };

/** The buttons that act on a handoff. Each asks first. */
export function Steering({ parts, site, handoff }: { parts: Console; site: string; handoff: Handoff }) {
  const [verb, choose] = useState<Verb | null>(null);
  const session = parts.session.state.value;
  const verbs = possible[handoff.stage];
  if (verbs.length === 0 || session.is !== "in") return null;
  if (!mayAs(session.role, "operator")) {
    return <p class="hint">Your key may look, but not act: asking again, asking elsewhere and closing need the role operator.</p>;
  }
  return (
    <div class="steering">
      {verbs.map((one) => (
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

interface DialogProps {
  parts: Console;
  site: string;
  handoff: Handoff;
  verb: Verb;
  close(): void;
}

function SteeringDialog({ parts, site, handoff, verb, close }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const words = useRef<HTMLInputElement>(null);
  const [state, setState] = useState<"idle" | "acting" | Trouble>("idle");
  // Sent again where the answer was lost. What was refused has used it up.
  const id = useRef(parts.newId());
  useLayoutEffect(() => dialog.current?.showModal(), []);

  async function act(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const said = words.current?.value.trim() ?? "";
    setState("acting");
    try {
      const more = verb === "reroute" ? { destination: said } : verb === "close" && said ? { message: said } : {};
      const steered = await parts.api.post<Steered>(`/v1/handoffs/${encodeURIComponent(handoff.id)}/${verb}`, { id: id.current, ...more });
      dialog.current?.close();
      if (steered.handoff !== handoff.id) parts.address.go(handoffHref(steered.handoff));
    } catch (error) {
      const trouble = troubleOf(error);
      if (trouble.kind !== "unreachable") id.current = parts.newId();
      setState(trouble);
    }
  }

  return (
    <dialog ref={dialog} aria-labelledby="steering-title" aria-describedby="steering-consequence" onClose={close}>
      <form onSubmit={(event) => void act(event)}>
        <h2 id="steering-title">{names[verb]}?</h2>
        <p id="steering-consequence" dir="auto">
          {consequenceOf(verb, handoff)}
        </p>
        {verb === "reroute" && (
          <label class="field">
            <span>Destination</span>
            <input
              ref={words}
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
            <input ref={words} maxLength={2_000} autocomplete="off" />
          </label>
        )}
        {typeof state === "object" && (
          <p class="complaint" role="alert" dir="auto">
            {state.sentence}
          </p>
        )}
        <footer>
          <button type="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
          <button type="submit" class={verb === "close" ? "danger" : "primary"} disabled={state === "acting"}>
            {state === "acting" ? "One moment…" : names[verb]}
          </button>
        </footer>
      </form>
    </dialog>
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
