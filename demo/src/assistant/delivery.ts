import type { HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Clock } from "./clock.ts";
import type { Answer } from "./envelope.ts";
import type { Delivery } from "./faults.ts";

/** The socket under a request. A request made in the process itself has none. */
export type Wire = HttpBindings["outgoing"] | undefined;

/** For what has been written to the socket, or never will be. A clone: the adapter sends its own again in a program where a server of it runs already. */
const ALREADY_SENT = RESPONSE_ALREADY_SENT.clone();

/** Writes an answer, spoilt on its way if a fault says so. */
export async function deliver({ status, headers, body }: Answer, delivery: Delivery | null, wire: Wire, clock: Clock): Promise<Response> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const init = { status, headers: { "content-type": "application/json", ...headers } };
  switch (delivery?.kind) {
    case undefined:
      return new Response(text === "" ? null : text, init);
    case "truncated_json":
      return new Response(text.slice(0, Math.ceil(text.length / 2)), init);
    case "wrong_content_type":
      return new Response(text, { status, headers: { ...init.headers, "content-type": delivery.contentType } });
    case "slow_body":
      return new Response(drip(text, delivery.bytesPerSecond, clock), init);
    case "reset_mid_body":
      return await resetMidBody(text, init, wire);
  }
}

/** Ends the connection as a crashed server does. The caller hears nothing but the reset. */
export function cut(wire: Wire): Response {
  if (!wire) return withoutSocket();
  wire.socket?.resetAndDestroy();
  return ALREADY_SENT;
}

/** Holds a request until its caller gives up or the listener drops it. */
export async function holdForever(wire: Wire): Promise<Response> {
  if (!wire) return withoutSocket();
  await new Promise((resolve) => wire.once("close", resolve));
  return ALREADY_SENT;
}

async function resetMidBody(
  text: string,
  { status, headers }: { status: number; headers: Record<string, string> },
  wire: Wire,
): Promise<Response> {
  if (!wire) return withoutSocket();
  const bytes = Buffer.from(text);
  wire.writeHead(status, { ...headers, "content-length": bytes.length });
  await new Promise<void>((resolve) => wire.write(bytes.subarray(0, Math.ceil(bytes.length / 2)), () => resolve()));
  return cut(wire);
}

function drip(text: string, bytesPerSecond: number, clock: Clock): ReadableStream<Uint8Array> {
  const bytes = Buffer.from(text);
  let sent = 0;
  return new ReadableStream({
    async pull(controller) {
      await clock.sleep(1000 / bytesPerSecond);
      controller.enqueue(bytes.subarray(sent, (sent += 1)));
      if (sent >= bytes.length) controller.close();
    },
  });
}

function withoutSocket(): Response {
  return new Response("This fault needs a socket: call start() and use the url.", { status: 501 });
}
