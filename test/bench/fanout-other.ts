// The other process of the fan-out's benchmark: says everything back, and says when it has heard a whole crowd of topics.
import { createServer, type AddressInfo } from "node:net";
import { CROWD, busFanout } from "./fanout-crowd.ts";

const [kind = "", url = ""] = process.argv.slice(2);

if (kind === "tcp") {
  const server = createServer((socket) => socket.setNoDelay(true).on("data", (data) => void socket.write(data)));
  server.listen(0, "127.0.0.1", () => ready(`tcp://127.0.0.1:${(server.address() as AddressInfo).port}`)); // a TCP server that listens has one
} else {
  const fanout = busFanout(kind, url);
  await fanout.listen("ping", (aside) => aside !== undefined && fanout.hint("pong", aside));
  const heard = new Set<number>();
  for (let topic = 0; topic < CROWD; topic++) {
    await fanout.listen(`topic ${topic}`, () => {
      heard.add(topic);
      if (heard.size < CROWD) return;
      heard.clear();
      void fanout.hint("pong", "everybody");
    });
  }
  await fanout.listen("again", () => heard.clear());
  ready(url);
}

function ready(at: string): void {
  process.stdout.write(`ready ${at}\n`);
}
