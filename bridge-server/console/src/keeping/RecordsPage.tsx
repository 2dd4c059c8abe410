import { useEffect, useRef, useState } from "preact/hooks";
import type { Erasure, Erasures } from "../api/answers.ts";
import type { Console } from "../console.ts";
import { momentOf } from "../times.ts";
import { AskDialog } from "../view/AskDialog.tsx";
import { Columns } from "../view/Columns.tsx";
import { PageHead } from "../view/PageHead.tsx";

const LOOK_AGAIN_MS = 3_000;

const placeNames: Record<Erasure["places"][number]["place"], string> = {
  store: "The bridge's store",
  files: "Files",
  exports: "Exports",
  desk: "Desk",
  assistant: "The assistant's platform",
};
const outcomeNames: Record<Erasure["places"][number]["outcome"], string> = {
  erased: "Erased",
  waiting: "Being done",
  by_hand: "Left to do by hand",
  not_reached: "Not reached: left to do by hand",
};

/** What is kept: the way to take a copy of it, and the way to erase it. */
export function RecordsPage({ parts }: { parts: Console }) {
  return (
    <>
      <PageHead parts={parts} title="Records" />
      <section>
        <h2>Export</h2>
        <p class="hint lead">
          Every conversation that has ended, with the assistant's part and the person's in one. Whoever has the file has what was said.
        </p>
        <p class="acts">
          <a class="button" href="/v1/export" download="conversations.jsonl">
            Download as JSON Lines
          </a>
          <a class="button" href="/v1/export?format=csv" download="conversations.csv">
            Download for a spreadsheet
          </a>
        </p>
      </section>
      <EraseForm parts={parts} />
    </>
  );
}

function EraseForm({ parts }: { parts: Console }) {
  const form = useRef<HTMLFormElement>(null);
  const [by, choose] = useState<"conversation" | "shared_id" | "visitor">("conversation");
  const [order, ask] = useState<Record<string, string> | null>(null);
  const [proof, show] = useState<Erasures | null>(null);

  function submit(event: SubmitEvent): void {
    event.preventDefault();
    const given = new FormData(form.current!); // it is drawn: it was just sent
    ask(Object.fromEntries([...given].filter(([name]) => name !== "by").map(([name, value]) => [name, String(value).trim()])));
  }

  return (
    <section>
      <h2>Erase</h2>
      <p class="hint lead">
        Here, in files and exports, and at the desks that had it. What cannot be done from here is said, so that somebody can do it.
      </p>
      <form ref={form} class="filters" onSubmit={submit}>
        <label>
          <span>Erase</span>
          <select class="wide" name="by" value={by} onChange={(event) => choose(event.currentTarget.value as typeof by)}>
            <option value="conversation">One conversation</option>
            <option value="shared_id">One shared id</option>
            <option value="visitor">All of a visitor's</option>
          </select>
        </label>
        {by === "visitor" && (
          <label>
            <span>Site</span>
            <input name="site" required autocomplete="off" spellcheck={false} />
          </label>
        )}
        <label class="text">
          <span>{by === "visitor" ? "Their id, mail address or number" : "Its id"}</span>
          <input key={by} name={by} required autocomplete="off" spellcheck={false} />
        </label>
        <button type="submit" class="danger">
          Erase…
        </button>
      </form>
      {proof && <Proof parts={parts} of={proof} />}
      {order && <SureDialog parts={parts} order={order} done={show} close={() => ask(null)} />}
    </section>
  );
}

interface SureProps {
  parts: Console;
  order: Record<string, string>;
  done(proof: Erasures): void;
  close(): void;
}

function SureDialog({ parts, order, done, close }: SureProps) {
  return (
    <AskDialog
      title="Erase it for good?"
      says={`${
        order["visitor"] ? `Everything of ${order["visitor"]} on ${order["site"]}` : `Everything of ${Object.values(order)[0]}`
      } goes, and nothing brings it back. Whoever is still in the conversation is told that it is over.`}
      does="Erase"
      isDanger
      act={async () => done(await parts.api.post<Erasures>("/v1/erasures", order))}
      close={close}
    />
  );
}

/** What became of it, place by place, read again until nobody is asked any more. */
function Proof({ parts, of: asked }: { parts: Console; of: Erasures }) {
  const [erasures, show] = useState(asked.erasures);
  useEffect(() => show(asked.erasures), [asked]);
  const isWaiting = erasures.some(({ places }) => places.some(({ outcome }) => outcome === "waiting"));
  useEffect(() => {
    if (!isWaiting) return;
    return parts.clock.after(LOOK_AGAIN_MS, async () => {
      const read = (one: Erasure) => parts.api.get<Erasure>(`/v1/erasures/${encodeURIComponent(one.conversation)}`).catch(() => one);
      show(await Promise.all(erasures.map(read)));
    });
  }, [parts, erasures, isWaiting]);
  return (
    <div role="status">
      {erasures.map(({ conversation, places }) => (
        <table key={conversation} class="list">
          <caption>
            Conversation <code>{conversation}</code>
          </caption>
          <Columns names={["Where", "What became of it", "When"]} />
          <tbody>
            {places.map(({ place, name, outcome, because, at }) => (
              <tr key={`${place} ${name} ${outcome}`}>
                <td>
                  {placeNames[place]} {name && <span class="muted">{name}</span>}
                </td>
                <td>
                  {outcomeNames[outcome]}
                  {because && <span class="muted"> {because}</span>}
                </td>
                <td data-label="When">{at === null ? "" : momentOf(at)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ))}
      {asked.ask_the_assistants_platform.length > 0 && (
        <div class="notice">
          <p>Send these to the assistant's platform and ask for them to be erased. They are shown this once:</p>
          <ul>
            {asked.ask_the_assistants_platform.map(({ assistant_conversation_id: id }) => (
              <li key={id}>
                <code>{id}</code>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}
