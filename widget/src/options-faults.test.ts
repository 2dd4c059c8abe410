import { expect, test } from "vitest";
import { optionFaults } from "./options-faults.ts";

test("what the chat does not know is named with what it knows, in the attribute's own writing", () => {
  expect(optionFaults({ dataset: { theme: "drak", renderMode: "inlined", showHeader: "no" } })).toEqual([
    'data-show-header="no" is none of true, false',
    'data-render-mode="inlined" is none of default, fullscreen, inline',
    'data-theme="drak" is none of auto, light, dark',
  ]);
});

test("nothing is wrong with what is known, empty, free text, or somebody else's", () => {
  expect(optionFaults({ dataset: { theme: "dark", open: "", launcher: "", locale: "xx", site: "shop", turboTrack: "reload" } })).toEqual(
    [],
  );
});
