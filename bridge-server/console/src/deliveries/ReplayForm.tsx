import { useState } from "preact/hooks";
import type { KeptCount, Replayed } from "../api/answers.ts";
import { type Trouble, troubleOf } from "../api/api.ts";
import type { Console } from "../console.ts";
import { AskDialog } from "../view/AskDialog.tsx";

type Range = { since: string; until: string; to?: string };
type State =
  | { is: "idle" | "counting" }
  | { is: "sure?"; range: Range; kept: number }
  | { is: "sent"; count: number }
  | { is: "refused"; trouble: Trouble };

/** Sends everything of a time once more, as after an outage of whoever is told. How many there are is said first. */
export function ReplayForm({ parts, done }: { parts: Console; done(): Promise<void> }) {
  const [state, setState] = useState<State>({ is: "idle" });

  async function count(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const given = new FormData(event.currentTarget as HTMLFormElement);
    const moment = (name: string) => new Date(String(given.get(name))).toISOString();
    const to = String(given.get("to")).trim();
    setState({ is: "counting" });
    try {
      const range = { since: moment("since"), until: moment("until"), ...(to && { to }) };
      const { kept } = await parts.api.get<KeptCount>("/v1/deliveries/count", range);
      setState({ is: "sure?", range, kept });
    } catch (error) {
      setState({ is: "refused", trouble: troubleOf(error) });
    }
  }

  return (
    <section aria-label="Send all of a time">
      <form class="filters" onSubmit={(event) => void count(event)}>
        <label>
          <span>Happened from</span>
          <input name="since" type="datetime-local" required />
        </label>
        <label>
          <span>Until before</span>
          <input name="until" type="datetime-local" required />
        </label>
        <label>
          <span>To</span>
          <input name="to" autocomplete="off" placeholder="Everybody" />
        </label>
        <button type="submit" disabled={state.is === "counting"}>
          Send all again…
        </button>
      </form>
      <div role="status">
        {state.is === "refused" && <p class="complaint">{state.trouble.sentence}</p>}
        {state.is === "sent" && <p>{deliveriesOf(state.count)} on the way.</p>}
      </div>
      {state.is === "sure?" && (
        <AskDialog
          title={state.kept === 0 ? "Nothing to send" : `Send ${deliveriesOf(state.kept)} again?`}
          says={
            state.kept === 0
              ? "Nothing is kept that happened in that time."
              : "Each is sent as it was, under the id that its receiver may know already, and in the order in which it was given up."
          }
          does={state.kept === 0 ? null : "Send again"}
          act={async () => {
            const { replayed } = await parts.api.post<Replayed>("/v1/deliveries/replay", state.range);
            await done();
            setState({ is: "sent", count: replayed });
          }}
          close={() => setState((now) => (now.is === "sure?" ? { is: "idle" } : now))}
        />
      )}
    </section>
  );
}

const deliveriesOf = (count: number) => (count === 1 ? "1 delivery" : `${count} deliveries`);
