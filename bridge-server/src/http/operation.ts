import type * as z from "zod";
import type { Role, Scope } from "../config-roles.ts";

/** One thing that can be asked of the operators' API: by the schema that checks it, answered as the other one says. */
export interface Operation {
  method: "get" | "post" | "put" | "delete";
  /** As Hono has it. */
  path: string;
  summary: string;
  /** `null`: anybody may. */
  role: Role | null;
  /** What a key needs that is narrowed to scopes. Left out: what the role may by itself. */
  scope?: Scope;
  query?: z.ZodObject;
  body?: z.ZodType;
  /** `events`: a stream of server-sent events. `lines`: JSON Lines, or CSV. `page`: for browsers. */
  answer: z.ZodType | "events" | "lines" | "description" | "page";
  /** Where a refusal is none of ours. */
  refusal?: z.ZodType;
}
