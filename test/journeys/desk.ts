import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Context, HandoffRequest, Line } from "@baton/bridge-server/connector";
import { sparePort } from "@baton/demo/ports";
import { Webhook } from "standardwebhooks";

/** A desk without a page: it takes what the bridge sends, remembers it, misbehaves as told, and sends what agents do. */
export async function startDesk(name: string) {
  const secret = `whsec_${Buffer.from(`the secret of ${name}`.padEnd(32, ".")).toString("base64")}`;
  const chats: DeskChat[] = [];
  const told: Told[] = [];
  const answered = new Map<string, object>();
  const scripted: Misbehaviour[] = [];
  const held = new Set<() => void>();
  let availability: "open" | "closed" | "unknown" | "silent" = "open";
  let hooks = "";
  let sent = 0;
  let forged = 0;
  let asked = 0;

  const server = createServer((request, response) => void take(request, response));
  await listen(await sparePort()); // no connection of anybody's is given it while the desk is down
  const { port } = server.address() as AddressInfo; // a TCP server that listens has one

  return {
    url: `http://127.0.0.1:${port}/desk`,
    origin: `http://127.0.0.1:${port}`,
    secret,
    /** Every chat this desk was asked to take, oldest first. */
    chats,
    /** Everything it was told, as it was told, repetitions included. */
    told,
    /** How many deliveries it did not believe. */
    forged: () => forged,
    /** Requests that get no answer until `release`. */
    heldCount: () => held.size,
    /** Where its webhooks go. */
    callsBackTo: (url: string) => void (hooks = url),
    /** How the next deliveries are met, one each; questions about availability are not counted. */
    willAnswer: (...next: Misbehaviour[]) => void scripted.push(...next),
    isAvailable: (state: typeof availability) => void (availability = state),
    release: () => held.forEach((go) => go()),
    /** The chat that was asked for last. */
    chat(): DeskChat {
      const last = chats.at(-1);
      if (!last) throw new Error(`${name} has no chat; it was told: ${told.map(({ type }) => type).join(", ") || "nothing"}`);
      return last;
    },
    joins: (agent: string, chat?: string) => send("agent.joined", { chat, agent: { id: agent.toLowerCase(), name: agent } }),
    says: (agent: string, text: string, chat?: string) =>
      send("agent.said", { chat, agent: { id: agent.toLowerCase(), name: agent }, text, format: "plain" }),
    send,
    /** Nobody listens on its port any more. */
    async goesDown() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
    comesBack: () => listen(port),
    async stop() {
      held.forEach((go) => go());
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };

  /** One signed webhook, about the last chat unless another is named. Resolves with the bridge's status. */
  async function send(type: string, data: Record<string, unknown> = {}, as: { id?: string; signedWith?: string } = {}): Promise<number> {
    const body = JSON.stringify({ type, data: { ...data, chat: data["chat"] ?? chats.at(-1)?.ref } });
    const id = as.id ?? `${name}_${++sent}`;
    const at = new Date();
    const response = await fetch(hooks, {
      method: "POST",
      body,
      headers: {
        "content-type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
        "webhook-signature": new Webhook(as.signedWith ?? secret).sign(id, at, body),
      },
    });
    await response.arrayBuffer();
    return response.status;
  }

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer); // without an encoding set, parts are buffers
    const headers = request.headers as Record<string, string>; // Node joins repeated ones, and these come once
    let event: Told;
    try {
      event = new Webhook(secret).verify(Buffer.concat(parts).toString(), headers) as Told;
    } catch {
      forged++; // or by a clock that is wrong
      return void response.writeHead(401).end();
    }
    if (event.type === "handoff.availability") {
      if (availability === "silent") await hold();
      return answer(200, { state: availability === "silent" ? "open" : availability });
    }
    told.push(event);
    const misbehaviour = scripted.shift();
    if (misbehaviour === "holds") await hold();
    if (misbehaviour === "busy") return void response.writeHead(429, { "retry-after": "1" }).end();
    if (typeof misbehaviour === "number") return void response.writeHead(misbehaviour).end();
    const id = headers["webhook-id"] ?? "";
    if (!answered.has(id)) answered.set(id, note(event));
    if (misbehaviour === "drops_the_answer") return void request.socket.destroy();
    answer(200, answered.get(id) ?? {});

    function answer(status: number, body: object) {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    }
  }

  function note({ type, data }: Told): object {
    if (type === "handoff.requested") {
      const ref = `${name}-${++asked}`;
      chats.push({ ref, request: data, lines: [], contexts: data.context ? [data.context] : [], typing: [], closed: 0 });
      return { chat: ref, position: 1, waitSeconds: 60 };
    }
    const chat = chats.find(({ ref }) => ref === data.chat);
    if (!chat) return type === "handoff.erased" ? { erased: true } : {};
    if (type === "handoff.line") chat.lines.push(data.line);
    if (type === "handoff.context") chat.contexts.push(data.context);
    if (type === "handoff.typing") chat.typing.push(data.on);
    if (type === "handoff.closed") chat.closed++;
    if (type !== "handoff.erased") return {};
    chats.splice(chats.indexOf(chat), 1);
    return { erased: true };
  }

  async function hold(): Promise<void> {
    await new Promise<void>((done) => {
      const go = () => {
        held.delete(go);
        done();
      };
      held.add(go);
    });
  }

  function listen(at: number): Promise<void> {
    return new Promise((done, fail) => server.once("error", fail).listen(at, "127.0.0.1", done));
  }
}

/** What one delivery meets: a status, a polite 429, silence until released, or a desk that did it and could not say so. */
export type Misbehaviour = number | "busy" | "holds" | "drops_the_answer";

export interface DeskChat {
  ref: string;
  request: HandoffRequest;
  lines: Line[];
  contexts: Context[];
  typing: boolean[];
  /** How often the bridge said that nobody waits any more. */
  closed: number;
}

/** What the reference library let through. Each type has some of these members; reading one that is missing fails the test, as it should. */
interface Told {
  type: string;
  data: HandoffRequest & { chat: string; line: Line; context: Context; attributes: Record<string, string | null>; on: boolean };
}

export type Desk = Awaited<ReturnType<typeof startDesk>>;
