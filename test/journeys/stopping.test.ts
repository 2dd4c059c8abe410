import type { ServerMessage } from "@baton/bridge-server/protocol";
import type { Store } from "@baton/bridge-server/store/store";
import { expect, test } from "vitest";
import { startRig } from "./rig.ts";

// F21: what a bridge does between being told to stop and being gone.

const NOTICE_MS = 2_000;

test("F21 a bridge that is told to stop says so at /readyz first, answers as before, and keeps no connection", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  const stopped = rig.stopBridge(NOTICE_MS);
  const ready = await fetch(`${rig.url}/readyz`);
  expect([ready.status, await ready.json()]).toMatchObject([503, { ready: false, draining: true }]);
  const said = await visitor.say("how are you?");
  expect([said.status, said.headers.get("connection")]).toEqual([200, "close"]);
  await rig.settle();
  await visitor.hears("Very well");
  expect(visitor.messages.map(({ type }) => type)).not.toContain("bye");
  await rig.pass(NOTICE_MS);
  await visitor.until(() => visitor.messages.some(({ type }) => type === "bye"), "bye");
  await rig.passUntil(stopped);
  await expect(fetch(`${rig.url}/readyz`)).rejects.toThrow();
});

test("F21 a line whose visitor is still being let in when the bridge stops is answered", async () => {
  const door = createSlowDoor();
  await using rig = await startRig({ between: door.between });
  const visitor = await rig.visitor();
  door.close();
  const saying = visitor.say("how are you?");
  await rig.settle();
  const stopped = rig.stopBridge(0);
  await rig.settle();
  door.open();
  expect((await saying).status).toBe(200);
  await rig.passUntil(stopped);
});

test("F21 a stream whose visitor is still being let in when the bridge stops is told when to come back", async () => {
  const door = createSlowDoor();
  await using rig = await startRig({ between: door.between });
  const visitor = await rig.visitor({ follows: false });
  door.close();
  const following = visitor.get<string>("entries?after=0", "text/event-stream");
  await rig.settle();
  const stopped = rig.stopBridge(0);
  await rig.settle();
  door.open();
  expect((await following).body).toContain('"type":"bye"');
  await rig.passUntil(stopped);
});

test("F21 F33 whoever waits for JSON is told when to come back, too", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  const waiting = visitor.get<{ messages: ServerMessage[] }>("entries?after=1");
  await rig.settle();
  await rig.passUntil(rig.stopBridge(0));
  expect((await waiting).body.messages).toMatchObject([{ type: "hello" }, { type: "bye", retryMs: 500 }]);
});

/** Looks nobody up while it is closed. */
function createSlowDoor() {
  let opening = Promise.withResolvers<void>();
  opening.resolve();
  return {
    between: (store: Store): Store => ({
      ...store,
      find: (name) => opening.promise.then(() => store.find(name)),
      resume: (...asked) => opening.promise.then(() => store.resume(...asked)),
    }),
    close: () => void (opening = Promise.withResolvers<void>()),
    open: () => opening.resolve(),
  };
}
