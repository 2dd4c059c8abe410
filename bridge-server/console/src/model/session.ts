import { signal } from "@preact/signals";
import { type Api, type Trouble, troubleOf } from "../api/api.ts";
import type { Operator, Role } from "../api/answers.ts";
import type { Clock } from "../clock.ts";

/** Whether this role may do what that one may. */
export const mayAs = (role: Role, wanted: Role): boolean => roles.indexOf(role) >= roles.indexOf(wanted);
const roles: Role[] = ["viewer", "operator", "admin"];

/** Who works here. `out.because`: what to tell whoever is asked for a key again. */
export type SessionState =
  | { is: "asking" }
  | { is: "unknown"; trouble: Trouble }
  | { is: "out"; because: "nobody was in" | "it has ended" | "signed out" }
  | { is: "in"; name: string; role: Role };

/** `accounts`: the host of whoever keeps the company's accounts. */
export interface Ways {
  keys: boolean;
  accounts: string | null;
}

export type Session = ReturnType<typeof createSession>;

const ASK_AGAIN_MS = 3_000;

/** The session that the browser's cookie stands for. No script can see that, so the bridge is asked. */
export function createSession(api: Api, clock: Clock) {
  const state = signal<SessionState>({ is: "asking" });

  return {
    state,
    /** Asks until the bridge has answered. */
    async begin(): Promise<void> {
      try {
        const who = await ask();
        state.value = who ? { is: "in", ...who } : { is: "out", because: "nobody was in" };
      } catch (error) {
        state.value = { is: "unknown", trouble: troubleOf(error) };
        clock.after(ASK_AGAIN_MS, () => void this.begin());
      }
    },
    /** How one may sign in here. Rejects when the bridge does not say. */
    ways: (): Promise<Ways> => api.get("/console/ways"),
    /** Gives back what keeps the operator from signing in, or `null`. */
    async signIn(key: string): Promise<Trouble | null> {
      try {
        state.value = { is: "in", ...(await api.post<Operator>("/console/session", { key })) };
        return null;
      } catch (error) {
        return troubleOf(error);
      }
    },
    async signOut(): Promise<Trouble | null> {
      try {
        await api.delete("/console/session");
        state.value = { is: "out", because: "signed out" };
        return null;
      } catch (error) {
        return troubleOf(error);
      }
    },
    /** The bridge has said that nobody is signed in. */
    over,
    /** Whether the session still holds: asked when something else has failed that does not tell. */
    async check(): Promise<void> {
      const isOver = await ask().then(
        (who) => who === null,
        () => false, // then it is not known, and whoever asks for something is told so
      );
      if (isOver) over();
    },
  };

  function over(): void {
    if (state.value.is === "in") state.value = { is: "out", because: "it has ended" };
  }

  function ask(): Promise<Operator | null> {
    return api.get("/console/session");
  }
}
