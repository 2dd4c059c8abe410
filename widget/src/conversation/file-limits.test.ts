import { expect, test } from "vitest";
import { faultOf } from "./file-limits.ts";

const limits = { types: ["image/png", "text/plain"], maxBytes: 1_000 };

test.each([
  ["a picture of a kind that is taken", { type: "image/png", size: 1_000 }, null],
  ["one of another kind", { type: "image/heic", size: 1_000 }, "fileWrongKind"],
  ["one that is too large", { type: "image/png", size: 1_001 }, "fileTooLarge"],
  ["one with nothing in it", { type: "image/png", size: 0 }, "fileEmpty"],
  ["a table, which is text", { type: "text/csv", size: 10 }, null],
  ["what the browser does not know: the bridge looks into it", { type: "", size: 10 }, null],
] as const)("before sending: %s", (_, file, fault) => {
  expect(faultOf(file, limits)).toBe(fault);
});

test("where no text is taken, no kind of text is", () => {
  expect(faultOf({ type: "text/csv", size: 10 }, { types: ["image/png"], maxBytes: 1_000 })).toBe("fileWrongKind");
});
