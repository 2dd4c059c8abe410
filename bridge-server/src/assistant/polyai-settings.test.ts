import { inspect } from "node:util";
import { expect, test } from "vitest";
import { createPolyai } from "./polyai.ts";
import { polyaiSettings } from "./polyai-settings.ts";
import { minimum, turn } from "./scripted-polyai.ts";
import { knownSecret } from "../secret.ts";

test("a region names its hosts; a base address may have a path", async () => {
  const asked: string[] = [];
  for (const place of [
    { region: "us-1" },
    { region: "uk-1" },
    { region: "euw-1" },
    { region: "studio" },
    { baseUrl: "https://p.example/sub/" },
  ]) {
    const settings = polyaiSettings.parse({ ...minimum, ...place, account: "w&g", chatVersion: "v2" });
    await createPolyai(settings, ({ to }) => (asked.push(to.href), Promise.resolve({ status: 200, headers: {}, body: {} }))).answer(turn);
  }
  expect(asked).toEqual([
    "https://api.us-1.platform.polyai.app/v2/w%26g/PROJECT-shop/chat/respond",
    "https://api.uk-1.platform.polyai.app/v2/w%26g/PROJECT-shop/chat/respond",
    "https://api.euw-1.platform.polyai.app/v2/w%26g/PROJECT-shop/chat/respond",
    "https://api.studio.poly.ai/v2/w%26g/PROJECT-shop/chat/respond",
    "https://p.example/sub/v2/w%26g/PROJECT-shop/chat/respond",
  ]);
});

test.each([
  [{}, "write a region or a baseUrl: there is neither"],
  [{ region: "us-1", baseUrl: "https://p.example" }, "write a region or a baseUrl: both are here"],
  [{ region: "us" }, "is none of us-1, uk-1, euw-1, studio"],
  [{ baseUrl: "p.example" }, "is not an address"],
  [{ region: "us-1", chatApiKey: knownSecret("with a\nbreak") }, "is empty, or has a space or a line break in it"],
  [{ region: "us-1", account: "a/b" }, "is not an id"],
  [{ region: "us-1", project: ".." }, "is not an id"],
  [{ region: "us-1", chatApikey: "misspelt" }, "chatApikey"],
])("a mistake is named, without its value: %j", (wrong, words) => {
  const { error } = polyaiSettings.safeParse({ ...minimum, ...wrong });
  expect(error?.issues).toHaveLength(1);
  expect(error?.issues[0]?.message).toContain(words);
  expect(inspect(error)).not.toMatch(/canary|with a/);
});
