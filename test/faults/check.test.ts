import type { EntryBody } from "@baton/bridge-server/protocol";
import { expect, test } from "vitest";
import { checks } from "./check.ts";
import type { Event, Heard } from "./history.ts";

// A check that nothing can fail proves nothing: each has a history that is broken in one way, which it alone notices.

const says = (by: "visitor" | "assistant" | "agent", id: string, text: string): EntryBody => ({
  type: "said",
  id,
  by,
  text,
  format: "plain",
});
const heard = (id: string, text: string, by: Heard["by"] = "visitor"): Heard => ({ id, by, text });
const turned = (phase: "handoff_initiated" | "queued" | "live" | "ended"): EntryBody => ({
  type: "phase_changed",
  phase,
  ...(phase === "ended" && { by: "agent" as const }),
});

/** Stands for the number that the line has. */
const TRULY = 0;

const good = () => ({
  bodies: [
    says("assistant", "re:17:0", "Welcome"),
    says("visitor", "a", "Hello"),
    { type: "answer_lost", to: "a", why: "unclear" },
    says("visitor", "b", "Refund"),
    says("visitor", "c", "Quickly"),
    says("assistant", "re:b:5", "I pass you over"),
    turned("handoff_initiated"),
    turned("queued"),
    says("visitor", "d", "It drips"),
    { type: "delivery", lines: ["d"], state: "delayed" },
    { type: "delivery", lines: ["d"], state: "delivered" },
    turned("live"),
    { type: "agent_joined", name: "Kim" },
    says("agent", "1", "Hello, I am Kim"),
    { type: "transferred", to: "Sam" },
    { type: "agent_joined", name: "Sam" },
    says("agent", "2", "Hello, I am Sam"),
    turned("ended"),
    { type: "rated", score: 5 },
  ] as EntryBody[],
  events: [
    ...said("a", "Hello"),
    { who: "assistant", did: "heard", chat: "A", text: "Hello" },
    ...said("b", "Refund"),
    { who: "assistant", did: "heard", chat: "over", text: "Refund" },
    { who: "assistant", did: "refused", chat: "over", text: "Refund" },
    { who: "assistant", did: "heard", chat: "A", text: "Refund" },
    ...said("c", "Quickly"),
    ...said("d", "It drips"),
    { who: "agent", did: "joined", name: "Kim" },
    { who: "agent", did: "said", text: "Hello, I am Kim" },
    { who: "agent", did: "passed on", to: "Sam" },
    { who: "agent", did: "joined", name: "Sam" },
    { who: "agent", did: "said", text: "Hello, I am Sam" },
    { who: "visitor", did: "rated", score: 5 },
    { who: "assistant", did: "closed", chat: "A" },
  ] as Event[],
  desk: [
    {
      who: "desk",
      did: "took",
      handoff: "h",
      chat: "1",
      assistantChat: "A",
      transcript: [
        heard("re:17:0", "Welcome", "assistant"),
        heard("a", "Hello"),
        heard("b", "Refund"),
        heard("c", "Quickly"),
        heard("re:b:5", "I pass you over", "assistant"),
      ],
    },
    { who: "desk", did: "heard", chat: "1", line: heard("d", "It drips") },
  ] as Event[],
  /** What readers got before the end. */
  early: (entries: { seq: number; at: string; body: EntryBody }[]): Event[] => [
    { who: "reader", did: "read", reader: "by number", after: 0, entries: entries.slice(0, 3) },
    { who: "reader", did: "read", reader: "by number", after: 3, entries: entries.slice(3, 6) },
  ],
});
type Parts = ReturnType<typeof good>;

