import * as z from "zod";
import { CallError } from "../call.ts";

/** An access token and the seconds that are left of its life, as OAuth writes them. */
export const Granted = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });

/** What is asked for this much before it ends is asked for in time. */
const EARLY_MS = 60_000;

/**
 * One token for all calls of a process, since each grant counts against somebody's limit. It is asked for again shortly before it ends, and
 * once where a call finds it refused with `refusal`, as when an owner has taken it back.
 */
export function createToken(grant: () => Promise<z.infer<typeof Granted>>, now: () => number, refusal: 401 | 403 = 401) {
  let held: Held | null = null;

  return {
    async with<T>(ask: (token: string) => Promise<T>): Promise<T> {
      const used = current();
      const token = await used.token;
      try {
        return await ask(token);
      } catch (error) {
        if (!(error instanceof CallError && error.answer?.status === refusal)) throw error;
        if (held === used) held = null; // unless somebody else who was refused has asked again already
        return ask(await current().token);
      }
    },
  };

  function current(): Held {
    if (held && now() < held.until) return held;
    const asked: Held = { token: granted(), until: Infinity };
    held = asked;
    return asked;

    async function granted(): Promise<string> {
      try {
        const { access_token: token, expires_in: seconds } = await grant();
        asked.until = now() + seconds * 1_000 - EARLY_MS;
        return token;
      } catch (error) {
        if (held === asked) held = null;
        throw error;
      }
    }
  }
}

interface Held {
  token: Promise<string>;
  until: number;
}

/** Tokens that are remembered: any of them can be asked for again. */
const REMEMBERED = 1_000;

/** The same for many, each under a name: chats, where each is somebody else's. Those that were used last are remembered. */
export function createTokens(grant: (name: string) => Promise<z.infer<typeof Granted>>, now: () => number, refusal: 401 | 403 = 401) {
  const tokens = new Map<string, ReturnType<typeof createToken>>();

  return {
    with<T>(name: string, ask: (token: string) => Promise<T>): Promise<T> {
      const token = tokens.get(name) ?? createToken(() => grant(name), now, refusal);
      tokens.delete(name);
      tokens.set(name, token); // the map's order is the order of use
      const [leastUsed] = tokens.keys();
      if (tokens.size > REMEMBERED && leastUsed !== undefined) tokens.delete(leastUsed);
      return token.with(ask);
    },
  };
}
