import { CallError } from "@baton/bridge-server/call";
import { heldTo, numberOf } from "@baton/bridge-server/conformance";
import type { Delivery } from "@baton/bridge-server/connector";
import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import webhookDouble, { secrets } from "../doubles/webhook.ts";
import { sabotageOfFiles } from "./sabotage-files.ts";
import { sabotageOfLengths } from "./sabotage-lengths.ts";
import { defineSabotage, onNews, receiving, type Break, type Sabotage } from "./sabotage.ts";

const sabotage: Sabotage[] = [
  { breaks: "C1", by: "opening nothing", how: () => ({ open: async () => opened("nowhere") }), noticedBy: "all" },
  {
    breaks: "C2",
    by: "naming the handoff anew each time",
    how: (honest, memory) => ({ open: (request) => honest.open({ ...request, handoff: `${request.handoff}-${memory.count++}` }) }),
    noticedBy: ["C26", "C37"],
  },
  {
    breaks: "C3",
    by: "naming the line anew each time",
    how: (honest, memory) => ({
      say: (chat, line, isRepeat) => honest.say(chat, { ...line, id: `${line.id}-${memory.count++}` }, isRepeat),
    }),
    noticedBy: ["C26", "C40", "C45", "C46"],
  },
  { breaks: "C4", by: "never closing", how: () => ({ close: async () => {} }), noticedBy: ["C20", "C26"] },
  {
    breaks: "C4",
    by: "minding that it is closed already",
    how: (honest, memory) => ({
      close: (chat) => (memory.count++ ? Promise.reject(new CallError("gone", "closed")) : honest.close(chat)),
    }),
    noticedBy: ["C26"],
  },
  {
    breaks: "C5",
    by: "making one error of all",
    how: (honest) => ({
      open: (request) =>
        honest.open(request).catch(() => {
          throw new Error("something went wrong");
        }),
    }),
  },
  {
    breaks: "C6",
    by: "losing who picked up",
    how: onNews((news) => (news.type === "agent_joined" ? { ...news, agent: { id: null, name: "Agent" } } : news)),
  },
  {
    breaks: "C7",
    by: "believing strangers",
    how: onForged((delivery) => Math.abs(age(delivery)) <= 300 && !Buffer.from(delivery.body).includes("Ho!")),
  },
  { breaks: "C38", by: "not looking at what was signed", how: onForged(({ body }) => Buffer.from(body).includes("Ho!")) },
  { breaks: "C8", by: "taking our own line for an agent's", how: onNothing('"handoff.line"') },
  {
    breaks: "C9",
    by: "leaving out what was said",
    how: (honest) => ({ open: (request) => honest.open({ ...request, transcript: [] }) }),
    noticedBy: ["C27"],
  },
  {
    breaks: "C9",
    by: "leaving out the context",
    how: (honest) => ({ open: (request) => honest.open({ ...request, context: null }) }),
    noticedBy: ["C27"],
  },
  {
    breaks: "C9",
    by: "making the visitor say everything",
    how: (honest) => ({
      open: (request) => honest.open({ ...request, transcript: request.transcript.map((line) => ({ ...line, by: "visitor" })) }),
    }),
  },
  { breaks: "C10", by: "dropping what comes late", how: () => ({ attach: async () => {} }) },
  {
    breaks: "C10",
    by: "showing it again each time",
    how: (honest, memory) => ({ attach: (chat, context) => honest.attach(chat, { ...context, at: `${memory.count++}` }) }),
  },
  {
    breaks: "C11",
    by: "making nothing urgent",
    how: (honest) => ({ open: (request) => honest.open({ ...request, destination: { ...request.destination, urgent: false } }) }),
  },
  { breaks: "C12", by: "keeping typing to itself", how: () => ({ signal: async () => {} }) },
  {
    breaks: "C12",
    by: "failing over a read mark",
    how: (honest) => ({
      signal: (chat, signal) => (signal.type === "read" ? Promise.reject(new Error("not supported")) : honest.signal(chat, signal)),
    }),
  },
  {
    breaks: "C13",
    by: "taking being passed on for being left",
    how: onNews((news) => (news.type === "transferred" ? { ...news, type: "agent_left" } : news)),
  },
  { breaks: "C13", by: "losing where a chat went", how: onNews((news) => (news.type === "transferred" ? { ...news, to: null } : news)) },
  { breaks: "C14", by: "naming news anew each time", how: onNews((news, memory) => ({ ...news, id: `${news.id}-${memory.count++}` })) },
  { breaks: "C14", by: "giving all news one name", how: onNews((news) => ({ ...news, id: "news" })) },
  { breaks: "C15", by: "telling secrets", how: onNothing('"private":true') },
  { breaks: "C16", by: "guessing", how: onNothing('"agent.sneezed"') },
  { breaks: "C17", by: "keeping no window for the past", how: onForged((delivery) => age(delivery) > 300) },
  { breaks: "C17", by: "keeping no window for the future", how: onForged((delivery) => age(delivery) < -300) },
  {
    breaks: "C18",
    by: "knowing only the newest secret",
    how: onDelivery((delivery) => {
      try {
        new Webhook(secrets.new).verify(Buffer.from(delivery.body).toString(), Object.fromEntries(delivery.headers));
      } catch {
        throw new CallError("forged", "not the newest secret");
      }
    }),
  },
  {
    breaks: "C19",
    by: "telling all news of whoever came first",
    how: (honest, memory) => ({
      open: (request) => honest.open(request).then((opened) => (memory.opened.push(opened.chat), opened)),
      ...onNews((news) => ({ ...news, chat: memory.opened[0] ?? news.chat }))(honest, memory),
    }),
  },
  {
    breaks: "C20",
    by: "knowing only the chats that it opened itself",
    how: (honest) => {
      const mine = new Set<string>();
      return {
        open: (request) => honest.open(request).then((opened) => (mine.add(opened.chat.ref), opened)),
        say: (chat, line, isRepeat) => (mine.has(chat.ref) ? honest.say(chat, line, isRepeat) : Promise.reject(new Error("no such chat"))),
      };
    },
    noticedBy: ["C26", "C45", "C46"],
  },
  {
    breaks: "C22",
    by: "knowing only English",
    how: (honest) => ({
      say: (chat, line, isRepeat) => honest.say(chat, { ...line, text: line.text.replaceAll(/[^\x20-\x7e]/g, "?") }, isRepeat),
    }),
    noticedBy: ["C21"],
  },
  {
    breaks: "C22",
    by: "escaping what an agent says",
    how: onNews((news) => (news.type === "agent_said" ? { ...news, text: news.text.replaceAll("<", "&lt;") } : news)),
  },
  {
    breaks: "C23",
    by: "putting everybody in the queue",
    how: (honest) => ({ open: (request) => honest.open({ ...request, isVisitorWaiting: true }) }),
  },
  {
    breaks: "C24",
    by: "losing the place",
    how: onNews((news) => (news.type === "queue_moved" ? { ...news, position: null } : news)),
  },
  {
    breaks: "C25",
    by: "not minding that it is over",
    how: (honest) => ({ say: (chat, line, isRepeat) => honest.say(chat, line, isRepeat).catch(() => {}) }),
    noticedBy: ["C46"],
  },
  {
    breaks: "C26",
    by: "naming a line after the process that sends it",
    how: (honest, memory) => {
      const process = memory.count++;
      return { say: (chat, line, isRepeat) => honest.say(chat, { ...line, id: `${line.id}-${process}` }, isRepeat) };
    },
    noticedBy: ["C45", "C46"],
  },
  { breaks: "C28", by: "finding nothing", how: () => ({ examine: async () => [] }), noticedBy: ["C37", "C45", "C46"] },
  {
    breaks: "C28",
    by: "finding fault with everything",
    how: () => ({ examine: async () => [{ state: "bad", says: "It is wrong.", next: null }] }),
    noticedBy: ["C37", "C45", "C46"],
  },
  { breaks: "C39", by: "saying that it is done", how: () => ({ forget: async () => "forgotten" }) },
  {
    breaks: "C29",
    by: "talking to whoever came last",
    how: (honest, memory) => ({
      open: (request) => honest.open(request).then((opened) => (memory.opened.push(opened.chat), opened)),
      say: (chat, line, isRepeat) => honest.say(memory.opened.at(-1) ?? chat, line, isRepeat),
    }),
  },
  {
    breaks: "C30",
    by: "taking leaving for ending",
    how: onNews((news) => (news.type === "agent_left" ? { ...news, type: "ended" } : news)),
  },
  {
    breaks: "C31",
    by: "calling it an end",
    how: onNews((news) => (news.type === "failed" ? { id: news.id, chat: news.chat, type: "ended" } : news)),
  },
  { breaks: "C32", by: "never stopping", how: onNews((news) => (news.type === "agent_typing" ? { ...news, on: true } : news)) },
  {
    breaks: "C33",
    by: "hearing only of the chats that it opened itself",
    how: (honest, memory) => {
      const mine = new Set<string>();
      return {
        open: (request) => honest.open(request).then((opened) => (mine.add(opened.chat.ref), opened)),
        ...receiving(async (_, receive) => (await receive()).filter(({ chat }) => mine.has(chat.ref)))(honest, memory),
      };
    },
    noticedBy: ["C20"],
  },
  {
    breaks: "C37",
    by: "beginning a second chat when the first answer was lost",
    how: (honest, memory) => ({
      open: (request) =>
        honest
          .open({ ...request, handoff: memory.opened.length > 0 ? `${request.handoff}-again` : request.handoff })
          .catch((error: unknown) => {
            if (error instanceof CallError && error.kind === "unclear") memory.opened.push({ ref: "unclear" });
            throw error;
          }),
    }),
  },
  ...sabotageOfFiles,
  ...sabotageOfLengths,
];

