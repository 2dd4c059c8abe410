import { expect, test } from "vitest";
import { fuzzRendering } from "./fuzz.ts";

// T1, T2: whatever anybody writes is text. The long hunt is `npm run fuzz:render`.

test("of sixty hostile texts, in every place where words are shown, none becomes more than text", async () => {
  expect(await fuzzRendering({ cases: 60, seed: 7 })).toEqual({ cases: 60, hits: [] });
});

test("a place that took its words for HTML would be found", async () => {
  const { hits } = await fuzzRendering({
    cases: 20,
    seed: 7,
    plant: (page) =>
      page.evaluate(() => {
        const bubbles = document.querySelector("baton-chat")?.shadowRoot?.querySelectorAll<HTMLElement>("[data-by=visitor] .bubble") ?? [];
        for (const bubble of bubbles) bubble.innerHTML = bubble.textContent ?? "";
      }),
  });
  expect(hits.some((hit) => hit.includes("a script ran"))).toBe(true);
  expect(hits.some((hit) => hit.includes("an element img"))).toBe(true);
});
