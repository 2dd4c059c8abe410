import { heldTo, numberOf } from "@baton/bridge-server/conformance";
import type { Batch, Connector } from "@baton/bridge-server/connector";
import { expect, test } from "vitest";
import genesysDouble from "../doubles/genesys.ts";
import { defineSabotage, type Break, type Sabotage } from "./sabotage.ts";

const sabotage: Sabotage[] = [
  {
    breaks: "C42",
    by: "finding the same again and again",
    how: onLooking((honest) => (_, chat, signal) => honest(null, chat, signal)),
    noticedBy: ["C43", "C48"],
  },
  {
    breaks: "C42",
    by: "naming what is found anew each time",
    how: onLooking((honest, memory) => async (from, chat, signal) => {
      const { news, cursor } = await honest(from, chat, signal);
      return { news: news.map((one) => Object.assign(one, { id: `${one.id}-${memory.count++}` })), cursor };
    }),
    noticedBy: ["C43"],
  },
  {
    breaks: "C43",
    by: "not looking for what was said",
    how: onLooking((honest) => async (from, chat, signal) => {
      const { news, cursor } = await honest(from, chat, signal);
      return { news: news.filter(({ type }) => type !== "agent_said"), cursor };
    }),
    noticedBy: ["C42"],
  },
  {
    breaks: "C47",
    by: "not looking for who is there",
    how: onLooking((honest) => async (from, chat, signal) => {
      const { news, cursor } = await honest(from, chat, signal);
      return { news: news.filter(({ type }) => type !== "agent_joined"), cursor };
    }),
  },
  {
    breaks: "C48",
    by: "not looking whether it is over",
    how: onLooking((honest) => async (from, chat, signal) => {
      const { news, cursor } = await honest(from, chat, signal);
      return { news: news.filter(({ type }) => type !== "ended"), cursor };
    }),
  },
  {
    breaks: "C44",
    by: "not letting go",
    how: onLooking((honest) => (from, chat) => honest(from, chat, new AbortController().signal)),
  },
];

const rules = (await heldTo(genesysDouble)).filter(({ cannot }) => cannot === null).map(({ rule }) => rule);
const lookRules = rules.filter((rule) => sabotage.some(({ breaks }) => numberOf(rule) === breaks));
defineSabotage(genesysDouble, sabotage, lookRules);

test("every rule for looking has a saboteur", () => expect(lookRules.map(numberOf)).toEqual(["C42", "C43", "C47", "C48", "C44"]));

type Look = Extract<Connector["inbound"], { style: "webhook_and_look" }>["look"];

function onLooking(change: (honest: Look, memory: { count: number }) => (...args: Parameters<Look>) => Promise<Batch>): Break {
  return ({ inbound }, memory) => {
    if (inbound.style !== "webhook_and_look") throw new Error("in Genesys things have to be looked for");
    return { inbound: { ...inbound, look: change(inbound.look, memory) } };
  };
}
