import type { Began, Begin, Said, Say } from "@baton/bridge-server/protocol";
import type { Clock } from "./clock.ts";
import { follow, type Follower } from "./follow.ts";
import { jsonIn, refusalIn, refusalOf } from "./refusal.ts";

/** What opens one conversation. */
export interface Session {
  conversation: string;
  token: string;
}

/** The way to the bridge. What is refused is thrown as a `Refusal`; only following repeats itself. */
export interface Connection {
  /** Begins a conversation. The same key gives the same conversation, so a begin whose answer was lost can be repeated. */
  begin(site: string, begin: Begin): Promise<Began>;
  /** Once. The same id is the same line, so it can be repeated. */
  say(session: Session, line: Say): Promise<Said>;
  /** Everything else a visitor does; `about` is the last part of its address. */
  tell(
    session: Session,
    about: "attributes" | "handoff" | "leave" | "mail" | "message" | "rating" | "read" | "typing",
    body: object,
  ): Promise<unknown>;
  /** Deletes the conversation, for good and everywhere. */
  erase(session: Session): Promise<unknown>;
  /** Hears everything after `follower.after()` until stopped; reconnects by itself and resumes by number. */
  follow(session: Session, follower: Follower): () => void;
}

const ANSWER_WITHIN_MS = 20_000;

/** `bridge` is an origin. The network and the clock come in, so that they can be scripted. */
export function createConnection(bridge: string, fetch: typeof globalThis.fetch, clock: Clock): Connection {
  return {
    // Casts: the bridge is ours and protocol.ts says what it answers.
    begin: (site, body) => post(`sites/${encodeURIComponent(site)}/conversations`, null, body) as Promise<Began>,
    say: (session, line) => post(address(session, "/lines"), session, line) as Promise<Said>,
    // Whoever signs out is often on the way to another page.
    tell: (session, about, body) => post(address(session, `/${about}`), session, body, about === "leave"),
    erase: (session) => ask(address(session), session, { method: "DELETE" }),
    follow(session, follower) {
      return follow((accept, signal) => listen(session, follower.after(), accept, signal), follower, clock);
    },
  };

  function post(path: string, session: Session | null, body: object, keepalive = false): Promise<unknown> {
    return ask(path, session, { method: "POST", body: JSON.stringify(body), keepalive });
  }

  async function ask(path: string, session: Session | null, init: RequestInit): Promise<unknown> {
    const giveUp = new AbortController();
    const cancel = clock.after(ANSWER_WITHIN_MS, () => giveUp.abort());
    try {
      const headers = { "content-type": "application/json", ...authorization(session) };
      const response = await send(path, { ...init, headers, signal: giveUp.signal });
      return response.status === 204 ? null : await jsonIn(response);
    } catch (error) {
      throw refusalOf(error);
    } finally {
      cancel();
    }
  }

  function listen(session: Session, after: number, accept: string, signal: AbortSignal): Promise<Response> {
    return send(address(session, `/entries?after=${after}`), { headers: { accept, ...authorization(session) }, signal });
  }

  async function send(path: string, init: RequestInit): Promise<Response> {
    const response = await fetch(`${bridge}/v1/${path}`, {
      ...init,
      cache: "no-store",
      credentials: "omit",
      redirect: "error", // the bridge never redirects; the login page of a hotel does
      referrerPolicy: "no-referrer",
    });
    if (!response.ok) throw await refusalIn(response);
    return response;
  }
}

function authorization(session: Session | null): { authorization?: string } {
  return session ? { authorization: `Bearer ${session.token}` } : {};
}

function address({ conversation }: Session, rest = ""): string {
  return `conversations/${encodeURIComponent(conversation)}${rest}`;
}