/** One for each check: what is different from the good history. */
const broken: Record<string, (parts: Parts) => void> = {
  "I-1 an acknowledged": ({ events }) => void (events[1] = { who: "visitor", did: "acknowledged", id: "a", seq: 3 }),
  "I-2 no two": ({ bodies }) => void (bodies[16] = says("agent", "1", "Hello, I am Sam")),
  "I-2 what the visitor never": ({ bodies, desk }) => {
    bodies.splice(11, 0, says("visitor", "x", "Who am I?"));
    desk.push({ who: "desk", did: "heard", chat: "1", line: heard("x", "Who am I?") });
  },
  "I-3": (parts) => {
    const { early } = good();
    parts.early = (entries) => early(entries.toSpliced(3, 1));
  },
  "I-4": ({ events }) => void events.splice(-1, 0, ...events.splice(0, 2)),
  "I-6 the assistant hears": ({ events }) => void events.splice(2, 0, { who: "assistant", did: "heard", chat: "A", text: "Hello" }),
  "I-6 every line": ({ bodies }) => void bodies.splice(2, 1),
  "I-6 the assistant greets": ({ bodies, desk }) => {
    bodies.splice(1, 0, says("assistant", "re:18:0", "Welcome"));
    const [took] = desk;
    if (took?.did === "took") took.transcript.splice(1, 0, heard("re:18:0", "Welcome", "assistant"));
  },
  "I-8 once a handoff is begun the assistant is not asked": (parts) => {
    const { early } = parts;
    parts.early = (entries) => [
      ...early(entries),
      { who: "reader", did: "read", reader: "by number", after: 6, entries: entries.slice(6, 8) },
      { who: "assistant", did: "heard", chat: "A", text: "It drips" },
    ];
  },
  "I-8 once a handoff is begun the assistant says": ({ bodies }) => void bodies.splice(11, 0, says("assistant", "re:c:5", "It is I")),
  "I-9": ({ desk }) => void desk.push({ who: "desk", did: "took", handoff: "h", chat: "2", assistantChat: "A", transcript: [] }),
  "I-10": ({ bodies }) => void bodies.push(turned("ended")),
  "I-11 the desk has": ({ desk }) => void desk.push(desk[1]!),
  "I-11 the desk's transcript": ({ desk }) => {
    const [took] = desk;
    if (took?.did === "took") took.transcript.pop();
  },
  "I-11 F14": ({ bodies }) => void bodies.splice(10, 1),
  "I-12 everything": ({ bodies }) => void bodies.splice(16, 1),
  "I-12 agents": ({ bodies }) => void bodies.splice(15, 1),
  "I-2 a rating": ({ bodies }) => void bodies.push({ type: "rated", score: 5 }),
  U20: ({ events }) => void events.pop(),
};

test("a good history passes every check", () => {
  expect(failing(good())).toEqual([]);
});

for (const [promise, breaks] of Object.entries(broken))
  test(`a history that breaks ${promise} … fails that check and no other`, () => {
    const parts = good();
    breaks(parts);
    const failed = failing(parts);
    expect(failed).toHaveLength(1);
    expect(failed[0]).toContain(promise);
  });

test("every check has a history that it catches", () => {
  const uncaught = Object.keys(checks).filter((name) => !Object.keys(broken).some((start) => name.startsWith(start)));
  expect(uncaught).toEqual([]);
});

function failing({ bodies, events, desk, early }: Parts): string[] {
  const entries = bodies.map((body, index) => ({ seq: index + 1, at: "", body }));
  const numbered = events.map((event) =>
    event.did === "acknowledged" && event.seq === TRULY ? { ...event, seq: seqOf(event.id) } : event,
  );
  const history: Event[] = [
    ...numbered,
    ...early(entries),
    { who: "reader", did: "read", reader: "at the end", after: 0, entries },
    ...desk,
  ];
  return Object.entries(checks).flatMap(([promise, check]) => (check(history).length > 0 ? [promise] : []));

  function seqOf(id: string): number {
    return entries.find(({ body }) => body.type === "said" && body.id === id)?.seq ?? Number.NaN;
  }
}

function said(id: string, text: string): Event[] {
  return [
    { who: "visitor", did: "said", id, text },
    { who: "visitor", did: "acknowledged", id, seq: TRULY },
  ];
}
