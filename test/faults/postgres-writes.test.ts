import { statements } from "@baton/bridge-server/store/postgres-statements";
import { expect, test } from "vitest";
import { endOfWrite } from "./postgres-writes.ts";

const message = (type: string, body: string) => {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, Buffer.from(body, "latin1")]);
};
const sync = message("S", "");
const execute = message("E", "\0\0\0\0\0");
const bind = (name: string) => message("B", `\0${name}\0\0\0\0\0\0\0`);

test.each(["record", "claimJobs", "renew", "endJob", "putBackJob"] as const)("the store's %s saves something", (name) => {
  const sent = Buffer.concat([bind(statements[name].name), execute, sync]);
  expect(endOfWrite(sent)).toBe(sent.length);
});

test.each(["entriesAfter", "find", "conversation", "notes", "lifecycle"] as const)("the store's %s does not", (name) => {
  expect(endOfWrite(Buffer.concat([bind(statements[name].name), execute, sync]))).toBeNull();
});

test("a statement that has not come whole is not there yet, and what comes after it is not part of it", () => {
  const write = Buffer.concat([bind(statements.record.name), execute, sync]);
  expect(endOfWrite(write.subarray(0, -1))).toBeNull();
  expect(endOfWrite(Buffer.concat([write, bind(statements.find.name), sync]))).toBe(write.length);
});
