import { setTimeout as pause } from "node:timers/promises";
import { Hono } from "hono";
import { Webhook } from "standardwebhooks";
import type { Behaviour, Chat } from "./chat.ts";
import type { Floor } from "./floor.ts";
import { FromBridge, knownTypes } from "./wire.ts";

interface Options {
  secret: string;
  floor: Floor;
  behaviour(): Behaviour;
  /** How long "slow" is. */
  slowMs?: number;
}

interface Answer {
  status: 200 | 400 | 403 | 404 | 410;
  body: object;
}

/** The desk's one door for the bridge: checks the signature, takes each event once, and answers a repeat as it answered before. */
export function createIntake({ secret, floor, behaviour, slowMs = 8_000 }: Options) {
  const webhook = new Webhook(secret);
  const answered = new Map<string, Answer>();

  return new Hono().post("/", async (c) => {
    if (behaviour() === "down") return c.json({ detail: "The desk is down." }, 503);
    const headers = Object.fromEntries(c.req.raw.headers);
    const body = await c.req.text();
    try {
      webhook.verify(body, headers);
    } catch {
      return c.json({ detail: "The signature or the time is not right." }, 401);
    }
    const id = headers["webhook-id"] ?? "";
    const answer = answered.get(id) ?? take(body);
    if (answer.status === 200) answered.set(id, answer);
    // A slow desk has kept the event and answers late, so that a sender that gives up repeats what has happened.
    if (behaviour() === "slow") await pause(slowMs);
    return c.json(answer.body, answer.status);
  });

  function take(body: string): Answer {
    let json: unknown;
    try {
      json = JSON.parse(body);
    } catch {
      return { status: 400, body: { detail: "The body is not JSON." } };
    }
    const type = typeof json === "object" && json !== null && "type" in json ? json.type : null;
    if (typeof type !== "string") return { status: 400, body: { detail: "There is no type." } };
    if (!knownTypes.has(type)) return { status: 200, body: {} };
    const event = FromBridge.safeParse(json);
    if (!event.success)
      return { status: 400, body: { detail: event.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`) } };
    return handle(event.data);
  }

  function handle({ type, data }: FromBridge): Answer {
    switch (type) {
      case "handoff.requested":
        if (behaviour() === "refusing") return { status: 403, body: { detail: "The desk takes nobody." } };
        return { status: 200, body: floor.request(data, behaviour() !== "out_of_hours") };
      case "handoff.availability":
        return { status: 200, body: { state: behaviour() === "out_of_hours" ? "closed" : "open" } };
      case "handoff.context":
        return about(data.chat, (chat) => floor.attach(chat, data.context));
      case "handoff.told":
        return about(data.chat, (chat) => floor.learn(chat, data.attributes));
      case "handoff.line":
        return about(data.chat, (chat) => floor.hear(chat, data.line));
      case "handoff.typing":
        return about(data.chat, (chat) => floor.visitorTypes(chat, data.on));
      case "handoff.read":
        return about(data.chat, (chat) => floor.visitorRead(chat));
      case "handoff.closed":
        return about(data.chat, (chat) => floor.visitorGone(chat), "even when over");
      case "handoff.erased":
        return erase(data.chat);
    }
  }

  /** Whatever became of the chat; one that is not here has been erased. */
  function erase(id: string): Answer {
    const chat = floor.get(id);
    if (chat) floor.erase(chat);
    return { status: 200, body: { erased: true } };
  }

  function about(id: string, act: (chat: Chat) => void, when?: "even when over"): Answer {
    const chat = floor.get(id);
    if (!chat) return { status: 404, body: { detail: "There is no such chat." } };
    if (chat.place.at === "over" && !when) return { status: 410, body: { detail: "The chat is over." } };
    act(chat);
    return { status: 200, body: {} };
  }
}
