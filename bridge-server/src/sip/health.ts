import type { Clock } from "../clock.ts";
import { askOptions, type Heard, type Machine } from "./asking.ts";
import { machinesOf, serverOf } from "./machines.ts";

/** Whether the machines behind an address take calls, as they said last. `unknown`: none has been asked for long enough yet. */
export interface Health {
  state: "unknown" | "up" | "down";
  /** ISO 8601. */
  since: string;
  /** Why it is down. */
  because: "no_answer" | "no_such_name" | "unavailable" | null;
}

/** Why calls cannot be sent to a server now, `null` where they can, and `unsure` where nobody can say. */
export type Look = (server: string) => Promise<Health["because"] | "unsure">;

interface Asking {
  /** Rejects where the name leads nowhere. */
  machinesOf(server: string): Promise<Machine[]>;
  ask(machine: Machine, server: string): Promise<Pick<Heard, "status"> | null>;
}

interface Parts {
  clock: Clock;
  /** From one question to the next. */
  everyMs: number;
  /** Where calls go now, in any spelling; what cannot be asked is never down. */
  uris(): string[];
  look: Look;
  /** A server is down that was not, or is up again. */
  changed(server: string, health: Health): void;
}

/** Who sends calls elsewhere may say so (RFC 3263 §4.3), and a proxy that nobody answers says so for whoever is behind it. Anything else is a sign of life. */
const NOT_NOW = new Set([503, 408]);

/** Long enough for four tries over UDP. A caller who is sent to whoever is silent hears nothing for longer than that. */
const ANSWERED_WITHIN_MS = 5_000;

/** Asks each machine that calls are sent to at a steady pace. One answer, or none, decides: the pace is slow, and an answer cheap. */
export function watchTargets({ clock, everyMs, uris, look, changed }: Parts) {
  const known = new Map<string, Health>();
  let isClosed = false;
  let stop = () => {};
  void round();

  return {
    /** `null`: it is not asked. */
    of: (uri: string): Health | null => known.get(serverOf(uri) ?? "") ?? null,
    down: () => [...known.values()].filter(({ state }) => state === "down").length,
    close(): void {
      isClosed = true;
      stop();
    },
  };

  async function round(): Promise<void> {
    const began = clock.now();
    const servers = new Set(
      uris()
        .map(serverOf)
        .filter((server) => server !== null),
    );
    for (const server of known.keys()) if (!servers.has(server)) known.delete(server);
    for (const server of servers)
      if (!known.has(server)) known.set(server, { state: "unknown", since: began.toISOString(), because: null });
    await Promise.all(
      [...servers].map(async (server) => {
        const found = await look(server);
        if (!isClosed && found !== "unsure") take(server, found === null ? "up" : "down", found);
      }),
    );
    if (!isClosed) stop = clock.after(Math.max(0, everyMs - (clock.now().getTime() - began.getTime())), () => void round());
  }

  function take(server: string, state: "up" | "down", because: Health["because"]): void {
    const before = known.get(server);
    if (before?.state === state && before.because === because) return;
    const health = { state, since: before?.state === state ? before.since : clock.now().toISOString(), because };
    known.set(server, health);
    if (before?.state !== state && (state === "down" || before?.state === "down")) changed(server, health);
  }
}

/** Whoever follows an address tries every machine behind it, so one that takes calls is enough. */
export async function lookAt(server: string, { machinesOf, ask }: Asking): ReturnType<Look> {
  let machines: Machine[];
  try {
    machines = await machinesOf(server);
  } catch (error) {
    const isKnownToBeNone = error instanceof Error && "code" in error && error.code === "ENOTFOUND";
    return isKnownToBeNone ? "no_such_name" : "unsure"; // a name server that is away says nothing about who takes calls
  }
  const heard = await Promise.all(machines.map((machine) => ask(machine, server)));
  if (heard.some((one) => one !== null && !NOT_NOW.has(one.status))) return null;
  return heard.some((one) => one !== null) ? "unavailable" : "no_answer";
}

/** Asks the machines themselves. */
export const lookOverNetwork =
  (clock: Clock, newId: () => string): Look =>
  (server) =>
    lookAt(server, { machinesOf, ask: (machine, uri) => askOptions(machine, { clock, newId, uri, withinMs: ANSWERED_WITHIN_MS }) });
