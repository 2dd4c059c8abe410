import { demoAccount } from "./demo-account.ts";
import { createSimulator } from "./simulator.ts";
import type { SimulatorSettings } from "./simulator.ts";

/** The six fields of an error, and whatever an answer has. Tests look at what came, so nothing is promised here. */
export type Body = Record<string, any>; // oxlint-disable-line typescript/no-explicit-any -- an unchecked answer is the subject of these tests

/** A simulator on a real port and somebody who calls it as a bridge would. Disposing stops both. */
export async function callSimulator(settings: SimulatorSettings = {}) {
  const simulator = createSimulator(settings);
  const { url, close } = await simulator.start();
  const { account, project } = demoAccount;
  const base = `${url}/v1/${account}/${project}`;
  const chatHeaders = { "X-API-KEY": demoAccount.chatApiKey, "X-TOKEN": demoAccount.chatToken, "content-type": "application/json" };

  return {
    url,
    base,
    control: simulator.control,
    call,
    create: (body: unknown = {}) => chat("POST", "create", body),
    say: (id: unknown, message?: string, extra: object = {}) => chat("POST", "respond", { conversation_id: id, message, ...extra }),
    hangUp: (id: unknown) => chat("PUT", "close", { conversation_id: id }),
    open,
    converse,
    state: (query: string, headers: HeadersInit = { "x-api-key": demoAccount.handoffApiKey }) =>
      call(`${base}/handoff_state?${query}`, { headers }),
    list: (query = "", version = "v3") =>
      call(`${url}/${version}/${account}/${project}/conversations?${query}`, { headers: { "x-api-key": demoAccount.conversationsApiKey } }),
    [Symbol.asyncDispose]: close,
  };

  function chat(method: string, operation: string, body: unknown, headers: HeadersInit = chatHeaders) {
    return call(`${base}/chat/${operation}`, { method, headers, body: JSON.stringify(body) });
  }

  async function open(body: unknown = {}): Promise<string> {
    const created = await chat("POST", "create", body);
    return created.body["conversation_id"] as string; // documented; a test that gets none fails at its next step
  }

  /** Opens a conversation, says every line, and gives the last answer. */
  async function converse(...lines: string[]) {
    const id = await open();
    let last: Body = {};
    for (const line of lines) last = (await chat("POST", "respond", { conversation_id: id, message: line })).body;
    return { id, last };
  }
}

/** One request over the wire. `body` is what could be read of the answer as JSON, `text` all of it. */
export async function call(url: string, init: RequestInit = {}) {
  const response = await fetch(url, { redirect: "manual", ...init });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: readable(text) };
}

function readable(text: string): Body {
  try {
    return JSON.parse(text) as Body; // an object in every documented answer
  } catch {
    return {};
  }
}
