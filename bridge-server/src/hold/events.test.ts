import { expect, test } from "vitest";
import { handMovedClock } from "../work/test-time.ts";
import { all, settled, startEvents, startWith } from "./test-servers.ts";

test("a stream of events tells events with their names, in pieces or not, and ends where they end it", async () => {
  const { listen } = await startEvents(async (write, end) => {
    for (const letter of ": hello\n\nid: 7\nevent: said\ndata: Grüße\ndata: zwei\n\n") write(letter);
    write('data: {"a":1}\n\n');
    end();
  });
  expect(await all(await listen({ headers: { "last-event-id": "6" } }))).toEqual([
    { id: "7", type: "said", data: "Grüße\nzwei" },
    { id: null, type: "message", data: '{"a":1}' },
  ]);
});

test("a stream of events that breaks off is broken, and what came before is heard", async () => {
  const { listen, cut } = await startEvents(async (write) => write("data: one\n\n"));
  const heard: unknown[] = [];
  const over = all(await listen(), heard, cut);
  await expect(over).rejects.toMatchObject({ kind: "unclear" });
  expect(heard).toHaveLength(1);
});

test("a stream of events is no page", async () => {
  const { begin } = await startWith((_, answer) => answer.writeHead(200, { "content-type": "text/html" }).end("<h1>Log in</h1>"));
  await expect(begin("events")).rejects.toMatchObject({ kind: "refused" });
});

test("a stream of events takes no event above its limit", async () => {
  const { listen } = await startEvents(
    async (write) => {
      write("data: fits\n\n");
      write(`data: ${"x".repeat(3_000)}`);
      write("x".repeat(3_000));
    },
    { maxBytes: 1_000 },
  );
  const heard: unknown[] = [];
  await expect(all(await listen(), heard)).rejects.toThrow("an event is too large");
  expect(heard).toHaveLength(1);
});

test("a stream of events that shows no sign of life is cut, and an event that never becomes whole is none (F14)", async () => {
  const time = handMovedClock();
  let come: (text: string) => void = () => {};
  let [waits, heard] = [0, 0];
  const after = (ms: number, run: () => void) => (waits++, time.clock.after(ms, run));
  const { listen } = await startEvents(async (write) => void (come = write), { clock: { ...time.clock, after } });
  const over = all(await listen({ silenceMs: 40_000, watch: () => ({ opened() {}, heard: () => void heard++, over() {} }) })).catch(
    (error: Error) => error.message,
  );
  for (let n = 0; n < 3; n++) {
    const before = waits;
    time.pass(30_000);
    come(": alive\n\n");
    await expect.poll(() => waits, { interval: 5 }).toBe(before + 1); // it waits anew
  }
  expect(heard).toBe(3);
  for (let n = 0; n < 5; n++) {
    come("data: x\n");
    await settled();
    time.pass(9_000);
  }
  expect(await over).toContain("nothing heard in 40000 ms");
});

test("a stream of events ends at once when it is given up or the bridge stops", async () => {
  const { listen, hold } = await startEvents(async (write) => write("data: one\n\n"));
  const stop = new AbortController();
  expect(await all(await listen({ signal: stop.signal }), [], () => stop.abort())).toHaveLength(1);
  expect(await all(await listen(), [], () => void hold.close())).toHaveLength(1);
});
