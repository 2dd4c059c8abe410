import { createHmac, timingSafeEqual } from "node:crypto";
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { Clock } from "../clock.ts";
import { isOnThisMachine } from "../config-console.ts";
import type { Keyring } from "../keyring.ts";
import type { Operator } from "./operators.ts";

const LIFE_MS = 8 * 60 * 60_000;
const NAME = "baton_console";

export interface ConsoleSession {
  operator: Operator;
  endsAt: Date;
}

export interface ConsoleSessionParts {
  keyring: Pick<Keyring, "find" | "holders">;
  /** Seals the sessions of those who came by the company's accounts. `null`: nobody does. */
  accountsSeal: string | null;
  clock: Clock;
  publicUrl: string;
}

/**
 * Who has signed in to the console. What the browser keeps is the time until which it holds, sealed with what only the operator's key and the
 * configuration make, or who it is as well, sealed for all who came by the company's accounts: any bridge of the same configuration opens it, nothing has to be
 * stored, and taking a key back, or changing who may come in, ends its sessions (T14). It counts for requests of the
 * console's own pages only (T24).
 */
export function createConsoleSessions({ keyring, accountsSeal, clock, publicUrl }: ConsoleSessionParts) {
  // Browsers keep a `Secure` cookie only over https, and on this machine there may be none.
  const cookie = publicUrl.startsWith("https:") ? ({ secure: true, prefix: "host" } as const) : {};

  return {
    /** What every cookie here has in common. */
    cookie,

    /** Begins one for whoever has given a key, or says that it is nobody's. The answer's headers carry the cookie. */
    begin(c: Context, given: string): ConsoleSession | null {
      const key = keyring.find(given);
      if (!key) return null;
      const endsAt = begins(c, (until) => `${until}.${sealOf(key.seal, until)}`);
      return { operator: key, endsAt };
    },

    /** Begins one for somebody whom the company's accounts have let in. */
    beginFor(c: Context, { name, role }: Pick<Operator, "name" | "role">): void {
      if (accountsSeal === null) throw new Error("nobody can come by accounts");
      const who = Buffer.from(JSON.stringify([name, role])).toString("base64url");
      begins(c, (until) => `${until}.${sealOf(accountsSeal, until, who)}.${who}`);
    },

    /** The session that a request belongs to, or `null`. */
    of(c: Context): ConsoleSession | null {
      const kept = getCookie(c, NAME, cookie.prefix);
      if (kept === undefined || !isFromOwnPage(c)) return null;
      const [until = "", seal = "", who] = kept.split(".");
      if (!(Number(until) > clock.now().getTime())) return null; // what is no number is no time to come either
      const operator =
        who === undefined
          ? keyring.holders().find((key) => isSame(seal, sealOf(key.seal, until)))
          : sealedBy(accountsSeal, seal, until, who);
      return operator ? { operator, endsAt: new Date(Number(until)) } : null;
    },

    end: (c: Context): void => void deleteCookie(c, NAME, { ...cookie, path: "/" }),

    /** What keeps somebody from signing in on the page that asks, in a sentence, or `null`. */
    objectionTo(c: Context): string | null {
      if (!isFromOwnPage(c)) return "sign in on the console's own page";
      const origin = c.req.header("origin");
      if (cookie.secure || origin === undefined || isOnThisMachine(origin)) return null;
      return "the key would be sent in the clear, or to another address than the bridge knows: write its https address into listen.publicUrl";
    },
  };

  function begins(c: Context, sealed: (until: string) => string): Date {
    const endsAt = new Date(clock.now().getTime() + LIFE_MS);
    const value = sealed(String(endsAt.getTime()));
    setCookie(c, NAME, value, { ...cookie, path: "/", httpOnly: true, sameSite: "Strict", maxAge: LIFE_MS / 1_000 });
    return endsAt;
  }
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

/** Who it says, if that is what was sealed. */
function sealedBy(secret: string | null, seal: string, until: string, who: string): Operator | null {
  if (secret === null || !isSame(seal, sealOf(secret, until, who))) return null;
  const [name, role] = JSON.parse(Buffer.from(who, "base64url").toString()) as [string, Operator["role"]]; // only we can seal
  return { name, role, scopes: null, key: null };
}

function sealOf(secret: string, until: string, who?: string): string {
  return createHmac("sha256", secret)
    .update(`baton console session until ${until}${who === undefined ? "" : ` of ${who}`}`)
    .digest("base64url");
}

function isSame(given: string, right: string): boolean {
  return given.length === right.length && timingSafeEqual(Buffer.from(given), Buffer.from(right));
}
