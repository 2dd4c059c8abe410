import type { Entry, EntryBody, Phase } from "@baton/bridge-server/protocol";
import { expect, test } from "vitest";
import { steadyChecks } from "./check-handoff.ts";
import type { Check } from "./check-reading.ts";
import { checks } from "./check.ts";
import { createNotebook, partOf, type Event, type Heard } from "./history.ts";

// A check that nothing can fail proves nothing: each has a history that is broken in one way, which it alone notices.

const says = (by: "visitor" | "assistant" | "agent", id: string, text: string): EntryBody => ({
  type: "said",
  id,
  by,
  text,
  format: "plain",
});
const heard = (id: string, text: string, by: Heard["by"] = "visitor"): Heard => ({ id, by, text });
const turned = (phase: Phase): EntryBody => ({
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
    { who: "canary", did: "hid", name: "the token", words: "s3cret", allowed: ["what Ada reads"] },
    { who: "canary", did: "overheard", place: "what Ada reads", text: "token: s3cret" },
    { who: "canary", did: "overheard", place: "the log", text: "started" },
    { who: "stranger", did: "asked", status: 404 },
    { who: "visitor", did: "was left unsure", id: "a" },
    ...said("a", "Hello"),
    { who: "assistant", did: "heard", chat: "A", text: "Hello" },
    ...said("b", "Refund"),
    { who: "assistant", did: "heard", chat: "over", text: "Refund" },
    { who: "assistant", did: "refused", chat: "over", text: "Refund" },
    { who: "assistant", did: "heard", chat: "A", text: "Refund" },
    ...said("c", "Quickly"),
    ...said("d", "It drips"),
    { who: "agent", did: "joined", chat: "1", name: "Kim" },
    { who: "agent", did: "said", chat: "1", text: "Hello, I am Kim" },
    { who: "agent", did: "passed on", chat: "1", to: "Sam" },
    { who: "agent", did: "joined", chat: "1", name: "Sam" },
    { who: "agent", did: "said", chat: "1", text: "Hello, I am Sam" },
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
  early: (entries: Entry[]): Event[] => [
    { who: "reader", did: "was told the phase", reader: "stream", phase: "automated", lastSeq: 3, since: 0 },
    { who: "reader", did: "read", reader: "stream", after: 0, entries: entries.slice(0, 2) },
    { who: "reader", did: "read", reader: "stream", after: 2, entries: entries.slice(2, 4) },
    { who: "reader", did: "read", reader: "stream of another tab", after: 0, entries: entries.slice(0, 4) },
  ],
  /** What happened more than half a minute later. */
  late: (() => []) as (entries: Entry[]) => Event[],
});
type Parts = ReturnType<typeof good>;

/** Other ways for a history to be good. */
const alsoGood: Record<string, (parts: Parts) => void> = {
  "a line that was never answered and is not there": ({ events }) =>
    void events.push({ who: "visitor", did: "said", id: "x", text: "Gone" }, { who: "visitor", did: "was left unsure", id: "x" }),
  "a line that the desk refused, of which the visitor was told": ({ bodies, events }) => {
    bodies.splice(14, 0, says("visitor", "e", "Too long"), { type: "delivery", lines: ["e"], state: "undelivered" });
    events.push(...said("e", "Too long"));
  },
  "an assistant that never greeted": ({ bodies, desk }) => {
    bodies.splice(0, 3, says("visitor", "a", "Hello"), says("assistant", "re:a:0", "I think it is"));
    const [took] = desk;
    if (took?.did === "took") took.transcript.splice(0, 2, heard("a", "Hello"), heard("re:a:0", "I think it is", "assistant"));
  },
  "a handoff that failed, an assistant that took over, and another handoff": ({ bodies, events, desk }) => {
    const detour = [says("assistant", "re:b:4", "One moment"), turned("handoff_initiated"), turned("failed"), turned("automated")];
    bodies.splice(
      4,
      2,
      ...detour,
      says("assistant", "re:19:0", "Here I am again"),
      says("visitor", "c", "Quickly"),
      says("assistant", "re:c:5", "Again"),
    );
    events.push({ who: "assistant", did: "heard", chat: "B", text: "Quickly" }, { who: "assistant", did: "closed", chat: "B" });
    const transcript = [
      ...(desk[0]?.did === "took" ? desk[0].transcript.slice(0, 3) : []),
      heard("re:b:4", "One moment", "assistant"),
      heard("re:19:0", "Here I am again", "assistant"),
      heard("c", "Quickly"),
      heard("re:c:5", "Again", "assistant"),
    ];
    desk[0] = { who: "desk", did: "took", handoff: "h2", chat: "1", assistantChat: "B", transcript };
  },
  "a desk that has nothing, because the visitor left before": (parts) => {
    parts.bodies.splice(7);
    parts.bodies.push(turned("ended"));
    parts.events.splice(parts.events.findIndex((event) => event.did === "said" && event.text === "It drips"));
    parts.desk.splice(0);
  },
};

