import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Session } from "../model/session.ts";

/** Asks for an operator's key. `isMain`: there is no other way in. */
export function KeyForm({ session, isMain }: { session: Session; isMain: boolean }) {
  const [state, setState] = useState<{ is: "idle" } | { is: "trying" } | { is: "refused"; sentence: string }>({ is: "idle" });
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    if (isMain) field.current?.focus();
  }, [isMain]);

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const key = field.current?.value.trim();
    if (!key) {
      setState({ is: "refused", sentence: "Paste the key first." });
      return;
    }
    setState({ is: "trying" });
    const trouble = await session.signIn(key);
    if (!trouble) return;
    setState({ is: "refused", sentence: trouble.kind === "signed_out" ? "No operator has this key." : trouble.sentence });
    field.current?.select();
  }

  return (
    <form onSubmit={(event) => void submit(event)}>
      <label>
        <span>Operator key</span>
        <input
          ref={field}
          type="password"
          name="key"
          autocomplete="current-password"
          spellcheck={false}
          aria-describedby="key-hint"
          aria-invalid={state.is === "refused"}
        />
      </label>
      {state.is === "refused" && (
        <p class="complaint" role="alert">
          {state.sentence}
        </p>
      )}
      <p class="hint" id="key-hint">
        One of those under <code>operators.keys</code> in the bridge's configuration. You stay signed in for eight hours.
      </p>
      <button type="submit" class={isMain ? "primary" : undefined} disabled={state.is === "trying"}>
        {state.is === "trying" ? "Signing in…" : "Sign in"}
      </button>
    </form>
  );
}
