import * as z from "zod";
import { expect, test } from "vitest";
import type { Call } from "../call.ts";
import { defineConnector } from "./connector.ts";
import { connectorNames, loadConnector } from "./load.ts";

const noCall: Call = async () => ({ status: 204, headers: {}, body: null });
const secret = `whsec_${Buffer.from("a secret of at least 24 bytes").toString("base64")}`;
const complaint = (...args: Parameters<typeof loadConnector>) => loadConnector(...args).then(String, (error: Error) => error.message);

test("a connector is found by the name of its file", async () => {
  const { connector, abilities } = await loadConnector("webhook", { url: "https://desk.example/in", secrets: [secret] }, noCall);
  expect(connector.inbound.style).toBe("webhook");
  expect(abilities.typing).toBe(true);
});

test("an unknown name is answered with the names there are", async () => {
  expect(await complaint("zendesq", {}, noCall)).toBe(`There is no connector "zendesq". There is: ${connectorNames().join(", ")}.`);
  expect(connectorNames()).toContain("webhook");
});

test.each(["connector", "connector-brief", "load", "../call", "README"])("%s is no connector", async (name) => {
  expect(await complaint(name, {}, noCall)).toContain("There is no connector");
});

test("wrong settings are named by place, and their values are not repeated (F41)", async () => {
  const message = await complaint("webhook", { url: "desk.example", secrets: ["whsec_hunter2!"], token: "tok_live_1" }, noCall);
  expect(message).toMatch(/^webhook: /);
  for (const place of ["url:", "secrets.0:", "settings: holds a setting that it does not know"]) expect(message).toContain(place);
  for (const value of ["desk.example", "hunter2", "tok_live_1"]) expect(message).not.toContain(value);
});

test("a connector that the configuration imported itself works the same way", async () => {
  const ours = defineConnector({
    settings: z.object({ floor: z.int() }),
    abilities: {},
    connect: () => ({
      open: async ({ handoff }) => ({ chat: { ref: handoff }, position: null, waitSeconds: null, dropped: [] }),
      say: async () => {},
      close: async () => {},
      inbound: { style: "webhook", receive: async () => ({ news: [], reply: null }) },
    }),
  });
  const { connector, abilities } = await loadConnector(ours, { floor: 3 }, noCall);
  expect(await connector.availability({ queue: null, urgent: false })).toEqual({ state: "unknown", waitSeconds: null });
  expect(abilities.typing).toBe(false);
  expect(await complaint(ours, { floor: "third" }, noCall)).toMatch(/^the imported connector: floor: /);
});
