import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";
import type { Clock } from "../clock.ts";
import type { Store } from "../store/store.ts";
import { countFacts } from "./count-facts.ts";
import { countMessages } from "./count-messages.ts";
import { createHeldStreams } from "./held-streams.ts";
import { kept, type Labels } from "./labels.ts";
import type { Measure } from "./measure.ts";

const TURN = [0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120];
const QUEUE = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1_800];
const STORE = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5];
const CALL = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const GROUP = [1, 2, 4, 8, 16, 32, 64, 128, 256];
/** Longer than any lease: what has not ended by then was somebody else's long ago. */
const FORGOTTEN_AFTER_MS = 10 * 60_000;

export interface MetricsParts {
  clock: Clock;
  store: Store;
  labels: Labels;
  /** Open streams, by site. */
  streams(): Map<string, number>;
  /** Phone calls that are asked about, and how many servers that calls are sent to take none. `null`: there are no calls. */
  sip(): { calls: number; down: number } | null;
}

/** The numbers of one bridge. Labels come from the configuration and from short lists: no ids, no text, and never without bound (T50). */
export function createMetrics({ clock, store, labels, streams, sip }: MetricsParts): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const counter = <L extends string>(name: string, help: string, labelNames: L[]) => new Counter({ name, help, labelNames, registers });
  const histogram = <L extends string>(name: string, help: string, labelNames: L[], buckets: number[]) =>
    new Histogram({ name, help, labelNames, buckets, registers });

  const instruments = {
    turnsAsked: counter("baton_turns_asked_total", "Lines that the assistant was to answer", ["site"]),
    turnsAnswered: counter("baton_turns_answered_total", "Lines that the assistant has answered", ["site"]),
    turnsLost: counter("baton_turns_lost_total", "Lines without an answer, by why", ["site", "why"]),
    turnSeconds: histogram("baton_turn_seconds", "From a line to its answer", ["site"], TURN),
    conversations: counter("baton_conversations_total", "Conversations that have begun", ["site"]),
    conversationsHandedOff: counter("baton_conversations_handed_off_total", "Conversations that the assistant did not contain", ["site"]),
    handoffs: counter("baton_handoffs_total", "Handoffs that have reached a state", ["site", "state", "handoff_to", "handoff_reason"]),
    handoffFailures: counter("baton_handoff_failures_total", "Handoffs that failed, by cause", ["site", "handoff_to", "cause"]),
    handoffTries: counter("baton_handoff_tries_failed_total", "Single tries to reach a desk that failed", ["site", "cause"]),
    topicStates: counter("baton_handoff_topic_states_total", "Handoffs by the state that their topic gave them", [
      "site",
      "handoff_to",
      "topic_state",
    ]),
    contextsIncomplete: counter("baton_handoff_context_incomplete_total", "Handoffs of which less was known than their destination needs", [
      "site",
      "handoff_to",
    ]),
    fallbacks: counter("baton_fallbacks_total", "What visitors were given instead of a person", ["site", "kind"]),
    queuedSeconds: histogram(
      "baton_handoff_queued_seconds",
      "From the wish for a person to a place in a queue",
      ["site", "handoff_to"],
      QUEUE,
    ),
    acceptedSeconds: histogram("baton_handoff_accepted_seconds", "From the wish for a person to a person", ["site", "handoff_to"], QUEUE),
    inQueueSeconds: histogram("baton_handoff_in_queue_seconds", "Time spent in a queue, however it ended", ["site", "handoff_to"], QUEUE),
    jobsParked: counter("baton_jobs_parked_total", "Jobs that broke again and again and were set aside", ["task"]),
  };
  const storeSeconds = histogram("baton_store_seconds", "Writes to the store", ["operation"], STORE);
  const storeFailures = counter("baton_store_failures_total", "Writes to the store that failed", ["operation"]);
  const groups = histogram("baton_store_group_size", "Writes that reached the disk together", [], GROUP);
  const assistantSeconds = histogram("baton_assistant_seconds", "Calls to the assistant", ["site", "operation", "outcome"], CALL);
  const connectorSeconds = histogram("baton_connector_seconds", "Calls to desks", ["connector", "operation", "outcome"], CALL);
  const limited = counter("baton_requests_limited_total", "Requests beyond somebody's allowance", ["what"]);
  const sipAnswers = counter("baton_sip_answers_total", "Answers to SIP requests", ["method", "status"]);
  const sipDropped = counter("baton_sip_dropped_total", "SIP messages that were not answered anew, by why", ["why"]);
  const sipCalls = new Gauge({ name: "baton_sip_calls", help: "Phone calls that are remembered, for what still comes of them", registers });
  const sipDown = new Gauge({ name: "baton_sip_targets_down", help: "Servers that calls are sent to and that take none", registers });
  const shed = counter("baton_requests_shed_total", "Requests sent away because there was too much to do", ["what"]);
  const underWay = gauge("baton_jobs_under_way", "Jobs that this bridge is working on", "task");
  const due = gauge("baton_jobs_due", "Jobs that are due and not begun, in the whole store", "task");
  const oldest = gauge("baton_job_oldest_seconds", "How long the oldest due job has been due, in the whole store", "task");
  const parked = new Gauge({ name: "baton_jobs_parked", help: "Jobs that were set aside and are kept, in the whole store", registers });

  const streamsOpen = gauge("baton_streams_open", "Browsers that listen", "site");
  const endedStreams = counter("baton_held_streams_ended_total", "Desks' streams that had been open and are over", [
    "connector",
    "outcome",
  ]);
  const held = createHeldStreams(clock, (connector, outcome) => endedStreams.inc({ connector, outcome }));
  const heldStreams = new Gauge({
    name: "baton_held_streams",
    help: "Desks' streams that this bridge holds",
    labelNames: ["connector", "state"],
    registers,
  });
  const silence = gauge(
    "baton_held_stream_silent_seconds",
    "Since the quietest of a desk's open streams has shown that it is there",
    "connector",
  );

  // What every turn touches is looked up by its labels once.
  const writes = kept((operation) => storeSeconds.labels({ operation }));
  const assistantCalls = kept((site, operation, outcome) => assistantSeconds.labels({ site, operation, outcome }));
  const connectorCalls = kept((connector, operation, outcome) => connectorSeconds.labels({ connector, operation, outcome }));

  const facts = countFacts({ instruments, store, clock, labels });
  const messages = countMessages({
    received: counter("baton_messages_received_total", "Messages from visitors without a browser", ["site", "channel"]),
    sent: counter("baton_messages_sent_total", "Messages to them that a platform has taken", ["site", "channel"]),
    missed: counter("baton_messages_missed_total", "Messages that did not reach them, by why", ["site", "channel", "why"]),
    optedOut: counter("baton_opt_outs_total", "Visitors who want no more messages", ["site", "channel"]),
  });
  const claims = new Map<number, { task: string; at: number }>();

  return {
    saved(fact, decision) {
      facts.saved(fact, decision);
      messages(fact, decision);
    },
    released(job, how) {
      claims.delete(job.id);
      held.released(job, how);
      facts.released(job, how);
    },
    claimed(jobs) {
      held.claimed(jobs);
      const at = clock.now().getTime();
      for (const { id, task } of jobs) claims.set(id, { task, at });
    },
    stored(operation, seconds, isDone) {
      if (isDone) writes(operation).observe(seconds);
      else storeFailures.inc({ operation });
    },
    savedTogether: (count) => groups.observe(count),
    called(party, operation, outcome, seconds) {
      if ("assistant" in party) assistantCalls(party.assistant, operation, outcome).observe(seconds);
      else connectorCalls(party.connector, operation, outcome).observe(seconds);
    },
    holds: held.holds,
    limited: (what) => limited.inc({ what }),
    sipAnswered: (method, status) => sipAnswers.inc({ method, status }),
    sipDropped: (why) => sipDropped.inc({ why }),
    shed: (what) => shed.inc({ what }),
    contentType: registry.contentType,
    async expose() {
      set(underWay, countClaims());
      set(streamsOpen, streams());
      tellHeld();
      const { calls, down } = sip() ?? { calls: 0, down: 0 };
      sipCalls.set(calls);
      sipDown.set(down);
      await lookAtBacklog();
      return registry.metrics();
    },
  };

  /** What cannot be known now is left out: an old number would look like a calm one. */
  async function lookAtBacklog(): Promise<void> {
    const backlog = await store.backlog().catch(() => null);
    const now = clock.now().getTime();
    set(due, new Map(backlog?.due.map(({ task, count }) => [task, count])));
    set(oldest, new Map(backlog?.due.map(({ task, since }) => [task, Math.max(0, now - Date.parse(since)) / 1_000])));
    parked.reset();
    if (backlog) parked.set(backlog.kept);
  }

  function tellHeld(): void {
    const now = held.now();
    heldStreams.reset();
    for (const [connector, { silentMs: _, ...states }] of now)
      for (const [state, count] of Object.entries(states)) heldStreams.set({ connector, state }, count);
    set(silence, new Map([...now].flatMap(([name, { silentMs }]) => (silentMs === null ? [] : [[name, silentMs / 1_000]]))));
  }

  function countClaims(): Map<string, number> {
    const counts = new Map<string, number>();
    const tooOld = clock.now().getTime() - FORGOTTEN_AFTER_MS;
    for (const [id, { task, at }] of claims) {
      if (at < tooOld) claims.delete(id);
      else counts.set(task, (counts.get(task) ?? 0) + 1);
    }
    return counts;
  }

  function gauge<L extends string>(name: string, help: string, label: L): Labelled {
    const made = new Gauge({ name, help, labelNames: [label], registers });
    return { made: made as Gauge, label }; // each has one label, which it brings along
  }
}

function set({ made, label }: Labelled, values: Map<string, number>): void {
  made.reset();
  for (const [name, value] of values) made.set({ [label]: name }, value);
}

interface Labelled {
  made: Gauge;
  label: string;
}

export interface Metrics extends Measure {
  contentType: string;
  /** Everything, as Prometheus reads it. */
  expose(): Promise<string>;
}
