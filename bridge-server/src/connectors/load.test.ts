import * as z from "zod";
import { expect, test } from "vitest";
import type { Call } from "../call.ts";
import { createHold } from "../hold/hold.ts";
import { knownSecret } from "../secret.ts";
import { defineConnector, type ConnectorModule } from "./connector.ts";
import { connectorNames, loadConnector } from "./load.ts";

const noCall: Call = async () => ({ status: 204, headers: {}, body: null });
const noHold = createHold();
const secrets = [knownSecret(`whsec_${Buffer.from("a secret of at least 24 bytes").toString("base64")}`)];
const load = (use: string | ConnectorModule, settings: Record<string, unknown>) =>
  loadConnector({ use, settings }, "connectors.desk", noCall, noHold);
const complaint = (...args: Parameters<typeof load>) => load(...args).then(String, (error: Error) => error.message);

test("a connector is found by the name of its file", async () => {
  const { connector, abilities } = await load("webhook", { url: "https://desk.example/in", secrets });
  expect(connector.inbound.style).toBe("webhook");
  expect(abilities.typing).toBe(true);
});

test("G4 the queues that a route may lead to are those that the settings name; where a platform knows them itself, any", async () => {
  const slack = { token: secrets[0], secrets, channel: "C1", channels: { billing: "C2", sales: "C3" } };
  expect((await load("slack", slack)).queues).toEqual(["billing", "sales"]);
  const desk = { url: "https://desk.example/in", secrets };
  expect((await load("webhook", desk)).queues).toBeNull();
});

test("an unknown name is answered with the names there are", async () => {
  expect(await complaint("zendesq", {})).toBe(`connectors.desk.use: names no connector: write ${connectorNames().join(" or ")}`);
  expect(connectorNames()).toContain("webhook");
});

test.each(["connector", "connector-brief", "load", "../call", "README"])("%s is no connector", async (name) => {
  expect(await complaint(name, {})).toContain("connectors.desk.use: names no connector");
});

test("wrong settings are named by place, and their values are not repeated (F41)", async () => {
  const message = await complaint("webhook", { url: "desk.canary", secrets: [knownSecret("whsec_hunter2!")], token: "tok_live_1" });
  expect(message.split("\n")).toEqual([
    "connectors.desk.settings.url: is not an address: write all of it, such as https://desk.example.com",
    'connectors.desk.settings.secrets[0]: must be "whsec_" and base64',
    "connectors.desk.settings.token: is not a setting: correct its name, or remove it",
  ]);
  for (const value of ["desk.canary", "hunter2", "tok_live_1"]) expect(message).not.toContain(value);
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
  const { connector, abilities } = await load(ours, { floor: 3 });
  expect(await connector.availability({ queue: null, urgent: false })).toEqual({ state: "unknown", waitSeconds: null });
  expect(abilities.typing).toBe(false);
  expect(await complaint(ours, { floor: "third" })).toBe("connectors.desk.settings.floor: is of the wrong kind: write a number");
});
