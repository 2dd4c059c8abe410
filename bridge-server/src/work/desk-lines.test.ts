import { expect, test } from "vitest";
import type { Abilities } from "../connectors/connector.ts";
import type { Job } from "../store/store.ts";
import type { Outside } from "./task.ts";
import { partsOf, withFile } from "./desk-lines.ts";

const job = { key: { site: "shop", id: "c" }, since: "2026-11-23T10:00:00.000Z" } as Job; // what a line goes by
const line = { id: "l-1", by: "visitor" as const, name: null, text: "", at: job.since };
const file = { state: "kept" as const, name: "receipt.png", type: "image/png", size: 24_000 };
const abilities = (files: boolean): Abilities => ({ typing: false, read: false, files, maxLineLength: 4_000 });
const links = (url: string | null) =>
  ({ files: { linkTo: async (_: unknown, __: unknown, until: Date) => url && `${url}?${until.toISOString()}` } }) as unknown as Outside;

test("a desk that takes no files reads a link, the same at every try, that lasts a week", async () => {
  const told = await withFile(line, file, abilities(false), job, links("https://chat.example/f"));
  expect(told).toEqual({ ...line, text: "receipt.png (24 kB)\nhttps://chat.example/f?2026-11-30T10:00:00.000Z" });
});

test("a desk that takes files gets both, and neither is told of one that is gone", async () => {
  const told = await withFile(line, file, abilities(true), job, links("https://chat.example/f"));
  expect(told.file).toMatchObject({ name: "receipt.png", size: 24_000, url: expect.stringContaining("https://chat.example/f") });
  const gone = await withFile(line, file, abilities(true), job, links(null));
  expect(gone).toEqual({ ...line, text: "receipt.png (24 kB)\nThe file is not there." });
});

test.each([
  ["Hello", ["Hello"]],
  ["I have ordered it", ["I have ", "ordered it"]],
  ["I have waited for weeks", ["I have ", "waited ", "for weeks"]],
  ["Donaudampfschiff", ["Donaudampf", "schiff"]],
  ["a Donaudampfschiff", ["a Donaudam", "pfschiff"]], // half a part for the sake of a word would be too little
  ["x🐙🐙🐙🐙🐙", ["x🐙🐙🐙🐙", "🐙"]],
  ["ten letter   ", ["ten letter"]],
])("of ten characters at most, %j goes as %j", (text, parts) => expect(partsOf(text, 10)).toEqual(parts));
