import { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import * as z from "zod";
import { type Behaviour, behaviours, type Chat, type DeskMessage, type DeskState } from "./chat.ts";
import type { Floor } from "./floor.ts";
import type { Uploads } from "./uploads.ts";

interface Options {
  floor: Floor;
  uploads: Uploads;
  state(): DeskState;
  setBehaviour(behaviour: Behaviour): void;
  /** Hears every message from now on, until the function it returns is called. */
  listen(me: string, hear: (message: DeskMessage) => void): () => void;
}

const Agent = z.object({ agent: z.string().trim().min(1).max(40) });
const Say = Agent.extend({ id: z.string().min(1).max(100), text: z.string().max(10_000).regex(/\S/) });
/** In JSON as everything else, so that no page elsewhere can make a browser send one. */
const Send = Agent.extend({
  id: z.string().min(1).max(100),
  name: z.string().trim().min(1).max(200),
  type: z.string().max(100),
  base64: z.base64().min(1).max(14_000_000),
});
const Typing = Agent.extend({ on: z.boolean() });
const Transfer = Agent.extend({
  to: z.union([z.object({ agent: z.string().min(1) }), z.object({ queue: z.string().min(1) })]),
  note: z.string().trim().max(2_000).nullish(),
});

/** What the desk's page calls, and tests with it. `409` means that the chat is no longer what the page took it for. */
export function createPageApi({ floor, uploads, state, setBehaviour, listen }: Options) {
  const api = new Hono();

  // A page of somebody else's can make a browser post here, but not JSON without asking first.
  api.use(async (c, next) => {
    if (c.req.method !== "GET" && c.req.header("content-type") !== "application/json") return c.json({ detail: "Send JSON." }, 415);
    return next();
  });

  api.get("/chats", (c) => c.json({ chats: floor.all(), desk: state() }));

  api.get("/stream", (c) =>
    streamSSE(c, async (stream) => {
      const me = c.req.query("agent") ?? "";
      let say = Promise.resolve();
      const write = (message: DeskMessage) => (say = say.then(() => stream.writeSSE({ data: JSON.stringify(message) })));
      const stop = listen(me, write);
      stream.onAbort(stop);
      void write({ type: "hello", chats: floor.all(), desk: state() });
      while (!stream.aborted) {
        await stream.sleep(15_000);
        await stream.write(": still here\n\n");
      }
    }),
  );

  api.put("/behaviour", async (c) => {
    const body = z.object({ behaviour: z.enum(behaviours) }).safeParse(await c.req.json().catch(() => null));
    if (!body.success) return c.json({ detail: `behaviour: one of ${behaviours.join(", ")}` }, 400);
    setBehaviour(body.data.behaviour);
    return c.json(state());
  });

  action("accept", Agent, (chat, { agent }) => floor.accept(chat, agent));
  action("say", Say, (chat, { agent, id, text }) => floor.say(chat, agent, id, text));
  action("send", Send, (chat, { agent, id, name, type, base64 }) => {
    const bytes = Uint8Array.from(Buffer.from(base64, "base64"));
    return floor.send(chat, agent, id, { name, type, size: bytes.length, url: uploads.keep(chat.id, name, bytes) });
  });
  action("typing", Typing, (chat, { agent, on }) => floor.type(chat, agent, on));
  action("read", Agent, (chat, { agent }) => floor.look(chat, agent));
  action("transfer", Transfer, (chat, { agent, to, note }) => floor.transfer(chat, agent, to, note || null));
  action("end", Agent, (chat, { agent }) => floor.end(chat, agent));
  action("answered", Agent, (chat) => floor.answered(chat));

  return api;

  function action<Body extends z.ZodType>(name: string, schema: Body, act: (chat: Chat, body: z.output<Body>) => boolean): void {
    api.post(`/chats/:id/${name}`, async (c) => {
      const body = schema.safeParse(await c.req.json().catch(() => null));
      if (!body.success) return c.json({ detail: body.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`) }, 400);
      const chat = floor.get(c.req.param("id") ?? "");
      if (!chat) return c.json({ detail: "There is no such chat." }, 404);
      return act(chat, body.data) ? c.json({ chat }) : c.json({ detail: "The chat is not yours any more." }, 409);
    });
  }
}
