import { expect, test } from "vitest";
import type { HandoffId } from "./lifecycle.ts";
import type { NoteBody } from "./records.ts";
import { forgetting } from "./retention.ts";

const handoff = "h1" as HandoffId;
const at = "2026-11-23T10:00:00.000Z";

const found = (data: object): NoteBody => ({
  type: "context",
  handoff,
  look: { state: "found", context: { source: "shared_id", at, data: { ...data } } },
});
const brought = (data: object): NoteBody => ({ type: "context", handoff, look: { state: "brought", at, data: { ...data } } });

test.each([
  ["the assistant had stored", found],
  ["a phone call's headers brought", brought],
])("of what %s nothing is left once context is forgotten, and after that there is nothing to forget", (_, note) => {
  const left = forgetting.context.note(note({ customer: "Ada" }));
  expect(left).toEqual(note({}));
  expect(forgetting.context.note(left)).toBe(left);
});
