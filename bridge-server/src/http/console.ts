import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { HttpBindings } from "@hono/node-server";
import { Hono, type Context } from "hono";
import * as z from "zod";
import type { Bridge } from "../bridge.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { Oidc } from "../oidc.ts";
import { addressOf } from "./address.ts";
import { bodyOf } from "./body.ts";
import { consoleOidcRoutes } from "./console-oidc.ts";
import type { ConsoleSession, ConsoleSessions } from "./console-session.ts";
import { keptFile } from "./kept-file.ts";
import type { Allowance, Limits } from "./limits.ts";
import { Refusal } from "./problem.ts";
import { createRefusedSignIns } from "./refused-sign-ins.ts";

const SignIn = z.strictObject({ key: z.string().trim().min(1).max(500) });
/** An office behind one address can sign in in the morning, and nobody can guess. */
const SIGN_INS: Allowance = { burst: 20, amount: 20, perMs: 10 * 60_000 };

const TYPES: Record<string, string> = { js: "text/javascript", css: "text/css", svg: "image/svg+xml" };

/** Nothing but the console's own files and the bridge it came from, framed by nobody (T2, T11). */
const HEADERS = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; " +
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

/** The console of a bridge that has one. */
export interface ConsoleSetup {
  /** Where its built pages lie. */
  folder: string;
  /** The provider of the company's accounts, and what seals the sessions of those who come by them. */
  accounts: { oidc: Oidc; seal: string } | null;
}

export interface ConsoleParts extends ConsoleSetup {
  sessions: ConsoleSessions;
  /** Whether there are keys to sign in with. */
  hasKeys: boolean;
  limits: Limits;
  trustedProxies: number;
  noteDeed: Bridge["noteDeed"];
  clock: Clock;
  /** Aborted when the bridge is told to stop. */
  leaving: AbortSignal;
  log: Log;
}

/** The operators' console: its pages, and the session that they sign in to. Which page it is the address says to the page, not to the bridge. */
export function consoleRoutes({
  folder,
  sessions,
  hasKeys,
  accounts,
  limits,
  trustedProxies,
  noteDeed,
  clock,
  leaving,
  log,
}: ConsoleParts) {
  const refused = createRefusedSignIns({ noteDeed, clock, leaving });
  const app = new Hono<{ Bindings: HttpBindings }>();

  app.use(async (c, next) => {
    for (const [name, value] of Object.entries(HEADERS)) c.header(name, value);
    await next();
  });

  app.post("/session", async (c) => {
    const objection = sessions.objectionTo(c);
    if (objection) throw new Refusal("forbidden_origin", objection);
    const waitMs = mustWaitMs(c);
    if (waitMs > 0) {
      await refused.note("too_fast");
      throw new Refusal("too_fast", "too many have tried to sign in from here", Math.ceil(waitMs / 1_000));
    }
    const { key } = await bodyOf(c, SignIn);
    const session = sessions.begin(c, key);
    if (!session) {
      await refused.note("key");
      throw new Refusal("unauthorized", "no operator has this key");
    }
    await noteDeed(session.operator, "sign_in", {});
    return c.json(view(session), 200, { "cache-control": "no-store" });
  });

  /** Who is signed in, or `null`: to ask is no mistake, so it is not answered as one. */
  app.get("/session", (c) => {
    const session = sessions.of(c);
    return c.json(session && view(session), 200, { "cache-control": "no-store" });
  });

  app.delete("/session", (c) => {
    const objection = sessions.objectionTo(c);
    if (objection) throw new Refusal("forbidden_origin", objection);
    sessions.end(c);
    return c.body(null, 204);
  });

  /** How one may sign in here: what whoever is not signed in is shown. */
  app.get("/ways", (c) => c.json({ keys: hasKeys, accounts: accounts?.oidc.host ?? null }, 200, { "cache-control": "no-store" }));
  if (accounts) app.route("/", consoleOidcRoutes({ ...accounts, sessions, waitMs: mustWaitMs, noteDeed, refused, log }));

  for (const name of readdirSync(join(folder, "assets"))) {
    const answer = keptFile(readFileSync(join(folder, "assets", name)), TYPES[name.split(".").at(-1) ?? ""] ?? "application/octet-stream");
    app.get(`/assets/${name}`, (c) => {
      c.header("cache-control", "public, max-age=31536000, immutable"); // named by their content, which holds nobody's data
      return answer(c);
    });
  }
  app.get("/assets/*", () => {
    throw new Refusal("not_found", "");
  });

  const page = keptFile(readFileSync(join(folder, "index.html")), "text/html");
  app.get("/", (c) => (c.req.path.endsWith("/") ? answerPage(c) : c.redirect("/console/", 308)));
  app.get("/*", answerPage);
  return app;

  function mustWaitMs(c: Context<{ Bindings: HttpBindings }>): number {
    const address = addressOf(c.env.incoming.socket.remoteAddress, c.req.header("x-forwarded-for"), trustedProxies);
    return limits.take("sign_in", address, SIGN_INS);
  }

  function answerPage(c: Parameters<typeof page>[0]): Response {
    c.header("cache-control", "no-store");
    return page(c);
  }
}

const view = ({ operator: { name, role }, endsAt }: ConsoleSession) => ({ name, role, ends_at: endsAt.toISOString() });
