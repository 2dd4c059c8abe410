import { createServer, type AddressInfo, type Server } from "node:net";
import { CannotStart } from "./cannot-start.ts";

/** Binds to this machine only. A port that is taken becomes a sentence that says how to choose another. */
export async function listen(server: Server, port: number, { variable, whose }: { variable: string; whose: string }): Promise<number> {
  await new Promise<void>((done, fail) => server.once("error", fail).listen(port, "127.0.0.1", done)).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE")
        throw new CannotStart(`Port ${port} is taken, and ${whose} wants it: choose another, such as ${variable}=3100 npm start.`);
      throw new CannotStart(
        `${whose} cannot listen on port ${port} (${error.code ?? error.message}): choose another, such as ${variable}=3100 npm start.`,
      );
    },
  );
  return (server.address() as AddressInfo).port; // a TCP server that listens has one
}

/** Makes sure that a process started next can have this port; 0 finds a free one. */
export async function freePort(port: number, names = { variable: "PORT", whose: "a part of the demo" }): Promise<number> {
  const server = createServer();
  const found = await listen(server, port, names);
  await new Promise((done) => server.close(done));
  return found;
}
