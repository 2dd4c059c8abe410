// The two other sides of a turn: an assistant that takes 20 ms to answer, and the barest proxy that Node can be.
import { Agent, createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";

const [role, upstream] = process.argv.slice(2);
const THINKS_MS = 20;
const server = role === "assistant" ? assistant() : rawProxy(new URL(upstream ?? ""));
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`ready http://127.0.0.1:${(server.address() as AddressInfo).port}\n`); // it listens, so it has one
});
process.on("SIGTERM", () => process.exit(0));

function assistant(): Server {
  let chats = 0;
  const words = "Our return policy is thirty days from delivery. ".repeat(7);
  return createServer((incoming, outgoing) => {
    let text = "";
    incoming.on("data", (data: Buffer) => (text += data.toString()));
    incoming.on("end", () => {
      const isBeginning = incoming.url?.endsWith("/create");
      const id = isBeginning ? `CONV-${++chats}` : (JSON.parse(text) as { conversation_id?: string }).conversation_id;
      const answer = JSON.stringify({ conversation_id: id, response: isBeginning ? "" : words, end_conversation: false });
      setTimeout(() => outgoing.writeHead(200, { "content-type": "application/json" }).end(answer), THINKS_MS);
    });
  });
}

function rawProxy(to: URL): Server {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  return createServer((incoming, outgoing) => {
    const { host: _, ...headers } = incoming.headers;
    const forwarded = request(
      { agent, host: to.hostname, port: to.port, path: incoming.url, method: incoming.method, headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    forwarded.on("error", () => outgoing.destroy());
    incoming.pipe(forwarded);
  });
}
