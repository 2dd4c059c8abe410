import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { type Trouble, troubleOf } from "../api/api.ts";

interface Props {
  title: string;
  /** What follows from it. */
  says?: ComponentChildren;
  /** What the button does. `null`: nothing can be done now. */
  does: string | null;
  isDanger?: boolean;
  children?: ComponentChildren;
  /** Resolves when it is done, which closes the dialog. Of what it rejects with, the sentence is shown. */
  act(given: FormData): Promise<unknown>;
  close(): void;
}

/** Asks before something is done, and says what has kept it from being done. */
export function AskDialog({ title, says, does, isDanger = false, children, act, close }: Props) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const [state, setState] = useState<"idle" | "acting" | Trouble>("idle");
  useLayoutEffect(() => dialog.current?.showModal(), []);

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    setState("acting");
    try {
      await act(new FormData(event.currentTarget as HTMLFormElement));
      dialog.current?.close();
    } catch (error) {
      setState(troubleOf(error));
    }
  }

  return (
    <dialog ref={dialog} aria-labelledby={id} aria-describedby={says ? `${id}-says` : undefined} onClose={close}>
      <form onSubmit={(event) => void submit(event)}>
        <h2 id={id}>{title}</h2>
        {says && (
          <p id={`${id}-says`} dir="auto">
            {says}
          </p>
        )}
        {children}
        {typeof state === "object" && (
          <p class="complaint" role="alert" dir="auto">
            {state.sentence}
          </p>
        )}
        <footer>
          <button type="button" onClick={() => dialog.current?.close()}>
            {does === null ? "Close" : "Cancel"}
          </button>
          {does !== null && (
            <button type="submit" class={isDanger ? "danger" : "primary"} disabled={state === "acting"}>
              {state === "acting" ? "One moment…" : does}
            </button>
          )}
        </footer>
      </form>
    </dialog>
  );
}
