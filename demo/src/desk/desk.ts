import { readFile } from "node:fs/promises";
import { type ServerType, serve } from "@hono/node-server";
import { Hono } from "hono";
import type { Behaviour, DeskMessage, DeskState } from "./chat.ts";
import { createCalls } from "./calls.ts";
import { createDeliveries } from "./deliveries.ts";
import { createFloor } from "./floor.ts";
import { createIntake } from "./intake.ts";
import { createPageApi } from "./page-api.ts";
import { createUploads } from "./uploads.ts";

interface Options {
  port: number;
  /** Where the bridge takes the desk's deliveries. */
  bridge: URL;
  /** Shared with the bridge; signs both ways. */
  secret: string;
  /** Opens the bridge's API, which is asked for what is known of phone calls. Left out: it is not asked, and no calls are shown. */
  key?: string;
  pauseMs?: number;
  slowMs?: number;
}

const agentNames = ["Sam", "Alex", "Priya"];
const queueNames = ["general", "refunds", "support", "billing"];
/** Alex has never sent one. */
const withPicture = new Set(["Sam", "Priya"]);
const faces = new URL("faces/", import.meta.url);
const built = new URL("../../dist/desk/", import.meta.url);
const contentTypes: Record<string, string> = { js: "text/javascript", css: "text/css", svg: "image/svg+xml" };

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join("; ");

/**
 * A live-chat desk with several agents on one page. The bridge posts to `/baton`, people open `/desk`, and everything under
 * `/desk/api` may be driven by a test. It keeps its chats in memory and forgets them when it stops.
 */
export async function startDesk({ port, bridge, secret, key, pauseMs, slowMs }: Options) {
  const listeners = new Map<(message: DeskMessage) => void, string>();
  let behaviour: Behaviour = "normal";

  const deliveries = createDeliveries({ to: bridge, secret, onReach: tellState, ...(pauseMs !== undefined && { pauseMs }) });
  const uploads = createUploads(url);
  const floor = createFloor({
    tell: deliveries.tell,
    changed: (chat) => tellPages({ type: "chat", chat }),
    erased: uploads.forget,
    pictureOf: (agent) => (withPicture.has(agent) ? `${url()}/desk/faces/${agent.toLowerCase()}.png` : null),
  });
  const api = createPageApi({
    floor,
    uploads,
    state,
    setBehaviour(next) {
      behaviour = next;
      tellState();
    },
    listen(me, hear) {
      listeners.set(hear, me);
      tellState();
      return () => {
        if (listeners.delete(hear)) tellState();
      };
    },
  });

  const app = new Hono();
  app.route("/baton", createIntake({ secret, floor, behaviour: () => behaviour, ...(slowMs !== undefined && { slowMs }) }));
  if (key !== undefined) app.route("/baton/announcements", createCalls({ secret, floor, ask: (sharedId) => askBridge(sharedId, key) }));
  app.route("/desk/api", api);
  app.route("/desk/files", uploads.routes);
  app.get("/desk/faces/:face{[a-z]+\\.png}", async (c) => {
    const face = await read(c.req.param("face"), faces);
    return face ? c.body(face, 200, { "content-type": "image/png", ...plain }) : c.notFound();
  });
  app.get("/", (c) => c.redirect("/desk"));
  app.get("/desk", async (c) => {
    const page = await read("index.html");
    if (!page) return c.text("The desk's page is not built yet: pnpm --filter @baton/demo run build", 503);
    return c.body(page, 200, { "content-type": "text/html; charset=utf-8", "content-security-policy": policy, ...plain });
  });
  app.get("/desk/assets/:file{[\\w-]+\\.[a-z]+}", async (c) => {
    const file = c.req.param("file");
    const asset = await read(`assets/${file}`);
    const contentType = contentTypes[file.split(".").at(-1) ?? ""];
    if (!asset || !contentType) return c.notFound();
    return c.body(asset, 200, { "content-type": contentType, "cache-control": "public, max-age=31536000, immutable", ...plain });
  });

  const server = await new Promise<ServerType>((resolve, reject) => {
    const started = serve({ fetch: app.fetch, port, hostname: "127.0.0.1" }, () => resolve(started));
    started.once("error", reject);
  });

  return {
    url: url(),
    async stop() {
      deliveries.stop();
      const closed = new Promise((resolve) => server.close(resolve));
      if ("closeAllConnections" in server) server.closeAllConnections(); // pages keep their streams open
      await closed;
    },
  };

  async function askBridge(sharedId: string, key: string): Promise<unknown> {
    const to = new URL("/v1/handoffs", bridge);
    to.searchParams.set("shared_id", sharedId);
    const answer = await fetch(to, { headers: { "x-api-key": key }, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    if (!answer.ok) throw new Error(`the bridge answers ${answer.status}`);
    return answer.json();
  }

  function url(): string {
    const address = server.address();
    return `http://127.0.0.1:${typeof address === "object" && address ? address.port : port}`;
  }
  function state(): DeskState {
    const here = new Set(listeners.values());
    const queues = new Set([...queueNames, ...floor.all().map(({ queue }) => queue)]);
    return {
      behaviour,
      agents: agentNames.map((name) => ({ name, isHere: here.has(name) })),
      queues: [...queues],
      bridge: deliveries.reach(),
    };
  }
  function tellState(): void {
    tellPages({ type: "desk", desk: state() });
  }
  function tellPages(message: DeskMessage): void {
    for (const hear of listeners.keys()) hear(message);
  }
}

/** The bridge, which waits for us to take what it announces, gives up after fifteen. */
const ANSWER_WITHIN_MS = 5_000;
const plain = { "x-content-type-options": "nosniff", "referrer-policy": "no-referrer" };

async function read(file: string, folder = built): Promise<Uint8Array<ArrayBuffer> | null> {
  return readFile(new URL(file, folder)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
}
