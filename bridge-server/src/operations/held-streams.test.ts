import { expect, test } from "vitest";
import { CallError } from "../call.ts";
import type { Job } from "../store/store.ts";
import { handMovedClock } from "../work/test-time.ts";
import { createHeldStreams } from "./held-streams.ts";

function begin() {
  const time = handMovedClock();
  const ended: string[] = [];
  const held = createHeldStreams(time.clock, (connector, outcome) => void ended.push(`${connector} ${outcome}`));
  const listening = (id: number, connector: string, task = "listen") => ({ id, task, input: { task, connector } }) as unknown as Job;
  const inMs = (ms: number) => new Date(time.clock.now().getTime() + ms);
  return { held, ended, listening, inMs, pass: time.pass, now: () => Object.fromEntries(held.now()) };
}

test("each stream is opening, then open, then gone, and only one that was open has ended", () => {
  const { held, ended, now } = begin();
  const [one, other, third] = [held.holds("xmpp"), held.holds("xmpp"), held.holds("slack")];
  expect(now()).toMatchObject({ xmpp: { opening: 2, open: 0 }, slack: { opening: 1 } });
  one.opened();
  other.opened();
  third.over(new CallError("unreachable", "slack: away"));
  expect(now()).toMatchObject({ xmpp: { opening: 0, open: 2 }, slack: { opening: 0, open: 0, silentMs: null } });
  one.over(null);
  other.over(new CallError("unclear", "xmpp: cut"));
  expect(now()).toEqual({
    xmpp: { opening: 0, open: 0, waiting: 0, silentMs: null },
    slack: { opening: 0, open: 0, waiting: 0, silentMs: null },
  });
  expect(ended).toEqual(["xmpp ok", "xmpp unclear"]);
});

test("the quietest of the open ones is told of", () => {
  const { held, pass, now } = begin();
  const [one, other] = [held.holds("xmpp"), held.holds("xmpp")];
  one.opened();
  other.opened();
  pass(20_000);
  one.heard();
  pass(5_000);
  expect(now()["xmpp"]?.silentMs).toBe(25_000);
  other.heard();
  expect(now()["xmpp"]?.silentMs).toBe(5_000);
});

test("what is to be listened to again later waits until then, or until somebody here begins", () => {
  const { held, listening, inMs, pass, now } = begin();
  held.released(listening(1, "slack"), inMs(5_000));
  held.released(listening(2, "slack"), inMs(5_000));
  held.released(listening(3, "slack"), inMs(0)); // handed over in order
  held.released(listening(4, "slack"), "silent");
  held.released(listening(5, "slack", "say"), inMs(5_000));
  expect(now()["slack"]?.waiting).toBe(2);
  held.claimed([listening(1, "slack")]);
  expect(now()["slack"]?.waiting).toBe(1);
  pass(5_000);
  expect(now()["slack"]?.waiting).toBe(0);
});
