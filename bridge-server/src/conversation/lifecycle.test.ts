import { expect, test } from "vitest";
import { advance, automated, type HandoffId, type Lifecycle, type LifecycleEvent, type Phase } from "./lifecycle.ts";

const handoff = "this" as HandoffId;
const other = "another" as HandoffId;
const story = { assistantChat: "chat", sharedId: "shared", tried: ["desk"], fallbacksUsed: 1, unread: ["line"], accepted: false };
const vendorChat = { connector: "desk", ref: "7" };
const kim = { id: "kim", name: "Kim" };
const sam = { id: "sam", name: "Sam" };
const target = { name: "desk", connector: "desk", queue: null, urgent: false };

const states = {
  automated: { phase: "automated", assistantChat: "chat", sharedId: "shared", fallbacksUsed: 0 },
  handoff_initiated: { phase: "handoff_initiated", handoff, story, target: null },
  queued: { phase: "queued", handoff, story, vendorChat, position: 3, waitSeconds: null },
  live: { phase: "live", handoff, story, vendorChat, agent: kim, absences: 0 },
  failed: { phase: "failed", handoff, story, reason: "waited_too_long" },
  ended: { phase: "ended", by: "agent" },
} satisfies { [P in Phase]: Extract<Lifecycle, { phase: P }> };

const events = {
  handoff_requested: { type: "handoff_requested", handoff: other, fallbacksUsed: 2 },
  handoff_ordered: { type: "handoff_ordered", handoff: other },
  handoff_routed: { type: "handoff_routed", handoff, target },
  led_to_phone: { type: "led_to_phone", handoff, name: "tel:+442071838750" },
  handoff_accepted: { type: "handoff_accepted", handoff, vendorChat, position: 3, waitSeconds: null },
  queue_moved: { type: "queue_moved", handoff, position: 2, waitSeconds: null },
  agent_joined: { type: "agent_joined", handoff, agent: sam },
  agent_left: { type: "agent_left", handoff },
  transferred: { type: "transferred", handoff, to: "Sam" },
  vendor_closed: { type: "vendor_closed", handoff, back: null },
  wait_expired: { type: "wait_expired", handoff },
  absence_expired: { type: "absence_expired", handoff, absence: 1 },
  handoff_failed: { type: "handoff_failed", handoff, reason: "vendor_refused" },
  offers_expired: { type: "offers_expired", handoff },
  fallback_started: { type: "fallback_started", handoff, sharedId: "new", fallbacksUsed: 2 },
  conversation_ended: { type: "conversation_ended", by: "visitor" },
} satisfies { [E in LifecycleEvent["type"]]: Extract<LifecycleEvent, { type: E }> };

test("every event in every phase leads where this table says; a dot means that it does not apply", () => {
  const rows = Object.values(events).map((event) => {
    const cells = Object.values(states).map((state) => {
      const after = advance(state, event);
      return after === null ? "·" : after === state ? "same" : after.phase;
    });
    return [event.type, ...cells]
      .map((cell) => cell.padEnd(18))
      .join(" ")
      .trimEnd();
  });
  expect(["", ...rows, ""].join("\n")).toBe(`
handoff_requested  handoff_initiated  ·                  ·                  ·                  handoff_initiated  ·
handoff_ordered    handoff_initiated  handoff_initiated  handoff_initiated  ·                  handoff_initiated  ·
handoff_routed     ·                  handoff_initiated  ·                  ·                  ·                  ·
led_to_phone       ·                  failed             ·                  ·                  ·                  ·
handoff_accepted   ·                  queued             ·                  ·                  ·                  ·
queue_moved        ·                  ·                  queued             ·                  ·                  ·
agent_joined       ·                  ·                  live               live               ·                  ·
agent_left         ·                  ·                  ·                  live               ·                  ·
transferred        ·                  ·                  ·                  live               ·                  ·
vendor_closed      ·                  ·                  failed             ended              ·                  ·
wait_expired       ·                  failed             failed             ·                  ·                  ·
absence_expired    ·                  ·                  ·                  same               ·                  ·
handoff_failed     ·                  failed             failed             failed             ·                  ·
offers_expired     ·                  ·                  ·                  ·                  ended              ·
fallback_started   ·                  ·                  ·                  ·                  automated          ·
conversation_ended ended              ended              ended              ended              ended              ·
`);
});

