import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import type { Context } from "hono";
import type { Agent, createChat } from "./chat.ts";
import type { Clock } from "./clock.ts";
import type { Conversations } from "./conversations.ts";
import type { ConnectorToken, createGate, Permission } from "./credentials.ts";
import { cut, deliver, holdForever } from "./delivery.ts";
import type { Wire } from "./delivery.ts";
import { answer, invalid, isRefusal, refusals, refused } from "./envelope.ts";
import type { Answer, Refusal } from "./envelope.ts";
import type { Faults, Replacement } from "./faults.ts";
import { readHandoffState } from "./handoff-state.ts";
import { listConversations, oneConversation } from "./listing.ts";
import type { ListVersion } from "./listing.ts";
import { altered, replaced } from "./misfortunes.ts";
import { randomUuid } from "./random.ts";
import type { Random } from "./random.ts";
import { masked } from "./request-log.ts";
import type { createRequestLog, LoggedRequest, Route } from "./request-log.ts";

export interface Parts {
  agents: readonly Agent[];
  chat: ReturnType<typeof createChat>;
  conversations: Conversations;
  gate: ReturnType<typeof createGate>;
  faults: Faults;
  log: ReturnType<typeof createRequestLog>;
  clock: Clock;
  random: Random;
  /** Closes the listener for a while. */
  refuseConnections: (forMs: number) => void;
}

type Env = { Bindings: Partial<HttpBindings> };

interface Endpoint {
  route: Route;
  path: string;
  method: string;
  versions: readonly string[];
  permission: Permission;
}

const chat = { versions: ["v1"], permission: "chat" } as const;
const lists = { route: "conversations", method: "GET", versions: ["v1", "v2", "v3"], permission: "conversations" } as const;

const endpoints: readonly Endpoint[] = [
  { route: "create", path: "chat/create", method: "POST", ...chat },
  { route: "respond", path: "chat/respond", method: "POST", ...chat },
  { route: "close", path: "chat/close", method: "PUT", ...chat },
  { route: "handoff_state", path: "handoff_state", method: "GET", versions: ["v1"], permission: "handoff" },
  { ...lists, path: "conversations" },
  { ...lists, path: "conversations/:id" },
];

const correlationHeader = "X-PolyAI-Correlation-Id";

