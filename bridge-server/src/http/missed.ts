import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import type * as z from "zod";
import type { Reconciliation } from "../reconciliation.ts";
import type { HandoffParts } from "./handoffs.ts";
import type { Missed } from "./number-answers.ts";
import { mustBe } from "./operators.ts";

export interface MissedParts extends Pick<HandoffParts, "whoIs" | "sites"> {
  reconciliation: Pick<Reconciliation, "sites" | "missed">;
}

/** The handoffs that PolyAI knows of and that never got here, of the sites that look back. */
export function missedRoutes({ whoIs, sites, reconciliation }: MissedParts) {
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.get("/missed", async (c) => {
    mustBe("viewer", whoIs(c));
    const answer: z.output<typeof Missed> = {
      sites: await Promise.all(
        reconciliation.sites.map(async (site) => {
          const { until, missed } = await reconciliation.missed(site);
          const studioPage = sites.find(({ name }) => name === site)?.studioPage ?? (() => null);
          return {
            site,
            looked_until: until,
            missed: missed.map(({ chat, startedAt, destination, reason, conversation }) => {
              return {
                assistant_conversation_id: chat,
                studio_url: studioPage(chat),
                began_at: startedAt,
                destination,
                reason,
                conversation,
              };
            }),
          };
        }),
      ),
    };
    return c.json(answer);
  });
  return app;
}
