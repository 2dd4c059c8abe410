// The assistant and the desk of a soak, in one process that costs next to nothing. It remembers what it was asked.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { readText } from "./names.ts";

/** What the two have seen. Lines of one visitor come one after another, so the last is enough to know a repetition. */
export interface Seen {
  asked: number;
  /** Lines that the assistant was asked again, or after a later one. */
  again: string[];
  chats: number;
}

const THINKS_MS = 20;
const MOST_TOLD = 20;

const lastAsked = new Map<number, number>();
const seen: Seen = { asked: 0, again: [], chats: 0 };
let beginnings = 0;

const server = createServer((incoming, outgoing) => {
  let body = "";
  incoming.setEncoding("utf8");
  incoming.on("data", (text: string) => (body += text));
  incoming.on("end", () => {
    const { status = 200, answer, afterMs } = answerTo(incoming.url ?? "", body);
    const reply = () => outgoing.writeHead(status, { "content-type": "application/json" }).end(answer);
    if (afterMs === 0) reply();
    else setTimeout(reply, afterMs);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => process.stdout.write(`ready http://127.0.0.1:${(server.address() as AddressInfo).port}\n`));
process.on("message", () => process.send?.(seen));
process.on("disconnect", () => process.exit(0));

function answerTo(url: string, body: string): { status?: number; answer: string; afterMs: number } {
  if (url.endsWith("/chat/create"))
    return { answer: `{"conversation_id":"CONV-${++beginnings}","response":"Welcome","end_conversation":false}`, afterMs: THINKS_MS };
  if (url.endsWith("/chat/respond")) {
    const { conversation_id: chat, message } = JSON.parse(body) as { conversation_id: string; message: string }; // as polyai.ts asks
    note(message);
    return {
      answer: JSON.stringify({ conversation_id: chat, response: `You said: ${message}`, end_conversation: false }),
      afterMs: THINKS_MS,
    };
  }
  if (url.includes("/handoff_state")) return { status: 404, answer: "{}", afterMs: 0 }; // it hands nobody over
  if (url === "/desk") {
    const { type, data } = JSON.parse(body) as { type: string; data: { ids?: { conversation: string } } }; // as connectors/webhook.ts asks
    if (type !== "handoff.requested") return { answer: "{}", afterMs: 0 };
    seen.chats++;
    return { answer: JSON.stringify({ chat: data.ids?.conversation }), afterMs: 0 }; // so whoever plays the agents knows the chat's name
  }
  return { answer: "{}", afterMs: 0 };
}

function note(message: string): void {
  const line = readText(message);
  seen.asked++;
  if (line === null || line.nth <= (lastAsked.get(line.visitor) ?? 0)) {
    if (seen.again.length < MOST_TOLD) seen.again.push(message);
  } else lastAsked.set(line.visitor, line.nth);
}
