import type { Heard, Reply, Rule } from "../script.ts";
import { findOrder, orderNumber } from "./orders.ts";

/** One phrase for everything an agent may do that a bridge has to cope with, in the order in which it might come up. */
export const caseRules: Rule[] = [
  // Offer a handoff, and take no for an answer.
  {
    during: "billing_offer",
    match: /^(yes|yeah|please|ok|sure)\b/i,
    say: "Connecting you to billing.",
    end: true,
    handoff: { destination: "billing", reason: "billing_question" },
    state: { intent: "billing", handoff_reason: "billing_question" },
  },
  { during: "billing_offer", match: /^(no|nope|later)\b/i, say: "All right, I will stay with you. Anything else?", topic: null },
  { match: /invoice|billing|my bill\b/i, say: "Invoices are with our billing team. Shall I connect you?", topic: "billing_offer" },

  // Identify and verify over several turns: an order number, then the postcode, two tries.
  { during: "verify_order", match: orderNumber, reply: identify },
  { during: "verify_postcode", match: /\b(\d{4})\b/, reply: verify },
  { during: "verify_postcode", match: /(?:)/, say: "The four digits of the postcode are enough." },
  {
    match: /change (my|the) address|verify me/i,
    say: "Gladly. First I need to know that it is you: what is your **order number**?",
    topic: "verify_order",
  },

  // Ways to hand off.
  { match: /direct handoff/i, say: "", end: true, handoff: { destination: "support", reason: "direct" } },
  {
    match: /handoff without (a )?destination/i,
    say: "I am passing you to a colleague.",
    end: true,
    handoff: { reason: "billing_question" },
  },
  { match: /handoff without (a )?reason/i, say: "I am passing you to a colleague.", end: true, handoff: { destination: "support" } },
  {
    match: /handoff (but|and) (stay|keep) open/i,
    say: "A colleague is joining us.",
    end: false,
    handoff: { destination: "support", reason: "assist" },
  },
  { match: "handoff true", say: "One moment.", end: true, handoff: true },
  { match: "handoff false", say: "I stay with you.", handoff: false },
  { match: "handoff null", say: "I stay with you.", handoff: null },
  { match: "handoff empty", say: "One moment.", end: true, handoff: {} },
  { match: "handoff as text", say: "One moment.", end: true, handoff: "support" },
  {
    match: /unknown destination/i,
    say: "I am passing you to lost property.",
    end: true,
    handoff: { destination: "Lost & Found (T9)", reason: "lost_item" },
  },
  {
    match: /urgent|emergency|smell gas/i,
    say: "This cannot wait. I am putting you through with priority.",
    end: true,
    handoff: { destination: "urgent", reason: "safety" },
    state: { priority: "urgent", handoff_reason: "safety" },
  },
  {
    match: /failing transfer/i,
    say: "I am passing you to a colleague.",
    end: true,
    handoff: { destination: "support", reason: "transfer" },
    state: { handoff_state: "transfer_error" },
  },
  {
    match: /awkward context/i,
    say: "I am passing you to a colleague.",
    end: true,
    handoff: { destination: "support", reason: "awkward" },
    state: {
      notes: { list: [1, null, { deep: true }], html: "<img src=x onerror=alert(1)>", rtl: "שלום", long: "x".repeat(4000) },
      customer_id: 0,
      intent: "",
    },
  },
  {
    match: /out of hours|middle of the night|at the weekend|on (a )?sunday/i,
    say: "Our team is not in right now and cannot take chats. They are back **Monday to Friday from 9:00**; until then I am happy to help.",
  },
  {
    match: /call me at night/i,
    say: "Our phone lines are closed at this hour. Please write again from **9:00**. Good night!",
    end: true,
    state: { handoff_reason: "out_of_hours" },
  },
  // One topic whose destination depends on what is known by then.
  {
    match: /parcel (?:for|as) (?:a |my )?(business|home)/i,
    reply: ({ found }) => ({
      say: "",
      end: true,
      handoff: { destination: found[1]?.toLowerCase() === "business" ? "trade" : "support", reason: "parcel" },
    }),
  },
  // A topic with several actions: what else it does shows in the answer, or in nothing but words.
  {
    match: /text me and connect me/i,
    say: "I have sent you the return label by text message, and I am connecting you.",
    end: true,
    handoff: { destination: "support", reason: "label_sent" },
    state: { notes: "label sent", handoff_reason: "label_sent" },
    extras: {
      attachments: [{ content_type: "ATTACHMENT_CONTENT_TYPE_URL", title: "Return label", content_url: "https://shop.example/label" }],
      response_suggestions: [{ message_text: "Thank you" }],
    },
  },
  // What a tool returns for a platform that PolyAI itself would serve.
  {
    match: /hand me to (salesforce|zendesk|nice|amazon connect|genesys|webex|five9)/i,
    reply: ({ found }) => ({
      say: "I am passing you to a colleague.",
      end: true,
      handoff: { text_chat: { [`${found[1]?.toLowerCase().replace(" ", "_")}_integration`]: { tags: ["from_agent"] } } },
    }),
  },
  // A destination that is a telephone: reached from a topic's action, or from what a tool returns.
  {
    match: /rather talk on the phone/i,
    say: "Of course.",
    end: true,
    handoff: { destination: "hotline", reason: "prefers_phone" },
    state: { intent: "talk", handoff_reason: "prefers_phone" },
  },
  { match: /use the phone tool/i, say: "", end: true, handoff: "hotline" },

  // Ways to answer late, long ago, or not at all.
  {
    match: /check (the )?stock|in stock/i,
    say: "Let me check with the warehouse…",
    delayed: { say: "Good news: it is in stock, and it can leave today.", readyAfterMs: 1500 },
  },
  { match: /warranty/i, say: "", delayed: { say: "Your warranty runs for two more years.", readyAfterMs: 1500 } },
  {
    match: /ask the workshop/i,
    say: "Let me ask the workshop…",
    delayed: {
      say: "They want to talk to you directly. I am connecting you.",
      readyAfterMs: 1500,
      end: true,
      handoff: { destination: "support", reason: "workshop" },
    },
  },
  {
    match: /take your time(?:.*?(\d+))?/i,
    reply: ({ found }) => ({ say: "Thank you for waiting.", delayMs: Math.min(Number(found[1] ?? 4), 120) * 1000 }),
  },
  { match: /^say nothing$/i, say: "" },
  { match: /^echo[: ]+([\s\S]*)$/i, reply: ({ found }) => ({ say: found[1] ?? "" }) },
  { match: /\b(good ?bye|bye|that'?s all|that is all)\b/i, say: "It was a pleasure. Goodbye, and see you soon!", end: true },
];

function identify({ found }: Heard): Reply {
  const order = findOrder(found);
  if (!order) return { say: "I cannot find that order. Could you check the number once more?" };
  return {
    say: "Thank you. And the **postcode** it was sent to?",
    topic: "verify_postcode",
    state: { order_id: order.number, order_item: order.item },
  };
}

function verify({ found, state }: Heard): Reply {
  const attempts = Number(state["verification_attempts"] ?? 0) + 1;
  const order = findOrder(orderNumber.exec(String(state["order_id"])) ?? []);
  if (order && order.postcode === found[1]) {
    return {
      say: "Thank you, that matches. A colleague will change the address with you now.",
      end: true,
      handoff: { destination: "support", reason: "successfully_identified" },
      state: {
        customer_id: order.customer.id,
        customer_name: order.customer.name,
        intent: "change_address",
        successfully_identified: true,
        auth_method: "order_and_postcode",
        verification_attempts: attempts,
        handoff_reason: "successfully_identified",
      },
    };
  }
  if (attempts < 2) return { say: "That does not match. Would you try once more?", state: { verification_attempts: attempts } };
  return {
    say: "That does not match either. A colleague will help you with it.",
    end: true,
    handoff: { destination: "support", reason: "verification_failed" },
    state: {
      intent: "change_address",
      successfully_identified: false,
      auth_method: null,
      verification_attempts: attempts,
      handoff_reason: "verification_failed",
    },
  };
}
