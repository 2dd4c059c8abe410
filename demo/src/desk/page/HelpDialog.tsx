import { useEffect, useRef } from "preact/hooks";
import type { DeskClient } from "./desk-client.ts";
import { shortcuts } from "./shortcuts.ts";

const more = [
  { keys: ["Enter"], does: "Send" },
  { keys: ["Shift", "Enter"], does: "Start a new line" },
  { keys: ["?"], does: "This page" },
];

export function HelpDialog({ client }: { client: DeskClient }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-labelledby="help-title" onClose={() => (client.dialog.value = null)}>
      <h2 id="help-title">Keyboard shortcuts</h2>
      <dl class="keys">
        {[...shortcuts, ...more].map(({ keys, does }) => (
          <div key={does}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <footer>
        <button type="button" class="primary" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </footer>
    </dialog>
  );
}
