import type { Agent } from "./chat.ts";
import type { Clock } from "./clock.ts";
import type { Conversation, Conversations } from "./conversations.ts";
import type { Credentials, Place } from "./credentials.ts";
import type { FaultRequest, Faults } from "./faults.ts";
import { withChange } from "./options.ts";
import type { OptionsChange } from "./options.ts";
import type { createRequestLog, LoggedRequest } from "./request-log.ts";
import type { Rule } from "./script.ts";

/** What a test does to the simulator, and asks of it, behind the platform's back. */
export interface Control {
  /** Everything that arrived, oldest first, credentials masked. */
  requests(): readonly LoggedRequest[];
  /** Every conversation with its turns, its state and its handoff, oldest first. */
  conversations(): readonly Conversation[];
  /** How often each thing was asked for, whether or not it was granted. */
  counts(): { creates: number; responds: number; respondsAfterHandoff: number; closes: number; handoffStates: number; lists: number };
  createCount(): number;
  respondCount(): number;
  /** Turns that arrived although their conversation had been handed off. Zero, if the bridge keeps its promise. */
  respondsAfterHandoff(): number;
  /** Every credential this simulator knows, to look for where none may be. Only in the process itself, never over HTTP. */
  secrets(): string[];
  /** Moves the simulator's time. Delays, limits and expiries that lie within are over at once. */
  advance(ms: number): void;
  addFault(...faults: FaultRequest[]): void;
  faults(): ReturnType<Faults["list"]>;
  clearFaults(): void;
  /** Changes the named options of one agent, or of all. */
  setOptions(change: OptionsChange, at?: Place): void;
  /** Puts rules before those that the agent, or every agent, has. */
  addRules(rules: Rule[], at?: Place): void;
  /** Lets go of the port, for a while or until `acceptConnections`. */
  refuseConnections(forMs?: number): Promise<void>;
  acceptConnections(): Promise<void>;
  /** Back to how it was created: no conversations, requests or faults, first options and rules. Time is not turned back. */
  reset(): Promise<void>;
}

export function createControl(parts: {
  agents: readonly Agent[];
  conversations: Conversations;
  credentials: Credentials;
  faults: Faults;
  log: ReturnType<typeof createRequestLog>;
  clock: Clock;
  listener: { refuse(forMs?: number): Promise<void>; resume(): Promise<void> };
}): Control {
  const { agents, conversations, credentials, faults, log, clock, listener } = parts;
  const first = agents.map(({ options, script }) => ({ options, script }));

  return {
    requests: log.list,
    conversations: conversations.list,
    counts,
    createCount: () => counts().creates,
    respondCount: () => counts().responds,
    respondsAfterHandoff: () => counts().respondsAfterHandoff,
    secrets: () => [...credentials.keys.map(({ key }) => key), ...credentials.tokens.map(({ token }) => token)],
    advance: clock.advance,
    addFault: (...all) => all.forEach(faults.add),
    faults: faults.list,
    clearFaults: faults.clear,
    setOptions: (change, at) => among(at).forEach((agent) => (agent.options = withChange(agent.options, change))),
    addRules: (rules, at) => among(at).forEach((agent) => (agent.script = { ...agent.script, rules: [...rules, ...agent.script.rules] })),
    refuseConnections: listener.refuse,
    acceptConnections: listener.resume,
    async reset() {
      conversations.clear();
      log.clear();
      faults.clear();
      agents.forEach((agent, index) => Object.assign(agent, first[index]));
      await listener.resume();
    },
  };

  function counts() {
    const of = (route: LoggedRequest["route"]) => log.list().filter((request) => request.route === route).length;
    return {
      creates: of("create"),
      responds: of("respond"),
      respondsAfterHandoff: log.list().filter(({ afterHandoff }) => afterHandoff).length,
      closes: of("close"),
      handoffStates: of("handoff_state"),
      lists: of("conversations"),
    };
  }

  function among(at: Place | undefined): readonly Agent[] {
    return agents.filter(({ account, project }) => !at || (at.account === account && at.project === project));
  }
}
