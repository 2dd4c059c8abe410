// The barest server that holds event streams: the same bytes, straight to Node's own response.
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { anyOf, takeOrders, WORDS } from "./stream-orders.ts";

const open: ServerResponse[] = [];
const entry = {
  seq: 10,
  at: new Date().toISOString(),
  body: { type: "said", id: "c0ffee00-0000-4000-8000-000000000000", by: "assistant", text: WORDS, format: "markdown" },
};
const MESSAGE = `id: 10\ndata: ${JSON.stringify({ type: "entry", entry })}\n\n`;
const HELLO = { type: "hello", version: 1, phase: "automated", lastSeq: 0, site: { title: "Bench", mayAskForPerson: true } };

const server = createServer((_, response) => {
  response.writeHead(200, {
    "content-type": "text/event-stream",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    vary: "origin",
  });
  response.write(`data: ${JSON.stringify(HELLO)}\n\n`);
  open.push(response);
  response.on("close", () => open.splice(open.indexOf(response), 1));
});
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`ready http://127.0.0.1:${(server.address() as AddressInfo).port}\n`); // it listens, so it has one
});
process.on("SIGTERM", () => process.exit(0));

takeOrders({
  prepare() {},
  async write(messages, areFollowed) {
    if (areFollowed) for (let n = 0; n < messages; n++) anyOf(open).write(MESSAGE);
  },
});