/** The platform's own HTTP: real paths, real credentials, real errors, and whatever faults are set. */
export function createPlatform(parts: Parts): Hono<Env> {
  const { agents, chat, conversations, gate, faults, log, clock, random } = parts;
  const app = new Hono<Env>();
  for (const endpoint of endpoints) app.all(`/:version/:account/:project/${endpoint.path}`, (c: Context<Env>) => serve(endpoint, c));
  app.notFound((c) => {
    const id = c.req.header(correlationHeader) ?? randomUuid(random);
    return deliver(signed(refused(refusals.noRoute, id), id), null, wireUnder(c), clock);
  });
  return app;

  async function serve(endpoint: Endpoint, c: Context<Env>): Promise<Response> {
    const wire = wireUnder(c);
    const request = await note(endpoint.route, c);
    const { delayMs, replacement, twice, alterations, delivery, kinds } = faults.strike(endpoint.route);
    request.faults = kinds;
    await clock.sleep(delayMs);

    if (replacement) return await meet(replacement, endpoint, c, request);
    if (twice) await carryOut(endpoint, c, request);
    const answered = await carryOut(endpoint, c, request);
    const isGood = answered.status < 300;
    const final = isGood ? alterations.reduce((answer, fault) => altered(answer, fault, clock.now()), answered) : answered;
    if (delivery?.kind !== "reset_mid_body") request.status = final.status;
    return await deliver(signed(final, request.correlationId, agentAt(request)), delivery, wire, clock);
  }

  /** The caller gets no true answer, though the request may well be carried out. */
  async function meet(fault: Replacement, endpoint: Endpoint, c: Context<Env>, request: LoggedRequest): Promise<Response> {
    const wire = wireUnder(c);
    if (fault.kind === "answer_lost" || ("processed" in fault && fault.processed)) await carryOut(endpoint, c, request);
    if (fault.kind === "never_answers") return await holdForever(wire);
    if (fault.kind === "reset" || fault.kind === "answer_lost") return cut(wire);
    if (fault.kind === "refuse_connections") {
      const gone = cut(wire); // first, because letting go of the port says goodbye properly
      parts.refuseConnections(fault.forMs);
      return gone;
    }
    const bad = replaced(fault, request.correlationId, clock.now());
    request.status = bad.status;
    return await deliver(signed(bad, request.correlationId, agentAt(request)), null, wire, clock);
  }

  async function note(route: Route, c: Context<Env>): Promise<LoggedRequest> {
    const { version: _, account = "", project = "", id } = c.req.param() as Record<string, string>;
    const body = parsed(await c.req.text());
    const query = c.req.query();
    const named = typeof body === "object" && body !== null && "conversation_id" in body ? body.conversation_id : (query["id"] ?? id);
    const conversation = conversations.find(named, { account, project });
    return log.add({
      at: clock.now(),
      route,
      account,
      project,
      method: c.req.method,
      path: c.req.path,
      query,
      headers: masked(c.req.raw.headers),
      body,
      correlationId: c.req.header(correlationHeader) ?? randomUuid(random),
      conversationId: typeof named === "string" ? named : null,
      afterHandoff: route === "respond" && conversation?.handoff != null,
      faults: [],
      status: null,
    });
  }

  async function carryOut(endpoint: Endpoint, c: Context<Env>, request: LoggedRequest): Promise<Answer> {
    const version = c.req.param("version") ?? "";
    const astray = misdirected(endpoint, version, request.method);
    if (astray) return refused(astray, request.correlationId);
    const outcome = await attempt(endpoint, c, request);
    if (!isRefusal(outcome)) return outcome;
    const isOldList = endpoint.route === "conversations" && version === "v1";
    const ofState = agentAt(request)?.options.handoffErrorStyle ?? "short";
    const style = endpoint.route === "handoff_state" ? ofState : isOldList ? "short" : "envelope";
    return refused(outcome, request.correlationId, style);
  }

  async function attempt({ route, permission }: Endpoint, c: Context<Env>, request: LoggedRequest): Promise<Answer | Refusal> {
    const refusal = gate.mayEnter(c.req.header("x-api-key"), request, permission);
    if (refusal) return refusal;
    const agent = agentAt(request);
    if (!agent) return refusals.noProject;

    const sources = { conversations, options: agent.options, random, now: clock.now() };
    if (route === "handoff_state")
      return readHandoffState({ id: request.query["id"], sharedId: request.query["shared_id"] }, agent, sources);
    if (route === "conversations") {
      const id = c.req.param("id");
      const params = new URL(c.req.url).searchParams;
      const version = c.req.param("version") as ListVersion; // found among the endpoint's own before
      return id === undefined ? listConversations(version, params, agent, sources) : oneConversation(version, id, agent, sources);
    }
    const token = gate.tokenFor(c.req.header("x-token"), request);
    return "token" in token ? await converse(route, agent, token, c, request) : token;
  }

  async function converse(
    route: "create" | "respond" | "close",
    agent: Agent,
    token: ConnectorToken,
    c: Context<Env>,
    request: LoggedRequest,
  ): Promise<Answer | Refusal> {
    const { body } = request;
    if (body !== null && !c.req.header("content-type")?.includes("application/json")) return refusals.unsupportedMediaType;
    if (typeof body === "string") return invalid("The body is not an object.");
    if (route === "respond") return await chat.respond(agent, body);
    if (route === "close") return chat.close(agent, body);
    const created = await chat.create(agent, token, body);
    if (!isRefusal(created)) request.conversationId = (created.body as { conversation_id: string }).conversation_id; // what create answers
    return created;
  }

  function agentAt({ account, project }: { account: string; project: string }): Agent | undefined {
    return agents.find((agent) => agent.account === account && agent.project === project);
  }

  function signed(given: Answer, correlationId: string, agent?: Agent): Answer {
    const gateway = { server: "gunicorn", via: "1.1 kong/3.4.2", "x-kong-request-id": correlationId, "access-control-allow-origin": "*" };
    return {
      ...answer(given.body, given.status),
      headers: { [correlationHeader]: correlationId, ...(agent?.options.gatewayHeaders && gateway), ...given.headers },
    };
  }
}

function misdirected({ versions, method }: Endpoint, version: string, used: string): Refusal | null {
  if (!versions.includes(version)) return refusals.noRoute;
  return used === method ? null : { status: 405, code: "METHOD_NOT_ALLOWED", message: "Method Not Allowed", headers: { allow: method } };
}

/** Absent when the app is called without a server; then even `env` may be. */
function wireUnder({ env }: { env: Env["Bindings"] | undefined }): Wire {
  return env?.outgoing;
}

function parsed(text: string): unknown {
  if (text === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    return text; // kept as it came, so that the log shows what was really sent
  }
}
