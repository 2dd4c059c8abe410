import { createHmac, timingSafeEqual } from "node:crypto";
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { Clock } from "../clock.ts";
import { isOnThisMachine } from "../config-console.ts";
import { keyAmong, type OperatorKey } from "./operators.ts";

const LIFE_MS = 8 * 60 * 60_000;
const NAME = "baton_console";

export interface ConsoleSession {
  key: OperatorKey;
  endsAt: Date;
}

/**
 * Who has signed in to the console. What the browser keeps is the time until which it holds, sealed with the operator's own key: any bridge
 * of the same configuration opens it, nothing has to be stored, and taking a key out of the configuration ends its sessions (T14). It
 * counts for requests of the console's own pages only (T24).
 */
export function createConsoleSessions({ keys, clock, publicUrl }: { keys: OperatorKey[]; clock: Clock; publicUrl: string }) {
  // Browsers keep a `Secure` cookie only over https, and on this machine there may be none.
  const secure = publicUrl.startsWith("https:") ? ({ secure: true, prefix: "host" } as const) : null;
  const find = keyAmong(keys);

  return {
    /** Begins one for whoever has given a key, or says that it is nobody's. The answer's headers carry the cookie. */
    begin(c: Context, given: string): ConsoleSession | null {
      const key = find(given);
      if (!key) return null;
      const endsAt = new Date(clock.now().getTime() + LIFE_MS);
      setCookie(c, NAME, `${endsAt.getTime()}.${sealOf(key, endsAt.getTime())}`, {
        ...secure,
        path: "/",
        httpOnly: true,
        sameSite: "Strict",
        maxAge: LIFE_MS / 1_000,
      });
      return { key, endsAt };
    },

    /** The session that a request belongs to, or `null`. */
    of(c: Context): ConsoleSession | null {
      const kept = secure ? getCookie(c, NAME, secure.prefix) : getCookie(c, NAME);
      if (kept === undefined || !isFromOwnPage(c)) return null;
      const [until = "", seal = ""] = kept.split(".");
      const endsAt = Number(until);
      if (!(endsAt > clock.now().getTime())) return null; // what is no number is no time to come either
      const key = keys.find((one) => isSame(seal, sealOf(one, endsAt)));
      return key ? { key, endsAt: new Date(endsAt) } : null;
    },

    end: (c: Context): void => void deleteCookie(c, NAME, { ...secure, path: "/" }),

    /** What keeps somebody from signing in on the page that asks, in a sentence, or `null`. */
    objectionTo(c: Context): string | null {
      if (!isFromOwnPage(c)) return "sign in on the console's own page";
      const origin = c.req.header("origin");
      if (secure || origin === undefined || isOnThisMachine(origin)) return null;
      return "the key would be sent in the clear, or to another address than the bridge knows: write its https address into listen.publicUrl";
    },
  };
}

export type ConsoleSessions = ReturnType<typeof createConsoleSessions>;

/** Browsers say where a request comes from, and no page can make them lie. Those that are too old for that send the origin with what is not a GET. */
function isFromOwnPage(c: Context): boolean {
  const from = c.req.header("sec-fetch-site");
  if (from !== undefined) return from === "same-origin";
  const origin = c.req.header("origin");
  if (origin === undefined) return c.req.method === "GET";
  return URL.canParse(origin) && new URL(origin).host === c.req.header("host");
}

function sealOf(key: OperatorKey, endsAt: number): string {
  return createHmac("sha256", key.reveal()).update(`baton console session until ${endsAt}`).digest("base64url");
}

function isSame(given: string, right: string): boolean {
  return given.length === right.length && timingSafeEqual(Buffer.from(given), Buffer.from(right));
}
