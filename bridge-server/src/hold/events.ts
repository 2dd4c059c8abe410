import { createParser } from "eventsource-parser";
import type { Dispatcher } from "undici";
import { CallError, codeOf, ERROR_BYTES, failure, flat } from "../call.ts";
import type { HoldRequest, Line } from "./hold.ts";

export interface ServerEvent {
  /** `null` where they name none. */
  id: string | null;
  /** "message" where they do not say. */
  type: string;
  data: string;
}

export async function listenToEvents(line: Line, { to, headers = {} }: HoldRequest): Promise<AsyncIterable<ServerEvent>> {
  const wanted = { accept: "text/event-stream", ...headers };
  const {
    statusCode,
    headers: received,
    body,
  } = await line.agent
    .request({ origin: to.origin, path: to.pathname + to.search, method: "GET", headers: wanted })
    .catch((error: unknown) => {
      throw line.fault() ?? new CallError("unreachable", `${line.name}: ${codeOf(error)}`);
    });
  body.on("error", () => {}); // told to whoever reads
  const answer = { status: statusCode, headers: flat(received) };
  if (statusCode >= 300) throw failure(line.name, { headers }, { ...answer, bytes: await beginningOf(body) });
  if (!answer.headers["content-type"]?.startsWith("text/event-stream")) throw new CallError("refused", `${line.name}: no stream of events`);
  return eventsIn(line, body);
}

async function* eventsIn(line: Line, body: Dispatcher.ResponseData["body"]): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder();
  const come: ServerEvent[] = [];
  let isHeard = false;
  const parser = createParser({
    maxBufferSize: line.maxBytes,
    onEvent: ({ id = null, event = "message", data }) => void come.push({ id, type: event, data }),
    onComment: () => (isHeard = true), // how many a vendor shows that it is there
    onError: ({ type }) => {
      if (type === "max-buffer-size-exceeded") line.cut("an event is too large");
    },
  });
  let stopWaiting = waitForMore();
  try {
    for await (const bytes of body as AsyncIterable<Uint8Array>) {
      parser.feed(decoder.decode(bytes, { stream: true }));
      if (come.length === 0 && !isHeard) continue;
      stopWaiting();
      line.heard();
      yield* come.splice(0);
      isHeard = false;
      stopWaiting = waitForMore(); // time that the reader takes is no silence of theirs
    }
  } catch (error) {
    line.cut(codeOf(error));
    const fault = line.fault();
    if (fault) throw fault;
  } finally {
    stopWaiting();
    line.cut(null);
  }

  function waitForMore(): () => void {
    return line.clock.after(line.silenceMs, () => line.cut(`nothing heard in ${line.silenceMs} ms`));
  }
}

async function beginningOf(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > ERROR_BYTES) break;
  }
  return Buffer.concat(chunks);
}
