import type { Heard, Reply, Rule } from "../script.ts";
import { currency, findOrder, orderNumber } from "./orders.ts";
import type { Order } from "./orders.ts";

/** Refunds: ask for the order, recognise the customer by it, pass both on to a person. */
export const refundRules: Rule[] = [
  { during: "refund", match: orderNumber, reply: refundOf },
  {
    during: "refund",
    match: /never ?mind|forget it|^no\b|cancel/i,
    say: "No problem, I have left everything as it is. Anything else?",
    topic: null,
  },
  { during: "refund", match: /don'?t (have|know)|do not (have|know)|lost|can'?t find|no idea/i, reply: handOffUnverified },
  {
    during: "refund",
    match: /^[^?]*$/,
    say: "To find your purchase I need the order number. It is in the confirmation e-mail and looks like **A-1001**.",
  },
  { match: /refund|money back|cancel (my|an|the|this) order|return (my|an|the|this)|send (it|this) back/i, reply: startRefund },
];

function startRefund(turn: Heard): Reply {
  const found = orderNumber.exec(turn.text);
  if (found) return refundOf({ ...turn, found });
  return {
    say: "I am sorry it did not work out. Let us get that sorted. What is your **order number**? It looks like A-1001.",
    topic: "refund",
    state: { intent: "refund" },
  };
}

function refundOf(turn: Heard): Reply {
  const attempts = attemptsSoFar(turn) + 1;
  const order = findOrder(turn.found);
  if (order) return handOffRefund(order, attempts);
  if (attempts >= 3) return handOffUnverified(turn);
  return {
    say: "I cannot find an order with that number. Could you check it once more? It is in your confirmation e-mail, a letter and four digits.",
    topic: "refund",
    state: { intent: "refund", verification_attempts: attempts },
  };
}

function handOffRefund({ number, item, amount, customer }: Order, attempts: number): Reply {
  // Nothing but what the visitor told us is repeated here: knowing a number does not make somebody the customer.
  return {
    say: `Thank you, I have found order **${number}**, the ${item}. Refunds are looked after by a colleague, so I am passing you over now. They will see what you have told me; no need to repeat it.`,
    end: true,
    handoff: { destination: "refunds", reason: "customer_refund" },
    topic: null,
    state: {
      customer_id: customer.id,
      customer_name: customer.name,
      customer_email: customer.email,
      order_id: number,
      order_item: item,
      refund_amount: amount,
      currency,
      intent: "refund",
      successfully_identified: true,
      auth_method: "order_number",
      verification_attempts: attempts,
      handoff_reason: "customer_refund",
      handoff_reason_summary: `Wants a refund for the ${item} of order ${number}.`,
    },
  };
}

function handOffUnverified(turn: Heard): Reply {
  return {
    say: "That is fine, a colleague can look it up with you. I am passing you over now.",
    end: true,
    handoff: { destination: "refunds", reason: "customer_refund" },
    topic: null,
    state: {
      intent: "refund",
      successfully_identified: false,
      auth_method: null,
      verification_attempts: attemptsSoFar(turn),
      handoff_reason: "customer_refund",
      handoff_reason_summary: "Wants a refund; the order could not be found.",
    },
  };
}

function attemptsSoFar({ state }: Heard): number {
  return Number(state["verification_attempts"] ?? 0);
}
