import type { Context, Env, Next } from "hono";
import { routePath } from "hono/route";
import type { Clock } from "../clock.ts";
import { isTracing, traced } from "../trace.ts";
import { Refusal } from "./problem.ts";

/** A request that has not been answered by then will not be waited for: its page asks again, with the same id. */
const ANSWER_WITHIN_MS = 10_000;
/** Long enough for a stall to be over, short enough for a visitor to wait. */
const BACK_IN_SECONDS = 2;

export interface AdmissionParts {
  clock: Clock;
  /** How much too much there is to do. */
  pressure(): "none" | "some" | "much";
  /** Whether no more browsers can listen: then nobody new is let in, because they could not hear. */
  isFull(site: string): boolean;
  /** Hears of everybody who was sent away, by what they wanted. */
  shed(what: string): void;
}

/**
 * Lets requests in, as long as they can be served: when there is too much to do, new conversations are sent away first, then
 * lines, with `busy` and when to come back. What vendors deliver is never sent away from here: only the store can refuse that.
 */
export function createAdmission({ clock, pressure, isFull, shed }: AdmissionParts) {
  let underWay = 0;
  return {
    /** Requests that write and are not answered yet. */
    underWay: () => underWay,

    async admit<E extends Env>(c: Context<E>, next: Next): Promise<void> {
      const { method, path } = c.req;
      if (method !== "POST") return observed(c, next);
      const begins = /^\/v1\/sites\/([^/]+)\/conversations$/.exec(path);
      const delivers = /^\/v1\/(hooks|channels)\//.test(path);
      const load = pressure();
      if (begins && (load !== "none" || isFull(begins[1] ?? ""))) refuse("begin");
      const brings = path.includes("/files/"); // takes as long as the visitor's way to here is slow
      if (load === "much" && !delivers && (brings || path.endsWith("/lines"))) refuse("line");
      underWay++;
      try {
        await (delivers || brings ? observed(c, next) : inTime(observed(c, next)));
      } finally {
        underWay--;
      }
    },
  };

  function refuse(what: string): never {
    shed(what);
    throw new Refusal("busy", "too much to do just now", BACK_IN_SECONDS);
  }

  /** Whatever it waits for may still come true: a line counts once, so asking again does no harm. */
  async function inTime(answer: Promise<void>): Promise<void> {
    let cancel = () => {};
    const late = new Promise<"late">((done) => (cancel = clock.after(ANSWER_WITHIN_MS, () => done("late"))));
    try {
      if ((await Promise.race([answer, late])) === "late") refuse("late");
    } finally {
      cancel();
    }
  }
}

/** A span by the route's name, never by what stands in the path. */
function observed<E extends Env>(c: Context<E>, next: Next): Promise<void> {
  if (!isTracing()) return next();
  const { method } = c.req;
  return traced({ name: method, kind: "server", attributes: { "http.request.method": method } }, async (span) => {
    await next();
    const route = routePath(c, -1);
    span?.updateName(`${method} ${route}`);
    span?.setAttributes({ "http.route": route, "http.response.status_code": c.res.status });
  });
}

export type Admission = ReturnType<typeof createAdmission>;
