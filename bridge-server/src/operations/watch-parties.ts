import type { Assistant } from "../assistant/assistant.ts";
import { CallError, type Call } from "../call.ts";
import { machineMs } from "../clock.ts";
import type { Connector } from "../connectors/connector.ts";
import type { Hold, HoldRequest } from "../hold/hold.ts";
import { traced, traceparent } from "../trace.ts";
import type { Measure, Party } from "./measure.ts";

/** The same assistant, timed. */
export function watchAssistant(assistant: Assistant, site: string, measure: Measure): Assistant {
  const timed = timing({ assistant: site }, measure);
  return {
    begin: (start) => timed("begin", () => assistant.begin(start)),
    answer: (turn) => timed("answer", () => assistant.answer(turn)),
    end: (chat) => timed("end", () => assistant.end(chat)),
    context: (of) => timed("context", () => assistant.context(of)),
  };
}

/** The same connector, timed. What it hears is counted as facts. */
export function watchConnector(connector: Connector, name: string, measure: Measure): Connector {
  const timed = timing({ connector: name }, measure);
  return {
    availability: (destination) => timed("availability", () => connector.availability(destination)),
    open: (request) => timed("open", () => connector.open(request)),
    attach: (chat, context) => timed("attach", () => connector.attach(chat, context)),
    say: (chat, line, isRepeat) => timed("say", () => connector.say(chat, line, isRepeat)),
    signal: (chat, signal) => timed("signal", () => connector.signal(chat, signal)),
    close: (chat) => timed("close", () => connector.close(chat)),
    forget: (chat) => timed("forget", () => connector.forget(chat)),
    fetchFile: (chat, file, maxBytes) => timed("fetchFile", () => connector.fetchFile(chat, file, maxBytes)),
    examine: () => connector.examine(),
    inbound: connector.inbound,
  };
}

/** The same door to the outside, with a span for each call. Others learn of the trace only where the configuration says so. */
export function watchCall(call: Call, { tellsOthers }: { tellsOthers: boolean }): Call {
  return (request) => {
    const { method, to } = request;
    const attributes = { "http.request.method": method, "server.address": to.hostname };
    return traced({ name: `call ${method}`, kind: "client", attributes }, (span) => {
      if (span === null) return call(request);
      return call(tellsOthers ? { ...request, headers: { ...request.headers, ...traceparent() } } : request);
    });
  };
}

/** The same door for streams that are held, for one connector: each is counted while it is held, and has a span until it is open. */
export function watchHold(hold: Hold, connector: string, measure: Measure): Hold {
  const timed = timing({ connector }, measure);
  return {
    socket: (request) => opened("socket", request, hold.socket),
    events: (request) => opened("events", request, hold.events),
  };

  function opened<Held>(what: string, request: HoldRequest, open: (request: HoldRequest) => Promise<Held>): Promise<Held> {
    const attributes = { "server.address": request.to.hostname };
    const watch = () => measure.holds(connector);
    return traced({ name: `hold ${what}`, kind: "client", attributes }, () => timed("hold", () => open({ ...request, watch })));
  }
}

function timing(party: Party, measure: Measure) {
  return async <T>(operation: string, run: () => Promise<T>): Promise<T> => {
    const began = machineMs();
    let outcome = "ok";
    try {
      return await run();
    } catch (error) {
      outcome = error instanceof CallError ? error.kind : "bug";
      throw error;
    } finally {
      measure.called(party, operation, outcome, (machineMs() - began) / 1_000);
    }
  };
}
