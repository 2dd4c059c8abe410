import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { connectorNames, loadConnector } from "./load.ts";

const call = () => Promise.reject(new Error("connecting calls nobody"));
/** Stands for any secret: what the strictest of them has to look like. */
const secret = () => `whsec_${Buffer.from("a secret of at least 24 bytes").toString("base64")}`;

describe.each(connectorNames())("the guide of the %s connector", (name) => {
  const file = new URL(`${name}.md`, import.meta.url);

  test("exists", () => expect(existsSync(file)).toBe(true));

  test("shows settings that the connector takes as they are", async () => {
    const examples = [...readFileSync(file, "utf8").matchAll(/```ts\nconnectors: ([\s\S]*?)\n```/g)].map(([, example]) => example!);
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) {
      const read = new Function("secret", `return (${example})`) as (secret: () => string) => Example; // our own guide, as a reader would copy it
      const entries = Object.values(read(secret));
      expect(entries.map(({ use }) => use)).toContain(name);
      for (const { use, settings } of entries) await loadConnector(use, settings, call);
    }
  });
});

type Example = Record<string, { use: string; settings: unknown }>;
