import { fits } from "./operator-answers.ts";
import type { listedView } from "@baton/bridge-server/http/handoff-list";

/** Where a bridge is, and a key that opens its operators' API. */
interface Place {
  url: string;
  operatorKey: string;
}
type Listed = ReturnType<typeof listedView>;

/** What an operator reads. */
export function operatorAt({ url, operatorKey }: Place) {
  return {
    async list(query: string) {
      return ask<{ handoffs: Listed[]; next: string | null; change: number; code?: string; detail?: string }>("GET", `handoffs?${query}`);
    },
    /** What is at a path of the operators' API. */
    async get<Body = unknown>(path: string) {
      return ask<Body & { code?: string; detail?: string }>("GET", path);
    },
    /** Does something about a handoff by hand. */
    async steer(handoff: string, verb: "retry" | "reroute" | "close", asked: object) {
      return ask<{ handoff?: string; code?: string; detail?: string }>("POST", `handoffs/${handoff}/${verb}`, asked);
    },
    /** Takes back what is at a path of the operators' API. */
    remove: <Body = unknown>(path: string) => ask<Body & { code?: string; detail?: string }>("DELETE", path),
    /** Sets what is at a path of the operators' API. */
    put: <Body = unknown>(path: string, body: object) => ask<Body & { code?: string; detail?: string }>("PUT", path, body),
    /** Sends something to a path of the operators' API. */
    post: <Body = unknown>(path: string, body?: object) => ask<Body & { code?: string; detail?: string }>("POST", path, body),
  };

  /** Whatever is answered is held to its description, and nobody on the way may keep it (T13). */
  async function ask<Body>(
    method: "GET" | "POST" | "PUT" | "DELETE",
    path: string,
    body?: object,
  ): Promise<{ status: number; body: Body }> {
    const headers = { "x-api-key": operatorKey, ...(body && { "content-type": "application/json" }) };
    const response = await fetch(`${url}/v1/${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    if (response.headers.get("cache-control") !== "no-store") throw new Error(`${method} ${path}: its answer may be kept`);
    const answer: unknown = await response.json();
    fits(method, path, response.status, answer);
    return { status: response.status, body: answer as Body };
  }
}

/** An operator's stream of changes after the one of that number. */
export async function followHandoffs({ url, operatorKey }: Place, after: number) {
  const leaving = new AbortController();
  const heard: Listed[] = [];
  let wake = Promise.withResolvers<void>();
  const restarted = Promise.withResolvers<void>();
  const response = await fetch(`${url}/v1/handoffs/events?after=${after}`, {
    headers: { "x-api-key": operatorKey },
    signal: leaving.signal,
  });
  if (!response.ok || response.body === null) throw new Error(`events: ${response.status}`);
  const ended = read(response.body).catch((error: unknown) => {
    if (!leaving.signal.aborted) throw error;
  });

  return {
    heard: () => heard,
    restarted: restarted.promise,
    ended,
    stop: () => leaving.abort(),
    async hears(isIt: (listed: Listed) => boolean): Promise<void> {
      while (!heard.some(isIt)) await wake.promise;
    },
  };

  async function read(body: ReadableStream<Uint8Array>): Promise<void> {
    let text = "";
    for await (const chunk of body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)) {
      const events = (text + chunk).split("\n\n");
      text = events.pop() ?? "";
      for (const event of events) {
        if (event.startsWith("event: restarted")) restarted.resolve();
        const data = /^data: (\{"id".*)$/m.exec(event)?.[1];
        if (data) heard.push(JSON.parse(data) as Listed); // the bridge's own view
      }
      wake.resolve();
      wake = Promise.withResolvers();
    }
  }
}
