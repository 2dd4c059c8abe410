import { useRef, useState } from "preact/hooks";
import type { DestinationsDocument, DestinationsDraft } from "../api/answers.ts";
import { type Trouble, troubleOf } from "../api/api.ts";
import type { Console } from "../console.ts";
import { Said } from "./ReviewDialog.tsx";

interface Props {
  parts: Console;
  site: string;
  document: DestinationsDocument;
  done(document: DestinationsDocument): void;
}

/** Adds PolyAI's own list of handoffs to the draft, and says what could be taken of it and what not. */
export function ImportForm({ parts, site, document, done }: Props) {
  const text = useRef<HTMLTextAreaElement>(null);
  const [state, setState] = useState<"idle" | "reading" | DestinationsDraft | Trouble>("idle");

  async function add(): Promise<void> {
    setState("reading");
    try {
      const asked = { yaml: text.current?.value ?? "", document };
      const read = await parts.api.post<DestinationsDraft>(`/v1/destinations/${encodeURIComponent(site)}/import`, asked);
      done(read.document);
      setState(read);
    } catch (error) {
      setState(troubleOf(error));
    }
  }

  return (
    <section>
      <h2>Bring in PolyAI's handoffs</h2>
      <p class="hint lead">
        The file <code>config/handoffs.yaml</code> of PolyAI's ADK: each of its handoffs becomes a route of the draft, where there is none
        yet.
      </p>
      <div class="fields">
        <label class="long">
          <span>Its text</span>
          <textarea ref={text} rows={4} spellcheck={false} placeholder="handoffs:" />
        </label>
        <label>
          <span>Or the file</span>
          <input
            type="file"
            accept=".yaml,.yml,text/yaml"
            onChange={async ({ currentTarget }) => {
              const chosen = currentTarget.files?.[0];
              if (chosen && text.current) text.current.value = await chosen.text();
            }}
          />
        </label>
      </div>
      <button type="button" disabled={state === "reading"} onClick={() => void add()}>
        Add to the draft
      </button>
      <div role="status">
        {typeof state === "object" && "sentence" in state && <p class="complaint">{state.sentence}</p>}
        {typeof state === "object" && "taken" in state && (
          <>
            <Said title="Taken" lines={state.taken} />
            <Said title="Not taken" lines={state.left} />
            {state.taken.length + state.left.length === 0 && <p>The list is empty.</p>}
          </>
        )}
      </div>
    </section>
  );
}