const rules = (await heldTo(webhookDouble)).filter(({ cannot }) => cannot === null).map(({ rule }) => rule);
defineSabotage(webhookDouble, sabotage, rules);

test("every rule has a saboteur", () => {
  expect(new Set(sabotage.map(({ breaks }) => breaks))).toEqual(new Set(rules.map(numberOf)));
});

function opened(ref: string) {
  return { chat: { ref }, position: null, waitSeconds: null, dropped: [] };
}

/** Looks the other way when a forgery is of this kind. */
function onForged(isOverlooked: (delivery: Delivery) => boolean): Break {
  return receiving((delivery, receive) => receive().catch((error: unknown) => (isOverlooked(delivery) ? [] : Promise.reject(error))));
}
/** Makes news of a delivery that is none. */
function onNothing(words: string): Break {
  return receiving(async ({ body }, receive) => {
    const news = await receive();
    if (news.length > 0 || !Buffer.from(body).includes(words)) return news;
    return [
      {
        id: "n",
        chat: { ref: "chat-of-0d9f5a3e-6f0b-4a3e-9c55-0f6a3a1f7b21" },
        type: "agent_said",
        agent: null,
        text: "Hello?",
        format: "plain",
      },
    ];
  });
}
function onDelivery(object: (delivery: Delivery) => void): Break {
  return receiving(async (delivery, receive) => {
    object(delivery);
    return receive();
  });
}
function age({ headers }: Delivery): number {
  return Date.now() / 1000 - Number(headers.get("webhook-timestamp") ?? Date.now() / 1000);
}
