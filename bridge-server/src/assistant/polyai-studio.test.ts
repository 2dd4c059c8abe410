import { expect, test } from "vitest";
import { studioPage } from "./polyai-studio.ts";

test.each([
  ["us-1", "https://studio.us.poly.ai/acme/PROJECT-1/conversations/CONV-7"],
  ["uk-1", "https://studio.uk.poly.ai/acme/PROJECT-1/conversations/CONV-7"],
  ["euw-1", "https://studio.eu.poly.ai/acme/PROJECT-1/conversations/CONV-7"],
  ["studio", "https://studio.poly.ai/acme/PROJECT-1/conversations/CONV-7"],
] as const)("E7 a conversation of %s has its page in that region's Agent Studio", (region, page) => {
  expect(studioPage({ region, account: "acme", project: "PROJECT-1" }, "CONV-7")).toBe(page);
});

test("E7 where only an address is configured nobody knows which Studio it is, and a name never leads elsewhere", () => {
  expect(studioPage({ region: undefined, account: "acme", project: "p" }, "CONV-7")).toBeNull();
  expect(studioPage({ region: "us-1", account: "acme", project: "p" }, "../x?y")).toBe(
    "https://studio.us.poly.ai/acme/p/conversations/..%2Fx%3Fy",
  );
});
