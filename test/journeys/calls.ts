import { subscribe, unsubscribe } from "node:diagnostics_channel";

/** Which calls to these origins are under way in this process, as undici itself tells. */
export function watchCalls(origins: string[]) {
  const underWay = new Map<object, string>();
  subscribe("undici:request:create", began);
  subscribe("undici:request:trailers", ended);
  subscribe("undici:request:error", ended);

  return {
    underWay: () => [...underWay.values()],
    stop() {
      unsubscribe("undici:request:create", began);
      unsubscribe("undici:request:trailers", ended);
      unsubscribe("undici:request:error", ended);
    },
  };

  function began(message: unknown): void {
    const { request } = message as Message; // undici documents this shape for its three channels
    if (origins.includes(String(request.origin))) underWay.set(request, `${request.method} ${request.path}`);
  }
  function ended(message: unknown): void {
    underWay.delete((message as Message).request); // as above
  }
}

interface Message {
  request: { origin: string | URL; method: string; path: string };
}
