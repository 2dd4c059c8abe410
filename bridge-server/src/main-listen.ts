import type { AddressInfo } from "node:net";
import type { createAdaptorServer } from "@hono/node-server";

/** What keeps a bridge from starting, in a sentence for whoever starts it. */
export class StartError extends Error {
  override name = "StartError";
}

/** How many may knock before they are let in: Linux takes 4,096, Node asks for 511. Of thousands who come back at once, the rest would knock again a second later. */
const BACKLOG = 4_096;

type Listening = ReturnType<typeof createAdaptorServer>;

/** Resolves once it listens; `setting` names where its port is written. Throws a `StartError` when it cannot. */
export async function listenOn(server: Listening, host: string, port: number, setting: string): Promise<void> {
  try {
    await new Promise<void>((done, fail) => server.once("error", fail).listen(port, host, BACKLOG, done));
  } catch (error) {
    const why = isTaken(error) ? `another program has it. Stop that, or write another ${setting}.` : String(error);
    throw new StartError(`The bridge cannot listen on ${host}:${port}: ${why}`);
  }
}

/** Of a server that listens. */
export const portOf = (server: Listening) => (server.address() as AddressInfo).port; // TCP: it has one
const isTaken = (error: unknown) => error instanceof Error && "code" in error && error.code === "EADDRINUSE";
