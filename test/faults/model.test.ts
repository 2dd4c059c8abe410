import { decide } from "@baton/bridge-server/conversation/decide";
import type { Fact } from "@baton/bridge-server/conversation/facts";
import type { Lifecycle } from "@baton/bridge-server/conversation/lifecycle";
import type { Decision } from "@baton/bridge-server/conversation/move";
import { expect, test } from "vitest";
import { foretell, play } from "./model-replay.ts";
import { search, told, type Search } from "./model-search.ts";
import { backToAssistant, deskThenMessage } from "./model-steps.ts";
import { realSubject, type Budget, type ModelEvent, type Subject } from "./model.ts";
import { seeded } from "./fault-proxy.ts";

// Every order of events that fits the bounds below, on the real `decide`. What is bounded: one conversation with two lines, one wish for
// a person beside the assistant's own, two things done by hand, two that the page tells of the visitor, two desks, contexts found at once, news of eight kinds at most twice a chat; a worker is prompt
// unless a trouble is spent on it. Trouble: a worker dies or is overtaken, an answer is lost, a call is slow, news is late, repeated, or
// said twice.

const DEPTH = Number(process.env["MODEL_DEPTH"] ?? 12);
const TROUBLE = Number(process.env["MODEL_TROUBLE"] ?? 1);
const REPLAYS = Number(process.env["MODEL_REPLAYS"] ?? 1_000);
const LONG = 3_600_000;

const greeted: ModelEvent[] = [{ do: "works", job: 1, answer: "greets", fate: "reports" }];
const most: Budget = { lines: 2, wishes: 1, handoffs: 1, tellings: 0, orders: 0, crashes: 2, lies: 2, slow: 2, trouble: 2 };
const deep = { ...most, wishes: 0, trouble: TROUBLE };

test.each<[string, Search]>([
  [`${DEPTH} deep, ${TROUBLE} trouble, a message at last`, { site: deskThenMessage, after: greeted, left: deep, depth: DEPTH }],
  [
    `${DEPTH} deep, ${TROUBLE} trouble, back to the assistant`,
    { site: backToAssistant, after: greeted, left: { ...deep, lines: 1 }, depth: DEPTH },
  ],
  [
    "9 deep, 1 trouble, an operator does something by hand",
    { site: deskThenMessage, after: greeted, left: { ...most, lines: 1, orders: 1, trouble: 1 }, depth: 9 },
  ],
  [
    "8 deep, an operator does two things by hand",
    { site: backToAssistant, after: greeted, left: { ...most, lines: 1, orders: 2, trouble: 0 }, depth: 8 },
  ],
  [
    "8 deep, 1 trouble, a page tells two things of its visitor",
    { site: deskThenMessage, after: greeted, left: { ...most, lines: 1, tellings: 2, trouble: 1 }, depth: 8 },
  ],
  ["7 deep, 2 troubles, from the very beginning", { site: deskThenMessage, left: most, depth: 7 }],
])("whatever happens, in whatever order, every promise is kept: %s", { timeout: LONG }, (name, how) => {
  const { states, transitions, depth, violations } = search(how);
  console.info(`model: ${name}: states ${states}, transitions ${transitions}, depth ${depth}, violations ${violations.length}`);
  expect(violations.map(({ promise, path }) => `${promise}: ${told(path)}`)).toEqual([]);
});

test(`${REPLAYS} of the model's paths, played on the real bridge, store and worker, come to the same`, { timeout: LONG }, async () => {
  const random = seeded(Number(process.env["MODEL_SEED"] ?? 1));
  const left = { ...most, orders: 1, tellings: 1 };
  const asked: ModelEvent[] = [...greeted, { do: "asks_for_a_person" }];
  const roots = [deskThenMessage, backToAssistant].flatMap((site) => [
    { site, left, after: [] },
    { site, left, after: greeted },
    { site, left: { ...most, lines: 0, tellings: 2, trouble: 1 }, after: asked },
  ]);
  let played = 0;
  for (const root of roots) {
    const found = search({ ...root, depth: 6 });
    for (let n = 0; n < REPLAYS / roots.length; n++) {
      const path = found.pathTo(1 + Math.floor(random() * (found.states - 1)));
      expect(await play(path, root.site, root.left), told(path)).toEqual(foretell(path, root.site, root.left));
      played++;
    }
  }
  console.info(`model: paths replayed ${played}`);
});

const telling = { left: { ...most, lines: 0, wishes: 1, tellings: 2, trouble: 0 } };

