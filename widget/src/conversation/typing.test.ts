import { expect, test } from "vitest";
import { createTestClock, entry, hello, settle } from "../connection/rehearsal.ts";
import { tab, together } from "./test-tab.ts";
import { createTyping, tellTyping } from "./typing.ts";

test("typing is told every 3 s at most, and that it has stopped after 5 s", async () => {
  const clock = createTestClock();
  const told: boolean[] = [];
  const typing = createTyping(clock, (on) => told.push(on));
  for (let stroke = 0; stroke < 40; stroke += 1) {
    typing.stroke();
    await clock.pass(100);
  }
  expect(told).toEqual([true, true]);
  await clock.pass(6_000);
  expect(told).toEqual([true, true, false]);
});

test("typing is told to a person, not to the assistant; and that it is over once the line is sent", async () => {
  const { chat, clock, network, stream } = tab();
  const stop = tellTyping(chat, clock);
  const told = () => network.to("typing").map(({ body }) => body);
  chat.begin();
  await together({ clock });
  stream()?.send(hello(0));
  await settle();
  chat.write("to the assistant");
  stream()?.send(entry(1, { type: "phase_changed", phase: "live" }));
  await settle();
  expect(told()).toEqual([]);
  chat.write("to a person");
  await settle();
  expect(told()).toEqual([{ on: true }]);
  chat.say("to a person");
  chat.write("");
  await settle();
  expect(told()).toEqual([{ on: true }, { on: false }]);
  stop();
  chat.write("nobody hears this");
  await settle();
  expect(told().length).toBe(2);
});
