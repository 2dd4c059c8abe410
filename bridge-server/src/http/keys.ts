import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import * as z from "zod";
import type { Clock } from "../clock.ts";
import { roles, scopes } from "../config-roles.ts";
import { digestOf, type Keyring } from "../keyring.ts";
import { newSecret } from "../random.ts";
import type { KeptKey } from "../store/audit.ts";
import type { Key } from "./answers.ts";
import { bodyOf } from "./body.ts";
import type { HandoffParts } from "./handoffs.ts";
import { mustBe, type Operator } from "./operators.ts";
import { Refusal } from "./problem.ts";

const DAY_MS = 24 * 60 * 60_000;
const HOUR_MS = 60 * 60_000;

export const MakeKey = z
  .strictObject({
    name: z.string().regex(/^[a-z0-9][\w-]{0,62}$/i, "is not a name: write letters, digits, - and _, such as crm"),
    role: z.enum(roles).optional().describe("Everything that the role may. Left out: what `scopes` says."),
    scopes: z.array(z.enum(scopes)).min(1).optional(),
    expires_in_days: z.int().min(1).max(3_650).nullable().default(365),
  })
  .refine(({ role, scopes: some }) => (role === undefined) !== (some === undefined), "write role or scopes, and not both");
export const RotateKey = z.strictObject({
  /** For so long the old key opens what the new one does. */
  overlap_hours: z.int().min(0).max(720).default(24),
  expires_in_days: z.int().min(1).max(3_650).nullable().default(365),
});

type Parts = Pick<HandoffParts, "bridge" | "newId" | "whoIs" | "noteDeed"> & { keyring: Keyring; clock: Clock };

/** Keys of systems: made, changed for new ones without a pause, and taken back. A key itself is told once, when it is made. */
export function keyRoutes({ bridge, newId, whoIs, noteDeed, keyring, clock }: Parts) {
  const app = new Hono<{ Bindings: HttpBindings }>();

  app.get("/keys", async (c) => {
    mustBe("admin", whoIs(c), "keys");
    const configured = keyring
      .holders()
      .filter(({ key }) => key === null)
      .map(({ name, role }) => Object.assign({ name, role, state: "configured" as const }, NONE));
    return c.json({ keys: [...configured, ...(await bridge.operatorKeys()).map(view)] });
  });

  app.post("/keys", async (c) => {
    const operator = mustBe("admin", whoIs(c), "keys");
    const { name, role, scopes: granted, expires_in_days: days } = await bodyOf(c, MakeKey);
    mayGive(operator, granted ?? null);
    const made = await make(operator, { name, role: role ?? "viewer", scopes: granted ?? null, expiresAt: inDays(days) }, "key_made");
    return c.json(made);
  });

  /** Two hold at the same time until the old one's time is over, so that a system changes from one to the other when it likes. */
  app.post("/keys/:id/rotate", async (c) => {
    const operator = mustBe("admin", whoIs(c), "keys");
    const { overlap_hours: hours, expires_in_days: days } = await bodyOf(c, RotateKey);
    const old = await find(c.req.param("id"));
    mayGive(operator, old.scopes);
    const made = await make(operator, { name: old.name, role: old.role, scopes: old.scopes, expiresAt: inDays(days) }, "key_rotated");
    const until = new Date(clock.now().getTime() + hours * HOUR_MS).toISOString();
    await bridge.endOperatorKey(old.id, until);
    await keyring.look();
    return c.json(made);
  });

  app.delete("/keys/:id", async (c) => {
    const operator = mustBe("admin", whoIs(c), "keys");
    const key = await find(c.req.param("id"));
    const deed = await noteDeed(operator, "key_removed", { key: key.id });
    const wasThere = await bridge.removeOperatorKey(key.id);
    await keyring.look();
    if (!wasThere) {
      await deed.cameToNothing();
      throw notMade();
    }
    return c.json(view({ ...key, expiresAt: clock.now().toISOString() }));
  });

  return app;

  async function make(operator: Operator, its: Pick<KeptKey, "name" | "role" | "scopes" | "expiresAt">, deed: "key_made" | "key_rotated") {
    const secret = `baton_${newSecret()}`;
    const now = clock.now().toISOString();
    const key: KeptKey = { id: newId(), ...its, digest: digestOf(secret), madeAt: now, madeBy: operator.name, usedAt: null };
    await noteDeed(operator, deed, { key: key.id });
    await bridge.saveOperatorKey(key);
    await keyring.look();
    return { ...view(key), key: secret };
  }

  /** Whoever may only some things gives nobody more than that. */
  function mayGive({ scopes: mine }: Operator, given: string[] | null): void {
    if (mine === null) return;
    const more = given === null ? ["a role"] : given.filter((scope) => !mine.some((one) => one === scope));
    if (more.length > 0) throw new Refusal("forbidden", `this key can give nobody more than it has: not ${more.join(", ")}`);
  }

  async function find(id: string): Promise<KeptKey> {
    const found = (await bridge.operatorKeys()).find((key) => key.id === id);
    if (!found) throw notMade();
    return found;
  }

  function inDays(days: number | null): string | null {
    return days === null ? null : new Date(clock.now().getTime() + days * DAY_MS).toISOString();
  }

  function view({ id, name, role, scopes: granted, madeAt, madeBy, expiresAt, usedAt }: KeptKey): z.output<typeof Key> {
    const isOver = expiresAt !== null && expiresAt <= clock.now().toISOString();
    return {
      id,
      name,
      role: granted === null ? (roles.find((one) => one === role) ?? null) : null,
      scopes: granted,
      state: isOver ? "expired" : "holds",
      made_at: madeAt,
      made_by: madeBy,
      expires_at: expiresAt,
      used_at: usedAt,
    };
  }
}

const notMade = () => new Refusal("not_found", "no key that was made here has this id: one of the configuration is changed there");

const NONE = { id: null, scopes: null, made_at: null, made_by: null, expires_at: null, used_at: null };