/** Each guard of the core, taken away from outside, and the promise that is then found broken. */
const defects: [name: string, subject: Partial<Subject>, promise: RegExp, how?: Partial<Search>][] = [
  [
    "an earlier handoff's news counts",
    wrap((fact, now) => ("handoff" in fact && "handoff" in now ? ({ ...fact, handoff: now.handoff } as Fact) : fact)),
    /^I-9/,
  ],
  [
    "a late answer is shown after a return",
    wrap((fact, now) => (fact.type === "assistant_answered" && now.phase === "automated" ? { ...fact, sharedId: now.sharedId } : fact)),
    /^I-8/,
  ],
  ["an answer is shown whoever has the conversation", { decide: shownAnyway }, /^I-8/],
  ["a chat accepted too late is left alone", dropping("close_handoff", (fact) => fact.type === "handoff_accepted"), /^I-9/],
  ["a chat is not closed when it is left", dropping("close_handoff"), /^I-9/],
  ["a try that may have arrived is forgotten", dropping("withdraw_handoff"), /^I-9/],
  [
    "an old absence ends a new one",
    wrap((fact, now) => (fact.type === "absence_expired" && now.phase === "live" ? { ...fact, absence: now.absences } : fact)),
    /^I-10/,
  ],
  [
    "who is sent elsewhere by hand is left in the first queue",
    dropping("close_handoff", (fact) => fact.type === "steered"),
    /^I-9/,
    { left: { ...most, orders: 1 } },
  ],
  [
    "nobody watches the clock of what was ordered by hand",
    dropping("watch_the_clock", (fact) => fact.type === "steered"),
    /^I-10/,
    { left: { ...most, orders: 1 } },
  ],
  ["a question whose worker vanished is asked again", { lost: () => 0 }, /^I-6/],
  ["nobody watches the clock", dropping("watch_the_clock"), /^I-10/],
  ["nobody waits for a colleague", dropping("watch_for_colleague"), /^I-10/],
  ["nobody notices silence", dropping("watch_silence"), /^I-10/],
  ["a failure has no fallback", dropping("start_fallback"), /^I-10/],
  ["offers stand for ever", dropping("watch_offers"), /^I-10/],
  ["a line said while waiting is not told", dropping("tell_agent"), /^I-11/],
  [
    "a line that was missed is forgotten",
    {
      decide: (now, fact, policy) =>
        decide(now, fact.type === "line_missed" ? { ...fact, type: "rated", score: null, comment: null } : fact, policy),
    },
    /^I-11/,
  ],
  ["what nobody read is not marked", { decide: (now, fact, policy) => without(decide(now, fact, policy), "delivery") }, /^I-11/],
  ["facts count each time they arrive", { remembersFacts: false }, /^I-2/],
  ["what a page tells is not given to the person", dropping("attach_context"), /^I-11 what a page told/, telling],
  ["what a page tells is given as if it were proven", { decide: asProven }, /^I-13/, telling],
  ["what a page tells is said in the chat", { decide: (now, fact, policy) => saidOf(decide(now, fact, policy), fact) }, /^I-13/, telling],
  [
    "what a page tells is kept after the end",
    {
      decide: (now, fact, policy) =>
        fact.type === "page_told"
          ? { ...decide(now, fact, policy), notes: [{ type: "page_told", attributes: fact.attributes }] }
          : decide(now, fact, policy),
    },
    /kept after the end/,
    telling,
  ],
  [
    "a topic's failure is only written down",
    wrap((fact) => (fact.type === "failure_state_found" ? { ...fact, type: "context_found" } : fact)),
    /^A10/,
  ],
  [
    "what is over begins again",
    {
      decide: (now, fact, policy) =>
        decide(now.phase === "ended" ? { phase: "automated", assistantChat: null, sharedId: "s9", fallbacksUsed: 0 } : now, fact, policy),
    },
    /over|ended/,
  ],
];

test.each(defects)("planted: %s, and the search finds it", { timeout: LONG }, (name, planted, promise, how = {}) => {
  const subject = { ...realSubject, ...planted };
  const roots = [deskThenMessage, backToAssistant].flatMap((site) => [1, 2].map((trouble) => ({ site, left: { ...most, trouble } })));
  let last: string[] = [];
  for (const root of roots) {
    const { violations } = search({ ...root, after: greeted, depth: 11, subject, until: promise, mostStates: 60_000, ...how });
    last = violations.map(({ promise, path }) => `${promise}: ${told(path)}`);
    if (last.some((one) => promise.test(one))) return;
  }
  expect(last, name).toContainEqual(expect.stringMatching(promise));
});

function wrap(change: (fact: Fact, now: Lifecycle) => Fact): Partial<Subject> {
  return { decide: (now, fact, policy) => decide(now, change(fact, now), policy) };
}

function dropping(task: string, when: (fact: Fact) => boolean = () => true): Partial<Subject> {
  return {
    decide(now, fact, policy) {
      const decision = decide(now, fact, policy);
      return when(fact) ? { ...decision, jobs: decision.jobs.filter((job) => job.task.task !== task) } : decision;
    },
  };
}

function without(decision: Decision, entry: string): Decision {
  return { ...decision, entries: decision.entries.filter(({ type }) => type !== entry) };
}

function asProven(...asked: Parameters<typeof decide>): Decision {
  const decision = decide(...asked);
  const proven = ({ task }: Decision["jobs"][number]) =>
    task.task === "attach_context" ? { task: { ...task, context: { source: "id" as const, at: "", data: { plan: "gold" } } } } : { task };
  return { ...decision, jobs: decision.jobs.map(proven) };
}

function saidOf(decision: Decision, fact: Fact): Decision {
  if (fact.type !== "page_told") return decision;
  return { ...decision, entries: [{ type: "said", id: fact.at, by: "visitor", text: fact.at, format: "plain" }] };
}

function shownAnyway(now: Lifecycle, fact: Fact, policy: Parameters<typeof decide>[2]): Decision {
  const decision = decide(now, fact, policy);
  if (fact.type !== "assistant_answered" || now.phase === "automated") return decision;
  return { ...decision, entries: [{ type: "said", id: fact.id, by: "assistant", text: fact.text, format: "markdown" }] };
}
