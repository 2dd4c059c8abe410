import type { HttpBindings } from "@hono/node-server";
import { Hono, type Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { Bridge } from "../bridge.ts";
import { faultOf, type Log } from "../log.ts";
import { OidcError, type Errand, type Oidc, type OidcTrouble } from "../oidc.ts";
import type { ConsoleSessions } from "./console-session.ts";
import type { RefusedSignIns } from "./refused-sign-ins.ts";

const ERRAND_SECONDS = 10 * 60;
const NAME = "baton_sign_in";

/** What the page is told in its address, for which it has sentences. */
export type SignInTrouble = OidcTrouble | "no_role" | "too_late" | "too_fast";

export interface ConsoleOidcParts {
  oidc: Oidc;
  sessions: ConsoleSessions;
  /** How long whoever asks has to wait before they may try again. 0: not at all. */
  waitMs(c: Context<{ Bindings: HttpBindings }>): number;
  noteDeed: Bridge["noteDeed"];
  refused: RefusedSignIns;
  log: Log;
}

/** The way to the provider of the company's accounts, and back. */
export function consoleOidcRoutes({ oidc, sessions, waitMs, noteDeed, refused, log }: ConsoleOidcParts) {
  const app = new Hono<{ Bindings: HttpBindings }>();
  // Sent also when another site brings the browser here, as the provider does.
  const cookie = { ...sessions.cookie, path: "/", httpOnly: true, sameSite: "Lax" as const };

  app.get("/sign-in", async (c) => {
    const to = ownPath(c.req.query("to"));
    if (waitMs(c) > 0) return refuse(c, to, "too_fast");
    try {
      const { url, errand } = await oidc.begin();
      setCookie(c, NAME, [errand.state, errand.nonce, errand.verifier, encodeURIComponent(to)].join("."), {
        ...cookie,
        maxAge: ERRAND_SECONDS,
      });
      return c.redirect(url.href, 303);
    } catch (error) {
      return refuse(c, to, troubleIn(error));
    }
  });

  app.get("/signed-in", async (c) => {
    const kept = getCookie(c, NAME, cookie.prefix);
    deleteCookie(c, NAME, cookie); // an errand is run once
    const errand = errandIn(kept);
    if (!errand) return refuse(c, "/console/", "too_late");
    try {
      const { name, role } = await oidc.finish(new URL(c.req.url).search, errand);
      if (role === null) return refuse(c, errand.to, "no_role", name);
      await noteDeed({ name, role, key: null }, "sign_in", {});
      sessions.beginFor(c, { name, role });
      return c.redirect(errand.to, 303);
    } catch (error) {
      return refuse(c, errand.to, troubleIn(error));
    }
  });

  return app;

  async function refuse(c: Context, to: string, trouble: SignInTrouble, name?: string): Promise<Response> {
    await refused.note(trouble, name);
    return back(c, to, trouble);
  }

  function troubleIn(error: unknown): OidcTrouble {
    if (!(error instanceof OidcError)) throw error;
    const { kind, cause } = error;
    log({ event: "console_sign_in", level: kind === "denied" ? "info" : "warn", state: "failed", because: kind, error: faultOf(cause) });
    return kind;
  }
}

function back(c: Context, to: string, trouble: SignInTrouble): Response {
  const page = new URL(to, "http://console");
  page.searchParams.set("trouble", trouble);
  return c.redirect(page.pathname + page.search, 303);
}

function errandIn(kept: string | undefined): (Errand & { to: string }) | null {
  const [state, nonce, verifier, to] = kept?.split(".") ?? [];
  if (!state || !nonce || !verifier || !to) return null;
  return { state, nonce, verifier, to: ownPath(decodeURIComponent(to)) };
}

/** A page of the console, and nothing that leads out of it. */
function ownPath(to: string | undefined): string {
  const page = URL.parse(to ?? "", "http://console");
  if (page?.host !== "console" || !page.pathname.startsWith("/console/")) return "/console/";
  page.searchParams.delete("trouble"); // of an earlier try
  return page.pathname + page.search;
}
