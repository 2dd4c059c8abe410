import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestProject } from "vitest/node";
import { serveFirefox } from "../browser.ts";
import { startPostgres } from "./postgres.ts";

declare module "vitest" {
  interface ProvidedContext {
    engines: string;
  }
}

/**
 * What is slow to start, once for a whole test run and when the first test asks for it: one PostgreSQL, and a Firefox for each worker,
 * whose files come one after another. Vitest calls this in its main process; tests, which run in others, ask over HTTP (`borrow.ts`).
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const postgres = createShelf(startPostgres, (engine) => engine.stop());
  const firefox = createShelf(serveFirefox, (served) => served.close());
  const server = createServer((incoming, outgoing) => {
    const [, what, worker = ""] = (incoming.url ?? "").split("/");
    const address =
      what === "firefox" ? firefox.get(worker).then((it) => it.wsEndpoint()) : postgres.get("").then((it) => it.newDatabase());
    address.then(
      (url) => outgoing.end(JSON.stringify({ url })),
      (error: unknown) => outgoing.end(JSON.stringify({ absent: String(error) })),
    );
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  project.provide("engines", `http://127.0.0.1:${(server.address() as AddressInfo).port}`); // a TCP server that listens has one
  return async () => {
    server.close();
    server.closeAllConnections();
    await Promise.all([postgres.stopAll(), firefox.stopAll()]);
  };
}

/** Starts one for each name, the first time that it is asked for. */
function createShelf<Engine>(start: () => Promise<Engine>, stop: (engine: Engine) => Promise<void>) {
  const started = new Map<string, Promise<Engine>>();
  return {
    get(name: string): Promise<Engine> {
      const engine = started.get(name) ?? start();
      started.set(name, engine);
      return engine;
    },
    stopAll: () => Promise.allSettled([...started.values()].map(async (starting) => stop(await starting))), // what did not start, tests have told
  };
}
