import { expect, test } from "vitest";
import { createTestClock, settle } from "../connection/rehearsal.ts";
import { Refusal } from "../connection/refusal.ts";
import { createUploads, type Upload } from "./uploads.ts";

const file = (name: string): File => new File(["content"], name);

/** A bridge that answers when the test says so. */
function begin() {
  const clock = createTestClock();
  const asked: { upload: Upload; onSent(bytes: number): void; signal: AbortSignal; succeed(): void; refuse(refusal: Refusal): void }[] = [];
  const uploads = createUploads(clock, (upload, onSent, signal) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    asked.push({ upload, onSent, signal, succeed: resolve, refuse: reject });
    signal.addEventListener("abort", () => reject(new Refusal("unreachable")));
    return promise;
  });
  return { clock, asked, uploads, states: () => uploads.all.value.map(({ state }) => state) };
}

test("nothing is sent before the visitor says so; then one at a time, in the order they were picked", async () => {
  const { uploads, asked, states } = begin();
  uploads.pick([file("a.png"), file("b.png")]);
  await settle();
  expect([asked.length, states()]).toEqual([0, ["picked", "picked"]]);
  uploads.sendPicked();
  await settle();
  expect(asked.map(({ upload }) => upload.file.name)).toEqual(["a.png"]);
  asked[0]!.onSent(3);
  expect(states()).toEqual([{ sent: 3 }, "waiting"]);
  asked[0]!.succeed();
  await settle();
  expect([asked.at(-1)!.upload.file.name, states()]).toEqual(["b.png", ["kept", { sent: 0 }]]);
});

test("after a lost connection it goes again by itself, under the same id, so that the bridge has it once (I-2)", async () => {
  const { uploads, asked, states, clock } = begin();
  uploads.pick([file("a.png")]);
  uploads.sendPicked();
  await settle();
  asked[0]!.refuse(new Refusal("unreachable"));
  await settle();
  expect(states()).toEqual(["waiting"]);
  await clock.pass(1_000);
  expect(asked.map(({ upload }) => upload.id)).toEqual([asked[0]!.upload.id, asked[0]!.upload.id]);
  asked[1]!.refuse(new Refusal("busy", 20));
  await clock.pass(15_000);
  expect(asked.length).toBe(2);
  uploads.hurry(); // the way to the bridge is back
  await settle();
  expect(asked.length).toBe(3);
});

test("that nothing gets through is known until something does", async () => {
  const { uploads, asked, clock } = begin();
  uploads.pick([file("a.png")]);
  uploads.sendPicked();
  await settle();
  expect(uploads.isStuck.value).toBe(false);
  asked[0]!.refuse(new Refusal("unreachable"));
  await settle();
  expect(uploads.isStuck.value).toBe(true);
  await clock.pass(1_000);
  asked[1]!.onSent(3);
  expect(uploads.isStuck.value).toBe(false);
});

test("taken back it is stopped on its way, and those behind it go on", async () => {
  const { uploads, asked, states } = begin();
  uploads.pick([file("a.png"), file("b.png")]);
  uploads.sendPicked();
  await settle();
  uploads.remove(asked[0]!.upload.id);
  await settle();
  expect(asked[0]!.signal.aborted).toBe(true);
  expect([asked.at(-1)!.upload.file.name, states()]).toEqual(["b.png", [{ sent: 0 }]]);
});

test("what is refused lets the others pass, and is sent once more only when the visitor wishes it", async () => {
  const { uploads, asked, states } = begin();
  uploads.pick([file("a.png"), file("b.png")]);
  uploads.sendPicked();
  await settle();
  asked[0]!.refuse(new Refusal("nobody_there"));
  await settle();
  asked[1]!.succeed();
  await settle();
  expect(states()).toEqual([{ refused: "nobody_there" }, "kept"]);
  uploads.tryAgain(asked[0]!.upload.id);
  await settle();
  expect(asked[2]!.upload.id).toBe(asked[0]!.upload.id);
});

test("when the chat is left nothing of it stays, and nothing is sent any more (T12)", async () => {
  const { uploads, asked, states, clock } = begin();
  uploads.pick([file("a.png"), file("b.png")]);
  uploads.sendPicked();
  await settle();
  uploads.forget();
  await clock.pass(60_000);
  expect([asked.length, asked[0]!.signal.aborted, states()]).toEqual([1, true, []]);
});
