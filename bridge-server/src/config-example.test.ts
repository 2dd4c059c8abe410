import { expect, test } from "vitest";
import example from "../baton.config.example.ts";
import { polyaiSettings } from "./assistant/polyai-settings.ts";
import { createCall } from "./call.ts";
import { createHold } from "./hold/hold.ts";
import { checkSettings, readConfig } from "./config.ts";
import { loadConnector } from "./connectors/load.ts";
import { route, type RouteRequest } from "./conversation/routing.ts";

/** Every variable that the example names, and no other. */
const env = {
  BATON_OPERATOR_KEY: "an-operator-key-of-some-length",
  DESK_SECRET: `whsec_${Buffer.alloc(32, 7).toString("base64")}`,
  POLYAI_CHAT_API_KEY: "chat-key",
  POLYAI_CHAT_TOKEN: "chat-token",
  POLYAI_HANDOFF_API_KEY: "handoff-key",
};

function read() {
  const config = readConfig(example, env);
  const { desk } = config.connectors;
  const { shop } = config.sites;
  if (!desk || !shop) throw new Error("the example has a desk and a shop");
  return { config, desk, shop };
}

test("the example is read without a mistake or a warning", () => {
  expect(read().config.warnings).toEqual([]);
});

test("its assistant and its desk accept their settings", async () => {
  const { desk, shop } = read();
  expect(checkSettings(polyaiSettings, shop.assistant.settings, "sites.shop.assistant").mistakes).toEqual([]);
  const call = createCall();
  await expect(loadConnector(desk, "connectors.desk", call, createHold())).resolves.toHaveProperty("abilities");
  await call.close();
});

test.each<[string, Partial<RouteRequest>, string]>([
  [
    "a refund for a gold customer, at any hour",
    { data: { customer: { tier: "gold" } }, at: new Date("2026-11-22T12:00:00Z") },
    "desk/refunds-gold",
  ],
  ["a refund on a Monday", {}, "desk/refunds"],
  ["a refund on a Sunday", { at: new Date("2026-11-22T12:00:00Z") }, "out_of_hours"],
  ["somebody vulnerable, on a Sunday", { destination: "vulnerable_customer", at: new Date("2026-11-22T12:00:00Z") }, "desk/care"],
  ["anything else on a Monday", { destination: "W&G TBM" }, "desk"],
  ["anything else at Christmas", { destination: "W&G TBM", at: new Date("2026-12-25T12:00:00Z") }, "out_of_hours"],
])("%s leads where the example says", (_, request, expected) => {
  const monday = new Date("2026-11-23T12:00:00Z");
  const routed = route(read().shop, {
    destination: "refunds",
    reason: null,
    data: null,
    language: null,
    at: monday,
    tried: [],
    inUse: [],
    ...request,
  });
  expect(routed.route ? routed.name : routed.cause).toBe(expected);
});
