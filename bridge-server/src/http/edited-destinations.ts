import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import * as z from "zod";
import type { Clock } from "../clock.ts";
import { documentOf, type Destinations, type DestinationsDocument } from "../config-destinations.ts";
import { changesBetween } from "../destinations-changes.ts";
import { importPolyai, MAX_YAML_CHARACTERS, UnreadableYaml } from "../destinations-polyai.ts";
import type { InForce, LiveDestinations } from "../destinations.ts";
import type { DestinationsVersion } from "../store/destination-versions.ts";
import type { DestinationsDraft, DestinationsVersionDetail, SiteDestinations } from "./destination-answers.ts";
import { bodyOf } from "./body.ts";
import type { HandoffParts } from "./handoffs.ts";
import { cursorFrom, cursorText, page, queryOf } from "./list-query.ts";
import { mustBe } from "./operators.ts";
import { Refusal } from "./problem.ts";

/** As many routes as there may be, each with a few conditions. */
export const MAX_DOCUMENT_BYTES = 512 * 1024;

/** What is in it `destinations.check` holds to the schema of the configuration, in whose sentences mistakes are told. */
const Draft = z.looseObject({});
export const EditDestinations = z.strictObject({
  based_on: z.int().min(0).describe("The number of the version that was edited. 0: there was none."),
  document: Draft.nullable().describe("null: the configuration's own."),
});
export const CheckDestinations = z.strictObject({ document: Draft.nullable() });
export const ImportDestinations = z.strictObject({
  yaml: z.string().max(MAX_YAML_CHARACTERS).describe("PolyAI's config/handoffs.yaml."),
  document: Draft.optional().describe("What to add to. Left out: what counts now."),
});
export const VersionsQuery = z.strictObject({ limit: page.limit, cursor: page.cursor });
const Cursor = z.tuple([z.int()]);

export type EditParts = Pick<HandoffParts, "bridge" | "whoIs" | "noteDeed"> & {
  destinations: LiveDestinations;
  clock: Clock;
  /** Connectors that the configuration has, by name. */
  desks: string[];
};

