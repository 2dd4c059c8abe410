import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import type { Clock } from "../clock.ts";
import type { ExportLine } from "../export/export-line.ts";
import type { Keyring } from "../keyring.ts";
import { alertRoutes, type AlertParts } from "./alerts.ts";
import { conversationRoutes } from "./conversations.ts";
import { auditRoutes } from "./audit.ts";
import { destinationRoutes, type CallParts } from "./destinations.ts";
import { editedDestinationsRoutes, type EditParts } from "./edited-destinations.ts";
import { steeringRoutes } from "./handoff-steering.ts";
import { erasureRoutes } from "./erasures.ts";
import { exportRoutes } from "./export.ts";
import { handoffRoutes, type HandoffParts } from "./handoffs.ts";
import { keyRoutes } from "./keys.ts";
import { missedRoutes, type MissedParts } from "./missed.ts";
import { numberRoutes } from "./numbers.ts";
import { openapi } from "./openapi.ts";
import { openapiPage, PAGE_HEADERS, pageStyle } from "./openapi-page.ts";
import { optOutRoutes, type OptOutParts } from "./opt-outs.ts";
import { operatorRoutes } from "./operators.ts";
import { owedRoutes } from "./owed.ts";
import { sipRoutes, type SipParts } from "./sip.ts";

export type OperatorParts = HandoffParts &
  SipParts &
  AlertParts &
  CallParts &
  MissedParts &
  OptOutParts &
  EditParts & { clock: Clock; keyring: Keyring; exportsByItself: boolean; redact(line: ExportLine): ExportLine };

/** Everything that is asked with an operator's key. What it can be asked is listed in `operator-operations.ts`, and described from there. */
export function operatorApi(parts: OperatorParts) {
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.route("/", operatorRoutes(parts.whoIs));
  app.route("/", handoffRoutes(parts));
  app.route("/", steeringRoutes(parts));
  app.route("/", conversationRoutes(parts));
  app.route("/", destinationRoutes(parts));
  app.route("/", editedDestinationsRoutes(parts));
  app.route("/", numberRoutes(parts));
  app.route("/", alertRoutes(parts));
  app.route("/", missedRoutes(parts));
  app.route("/", owedRoutes(parts));
  app.route("/", optOutRoutes(parts));
  app.route("/", exportRoutes(parts));
  app.route("/", erasureRoutes(parts));
  app.route("/", auditRoutes(parts));
  app.route("/", keyRoutes(parts));
  app.route("/", sipRoutes(parts));

  let description: string | null = null;
  app.get("/openapi.json", (c) => {
    description ??= JSON.stringify(openapi());
    return c.body(description, 200, { "content-type": "application/json", "cache-control": "public, max-age=300" });
  });
  let page: string | null = null;
  app.get("/docs", (c) => c.html((page ??= openapiPage()), 200, PAGE_HEADERS));
  app.get("/docs.css", (c) => c.body(pageStyle, 200, { ...PAGE_HEADERS, "content-type": "text/css" }));
  return app;
}
