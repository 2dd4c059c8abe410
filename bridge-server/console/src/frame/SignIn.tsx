import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Session, SessionState } from "../model/session.ts";

const reasons: Record<Extract<SessionState, { is: "out" }>["because"], string | null> = {
  "nobody was in": null,
  "it has ended": "Your session has ended, or its key was taken out of the configuration. Sign in to go on where you were.",
  "signed out": "You have signed out.",
};

/** Asks for a key. The address stays, so that whoever signs in again is where they were. */
export function SignIn({ session, because }: { session: Session; because: Extract<SessionState, { is: "out" }>["because"] }) {
  const [state, setState] = useState<{ is: "idle" } | { is: "trying" } | { is: "refused"; sentence: string }>({ is: "idle" });
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    document.title = "Sign in · Baton console";
    field.current?.focus();
  }, []);

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
    <main class="alone">
      <form class="sign-in" onSubmit={(event) => void submit(event)}>
        <h1>Baton console</h1>
        {reasons[because] && <p role="status">{reasons[because]}</p>}
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
        <button type="submit" class="primary" disabled={state.is === "trying"}>
          {state.is === "trying" ? "Signing in…" : "Sign in"}
        </button>
      </form>
    </main>
  );
}