/** One for each check: what is different from the good history. */
const broken: Record<string, (parts: Parts) => void> = {
  "I-1 an acknowledged": ({ events }) => void (events[6] = { who: "visitor", did: "acknowledged", id: "a", seq: 3 }),
  "I-2 no two": ({ bodies }) => void (bodies[16] = says("agent", "1", "Hello, I am Sam")),
  "I-2 what the visitor never": ({ bodies, desk }) => {
    bodies.splice(11, 0, says("visitor", "x", "Who am I?"));
    desk.push({ who: "desk", did: "heard", chat: "1", line: heard("x", "Who am I?") });
  },
  "I-3": (parts) => {
    const { early } = good();
    parts.early = (entries) => early(entries.toSpliced(1, 1));
  },
  "I-3 the phase": (parts) => {
    parts.late = () => [
      { who: "reader", did: "was told the phase", reader: "stream", phase: "live", lastSeq: 12, since: 50_000 },
      { who: "reader", did: "was told the phase", reader: "stream", phase: "queued", lastSeq: 8, since: 60_000 },
    ];
  },
  "I-4": ({ events }) => void events.splice(-1, 0, ...events.splice(5, 2)),
  "I-5": ({ events }) => void events.push({ who: "visitor", did: "was refused", id: "d" }),
  "I-6 the assistant hears": ({ events }) => void events.splice(7, 0, { who: "assistant", did: "heard", chat: "A", text: "Hello" }),
  "I-6 every line": ({ bodies }) => void bodies.splice(2, 1),
  "I-6 the assistant greets once": ({ bodies, desk }) => {
    bodies.splice(1, 0, says("assistant", "re:18:0", "Welcome"));
    const [took] = desk;
    if (took?.did === "took") took.transcript.splice(1, 0, heard("re:18:0", "Welcome", "assistant"));
  },
  "I-8 once a handoff is begun the assistant is not asked": (parts) => {
    parts.late = (entries) => [
      { who: "reader", did: "read", reader: "stream", after: 4, entries: entries.slice(4, 8) },
      { who: "assistant", did: "heard", chat: "A", text: "It drips" },
    ];
  },
  "I-8 once a handoff is begun the assistant says": ({ bodies }) => void bodies.splice(11, 0, says("assistant", "re:c:5", "It is I")),
  "I-9": ({ desk }) => void desk.unshift({ who: "desk", did: "took", handoff: "h", chat: "0", assistantChat: "A", transcript: [] }),
  "I-10 a handoff that failed": ({ bodies }) => void bodies.splice(17, 1, turned("failed")),
  "I-10 every handoff": (parts) => {
    const { early } = parts;
    parts.early = (entries) => [
      ...early(entries),
      { who: "reader", did: "read", reader: "stream", after: 4, entries: entries.slice(4, 7) },
    ];
  },
  "I-11 the last desk has": ({ desk }) => void desk.push(desk[1]!),
  "I-11 the last desk's transcript": ({ desk }) => {
    const [took] = desk;
    if (took?.did === "took") took.transcript.pop();
  },
  "I-11 F14 a line": ({ bodies }) => void bodies.splice(10, 1),
  "I-12 everything": ({ bodies }) => void bodies.splice(16, 1),
  "I-12 agents": ({ bodies }) => void bodies.splice(15, 1),
  "I-2 a rating": ({ bodies }) => void bodies.push({ type: "rated", score: 5 }),
  U20: ({ events }) => void events.pop(),
  "I-13": ({ events }) => void events.push({ who: "canary", did: "overheard", place: "the log", text: "token: s3cret" }),
  "I-15": ({ events }) => void events.push({ who: "stranger", did: "asked", status: 200 }),
  "I-17": (parts) => {
    parts.late = (entries) => [{ who: "reader", did: "read", reader: "stream", after: 4, entries: entries.slice(4, 5) }];
    const { early } = parts;
    parts.early = (entries) => [
      ...early(entries).slice(0, -1),
      { who: "reader", did: "read", reader: "stream of another tab", after: 0, entries: entries.slice(0, 5) },
    ];
  },
};

