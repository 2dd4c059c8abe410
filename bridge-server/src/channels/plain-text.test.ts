import { expect, test } from "vitest";
import { plainTranscript } from "./plain-text.ts";

test("what was said is written down as it was read: no marks, no tags, and what came with it", () => {
  const at = "2026-11-28T09:00:00.000Z";
  const rich = {
    suggestions: [],
    attachments: [{ title: "Label", url: "https://acme.example/label", imageUrl: null, kind: "link" as const, action: null }],
    calls: [{ title: "Shop", number: "+442079460018" }],
  };
  const text = "With **orders**.<br>See [how](https://acme.example/how).";
  const said = plainTranscript([
    { at, body: { type: "said", id: "1", by: "assistant", text, format: "markdown", rich } },
    { at, body: { type: "said", id: "2", by: "visitor", text: "**as it is**", format: "plain" } },
  ]);
  expect(said).toBe(
    [
      "2026-11-28 09:00 UTC  Assistant:\nWith orders.\nSee how (https://acme.example/how).\nLabel: https://acme.example/label\nShop: +442079460018\n",
      "2026-11-28 09:00 UTC  You:\n**as it is**\n",
    ].join("\n"),
  );
});
