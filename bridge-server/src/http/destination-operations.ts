import * as z from "zod";
import { DestinationsSetting } from "../config-destinations.ts";
import * as answers from "./destination-answers.ts";
import { DestinationsQuery, DryRun } from "./destinations.ts";
import { CheckDestinations, EditDestinations, ImportDestinations, VersionsQuery } from "./edited-destinations.ts";
import type { Operation } from "./operation.ts";

/** What can be asked about where handoffs go. */
export const destinationOperations: Operation[] = [
  {
    method: "get",
    path: "/destinations",
    summary: "Where handoffs go, how they fare there, and what no route has",
    role: "viewer",
    query: DestinationsQuery,
    answer: answers.Destinations,
  },
  {
    method: "post",
    path: "/destinations/dry-run",
    summary: "Where a handoff would go, and why. Nobody is asked",
    role: "viewer",
    body: z.object({ ...DryRun.shape, draft: DestinationsSetting.optional() }),
    answer: answers.DryRunAnswer,
  },
  {
    method: "get",
    path: "/destinations/:site",
    summary: "Where a site's handoffs go, as a document that can be edited, and whose word counts: the configuration's or the console's",
    role: "viewer",
    answer: answers.SiteDestinations,
  },
  {
    method: "put",
    path: "/destinations/:site",
    summary: "Set where a site's handoffs go, on every bridge at once; refused with 409 when somebody else has done so meanwhile",
    role: "admin",
    body: z.strictObject({
      ...EditDestinations.shape,
      document: DestinationsSetting.nullable().describe("null: the configuration's own."),
    }),
    answer: answers.SiteDestinations,
  },
  {
    method: "post",
    path: "/destinations/:site/check",
    summary: "What would be wrong with an edited document, and what it would change. Nothing is done",
    role: "admin",
    body: z.strictObject({
      ...CheckDestinations.shape,
      document: DestinationsSetting.nullable().describe("null: the configuration's own."),
    }),
    answer: answers.DestinationsCheck,
  },
  {
    method: "post",
    path: "/destinations/:site/import",
    summary: "A draft with a route for each handoff of PolyAI's handoffs.yaml. Nothing is done",
    role: "admin",
    body: z.strictObject({
      ...ImportDestinations.shape,
      document: DestinationsSetting.optional().describe("What to add to. Left out: what counts now."),
    }),
    answer: answers.DestinationsDraft,
  },
  {
    method: "get",
    path: "/destinations/:site/versions",
    summary: "Who has set what while a bridge was running, the latest first",
    role: "viewer",
    query: VersionsQuery,
    answer: answers.DestinationsVersions,
  },
  {
    method: "get",
    path: "/destinations/:site/versions/:number",
    summary: "One of these, to go back to",
    role: "viewer",
    answer: answers.DestinationsVersionDetail,
  },
];
