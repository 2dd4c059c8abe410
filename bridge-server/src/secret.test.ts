import { format, inspect } from "node:util";
import { expect, test } from "vitest";
import { isSecret, mapSecrets, resolveSecret, secret, type Secret } from "./secret.ts";

const CANARY = "canary-4711";

function known(): Secret {
  const resolved = resolveSecret(secret("DESK_SECRET"), { DESK_SECRET: CANARY });
  if (resolved === null) throw new Error("the environment has it");
  return resolved;
}

test.each<[string, (value: unknown) => string]>([
  ["a template", (value) => `${value as string}`],
  ["joining", (value) => [value, value].join()],
  ["JSON", (value) => JSON.stringify({ value })],
  ["inspect", (value) => inspect({ value }, { depth: null, showHidden: true })],
  ["inspect without custom printers", (value) => inspect({ value }, { depth: null, showHidden: true, customInspect: false })],
  ["console.log's format", (value) => format("%s %o %O %j", value, value, value, value)],
  ["a copy", (value) => JSON.stringify({ ...(value as object) }) + inspect({ ...(value as object) })],
  ["an error's cause", (value) => inspect(new Error("x", { cause: value }))],
])("T29 %s does not show what a secret holds", (_, show) => {
  expect(show(known())).not.toContain(CANARY);
  expect(show({ url: "http://desk", secrets: [known()] })).not.toContain(CANARY);
});

test("printed, a secret says where it comes from", () => {
  expect(`${known()}`).toBe("secret(DESK_SECRET)");
  expect(inspect([known()])).toBe("[ secret(DESK_SECRET) ]");
  expect(JSON.stringify(known())).toBe('"secret(DESK_SECRET)"');
});

test("a secret is read when it is asked to be, from the environment that is given then", () => {
  const reference = secret("DESK_SECRET");
  expect(() => reference.reveal()).toThrow("secret(DESK_SECRET) has no value before the configuration is read");
  expect(resolveSecret(reference, { DESK_SECRET: "one" })?.reveal()).toBe("one");
  expect(resolveSecret(reference, { DESK_SECRET: "two" })?.reveal()).toBe("two");
});

test("what the environment lacks, has empty or only inherits is unknown", () => {
  expect(resolveSecret(secret("DESK_SECRET"), {})).toBeNull();
  expect(resolveSecret(secret("DESK_SECRET"), { DESK_SECRET: "" })).toBeNull();
  expect(resolveSecret(secret("constructor"), {})).toBeNull();
});

test("what is neither a list nor a plain object is passed on as it is", () => {
  const schema = new URL("http://desk");
  expect(mapSecrets({ schema }, () => "never")).toEqual({ schema });
  expect((mapSecrets({ schema }, () => "never") as { schema: URL }).schema).toBe(schema);
});

test("nothing that was parsed passes for a secret", () => {
  expect(isSecret(JSON.parse(JSON.stringify({ from: "X", reveal: 1 })))).toBe(false);
  expect(isSecret(secret("X"))).toBe(true);
});
