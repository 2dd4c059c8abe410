import type { Heard, Reply, Rule, Script, Start } from "../script.ts";
import { caseRules } from "./cases.ts";
import { formRules } from "./forms.ts";
import { findOrder, orderNumber } from "./orders.ts";
import { peopleRules } from "./people.ts";
import { refundRules } from "./refund.ts";

/** What the shop's project lets through to whoever takes over. */
export const shopStateKeys = [
  "customer_id",
  "customer_name",
  "customer_email",
  "order_id",
  "order_item",
  "refund_amount",
  "currency",
  "intent",
  "successfully_identified",
  "auth_method",
  "verification_attempts",
  "handoff_state",
  "handoff_reason",
  "handoff_reason_summary",
  "priority",
  "notes",
];

const orderRules: Rule[] = [
  { during: "order_status", match: orderNumber, reply: statusOf },
  { during: "order_status", match: /never ?mind|^no\b|cancel/i, say: "All right. Anything else?", topic: null },
  {
    match: /how (long|much|does).*(deliver|shipping)|(delivery|shipping) (time|cost|fee)/i,
    say: "We send everything within a day, and it reaches you **two to three working days** later. Above 50 euros it is free.",
  },
  { match: /order|delivery|parcel|package|shipping|track/i, reply: orderStatus },
  { match: orderNumber, reply: statusOf },
];

const smallTalk: Rule[] = [
  { match: /^(hi|hello|hey|good (morning|afternoon|evening))\b/i, say: "Hello! What can I do for you today?" },
  { match: /how are you/i, say: "Very well, thank you. The kettle is on and the parcels are packed. How can I help?" },
  {
    match: /who are you|are you (a )?(bot|robot|real)|your name/i,
    say: "I am the shop's automated assistant. I know about orders, deliveries and refunds, and I can bring in a colleague whenever you like.",
  },
  { match: /thank|^(great|perfect|super|lovely|cheers)\b/i, say: "You are welcome! Is there anything else?" },
  {
    match: /opening hours|when are you open|open (today|now)/i,
    say: "Our team is here **Monday to Friday, 9:00–18:00**. I am here all the time.",
  },
  { match: /^(ok|okay|yes|no|sure|fine)\W*$/i, say: "Good. Tell me what you need, or say “goodbye” when we are done." },
];

/** The assistant of the demo's shop: orders, refunds, small talk, and a phrase for everything an agent may do. */
export const shopScript: Script = {
  start: greet,
  rules: [
    ...caseRules,
    ...formRules,
    ...peopleRules,
    ...refundRules,
    ...orderRules,
    ...smallTalk,
    {
      match: /(?:)/,
      say: "I am not sure about that one. I can **track an order**, arrange a **refund** or bring in **a person**. Which would help?",
    },
  ],
};

function greet({ variantId, language }: Start): Reply {
  if (variantId === "VARIANT-hands-off-at-start") {
    return {
      say: "Welcome back. I am connecting you right away.",
      end: true,
      handoff: { destination: "support", reason: "returning_customer" },
    };
  }
  if (variantId === "VARIANT-hangs-up-at-start") return { say: "This service has moved. Goodbye!", end: true };
  if (language?.startsWith("fr")) return { say: "Bonjour ! Je suis l’assistant de la boutique. Comment puis-je vous aider ?" };
  return { say: "Hello, and welcome! I can help with **orders**, **deliveries** and **refunds**.<br>What can I do for you?" };
}

function orderStatus(turn: Heard): Reply {
  const found = orderNumber.exec(turn.text);
  if (found) return statusOf({ ...turn, found });
  return {
    say: "Happy to look. What is your **order number**? It looks like A-1001.",
    topic: "order_status",
    state: { intent: "order_status" },
  };
}

function statusOf({ found }: Heard): Reply {
  const order = findOrder(found);
  if (!order)
    return { say: "I cannot find an order with that number. Could you check it once more? It looks like A-1001.", topic: "order_status" };
  const { number, item, status } = order;
  return {
    say: `Order **${number}**, the ${item}, ${status}. Is there anything else I can do?`,
    topic: null,
    state: { order_id: number, order_item: item },
  };
}
