import { CallError } from "@baton/bridge-server/call";
import type { Connector, Delivery, VendorChat, VendorNews } from "@baton/bridge-server/connector";
import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import webhookDouble, { secrets } from "../doubles/webhook.ts";
import { connectorRules } from "./connector.ts";

type Break = (honest: Connector, memory: Memory) => Partial<Connector>;
/** What a broken connector may wrongly remember; shared by all the connectors of one check. */
interface Memory {
  count: number;
  opened: VendorChat | null;
}

// A contract that nothing can fail proves nothing: each rule must catch a connector that breaks it. Other rules must not, so that a
// red rule names the fault; the few that cannot help noticing are listed.
const sabotage: { breaks: string; by: string; how: Break; noticedBy?: string[] | "all" }[] = [
  { breaks: "C1", by: "opening nothing", how: () => ({ open: async () => opened("nowhere") }), noticedBy: "all" },
  {
    breaks: "C2",
    by: "naming the handoff anew each time",
    how: (honest, memory) => ({ open: (request) => honest.open({ ...request, handoff: `${request.handoff}-${memory.count++}` }) }),
  },
  {
    breaks: "C3",
    by: "naming the line anew each time",
    how: (honest, memory) => ({ say: (chat, line) => honest.say(chat, { ...line, id: `${line.id}-${memory.count++}` }) }),
  },
  { breaks: "C4", by: "never closing", how: () => ({ close: async () => {} }), noticedBy: ["C20"] },
  {
    breaks: "C4",
    by: "minding that it is closed already",
    how: (honest, memory) => ({
      close: (chat) => (memory.count++ ? Promise.reject(new CallError("gone", "closed")) : honest.close(chat)),
    }),
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
  { breaks: "C7", by: "believing everybody", how: onForged((delivery) => Math.abs(age(delivery)) <= 300) },
  { breaks: "C8", by: "taking our own line for an agent's", how: onNothing('"handoff.line"') },
  { breaks: "C9", by: "leaving out what was said", how: (honest) => ({ open: (request) => honest.open({ ...request, transcript: [] }) }) },
  { breaks: "C9", by: "leaving out the context", how: (honest) => ({ open: (request) => honest.open({ ...request, context: null }) }) },
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
    by: "taking leaving for ending",
    how: onNews((news) => (news.type === "agent_left" ? { ...news, type: "ended" } : news)),
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
    by: "talking to whoever came last",
    how: (honest, memory) => ({
      open: async (request) => {
        const opened = await honest.open(request);
        memory.opened = opened.chat;
        return opened;
      },
      say: (chat, line) => honest.say(memory.opened ?? chat, line),
    }),
  },
  {
    breaks: "C20",
    by: "knowing only the chats that it opened itself",
    how: (honest) => {
      const mine = new Set<string>();
      return {
        open: async (request) => {
          const opened = await honest.open(request);
          mine.add(opened.chat.ref);
          return opened;
        },
        say: (chat, line) => (mine.has(chat.ref) ? honest.say(chat, line) : Promise.reject(new Error("no such chat"))),
      };
    },
  },
  {
    breaks: "C21",
    by: "cutting long lines",
    how: (honest) => ({ say: (chat, line) => honest.say(chat, { ...line, text: line.text.slice(0, 1_000) }) }),
  },
  {
    breaks: "C22",
    by: "knowing only English",
    how: (honest) => ({ say: (chat, line) => honest.say(chat, { ...line, text: line.text.replaceAll(/[^\x20-\x7e]/g, "?") }) }),
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
];

describe.each(sabotage)("a connector that breaks $breaks by $by", ({ breaks, how, noticedBy = [] }) => {
  test.each(Object.entries(connectorRules))("%s", async (rule, check) => {
    const double = await webhookDouble();
    const memory: Memory = { count: 0, opened: null };
    const broken = (honest: Connector): Connector => ({ ...honest, ...how(honest, memory) });
    const verdict = await check({ ...double, connector: broken(double.connector), restart: () => broken(double.restart()) })
      .then(
        () => "passed",
        (error: Error) => error,
      )
      .finally(double.close);
    const number = rule.split(" ")[0] ?? "";
    if (number === breaks) expect(verdict).toBeInstanceOf(Error);
    else if (noticedBy !== "all" && !noticedBy.includes(number)) expect(verdict).toBe("passed");
  });
});

test("every rule has a saboteur", () => {
  expect([...new Set(sabotage.map(({ breaks }) => breaks))]).toEqual(Object.keys(connectorRules).map((rule) => rule.split(" ")[0]));
});

function opened(ref: string) {
  return { chat: { ref }, position: null, waitSeconds: null, dropped: [] };
}

function receiving(how: (delivery: Delivery, receive: () => Promise<VendorNews[]>, memory: Memory) => Promise<VendorNews[]>): Break {
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
function onNews(change: (news: VendorNews, memory: Memory) => VendorNews): Break {
  return receiving(async (_, receive, memory) => (await receive()).map((news) => change(news, memory)));
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
    return [{ id: "n", chat: { ref: "chat-of-h-1" }, type: "agent_said", agent: null, text: "Hello?", format: "plain" }];
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
