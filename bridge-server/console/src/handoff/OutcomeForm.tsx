import { useRef, useState } from "preact/hooks";
import type { Handoff, Reported } from "../api/answers.ts";
import type { Console } from "../console.ts";
import { mayAs } from "../model/session.ts";
import { AskDialog } from "../view/AskDialog.tsx";

/** The way to say what became of a handoff, for who knows it and has no system that reports it. */
export function OutcomeForm({ parts, handoff, done }: { parts: Console; handoff: Handoff; done(): unknown }) {
  const [isOpen, open] = useState(false);
  const session = parts.session.state.value;
  // Sent again where the answer was lost; every other report is one of its own.
  const id = useRef("");
  if (session.is !== "in" || !mayAs(session.role, "operator")) return null;

  async function report(given: FormData): Promise<void> {
    const word = (name: string) => String(given.get(name) ?? "").trim() || null;
    const rating = word("rating");
    const told = { resolution: word("resolution"), wrap_up: word("wrap_up"), rating: rating && Number(rating) };
    await parts.api.post<Reported>("/v1/outcomes", { id: id.current, about: { id: handoff.id }, ...told });
    done();
  }

  return (
    <>
      <button
        type="button"
        onClick={() => {
          id.current = parts.newId();
          open(true);
        }}
      >
        {handoff.outcome ? "Report another outcome" : "Report the outcome"}
      </button>
      {isOpen && (
        <AskDialog
          title="What became of it?"
          says="It stands with the handoff, in exports, and is announced to your systems."
          does="Report"
          act={report}
          close={() => open(false)}
        >
          <label class="field">
            <span>Resolution</span>
            <input name="resolution" maxLength={100} autocomplete="off" placeholder="resolved" />
          </label>
          <label class="field">
            <span>Wrap-up, in words</span>
            <textarea name="wrap_up" maxLength={5_000} rows={3} />
          </label>
          <label class="field">
            <span>Rating, 1 to 5</span>
            <input name="rating" type="number" min="1" max="5" step="1" />
          </label>
        </AskDialog>
      )}
    </>
  );
}
