import { heldTo, numberOf } from "@baton/bridge-server/conformance";
import type { Batch, Connector } from "@baton/bridge-server/connector";
import { expect, test } from "vitest";
import { pigeonholeDouble } from "../out-of-tree/pigeonhole-double.ts";
import { defineSabotage, type Break, type Sabotage } from "./sabotage.ts";

const sabotage: Sabotage[] = [
  {
    breaks: "C34",
    by: "beginning at the beginning each time",
    how: onListening((honest) => (_, chat, signal) => honest(null, chat, signal)),
    noticedBy: "all",
  },
  {
    breaks: "C34",
    by: "hearing only what comes once it listens",
    how: onListening(
      (honest) =>
        async function* (from, chat, signal) {
          if (from === null) return yield* honest(from, chat, signal);
          for await (const batch of honest(from, chat, signal)) yield { ...batch, news: batch.news.slice(-1) };
        },
    ),
    noticedBy: ["C6", "C13", "C22", "C24", "C30", "C31", "C32", "C33", "C36"],
  },
  {
    breaks: "C35",
    by: "not letting go",
    how: onListening(
      (honest) =>
        async function* (from, chat, signal) {
          yield* honest(from, chat, signal);
          await new Promise((done) => setTimeout(done, 10_000).unref());
        },
    ),
    noticedBy: "all",
  },
  {
    breaks: "C36",
    by: "not noticing that the stream was cut",
    how: onListening(
      (honest) =>
        async function* (from, chat, signal) {
          yield* honest(from, chat, signal);
          if (from !== null) await new Promise((done) => signal.addEventListener("abort", done, { once: true }));
        },
    ),
    noticedBy: "all",
  },
];

const rules = (await heldTo(pigeonholeDouble)).filter(({ cannot }) => cannot === null).map(({ rule }) => rule);
const listenRules = rules.filter((rule) => sabotage.some(({ breaks }) => numberOf(rule) === breaks));
defineSabotage(pigeonholeDouble, sabotage, listenRules);

test("every rule for listening has a saboteur", () => expect(listenRules.map(numberOf)).toEqual(["C34", "C35", "C36"]));

type Listen = Extract<Connector["inbound"], { style: "listen" }>["listen"];

function onListening(change: (honest: Listen) => (...args: Parameters<Listen>) => AsyncIterable<Batch>): Break {
  return ({ inbound }) => {
    if (inbound.style !== "listen") throw new Error("Pigeonhole is listened to");
    return { inbound: { ...inbound, listen: change(inbound.listen) } };
  };
}
