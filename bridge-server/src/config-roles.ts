/**
 * What a key opens, each more than the one before it. `viewer`: reads everything, and reports what became of a handoff. `operator`: also
 * asks again, sends elsewhere and closes. `admin`: also everything else.
 */
export const roles = ["viewer", "operator", "admin"] as const;
export type Role = (typeof roles)[number];

/** What a key may be narrowed to: the parts of which roles consist. `administer`: what an admin may and no other of these names. */
export const scopes = ["read", "outcomes", "steer", "opt_outs", "replay", "export", "erase", "audit", "keys", "administer"] as const;
export type Scope = (typeof scopes)[number];

/** What a role may by itself. */
export const scopeOf: Record<Role, Scope> = { viewer: "read", operator: "steer", admin: "administer" };