/** The same, for what is promised only while nobody but the bridge goes away. */
const unsteady: Record<string, (parts: Parts) => void> = {
  "I-6 the assistant greets": (parts) => alsoGood["an assistant that never greeted"]!(parts),
  "I-10 the story": (parts) => alsoGood["a handoff that failed, an assistant that took over, and another handoff"]!(parts),
  "I-11 F14 no line": (parts) => alsoGood["a line that the desk refused, of which the visitor was told"]!(parts),
};

test("a good history passes every check", () => {
  expect(failing(good(), { ...checks, ...steadyChecks })).toEqual([]);
});

for (const [what, differs] of Object.entries(alsoGood))
  test(`a history with ${what} is good, too`, () => {
    const parts = good();
    differs(parts);
    expect(failing(parts, checks)).toEqual([]);
  });

for (const [promises, ways] of [
  [checks, broken],
  [steadyChecks, unsteady],
] as const)
  for (const [promise, breaks] of Object.entries(ways))
    test(`a history that breaks ${promise} … fails that check and no other`, () => {
      const parts = good();
      breaks(parts);
      const failed = failing(parts, promises);
      expect(failed).toEqual([expect.stringContaining(promise)]);
    });

test("every check has a history that it catches", () => {
  const starts = Object.keys({ ...broken, ...unsteady });
  expect(Object.keys({ ...checks, ...steadyChecks }).filter((name) => !starts.some((start) => name.startsWith(start)))).toEqual([]);
});

test("what is about another visitor is not held against one", () => {
  const { history, note } = createNotebook(() => 0);
  note({ who: "visitor", did: "said", id: "a", text: "Hello" }, "Ada");
  note({ who: "visitor", did: "said", id: "b", text: "Hello" }, "Bea");
  note({ who: "stranger", did: "asked", status: 404 });
  expect(partOf(history, "Ada").map(({ of }) => of)).toEqual(["Ada", undefined]);
});

function failing({ bodies, events, desk, early, late }: Parts, promises: Record<string, Check>): string[] {
  const entries = bodies.map((body, index) => ({ seq: index + 1, at: "", body }));
  let now = 0;
  const { history, note } = createNotebook(() => now++);
  for (const event of events) note(event.did === "acknowledged" && event.seq === TRULY ? { ...event, seq: seqOf(event.id) } : event);
  for (const event of early(entries)) note(event);
  now += 31_000;
  for (const event of late(entries)) note(event);
  note({ who: "reader", did: "read", reader: "at the end", after: 0, entries });
  for (const event of desk) note(event);
  return Object.entries(promises).flatMap(([promise, check]) => (check(history).length > 0 ? [promise] : []));

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
