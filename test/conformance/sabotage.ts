// A contract that nothing can fail proves nothing: each rule must catch a connector that breaks it. Other rules must not, so that a
// red rule names the fault; the few that cannot help noticing are listed.
import { connectorRules, numberOf, type VendorDouble } from "@baton/bridge-server/conformance";
import type { Connector, Delivery, VendorChat, VendorNews } from "@baton/bridge-server/connector";
import { describe, expect, test } from "vitest";

export type Break = (honest: Connector, memory: Memory) => Partial<Connector>;

/** What a broken connector may wrongly remember; shared by all the connectors of one check. */
export interface Memory {
  count: number;
  opened: VendorChat[];
}

export interface Sabotage {
  breaks: string;
  by: string;
  how: Break;
  noticedBy?: string[] | "all";
}

/** Breaks a good connector in every listed way, and demands that the rule in question notices. `rules` are the ones it passes unbroken. */
export function defineSabotage(start: () => Promise<VendorDouble>, sabotage: Sabotage[], rules: string[]): void {
  describe.each(sabotage)("a connector that breaks $breaks by $by", ({ breaks, how, noticedBy = [] }) => {
    test.each(rules)("%s", async (rule) => {
      const double = await start();
      const memory: Memory = { count: 0, opened: [] };
      const broken = (honest: Connector): Connector => ({ ...honest, ...how(honest, memory) });
      const verdict = await connectorRules[rule]!({
        ...double,
        connector: broken(double.connector),
        restart: () => broken(double.restart()),
        withWrongKey: () => broken(double.withWrongKey()),
      })
        .then(
          () => "passed",
          (error: Error) => error,
        )
        .finally(double.close);
      if (numberOf(rule) === breaks) expect(verdict).toBeInstanceOf(Error);
      else if (noticedBy !== "all" && !noticedBy.includes(numberOf(rule))) expect(verdict).toBe("passed");
    });
  });
}

/** Stands between the connector and what it makes of a delivery. */
export function receiving(how: (delivery: Delivery, receive: () => Promise<VendorNews[]>, memory: Memory) => Promise<VendorNews[]>): Break {
  return (honest, memory) => {
    const { inbound } = honest;
    if (inbound.style !== "webhook") throw new Error("the webhook connector receives webhooks");
    const receive = (delivery: Delivery) => inbound.receive(delivery).then(({ news }) => news);
    return {
      inbound: {
        style: "webhook",
        receive: async (delivery) => ({ news: await how(delivery, () => receive(delivery), memory), reply: null }),
      },
    };
  };
}

/** Changes each piece of news on its way to the bridge. */
export function onNews(change: (news: VendorNews, memory: Memory) => VendorNews): Break {
  return receiving(async (_, receive, memory) => (await receive()).map((news) => change(news, memory)));
}
