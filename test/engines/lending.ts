import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestProject } from "vitest/node";
import { startPostgres, type PostgresEngine } from "./postgres.ts";

declare module "vitest" {
  interface ProvidedContext {
    engines: string;
  }
}

/**
 * One PostgreSQL for a whole test run, started when the first test asks for it. Vitest calls this in its main process; tests,
 * which run in others, ask over HTTP (`lent.ts`).
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  let starting: Promise<PostgresEngine> | null = null;
  const server = createServer((_, response) => {
    starting ??= startPostgres();
    starting
      .then((engine) => engine.newDatabase())
      .then(
        (url) => response.end(JSON.stringify({ url })),
        (error: unknown) => response.end(JSON.stringify({ absent: String(error) })),
      );
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  project.provide("engines", `http://127.0.0.1:${(server.address() as AddressInfo).port}`); // a TCP server that listens has one
  return async () => {
    server.close();
    server.closeAllConnections();
    await starting?.then(
      (engine) => engine.stop(),
      () => {}, // the tests have told why it did not start
    );
  };
}
