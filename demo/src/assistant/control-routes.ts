import { timingSafeEqual } from "node:crypto";
import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { z } from "zod";
import type { Control } from "./control.ts";
import { faultSchema } from "./faults.ts";
import { optionsChange } from "./options.ts";
import type { Rule } from "./script.ts";

const place = z.strictObject({ account: z.string(), project: z.string() }).optional();
const advance = z.strictObject({ ms: z.number().nonnegative() });
const offline = z.strictObject({ forMs: z.number().positive() });
const options = z.strictObject({ change: optionsChange, at: place });
const faults = z.union([z.array(faultSchema), faultSchema]);

const reply = z.strictObject({
  /** The whole message, or `/a regular expression/flags`. */
  match: z.string(),
  during: z.string().optional(),
  say: z.string(),
  end: z.boolean().optional(),
  handoff: z.unknown().optional(),
  state: z.record(z.string(), z.unknown()).optional(),
  topic: z.string().nullable().optional(),
  delayMs: z.number().nonnegative().optional(),
  extras: z.record(z.string(), z.unknown()).optional(),
});
const rules = z.strictObject({ rules: z.array(reply), at: place });

/** The control operations over HTTP, for tests that are not in the simulator's process. Every request shows the control key. */
export function createControlRoutes(control: Control, controlKey: string) {
  const app = new Hono();
  app.use(async (c, next) => {
    if (!isSame(c.req.header("x-control-key") ?? "", controlKey)) throw new HTTPException(401, { message: "control key" });
    await next();
  });

  app.get("/requests", (c) => c.json(control.requests()));
  app.get("/conversations", (c) => c.json(control.conversations()));
  app.get("/counts", (c) => c.json(control.counts()));
  app.get("/faults", (c) => c.json(control.faults()));
  app.post("/faults", async (c) => {
    control.addFault(...[await read(c.req.raw, faults)].flat());
    return c.json(control.faults());
  });
  app.delete("/faults", (c) => {
    control.clearFaults();
    return c.body(null, 204);
  });
  app.post("/advance", async (c) => {
    control.advance((await read(c.req.raw, advance)).ms);
    return c.body(null, 204);
  });
  app.post("/options", async (c) => {
    const { change, at } = await read(c.req.raw, options);
    control.setOptions(change, at);
    return c.body(null, 204);
  });
  app.post("/rules", async (c) => {
    const asked = await read(c.req.raw, rules);
    control.addRules(asked.rules.map(toRule), asked.at);
    return c.body(null, 204);
  });
  app.post("/offline", async (c) => {
    const { forMs } = await read(c.req.raw, offline);
    // The answer to this request must still get out through the port that is about to be let go.
    setImmediate(() => void control.refuseConnections(forMs));
    return c.body(null, 204);
  });
  app.post("/reset", async (c) => {
    await control.reset();
    return c.body(null, 204);
  });
  return app;
}

async function read<S extends z.ZodType>(request: Request, schema: S): Promise<z.infer<S>> {
  const parsed = schema.safeParse(await request.json().catch(() => undefined)); // what is not JSON fits no schema;
  if (parsed.success) return parsed.data;
  throw new HTTPException(400, { message: z.prettifyError(parsed.error) });
}

function toRule({ match, ...rest }: z.infer<typeof reply>): Rule {
  const [, source, flags] = /^\/(.*)\/([a-z]*)$/s.exec(match) ?? [];
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  // Filtering out what is absent keeps every field's own type, which fromEntries forgets.
  return { ...(given as Omit<Extract<Rule, { say: string }>, "match">), match: source === undefined ? match : new RegExp(source, flags) };
}

function isSame(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
