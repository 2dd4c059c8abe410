import type { Bridge } from "../bridge.ts";
import type { Clock } from "../clock.ts";
import type { SignInTrouble } from "./console-oidc.ts";

/** However many try, so often at most a line is written for each kind of refusal. */
const EVERY_MS = 15 * 60_000;

interface Parts {
  noteDeed: Bridge["noteDeed"];
  clock: Clock;
  /** Aborted when the bridge is told to stop. */
  leaving: AbortSignal;
}

/** `key`: nobody has it. The others are those of the company's accounts. */
export type RefusedSignIn = "key" | SignInTrouble;

/**
 * The log of deeds also has who was not let in, but nobody can fill it by trying: of each kind the first is written at once, and then,
 * every quarter of an hour, how many there were since. Names are those that the company's accounts have told.
 */
export function createRefusedSignIns({ noteDeed, clock, leaving }: Parts) {
  const counted = new Map<RefusedSignIn, number>();
  leaving.addEventListener("abort", () => void Promise.all([...counted.keys()].map((kind) => write(kind))), { once: true });

  return {
    /** Resolves once it is written, or counted to be written. Never rejects: what cannot be written now is written with the next. */
    async note(kind: RefusedSignIn, name?: string): Promise<void> {
      const isFirst = !counted.has(kind);
      counted.set(kind, (counted.get(kind) ?? 0) + 1);
      if (!isFirst) return;
      await write(kind, name);
      wait(kind);
    },
  };

  function wait(kind: RefusedSignIn): void {
    clock.after(EVERY_MS, async () => {
      if (counted.get(kind) === 0) return void counted.delete(kind);
      await write(kind);
      wait(kind);
    });
  }

  async function write(kind: RefusedSignIn, name = "nobody"): Promise<void> {
    const count = counted.get(kind) ?? 0;
    if (count === 0) return;
    counted.set(kind, 0);
    try {
      await noteDeed({ name, role: "none", key: null }, "sign_in_refused", { kind, count: String(count) });
    } catch {
      counted.set(kind, (counted.get(kind) ?? 0) + count); // the store is away: they are written when it is back
    }
  }
}

export type RefusedSignIns = ReturnType<typeof createRefusedSignIns>;
