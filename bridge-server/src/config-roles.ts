/**
 * What a key opens, each more than the one before it. `viewer`: reads everything, and reports what became of a handoff. `operator`: also
 * asks again, sends elsewhere and closes. `admin`: also sends announcements once more.
 */
export const roles = ["viewer", "operator", "admin"] as const;
export type Role = (typeof roles)[number];
