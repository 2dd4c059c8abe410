import { expect, test } from "vitest";
import { checkFiles } from "./diagnosis.ts";

test("a database may be shared by bridges, a folder of files has to be: the doctor says so, and only where files are taken", () => {
  const found = (store: "sqlite" | { postgres: string }, files: "off" | object) =>
    checkFiles({ store, data: "/srv/baton", sites: { shop: { files } } } as unknown as Parameters<typeof checkFiles>[0]); // what it looks at
  expect(found({ postgres: "" }, "off")).toEqual([]);
  expect(found("sqlite", {})).toMatchObject([{ state: "good", says: "shop: files go into /srv/baton/files." }]);
  expect(found({ postgres: "" }, {})).toMatchObject([{ state: "doubtful", next: expect.stringContaining("all of them share") }]);
});
