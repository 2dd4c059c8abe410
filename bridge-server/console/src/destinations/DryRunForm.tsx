import { useId, useState } from "preact/hooks";
import type { DestinationsDocument, DryRunAnswer } from "../api/answers.ts";
import { type Trouble, troubleOf } from "../api/api.ts";
import type { Console } from "../console.ts";
import { placeOf } from "../words.ts";

type State = { is: "idle" } | { is: "asking" } | { is: "refused"; trouble: Trouble } | { is: "answered"; answer: DryRunAnswer };

interface Props {
  parts: Console;
  sites: string[];
  /** What a site has routes for. */
  namesOf(site: string): string[];
  site: string | undefined;
  /** What to go by instead of what counts now. */
  draft?: DestinationsDocument | null;
}

/** Where a handoff would go, by the very rules that real ones go by. Nobody is asked for anything (G5). */
export function DryRunForm({ parts, sites, namesOf, site, draft = null }: Props) {
  const id = useId();
  const [state, setState] = useState<State>({ is: "idle" });
  const [chosen, choose] = useState<string | null>(null);
  const here = chosen ?? site ?? sites[0] ?? "";
  const names = [...new Set(namesOf(here))];

  async function ask(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const said = new FormData(event.currentTarget as HTMLFormElement);
    const word = (name: string) => String(said.get(name) ?? "").trim() || null;
    const data = dataIn(word("data"));
    if (data === undefined) {
      const sentence = 'Context is no JSON object: write one such as {"customer": {"tier": "gold"}}.';
      setState({ is: "refused", trouble: { kind: "refused", sentence } });
      return;
    }
    setState({ is: "asking" });
    try {
      const at = word("at");
      const asked = { site: here, destination: word("destination"), reason: word("reason"), language: word("language"), data };
      const more = { ...(at !== null && { at: new Date(at).toISOString() }), ...(draft && { draft }) };
      setState({ is: "answered", answer: await parts.api.post<DryRunAnswer>("/v1/destinations/dry-run", { ...asked, ...more }) });
    } catch (error) {
      setState({ is: "refused", trouble: troubleOf(error) });
    }
  }

  return (
    <section class="dry-run" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>Try a route</h2>
      <p class="hint">
        Says where a handoff would go, by {draft ? "the draft" : "the rules that real ones go by"}. Nobody is asked for anything.
      </p>
      <form class="filters" onSubmit={(event) => void ask(event)}>
        {sites.length > 1 && (
          <label>
            <span>Site</span>
            <select value={here} onChange={({ currentTarget }) => choose(currentTarget.value)}>
              {sites.map((one) => (
                <option key={one}>{one}</option>
              ))}
            </select>
          </label>
        )}
        <div class="typed">
          <label for={`${id}-destination`}>Destination</label>
          <input id={`${id}-destination`} name="destination" list={`${id}-names`} autocomplete="off" placeholder="None" />
          <datalist id={`${id}-names`}>
            {names.map((name) => (
              <option key={name} value={name} />
            ))}
          </datalist>
        </div>
        <label>
          <span>Reason</span>
          <input name="reason" autocomplete="off" placeholder="None" />
        </label>
        <label>
          <span>Language</span>
          <input name="language" autocomplete="off" placeholder="None" />
        </label>
        <label>
          <span>At</span>
          <input name="at" type="datetime-local" aria-label="At; empty: now" />
        </label>
        <label class="data">
          <span>Context, as JSON</span>
          <input name="data" autocomplete="off" spellcheck={false} placeholder='{"customer": {"tier": "gold"}}' />
        </label>
        <button type="submit" class="primary" disabled={state.is === "asking"}>
          Try
        </button>
      </form>
      <div role="status">
        {state.is === "refused" && <p class="complaint">{state.trouble.sentence}</p>}
        {state.is === "answered" && <Answer answer={state.answer} />}
      </div>
    </section>
  );
}

function Answer({ answer }: { answer: DryRunAnswer }) {
  const { priority, open, because } = answer;
  return (
    <div class="answer">
      <p>
        <strong dir="auto">{placeOf(answer) || "Nobody would be asked"}</strong>
        {priority === "urgent" && <span class="badge urgent">Urgent</span>}
        {!open && <span class="badge late">Closed then</span>}
      </p>
      <ul>
        {because.map((sentence) => (
          <li key={sentence} dir="auto">
            {sentence}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** `null`: nothing is stored. `undefined`: it is no object. */
function dataIn(text: string | null): object | null | undefined {
  if (text === null) return null;
  try {
    const data: unknown = JSON.parse(text);
    return typeof data === "object" && data !== null && !Array.isArray(data) ? data : undefined;
  } catch {
    return undefined;
  }
}