/** Where a site's handoffs go, edited while the bridge is running: every version is kept, with who made it and when. */
export function editedDestinationsRoutes({ bridge, whoIs, noteDeed, destinations, clock, desks }: EditParts) {
  const app = new Hono<{ Bindings: HttpBindings }>();

  app.get("/destinations/:site", async (c) => {
    mustBe("viewer", whoIs(c));
    await destinations.look();
    return c.json(view(c.req.param("site")));
  });

  app.put("/destinations/:site", async (c) => {
    const operator = mustBe("admin", whoIs(c));
    const site = c.req.param("site");
    const { based_on: basedOn, document } = await bodyOf(c, EditDestinations, MAX_DOCUMENT_BYTES);
    await destinations.look();
    const before = inForce(site);
    const { by, latest } = destinations.inForce(site);
    if ((latest?.number ?? 0) !== basedOn) throw changedMeanwhile(site);
    const after = document === null ? null : checked(site, document);
    const changes = changesBetween(before, after ?? ofFile(site));
    const isSame = changes.length === 0 && by === (after ? "console" : "file");
    if (isSame) throw new Refusal("conflict", "nothing is other than before");
    const version: DestinationsVersion = {
      site,
      number: basedOn + 1,
      document: after && documentOf(after),
      changes,
      madeAt: clock.now().toISOString(),
      madeBy: operator.name,
    };
    const about = { site, version: String(version.number), kind: after ? "console" : "file" };
    const deed = await noteDeed(operator, "destinations_changed", about);
    const isKept = await bridge.addDestinations(version);
    await destinations.look();
    if (!isKept) {
      await deed.cameToNothing();
      throw changedMeanwhile(site);
    }
    return c.json(view(site));
  });

  /** What would be wrong with it, and what it would change. */
  app.post("/destinations/:site/check", async (c) => {
    mustBe("admin", whoIs(c));
    const site = c.req.param("site");
    const before = inForce(site);
    const { document } = await bodyOf(c, CheckDestinations, MAX_DOCUMENT_BYTES);
    const { value, mistakes, warnings } = destinations.check(site, document ?? documentOf(ofFile(site)));
    return c.json({ mistakes, warnings, changes: value ? changesBetween(before, value) : [] });
  });

  app.post("/destinations/:site/import", async (c) => {
    mustBe("admin", whoIs(c));
    const site = c.req.param("site");
    const now = inForce(site);
    const { yaml, document } = await bodyOf(c, ImportDestinations, MAX_DOCUMENT_BYTES);
    try {
      return c.json(
        importPolyai(yaml, document === undefined ? now : checked(site, document)) satisfies z.output<typeof DestinationsDraft>,
      );
    } catch (error) {
      if (error instanceof UnreadableYaml) throw new Refusal("invalid", error.message);
      throw error;
    }
  });

  app.get("/destinations/:site/versions", async (c) => {
    mustBe("viewer", whoIs(c));
    const site = c.req.param("site");
    ofFile(site);
    const { cursor, limit } = queryOf(VersionsQuery, c.req.query());
    const found = await bridge.destinationVersions(site, cursor === undefined ? null : cursorFrom(cursor, Cursor)[0], limit + 1);
    const shown = found.slice(0, limit);
    const last = found.length > limit ? shown.at(-1) : undefined;
    return c.json({ versions: shown.map(versionView), next: last ? cursorText([last.number]) : null });
  });

  app.get("/destinations/:site/versions/:number", async (c) => {
    mustBe("viewer", whoIs(c));
    const site = c.req.param("site");
    const file = ofFile(site);
    const number = Number(c.req.param("number"));
    const [version] = Number.isSafeInteger(number) ? await bridge.destinationVersions(site, number + 1, 1) : [];
    if (version?.number !== number) throw new Refusal("not_found", "there is no version of this number");
    const document = (version.document as DestinationsDocument | null) ?? documentOf(file); // kept as `documentOf` wrote it
    return c.json({ ...versionView(version), document } satisfies z.output<typeof DestinationsVersionDetail>);
  });

  return app;

  function ofFile(site: string): Destinations {
    const found = destinations.ofFile(site);
    if (!found) throw new Refusal("not_found", `site: write one of ${Object.keys(destinations.sites()).join(", ")}`);
    return found;
  }

  function inForce(site: string): Destinations {
    ofFile(site);
    const { routes, defaultRoute, hours, fallback } = destinations.sites()[site]!; // every site of the file is there
    return { routes, defaultRoute, hours, fallback };
  }

  function checked(site: string, document: unknown): Destinations {
    const { value, mistakes } = destinations.check(site, document);
    if (!value) throw new Refusal("invalid", mistakes.join("; "));
    return value;
  }

  function changedMeanwhile(site: string): Refusal {
    const { latest } = destinations.inForce(site);
    if (!latest) return new Refusal("changed_meanwhile", "there is no such version: read what counts now");
    const { number, madeBy, madeAt, changes } = latest;
    const what = changes.length === 0 ? "Nothing was made other, but it counts instead of what was there." : changes.join(" ");
    return new Refusal("changed_meanwhile", `${madeBy} has made version ${number} at ${madeAt}. ${what}`);
  }

  function view(site: string): z.output<typeof SiteDestinations> {
    const document = documentOf(inForce(site));
    const state = destinations.inForce(site);
    return {
      site,
      ...standingOf(state),
      mistakes: state.by === "refused" ? state.mistakes : [],
      warnings: destinations.check(site, document).warnings,
      desks,
      document,
    };
  }
}

/** Whose word counts. */
export function standingOf({ by, latest }: InForce) {
  return { version: latest?.number ?? 0, made_at: latest?.madeAt ?? null, made_by: latest?.madeBy ?? null, in_force: by };
}

function versionView({ number, madeAt, madeBy, document, changes }: DestinationsVersion) {
  return { number, made_at: madeAt, made_by: madeBy, by: document === null ? ("file" as const) : ("console" as const), changes };
}
