import { createChat } from "./chat.ts";
import { createClock } from "./clock.ts";
import type { Clock } from "./clock.ts";
import { createControl } from "./control.ts";
import { createControlRoutes } from "./control-routes.ts";
import { createConversations } from "./conversations.ts";
import { createGate } from "./credentials.ts";
import type { Credentials, Place } from "./credentials.ts";
import { demoAccount, demoCredentials } from "./demo-account.ts";
import { createFaults } from "./faults.ts";
import { createListener } from "./listener.ts";
import { defaultOptions, withChange } from "./options.ts";
import type { OptionsChange } from "./options.ts";
import { createPlatform } from "./platform.ts";
import { createRandom } from "./random.ts";
import { createRequestLog } from "./request-log.ts";
import type { Rule, Script } from "./script.ts";
import { shopScript, shopStateKeys } from "./scripts/shop.ts";

interface AgentSettings extends Place {
  /** Absent: the shop's. */
  script?: Script;
  options?: OptionsChange;
}

export interface SimulatorSettings {
  /** The agents that exist. Without any, the demo's shop and a neighbour that has the same script. */
  agents?: AgentSettings[];
  credentials?: Credentials;
  /** For every agent. */
  options?: OptionsChange;
  /** Tried before the script's own, by every agent. */
  rules?: Rule[];
  /** Opens `/control/*` to requests with this `x-control-key`. Without it that part does not exist. */
  controlKey?: string;
  /** Makes ids and probabilities repeatable. */
  seed?: number;
  clock?: Clock;
}

/**
 * A stand-in for the automated agent's platform that speaks its real HTTP, remembers what was asked of it, and fails on request.
 * Any number of them live in one process without knowing of each other.
 */
export function createSimulator(settings: SimulatorSettings = {}) {
  const clock = settings.clock ?? createClock();
  // A fixed seed would hand out the same conversation ids after every restart.
  const random = createRandom(settings.seed ?? crypto.getRandomValues(new Uint32Array(1))[0] ?? 0);
  const credentials = settings.credentials ?? demoCredentials();
  const wanted: AgentSettings[] = settings.agents ?? [demoAccount, demoAccount.other];
  const agents = wanted.map(({ account, project, script: { start, rules } = shopScript, options }) => ({
    account,
    project,
    script: { start, rules: [...(settings.rules ?? []), ...rules] },
    options: withChange({ ...defaultOptions, stateKeys: shopStateKeys }, { ...settings.options, ...options }),
  }));

  const conversations = createConversations(random, clock.now);
  const faults = createFaults(random);
  const log = createRequestLog();

  const app = createPlatform({
    agents,
    chat: createChat(conversations, clock),
    conversations,
    gate: createGate(credentials, agents, clock.now),
    faults,
    log,
    clock,
    random,
    refuseConnections: (forMs) => void listener.refuse(forMs),
  });
  const listener = createListener(app.fetch, clock);
  const control = createControl({ agents, conversations, credentials, faults, log, clock, listener });
  if (settings.controlKey !== undefined) app.route("/control", createControlRoutes(control, settings.controlKey));

  return {
    /** The same, without a socket: `app.fetch(request)` or `app.request(path)`. */
    app,
    control,
    /** Listens; port 0 takes a free one. Closing drops whoever is connected and leaves what was remembered readable. */
    async start({ port = 0, host = "127.0.0.1" }: { port?: number; host?: string } = {}) {
      return {
        url: await listener.open(port, host),
        close: listener.close,
      };
    },
  };
}

export type Simulator = ReturnType<typeof createSimulator>;
