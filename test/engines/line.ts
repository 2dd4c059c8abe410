import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/**
 * A line to a server on this machine that a test can break: `cut` it off, `hush` it so that it looks whole but carries nothing,
 * lose the next answer, and `mend` it.
 */
export async function openLine(port: number) {
  let state: "whole" | "cut" | "hushed" = "whole";
  let losesNextAnswer = false;
  let losesNextRequest = false;
  let requests = 0;
  const sockets = new Set<Socket>();

  const server = createServer((client) => {
    if (state === "cut") {
      client.destroy();
      return;
    }
    const upstream = connect(port, "127.0.0.1");
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", () => {}); // an end that is cut off says so, and "close" follows
      socket.on("close", () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on("data", (bytes) => {
      requests++;
      if (state === "hushed") return;
      if (losesNextRequest) client.destroy();
      else upstream.write(bytes);
      losesNextRequest = false;
    });
    upstream.on("data", (bytes) => {
      if (state === "hushed") return;
      if (losesNextAnswer) client.destroy();
      else client.write(bytes);
      losesNextAnswer = false;
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));

  return {
    port: (server.address() as AddressInfo).port, // a TCP server that listens has one
    /** What the client has sent so far, in pieces: with small statements, one each. */
    requests: () => requests,
    cut(): void {
      state = "cut";
      for (const socket of sockets) socket.destroy();
    },
    hush: (): void => void (state = "hushed"),
    mend(): void {
      state = "whole";
      for (const socket of sockets) socket.destroy(); // what was said in the silence cannot be made up for
    },
    /** The next request is carried out, and its answer never arrives: the connection breaks instead. */
    loseNextAnswer: (): void => void (losesNextAnswer = true),
    /** The next request never arrives, and the connection breaks. */
    loseNextRequest: (): void => void (losesNextRequest = true),
    async close(): Promise<void> {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}
