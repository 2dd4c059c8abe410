import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Announcement } from "@baton/bridge-server/announce";
import { Webhook } from "standardwebhooks";

/** Somebody else's system, which is told what happens here: it believes what is signed, and answers as it is told to. */
export async function startReceiver(name: string) {
  const secret = `whsec_${Buffer.from(`the secret of ${name}`.padEnd(32, ".")).toString("base64")}`;
  const heard: Announcement[] = [];
  const tries: { id: string; status: number }[] = [];
  const scripted: number[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request.setEncoding("utf8")) body += part as string; // an encoding is set
    const id = String(request.headers["webhook-id"]);
    const event = signed(body, request.headers as Record<string, string>); // none of what the bridge sends comes twice
    const status = event === null ? 401 : (scripted.shift() ?? 204);
    tries.push({ id, status });
    if (event !== null && status < 300) heard.push({ id, ...event });
    response.writeHead(status, { "content-type": "application/json" }).end(status === 204 ? undefined : "{}");
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo; // a TCP server that listens has one

  return {
    origin: `http://127.0.0.1:${port}`,
    secret,
    /** What it has taken, in the order in which it came. */
    heard,
    types: () => heard.map(({ type }) => type),
    /** Every attempt, with what was answered. */
    tries,
    beginsAnew: () => void (heard.length = tries.length = scripted.length = 0),
    /** How the next attempts are met, one each. */
    willAnswer: (...next: number[]) => void scripted.push(...next),
    async stop() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };

  function signed(body: string, headers: Record<string, string>): Omit<Announcement, "id"> | null {
    try {
      return new Webhook(secret).verify(body, headers) as Omit<Announcement, "id">; // what the bridge signs
    } catch {
      return null;
    }
  }
}

export type Receiver = Awaited<ReturnType<typeof startReceiver>>;
