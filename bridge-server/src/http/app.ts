import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import type { Call } from "../call.ts";
import { createPictures } from "../pictures.ts";
import { FilesUnavailable } from "../files/file-errors.ts";
import { faultOf, type Log } from "../log.ts";
import { createSeldom } from "../log-seldom.ts";
import { StoreUnavailable } from "../store/store.ts";
import { addressOf } from "./address.ts";
import type { Admission } from "./admission.ts";
import { agentPictureRoutes, type AgentPictureParts } from "./agent-pictures.ts";
import { attributeRoutes } from "./attributes.ts";
import { fileRoutes, type FileParts } from "./files.ts";
import { channelRoutes, type ChannelParts } from "./channels.ts";
import { consoleRoutes, type ConsoleSetup } from "./console.ts";
import { createConsoleSessions } from "./console-session.ts";
import { createHeartbeat } from "./heartbeat.ts";
import { createCounter } from "./limits.ts";
import { createLooks, type LookParts } from "./look.ts";
import { healthRoutes } from "./health.ts";
import { operatorApi, type OperatorParts } from "./operator-api.ts";
import { whoIsWith } from "./operators.ts";
import { answerProblem, Refusal } from "./problem.ts";
import { entriesRoute, type StreamParts } from "./stream.ts";
import { visitorRoutes, type VisitorParts } from "./visitor.ts";
import { webhookRoutes, type WebhookParts } from "./webhooks.ts";
import { widgetFiles } from "./widget-files.ts";

export interface AppParts
  extends
    VisitorParts,
    FileParts,
    Omit<AgentPictureParts, "pictures">,
    Omit<OperatorParts, "heartbeat" | "whoIs">,
    WebhookParts,
    ChannelParts,
    Omit<StreamParts, "streams" | "heartbeat"> {
  log: Log;
  /** Whether the configuration has keys to sign in with. */
  hasKeys: boolean;
  /** `null`: this bridge has none. */
  console: ConsoleSetup | null;
  widget: string;
  trustedProxies: number;
  admission: Admission;
  ready: Parameters<typeof healthRoutes>[0];
  /** Aborted when the bridge is told to stop: it answers as before, but keeps no connection for another request. */
  leaving: AbortSignal;
  /** To whoever keeps pictures of people. */
  call: Call;
  /** Every site, for what its pages show; and what the widget tells of its words. */
  looks: LookParts;
  /** Every origin of every site. */
  origins: Set<string>;
}

const BEGINS = /^\/v1\/sites\/[^/]+\/conversations$/;

/** Every route of the bridge, in the order a visitor meets them. */
export function createApp(parts: AppParts) {
  const { log, widget, trustedProxies, origins, admission, leaving, newId } = parts;
  const app = new Hono<{ Bindings: HttpBindings; Variables: { address: string; headers: Record<string, string> } }>();
  const noticeStrangePage = createSeldom(log, parts.clock, {
    first: "origin_not_allowed",
    more: "origins_not_allowed",
    hint: "If it is a page of yours, write its origin into the site's origins.",
  });

  app.onError((error, c) => {
    if (error instanceof Refusal) {
      if (error.code === "forbidden_origin" && c.req.path.startsWith("/v1/sites/")) noticeStrangePage(c.req.header("origin") ?? "");
      return answerProblem(c, error);
    }
    const errorId = newId();
    log({
      event: "request_broke",
      level: "error",
      errorId,
      operation: `${c.req.method} ${c.req.routePath}`,
      error: faultOf(error),
    });
    if (error instanceof StoreUnavailable || error instanceof FilesUnavailable)
      return answerProblem(c, { code: "busy", message: `error ${errorId}`, retryAfter: 2 });
    return answerProblem(c, { code: "internal", message: `error ${errorId}`, retryAfter: null });
  });
  app.notFound((c) => answerProblem(c, { code: "not_found", message: "", retryAfter: null }));

  app.use(async (c, next) => {
    if (leaving.aborted) c.env.outgoing?.setHeader("connection", "close");
    await next();
  });

  app.use("/v1/*", async (c, next) => {
    c.set("address", addressOf(c.env.incoming?.socket.remoteAddress, c.req.header("x-forwarded-for"), trustedProxies));
    const { outgoing } = c.env;
    const headers: Record<string, string> = {
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cache-control": "no-store", // unless a route says how long its answer may be kept
      vary: "origin",
    };
    c.set("headers", headers);
    const origin = c.req.header("origin");
    const isListed = origin !== undefined && origins.has(origin);
    // Which site's it must be is checked with the token. A page on no list may ask for a chat, to read that it is refused: it gets nothing else.
    if (isListed || (origin !== undefined && BEGINS.test(c.req.path))) {
      headers["access-control-allow-origin"] = isListed ? origin : "*";
      headers["access-control-expose-headers"] = "retry-after";
      if (c.req.method === "OPTIONS") {
        return c.body(null, 204, {
          ...headers,
          "access-control-allow-methods": "GET, POST, DELETE",
          "access-control-allow-headers": "authorization, content-type, content-disposition",
          "access-control-max-age": "7200",
        });
      }
    }
    try {
      return await admission.admit(c, next);
    } finally {
      // On Node's own response, which costs no Headers object per request. A stream has begun by now, and took them along.
      if (!outgoing.headersSent) for (const [name, value] of Object.entries(headers)) outgoing.setHeader(name, value);
    }
  });

  const sessions = parts.console && createConsoleSessions({ ...parts, accountsSeal: parts.console.accounts?.seal ?? null });
  const whoIs = whoIsWith(parts.keyring, (c) => sessions?.of(c)?.operator ?? null);
  const heartbeat = createHeartbeat(parts.clock);
  const entries = entriesRoute({ ...parts, streams: createCounter(), heartbeat });

  const looks = createLooks(parts.looks);
  app.route("/", widgetFiles(widget, looks.prefaceFor));
  app.route("/v1", looks.routes);
  app.route("/v1", operatorApi({ ...parts, whoIs, heartbeat })); // before visitors', for whom it lets through what is theirs
  app.route("/v1", fileRoutes(parts)); // lets visitors in by itself, as those below do together
  app.route("/v1", attributeRoutes(parts)); // so does this
  app.route("/v1", agentPictureRoutes({ ...parts, pictures: createPictures(parts.call, parts.clock) })); // so does this
  app.route("/v1", visitorRoutes(parts, entries));
  app.route("/v1", webhookRoutes(parts));
  app.route("/v1", channelRoutes(parts));
  if (parts.console && sessions) app.route("/console", consoleRoutes({ ...parts, ...parts.console, sessions }));
  app.route("/", healthRoutes(parts.ready));
  return app;
}
