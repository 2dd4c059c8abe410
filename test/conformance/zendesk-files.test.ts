import zendesk from "@baton/bridge-server/connectors/zendesk";
import { knownSecret } from "@baton/bridge-server/secret";
import { expect, test } from "vitest";
import zendeskDouble from "../doubles/zendesk.ts";
import { app, key } from "../doubles/zendesk-shapes.ts";
import { seenOfFile } from "./sent-file.ts";

test.each([
  ["image/png", "image"],
  ["application/pdf", "file"],
])("what is %s is shown as an %s, with its name for who cannot see it", async (type, shownAs) => {
  const contents: object[] = [];
  const seen = ({ method, path, body }: { method: string; path: string; body: string }) => {
    if (method === "POST" && path.endsWith("/messages")) contents.push((JSON.parse(body) as { content: object }).content);
  };
  await seenOfFile(await zendeskDouble({ seen }), { type });
  expect(contents.at(-1)).toMatchObject({ type: shownAs, altText: "Größe 42.png" });
});

test("an agent's file is fetched with the key from Zendesk itself, and without it from anywhere else", async () => {
  const seen: (string | undefined)[] = [];
  const s = knownSecret(key.secret);
  const settings = {
    url: "https://shop.zendesk.com/sc",
    app,
    key: { ...key, secret: s },
    integration: "baton",
    secrets: [s],
    ticketSecrets: [s],
  };
  const { fetchFile } = zendesk.connect(zendesk.settings.parse(settings), async ({ headers }) => {
    seen.push(headers?.["authorization"]);
    return { status: 200, headers: {}, body: new Uint8Array(3) };
  });
  for (const host of ["shop.zendesk.com", "media.smooch.io"]) await fetchFile({ ref: "c" }, { name: "a", url: `https://${host}/a` }, 3);
  expect(seen).toEqual([expect.stringMatching(/^Basic /), undefined]);
});
