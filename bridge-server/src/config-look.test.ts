import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { LookSetting, readPictures, type LookConfig } from "./config-look.ts";

const folder = mkdtempSync(join(tmpdir(), "baton-look-"));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, "logo.png"), Buffer.from("89504e470d0a1a0a00", "hex"));
writeFileSync(join(folder, "logo.svg"), "<svg onload='alert(1)'/>");
writeFileSync(join(folder, "huge.png"), Buffer.alloc(2_000_001, 1));

const look = (more: object): LookConfig => LookSetting.parse(more);
const refused = (more: object): string[] => LookSetting.safeParse(more).error?.issues.map(({ path }) => path.join(".")) ?? [];

test("nothing needs to be set", () => {
  expect(LookSetting.parse(undefined)).toEqual({ languages: {}, pages: [], greetings: [] });
});

test("what would not look as it was meant, or is no data, is refused where it stands", () => {
  expect(refused({ accent: "red; background: url(//evil.example)" })).toEqual(["accent"]);
  expect(refused({ icon: "M0 0<script>" })).toEqual(["icon"]);
  expect(refused({ title: "x".repeat(61) })).toEqual(["title"]);
  expect(refused({ suggestions: Array.from({ length: 7 }, () => "a") })).toEqual(["suggestions"]);
  expect(refused({ pages: [{ on: ["help"] }] })).toEqual(["pages.0.on.0"]);
  expect(refused({ languages: { "not a language": {} } })).toEqual(["languages.not a language"]);
  expect(refused({ greetings: [{ name: "a", text: "Hello", after: {} }] })).toEqual(["greetings.0.after"]);
  expect(refused({ accent: "#2547d0", icon: "M4 12a8 7.5 0 1 1 4 6.5L4 20z", pages: [{ on: ["/help/*"], title: "Help" }] })).toEqual([]);
});

test("a picture is told by what is in it, and one that cannot be served is said by its place", () => {
  const given = look({
    header: "logo.png",
    avatars: { assistant: "logo.svg" },
    pages: [{ on: ["/"], avatars: { agent: "none.png" }, header: "huge.png" }],
  });
  const { pictures, mistakes } = readPictures(given, "sites.shop.look", folder);
  expect(Object.entries(pictures).map(([name, { type }]) => [name, type])).toEqual([["logo.png", "image/png"]]);
  expect(mistakes).toEqual([
    "sites.shop.look.avatars.assistant: is no PNG, JPEG, GIF or WebP: convert it",
    "sites.shop.look.pages[0].header: is larger than 2 MB: make it smaller",
    "sites.shop.look.pages[0].avatars.agent: names a file that cannot be read: write where it is, from this file",
  ]);
});
