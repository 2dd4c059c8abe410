import { Readable } from "node:stream";
import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import * as z from "zod";
import { csvHead, csvOf } from "../export/csv.ts";
import { ExportLine, exportLines, SCHEMA } from "../export/export-line.ts";
import type { HandoffParts } from "./handoffs.ts";
import { queryOf, Text } from "./list-query.ts";
import { mustBe } from "./operators.ts";

export const ExportQuery = z.strictObject({
  after: z.coerce.number().int().min(0).default(0).describe("The `change` of the last line that is known: from the next one on."),
  site: Text.optional(),
  format: z.enum(["jsonl", "csv"]).default("jsonl").describe("csv: a row for every line of a transcript, safe to open in a spreadsheet."),
});

type Parts = Pick<HandoffParts, "bridge" | "whoIs" | "noteDeed"> & {
  redact(line: z.output<typeof ExportLine>): z.output<typeof ExportLine>;
};

/** Conversations that have ended, for systems that keep a copy. */
export function exportRoutes({ bridge, whoIs, noteDeed, redact }: Parts) {
  const app = new Hono<{ Bindings: HttpBindings }>();

  /** As it is read: no more than a page of it is in memory. What breaks off is gone on with behind its last whole line. */
  app.get("/export", async (c) => {
    const operator = mustBe("admin", whoIs(c), "export");
    const { after, site, format } = queryOf(ExportQuery, c.req.query());
    await noteDeed(operator, "export", { after: String(after), ...(site !== undefined && { site }) });
    const isCsv = format === "csv";
    const texts = async function* () {
      if (isCsv) yield csvHead;
      for await (const line of exportLines(bridge, after, { site, redact })) yield isCsv ? csvOf(line) : `${JSON.stringify(line)}\n`;
    };
    return c.body(Readable.toWeb(Readable.from(texts(), { objectMode: false })) as ReadableStream, 200, {
      "content-type": isCsv ? "text/csv; charset=utf-8" : "application/x-ndjson",
      "content-disposition": `attachment; filename="conversations.${format}"`,
    });
  });

  app.get("/export/schema.json", (c) => {
    c.header("cache-control", "public, max-age=300");
    return c.json(exportSchema());
  });

  return app;
}

/** What a line of an export is like, as JSON Schema. */
export function exportSchema() {
  return { title: `A line of an export, schema ${SCHEMA}`, ...z.toJSONSchema(ExportLine) };
}
