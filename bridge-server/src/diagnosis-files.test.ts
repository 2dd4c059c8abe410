import { expect, test } from "vitest";
import { checkFiles } from "./diagnosis-files.ts";
import type { FileStore } from "./files/files.ts";

const untouched = {} as FileStore; // a folder is not tried: checkDataFolder does that

test("a database may be shared by bridges, a folder of files has to be: the doctor says so, and only where files are taken", async () => {
  const found = (store: "sqlite" | { postgres: string }, files: "off" | object) =>
    checkFiles(
      { store, data: "/srv/baton", fileStore: "folder", sites: { shop: { files } } } as unknown as Parameters<typeof checkFiles>[0],
      untouched,
    ); // what it looks at
  expect(await found({ postgres: "" }, "off")).toEqual([]);
  expect(await found("sqlite", {})).toMatchObject([{ state: "good", says: "shop: files go into /srv/baton/files." }]);
  expect(await found({ postgres: "" }, {})).toMatchObject([{ state: "doubtful", next: expect.stringContaining("all of them share") }]);
});
