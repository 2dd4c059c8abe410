import { Hono } from "hono";
import { Attributes } from "../protocol.ts";
import { bodyOf } from "./body.ts";
import { Refusal } from "./problem.ts";
import { letIn, type VisitorEnv, type VisitorParts } from "./visitor.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** A page tells what changes for its visitor, not what the time is: a desk shows each as a note of its own. */
const TOLD = { burst: 10, amount: 10, perMs: MINUTE };
const TOLD_A_DAY = { burst: 100, amount: 100, perMs: DAY };
const TOLD_PER_ADDRESS = { burst: 60, amount: 60, perMs: MINUTE };

/** What a page says of its visitor while the chat runs. Nobody has proven it. The same id is the same telling. */
export function attributeRoutes({ bridge, clock, limits, site }: Pick<VisitorParts, "bridge" | "clock" | "limits" | "site">) {
  const app = new Hono<VisitorEnv>();

  app.post("/conversations/:id/attributes", async (c) => {
    await letIn(c, site, (token) => bridge.find(null, token));
    const { id, attributes } = await bodyOf(c, Attributes);
    const { key, address } = c.var;
    for (const [whom, allowance] of [
      [key.id, TOLD],
      [`${key.id} today`, TOLD_A_DAY],
      [address, TOLD_PER_ADDRESS],
    ] as const) {
      const waitMs = limits.take("told", whom, allowance);
      if (waitMs > 0) throw new Refusal("too_fast", "tell several things at once", Math.ceil(waitMs / 1_000));
    }
    const told = Object.entries(attributes).map(([name, value]) => [name, value === null ? null : String(value)] as const);
    const at = clock.now().toISOString();
    const { lifecycle } = await bridge.happened(key, `told:${id}`, { type: "page_told", at, attributes: Object.fromEntries(told) });
    if (lifecycle.phase === "ended") throw new Refusal("ended", "begin a new conversation");
    return c.json({});
  });

  return app;
}
