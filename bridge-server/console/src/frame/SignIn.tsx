import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import type { Console } from "../console.ts";
import type { SessionState, Ways } from "../model/session.ts";
import { KeyForm } from "./KeyForm.tsx";

const reasons: Record<Extract<SessionState, { is: "out" }>["because"], string | null> = {
  "nobody was in": null,
  "it has ended": "Your session has ended, or its key was taken out of the configuration. Sign in to go on where you were.",
  "signed out": "You have signed out.",
};

/** What the bridge says in the address when somebody comes back from their company's accounts and may not come in. */
const troubles: Record<string, string> = {
  denied: "You were not let in there.",
  no_role: "Your account may not use this console. Ask whoever runs the bridge: they choose who may, under operators.oidc.role.",
  too_late: "That took too long, or began in another browser. Try again.",
  too_fast: "Too many have tried to sign in from here. Try again in ten minutes.",
  unreachable: "Your company's accounts cannot be reached. Try again, or ask whoever runs the bridge.",
  untrusted: "What your company's accounts said could not be trusted. Ask whoever runs the bridge: its log says why.",
};

/** Asks who it is. The address stays, so that whoever signs in again is where they were. */
export function SignIn({ parts, because }: { parts: Console; because: Extract<SessionState, { is: "out" }>["because"] }) {
  const { session, address } = parts;
  const [ways, setWays] = useState<Ways | null>(null);
  useLayoutEffect(() => void (document.title = "Sign in · Baton console"), []);
  useEffect(() => void session.ways().then(setWays, () => setWays({ keys: true, accounts: null })), [session]);

  const { pathname, search, searchParams } = address.here.value;
  const trouble = troubles[searchParams.get("trouble") ?? ""] ?? null;
  return (
    <main class="alone">
      <section class="sign-in">
        <h1>Baton console</h1>
        {trouble ? (
          <p class="complaint" role="alert">
            {trouble}
          </p>
        ) : (
          reasons[because] && <p role="status">{reasons[because]}</p>
        )}
        {ways?.accounts && (
          <a class="button primary" href={`/console/sign-in?${new URLSearchParams({ to: pathname + search })}`} target="_self">
            Sign in at {ways.accounts}
          </a>
        )}
        {ways?.accounts && ways.keys && <p class="or">or</p>}
        {ways?.keys && <KeyForm session={session} isMain={!ways.accounts} />}
      </section>
    </main>
  );
}
