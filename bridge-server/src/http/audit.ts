import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import * as z from "zod";
import type { HandoffParts } from "./handoffs.ts";
import { cursorFrom, cursorText, page, queryOf } from "./list-query.ts";
import { mustBe } from "./operators.ts";

export const DeedsQuery = z.strictObject({ limit: page.limit, cursor: page.cursor });
export const CheckQuery = z.strictObject({
  /** Where the chain was once seen to end, kept elsewhere. */
  end: z
    .string()
    .regex(/^\d{1,15}:[0-9a-f]{64}$/, {
      error: "is not where a chain ends: write the number, a colon and the hash that an earlier check gave",
    })
    .optional(),
});
const Cursor = z.tuple([z.int()]);

/** Who did what, and whether the log of it is whole. */
export function auditRoutes({ bridge, whoIs }: Pick<HandoffParts, "bridge" | "whoIs">) {
  const app = new Hono<{ Bindings: HttpBindings }>();

  app.get("/audit", async (c) => {
    mustBe("admin", whoIs(c), "audit");
    const { cursor, limit } = queryOf(DeedsQuery, c.req.query());
    const before = cursor === undefined ? null : cursorFrom(cursor, Cursor)[0];
    const found = await bridge.deeds(before, limit + 1);
    const shown = found.slice(0, limit);
    const last = found.length > limit ? shown.at(-1) : undefined;
    return c.json({ deeds: shown, next: last ? cursorText([last.number]) : null });
  });

  app.get("/audit/check", async (c) => {
    mustBe("admin", whoIs(c), "audit");
    const [number, hash] = queryOf(CheckQuery, c.req.query()).end?.split(":") ?? [];
    const found = await bridge.checkDeeds(number !== undefined && hash !== undefined ? { number: Number(number), hash } : null);
    const { lines, end } = found;
    const broken = found.intact ? null : { at: found.at, because: found.because };
    return c.json({ intact: found.intact, lines, end: end.number === 0 ? null : `${end.number}:${end.hash}`, broken });
  });

  return app;
}
