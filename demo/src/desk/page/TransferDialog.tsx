import { useEffect, useRef, useState } from "preact/hooks";
import type { Chat } from "../chat.ts";
import type { DeskClient } from "./desk-client.ts";
import { visitorName } from "./Lists.tsx";

/** Passes the chat on to one colleague or to a queue, with a note that the visitor never sees. */
export function TransferDialog({ client, chat }: { client: DeskClient; chat: Chat }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const { agents, queues } = client.desk.value;
  const colleagues = agents.filter(({ name }) => name !== client.me.value);
  const [to, setTo] = useState(`agent:${(colleagues.find(({ isHere }) => isHere) ?? colleagues[0])?.name ?? ""}`);
  const [note, setNote] = useState("");
  useEffect(() => dialog.current?.showModal(), []);

  async function transfer(event: Event) {
    event.preventDefault();
    const [kind, name = ""] = to.split(/:(.*)/s);
    if (await client.transfer(chat.id, kind === "agent" ? { agent: name } : { queue: name }, note)) client.dialog.value = null;
  }

  const choice = (kind: "agent" | "queue", name: string, hint: string) => (
    <label key={name} class={`choice ${hint}`}>
      <input
        type="radio"
        name="to"
        value={`${kind}:${name}`}
        checked={to === `${kind}:${name}`}
        onChange={({ currentTarget }) => setTo(currentTarget.value)}
      />
      <span>{name}</span>
      {kind === "agent" && <small>{hint}</small>}
    </label>
  );

  return (
    <dialog ref={dialog} aria-labelledby="transfer-title" onClose={() => (client.dialog.value = null)}>
      <form onSubmit={(event) => void transfer(event)}>
        <h2 id="transfer-title">Transfer {visitorName(chat)}</h2>
        <fieldset>
          <legend>To a colleague</legend>
          {colleagues.map(({ name, isHere }) => choice("agent", name, isHere ? "here" : "away"))}
        </fieldset>
        <fieldset>
          <legend>To a queue</legend>
          {queues.map((name) => choice("queue", name, ""))}
        </fieldset>
        <label class="field">
          <span>Note for colleagues (optional)</span>
          <textarea rows={2} value={note} onInput={({ currentTarget }) => setNote(currentTarget.value)} />
        </label>
        {client.complaint.value && <p class="complaint">{client.complaint.value}</p>}
        <footer>
          <button type="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
          <button type="submit" class="primary">
            Transfer chat
          </button>
        </footer>
      </form>
    </dialog>
  );
}