test("nothing about another handoff applies in any phase that has one", () => {
  for (const state of [states.handoff_initiated, states.queued, states.live, states.failed])
    for (const event of Object.values(events))
      if ("handoff" in event && event.type !== "handoff_requested" && event.type !== "handoff_ordered")
        expect([event.type, advance(state, { ...event, handoff: other })]).toEqual([event.type, null]);
});

test("a handoff out of the assistant's hands starts with nothing tried, and remembers which fallbacks led there", () => {
  const after = advance({ ...states.automated, fallbacksUsed: 2 }, events.handoff_requested);
  expect(after).toMatchObject({
    handoff: other,
    target: null,
    story: { assistantChat: "chat", sharedId: "shared", tried: [], unread: [], fallbacksUsed: 2 },
  });
});

test("a second try after a failure remembers what was tried and what nobody has read", () => {
  expect(advance(states.failed, events.handoff_requested)).toMatchObject({
    phase: "handoff_initiated",
    handoff: other,
    story: { tried: ["desk"], unread: ["line"], fallbacksUsed: 2 },
  });
});

test("what is ordered by hand may ask those again who could not help, and the fallback begins anew", () => {
  for (const from of [{ ...states.automated, fallbacksUsed: 1 }, states.handoff_initiated, states.queued, states.failed])
    expect(advance(from, events.handoff_ordered)).toMatchObject({ handoff: other, target: null, story: { tried: [], fallbacksUsed: 0 } });
  expect(advance(states.queued, events.handoff_ordered)).toMatchObject({ story: { unread: ["line"] } });
});

test("a route is remembered as tried before anybody is asked", () => {
  const second = { ...target, name: "second" };
  expect(advance(states.handoff_initiated, { ...events.handoff_routed, target: second })).toMatchObject({
    target: second,
    story: { tried: ["desk", "second"] },
  });
});

test("whoever joins has read what was said while waiting", () => {
  expect(advance(states.queued, events.agent_joined)).toMatchObject({ agent: sam, absences: 0, story: { unread: [], accepted: true } });
});

test("the same person joining again, or the same place in the queue, changes nothing", () => {
  expect(advance(states.live, { ...events.agent_joined, agent: { ...kim } })).toBe(states.live);
  expect(advance(states.queued, { ...events.queue_moved, position: 3 })).toBe(states.queued);
});

test("an absence is counted once, however often it is told, and only its own deadline ends it", () => {
  const alone = advance(states.live, events.agent_left);
  expect(alone).toMatchObject({ phase: "live", agent: null, absences: 1 });
  expect(advance(alone!, events.transferred)).toBe(alone);
  expect(advance(alone!, { ...events.absence_expired, absence: 1 })).toMatchObject({ phase: "failed", reason: "agent_gone" });
  const again = advance(advance(alone!, events.agent_joined)!, events.agent_left)!;
  expect(advance(again, { ...events.absence_expired, absence: 1 })).toBe(again);
  expect(advance(again, { ...events.absence_expired, absence: 2 })).toMatchObject({ phase: "failed" });
});

test("when the vendor hangs up the conversation ends, or goes back to a new automated one where the site wants that", () => {
  expect(advance(states.live, events.vendor_closed)).toEqual({ phase: "ended", by: "agent" });
  expect(advance(states.live, { ...events.vendor_closed, back: "new" })).toEqual(automated("new"));
  expect(advance(states.failed, events.fallback_started)).toEqual(automated("new", 2));
});

test.for([
  ["wait_expired", "queued", "waited_too_long"],
  ["wait_expired", "handoff_initiated", "waited_too_long"],
  ["vendor_closed", "queued", "nobody_available"],
  ["handoff_failed", "live", "vendor_refused"],
] as const)("A5 %s while %s fails with the cause %s", ([event, phase, reason]) => {
  expect(advance(states[phase], events[event])).toMatchObject({ phase: "failed", reason });
});
