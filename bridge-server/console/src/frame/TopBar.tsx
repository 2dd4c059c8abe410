import { useState } from "preact/hooks";
import type { Trouble } from "../api/api.ts";
import type { Console } from "../console.ts";
import { mayAs, type SessionState } from "../model/session.ts";
import { Mark } from "../view/Mark.tsx";

const pages = [
  { page: "now", href: "/console/", name: "Now", also: null },
  { page: "handoffs", href: "/console/handoffs", name: "Handoffs", also: "handoff" },
  { page: "conversations", href: "/console/conversations", name: "Conversations", also: "conversation" },
  { page: "destinations", href: "/console/destinations", name: "Destinations", also: "editor" },
  { page: "numbers", href: "/console/numbers", name: "Numbers", also: null },
  { page: "alerts", href: "/console/alerts", name: "Alerts", also: null },
  { page: "deliveries", href: "/console/deliveries", name: "Deliveries", also: null },
  { page: "records", href: "/console/records", name: "Records", also: null, role: "admin" },
  { page: "keys", href: "/console/keys", name: "Keys", also: null, role: "admin" },
  { page: "audit", href: "/console/audit", name: "Audit", also: null, role: "admin" },
] as const;

/** Where one can go, whether the page is up to date, and who works here. */
export function TopBar({ parts, session }: { parts: Console; session: Extract<SessionState, { is: "in" }> }) {
  const { page } = parts.address.place.value;
  const [trouble, tell] = useState<Trouble | null>(null);
  return (
    <header class="top">
      <a class="skip" href="#page">
        Skip to the page
      </a>
      <a href="/console/" aria-label="Baton console">
        <Mark />
      </a>
      <nav aria-label="Pages" ref={inSight}>
        {pages
          .filter((one) => !("role" in one) || mayAs(session.role, one.role))
          .map(({ page: whole, href, name, also }) => (
            <a key={href} href={href} aria-current={page === whole || page === also ? "page" : undefined}>
              {name}
            </a>
          ))}
      </nav>
      <Stream parts={parts} />
      {trouble && (
        <p class="complaint" role="alert">
          You are still signed in. {trouble.sentence}
        </p>
      )}
      <p class="who">
        <strong>{session.name}</strong>
        <span class="muted">{session.role}</span>
      </p>
      <button type="button" class="plain" onClick={() => void parts.session.signOut().then(tell)}>
        Sign out
      </button>
      <button
        type="button"
        class="icon"
        aria-label="Keyboard shortcuts"
        title="Keyboard shortcuts (?)"
        onClick={() => (parts.dialog.value = "help")}
      >
        ?
      </button>
    </header>
  );
}

/** On a phone not all pages have room: the one that is open is there to be seen. */
function inSight(nav: HTMLElement | null): void {
  nav?.querySelector("[aria-current]")?.scrollIntoView?.({ block: "nearest", inline: "nearest" });
}

function Stream({ parts }: { parts: Console }) {
  const state = parts.changes.state.value;
  return (
    <p class={`stream ${state}`} role="status">
      {state === "live" && "Up to date"}
      {state === "lost" && "Connection lost: what you see may be old. Trying again."}
    </p>
  );
}
