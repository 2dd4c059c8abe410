// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { at, handoff, page, settle, startConsole, type Answers } from "../test-console.ts";
import { createToday, numbersOf } from "./today.ts";

async function start(answers: Answers) {
  const started = await startConsole(answers);
  const today = createToday(started.parts);
  await settle();
  return { ...started, today };
}
const ids = (handoffs: { id: string }[]) => handoffs.map(({ id }) => id);
const DAY = 24 * 3_600_000;

test("M1 failures of today come with the latest first, whoever waits or talks with who is longest first", async () => {
  const { today } = await start((_, query) =>
    page(
      query.get("since")
        ? [
            handoff({ id: "f-1", stage: "failed", changed_at: at(-2) }),
            handoff({ id: "f-2", stage: "failed", changed_at: at(-1) }),
            handoff({ id: "w-2", began_at: at(-1) }),
          ]
        : query.get("stage") === "initiated"
          ? [handoff({ id: "w-1", stage: "initiated", began_at: at(-DAY) })] // since yesterday
          : query.get("stage") === "live"
            ? [handoff({ id: "l-2", stage: "live", began_at: at(-1) }), handoff({ id: "l-1", stage: "live", began_at: at(-2) })]
            : [],
    ),
  );
  expect([ids(today.failed.value), ids(today.waiting.value), ids(today.live.value)]).toEqual([
    ["f-2", "f-1"],
    ["w-1", "w-2"],
    ["l-1", "l-2"],
  ]);
});

test("what changes while the day is being read is not undone by what was read", async () => {
  const { today, streams } = await start(() => page([handoff({ change: 1 })]));
  const reading = today.read();
  streams.last().tell("message", handoff({ change: 2, stage: "live" }));
  await reading;
  expect([ids(today.waiting.value), ids(today.live.value)]).toEqual([[], ["h-1"]]);
  streams.last().tell("message", handoff({ change: 1, stage: "queued" }));
  expect(ids(today.live.value)).toEqual(["h-1"]);
});

test("a day of many pages is read to its end, and one that is too long is said to be", async () => {
  let pages = 3;
  const answers: Answers = (_, query) => {
    const n = Number(query.get("cursor") ?? 0);
    return page(query.get("since") ? [handoff({ id: `h-${n}` })] : [], {
      next: query.get("since") && n + 1 < pages ? String(n + 1) : null,
    });
  };
  const whole = await start(answers);
  expect(whole.today.state.value).toMatchObject({ is: "there", value: { isWhole: true } });
  expect(whole.today.numbers.value.handoffs).toBe(3);
  pages = 1_000;
  const cut = await start(answers);
  expect(cut.today.state.value).toMatchObject({ value: { isWhole: false } });
  expect(cut.today.numbers.value.handoffs).toBe(10);
});

test("at midnight another day begins", async () => {
  const { today, asked, hand } = await start(() => page([handoff({ stage: "failed" })]));
  expect(ids(today.failed.value)).toEqual(["h-1"]);
  const before = asked.length;
  hand.pass(DAY);
  await settle();
  expect(asked.slice(before).filter((one) => one.includes("since="))).toHaveLength(1);
  expect(ids(today.failed.value)).toEqual([]);
});

test("whoever looks after one site sees that alone, by the address", async () => {
  const { today, parts } = await start(() => page([handoff(), handoff({ id: "h-2", site: "bank" })]));
  expect([today.sites.value, ids(today.waiting.value)]).toEqual([
    ["bank", "shop"],
    ["h-1", "h-2"],
  ]);
  parts.address.filter("?site=bank", false);
  expect([ids(today.waiting.value), today.numbers.value.handoffs]).toEqual([["h-2"], 1]);
  expect(today.sites.value).toEqual(["bank", "shop"]);
});

test("N1 of a handoff that is under way nobody can say yet whether it is accepted", () => {
  const accepted = handoff({ state: "handoff_completed", stage: "ended" });
  expect(
    numbersOf([accepted, handoff({ stage: "failed" }), handoff({ stage: "abandoned" }), handoff(), handoff({ stage: "initiated" })]),
  ).toEqual({
    handoffs: 5,
    accepted: 1,
    decided: 3,
    acceptedInMs: null,
  });
});

test("N1 half of those who got a person waited no longer than what is said", () => {
  const after = (ms: number) => handoff({ began_at: at(0), accepted_at: at(ms) });
  const said = (...waits: number[]) => numbersOf([handoff(), ...waits.map(after)]).acceptedInMs;
  expect([said(7), said(9, 1), said(100, 2, 1), said(4, 3, 2, 1)]).toEqual([7, 5, 2, 2.5]);
});

test("which desk was asked instead is known from the conversation's next handoff", async () => {
  const failed = handoff({ id: "f-1", stage: "failed", began_at: at(-3) });
  const { today } = await start(() =>
    page([failed, handoff({ id: "n-1", began_at: at(-2) }), handoff({ id: "o-1", conversation: "c-2" })]),
  );
  expect(today.after(failed)?.id).toBe("n-1");
});
