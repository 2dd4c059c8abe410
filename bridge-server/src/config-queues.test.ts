import { expect, test } from "vitest";
import { DestinationsSetting } from "./config-destinations.ts";
import { unknownQueues } from "./config-queues.ts";

const known: Record<string, string[] | null> = { desk: ["billing", "sales"], bare: [], any: null };
const told = (destinations: object) =>
  unknownQueues("shop", DestinationsSetting.parse(destinations), (connector) => known[connector] ?? null);
const to = (connector: string, queue: string | null = null) => ({ to: { connector, queue } });

test("G4 a route to a queue that its connector's settings do not know is told, wherever it stands", () => {
  const destinations = {
    routes: [
      { destination: "a", ...to("desk", "billing") },
      { destination: "b", ...to("desk", "biling") },
    ],
    defaultRoute: to("bare", "sales"),
    fallback: [{ to: "leave_message", connector: "desk", queue: "night" }],
  };
  expect(told(destinations)).toEqual([
    "sites.shop.routes[1].to.queue: desk knows no queue biling, so its chats go where all others go; its settings name billing, sales",
    "sites.shop.defaultRoute.to.queue: bare knows no queue sales, so its chats go where all others go; its settings name none",
    "sites.shop.fallback[0].queue: desk knows no queue night, so its chats go where all others go; its settings name billing, sales",
  ]);
});

test("G4 no queue, a number to call, and a platform that takes any name are nothing to tell", () => {
  const routes = [
    { destination: "a", ...to("desk") },
    { destination: "b", ...to("any", "whatever") },
    { destination: "c", to: { phone: { label: "Refunds", number: "+442079460018" } } },
  ];
  expect(told({ routes, defaultRoute: to("desk", "sales"), fallback: [{ to: "goodbye" }] })).toEqual([]);
});
