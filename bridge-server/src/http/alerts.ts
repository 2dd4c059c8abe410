import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import type * as z from "zod";
import type { Alerts } from "../alerts.ts";
import type { Alerts as AlertsAnswer } from "./number-answers.ts";
import { mustBe, type WhoIs } from "./operators.ts";

export interface AlertParts {
  whoIs: WhoIs;
  alerts: Alerts["list"];
}

/** Every alert that is configured, and whether it fires now. */
export function alertRoutes({ whoIs, alerts }: AlertParts) {
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.get("/alerts", async (c) => {
    mustBe("viewer", whoIs(c));
    const all = await alerts();
    const answer: z.output<typeof AlertsAnswer> = {
      alerts: all.map(({ name, rule, state }) => ({
        name,
        when: rule.when,
        site: "site" in rule ? (rule.site ?? null) : null,
        state: state.is,
        says: state.is === "firing" ? state.says : null,
        since: state.is === "firing" ? state.since : state.lastAt,
      })),
    };
    return c.json(answer);
  });
  return app;
}
