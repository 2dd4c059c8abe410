import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import type { Bridge } from "../bridge.ts";
import { CallError } from "../call.ts";
import type { Connector } from "../connectors/connector.ts";
import { failpoint, failpointWhenSent } from "../failpoint.ts";
import type { Log } from "../log.ts";
import { bytesOf } from "./body.ts";
import { Refusal } from "./problem.ts";

const MAX_WEBHOOK_BYTES = 1024 * 1024;

export interface WebhookParts {
  bridge: Bridge;
  log: Log;
  publicUrl: string;
  connector(site: string, name: string): Connector | null;
}

/** `POST /v1/hooks/:site/:connector`: check the signature on the raw bytes, keep what it says, answer. Nothing else happens here. */
export function webhookRoutes({ bridge, log, publicUrl, connector }: WebhookParts) {
  const app = new Hono<{ Bindings: HttpBindings }>();

  app.post("/hooks/:site/:connector", async (c) => {
    const { site, connector: name } = c.req.param();
    const inbound = connector(site, name)?.inbound;
    if (!inbound || inbound.style === "listen") throw new Refusal("not_found", "no connector of this site takes webhooks under this name");
    const body = await bytesOf(c, MAX_WEBHOOK_BYTES);
    failpoint("C1 webhook read");
    try {
      const { news, reply } = await inbound.receive({ headers: c.req.raw.headers, body, url: `${publicUrl}${c.req.path}` });
      failpoint("C2 webhook verified");
      for (const one of news) await bridge.heard(site, name, one);
      failpoint("C3 news committed");
      failpointWhenSent(c.env.outgoing, "C4 webhook acknowledged");
      if (!reply) return c.body(null, 204);
      return c.newResponse(reply.body, reply.status as 200, { "content-type": reply.contentType }); // the vendor file knows what its vendor wants
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      log({ event: "webhook_refused", level: "warn", site, connector: name, kind: error.kind, error: error.message });
      if (error.kind === "forged") throw new Refusal("unauthorized", "the signature does not fit");
      throw new Refusal("invalid", error.message);
    }
  });

  return app;
}
