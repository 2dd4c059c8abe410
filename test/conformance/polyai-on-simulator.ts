import { createPolyai, type PolyaiLog } from "@baton/bridge-server/assistant/polyai";
import { polyaiSettings } from "@baton/bridge-server/assistant/polyai-settings";
import { CallError, createCall, type CallErrorKind } from "@baton/bridge-server/call";
import { knownSecret } from "@baton/bridge-server/secret";
import { demoAccount } from "@baton/demo/assistant/demo-account";
import { createSimulator, type SimulatorSettings } from "@baton/demo/assistant/simulator";
import { onTestFinished } from "vitest";

export const visitor = { sharedId: "shared-1", language: "en-GB", page: null };

/** Where a redirect leads: nobody listens there, so that following it would show. */
export const elsewhere = "http://127.0.0.1:9/";

/** The kind of the failure that it must be. */
export async function kindOf(asked: Promise<unknown>): Promise<CallErrorKind> {
  const outcome = await asked.catch((error: unknown) => error);
  if (outcome instanceof CallError) return outcome.kind;
  throw new Error("expected a CallError", { cause: outcome });
}

type Settings = { chatApiKey?: string; chatToken?: string; handoffApiKey?: string } & Record<string, unknown>;

/** The client and a simulated platform, each side real HTTP. */
export async function started(platform: SimulatorSettings = {}, settings: Settings = {}) {
  const simulator = createSimulator({ seed: 1, ...platform });
  const { url, close } = await simulator.start();
  const call = createCall({ allowPrivate: true });
  onTestFinished(async () => {
    await call.close();
    await close();
  });
  const { account, project } = demoAccount;
  const {
    chatApiKey = demoAccount.chatApiKey,
    chatToken = demoAccount.chatToken,
    handoffApiKey = demoAccount.handoffApiKey,
    ...rest
  } = settings;
  const keys = { chatApiKey: knownSecret(chatApiKey), chatToken: knownSecret(chatToken), handoffApiKey: knownSecret(handoffApiKey) };
  const logged: Parameters<PolyaiLog>[0][] = [];
  const assistant = createPolyai(polyaiSettings.parse({ baseUrl: url, account, project, ...keys, contextBudgetMs: 500, ...rest }), call, {
    log: (event) => logged.push(event),
  });
  return { assistant, control: simulator.control, logged: () => logged };
}

/** And a conversation. */
export async function begun(platform: SimulatorSettings = {}, settings: Settings = {}) {
  const parts = await started(platform, settings);
  const { chat } = await parts.assistant.begin(visitor);
  return { ...parts, chat };
}

/** And a handoff. */
export async function handedOff(platform: SimulatorSettings = {}) {
  const parts = await begun(platform);
  const { assistant, chat } = parts;
  await assistant.answer({ chat, text: "direct handoff", language: null });
  return { ...parts, found: () => assistant.context({ chat, sharedId: visitor.sharedId }) };
}
