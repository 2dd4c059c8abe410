// For tests: an assistant on PolyAI, and a platform behind it that says what it is told to.
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { onTestFinished } from "vitest";
import { CallError, createCall } from "../call.ts";
import { knownSecret } from "../secret.ts";
import { createPolyai, type PolyaiLog } from "./polyai.ts";
import { polyaiSettings } from "./polyai-settings.ts";

/** All that a site owner must write, but for where the platform is. */
export const minimum = {
  account: "ws-acme",
  project: "PROJECT-shop",
  chatApiKey: knownSecret("canary-chat-key"),
  chatToken: knownSecret("canary-chat-token"),
};

/** A question to ask. */
export const turn = { chat: "CONV-1", text: "Hello", language: "de-CH" };

/** What it was rejected with. */
export async function failureOf(asked: Promise<unknown>): Promise<CallError> {
  const outcome = await asked.catch((error: unknown) => error);
  if (outcome instanceof CallError) return outcome;
  throw new Error("expected a CallError", { cause: outcome });
}

/**
 * A platform that gives these answers one after the other, the last one for ever: a body, a body with a `status`,
 * text that is sent as it is, or "never".
 */
export async function platform(answers: Scripted | Scripted[], settings: Record<string, unknown> = {}) {
  const left = [answers].flat();
  const heard: { method?: string | undefined; url?: string | undefined; headers: IncomingMessage["headers"]; body: unknown }[] = [];
  const server = createServer((request, answer) => {
    let text = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    request.on("end", () => {
      heard.push({ method: request.method, url: request.url, headers: request.headers, body: text === "" ? null : JSON.parse(text) });
      send((left.length > 1 ? left.shift() : left[0]) ?? "", answer);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const call = createCall({ allowPrivate: true });
  onTestFinished(async () => {
    await call.close();
    server.closeAllConnections();
    server.close();
  });
  const logged: Parameters<PolyaiLog>[0][] = [];
  const baseUrl = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  return {
    assistant: createPolyai(polyaiSettings.parse({ ...minimum, baseUrl, ...settings }), call, { log: (event) => logged.push(event) }),
    heard: () => heard,
    logged: () => logged,
  };
}

function send(what: Scripted, answer: ServerResponse): void {
  if (what === "never") return;
  answer.setHeader("x-polyai-correlation-id", "their-id").setHeader("content-type", "application/json");
  if (typeof what === "string") return void answer.end(what);
  const { status = 200, ...body } = what;
  answer.writeHead(status).end(JSON.stringify(body));
}

export type Scripted = string | { status?: number; [field: string]: unknown };
