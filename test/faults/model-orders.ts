import type { Fact } from "@baton/bridge-server/conversation/facts";
import type { HandoffId } from "@baton/bridge-server/conversation/lifecycle";
import type { ModelEvent, World } from "./model.ts";

type Order = Extract<ModelEvent, { do: "orders" }>;

/** Everything that an operator may do by hand, about the first handoff and about the last, be it refused. */
export function ordersIn({ left, marks }: World): Order[] {
  if (left.orders === 0) return [];
  const handoffs = handoffsIn(marks);
  const asked = [...new Set([handoffs[0], handoffs.at(-1)])].filter((handoff) => handoff !== undefined);
  return asked.flatMap((handoff) => (["retried", "rerouted", "closed"] as const).map((did): Order => ({ do: "orders", did, handoff })));
}

export const handoffsIn = (marks: World["marks"]): string[] =>
  marks.flatMap((mark) => (mark.startsWith("handoff_initiated ") ? [mark.slice("handoff_initiated ".length)] : []));

/** What is written down of an order, the same by the model and by the real code. `next`: the handoff that it may lead to. */
export function orderFact({ did, handoff }: Order, next: string, { left }: World): { factId: string; fact: Fact } {
  const id = `o${left.orders}`;
  const asked = { handoff: next as HandoffId, by: "operator" as const, destination: did === "rerouted" ? "second" : null, reason: null };
  const how = did === "closed" ? { did, message: "Bye" } : { did, next: asked, utterance: null };
  return { factId: `steered:${id}`, fact: { type: "steered", id, handoff: handoff as HandoffId, operator: "kim", how } };
}
