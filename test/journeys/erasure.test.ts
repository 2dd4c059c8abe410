import { expect, test } from "vitest";
import { startRig } from "./rig.ts";

// I-19, T46, F42: a visitor wants everything gone, and it stays gone.

const CANARY = "canary-private-41";

test("I-19 a visitor erases a talk with a person: it is gone here and on the desk, also for whoever looks at the disk", async () => {
  await using rig = await startRig();
  const visitor = await rig.live();
  await rig.says(visitor, CANARY);
  await rig.desk.says("Kim", `${CANARY} too`);
  await rig.settle();
  expect(await rig.onDisk()).toContain(CANARY);
  expect((await visitor.erase()).status).toBe(204);
  await rig.settle();
  expect(rig.desk.chats).toEqual([]);
  expect((await visitor.get("entries?after=0")).status).toBe(401);
  expect((await visitor.get("transcript")).status).toBe(401);
  expect((await visitor.say("Are you there?")).status).toBe(401);
  expect((await rig.handoffs(`id=${visitor.conversation}`)).body.handoffs ?? []).toEqual([]);
  expect(await rig.onDisk()).not.toContain(CANARY);
});

test("I-19 T46 whoever is still watching is told that it is over, and what the desk says later brings nothing back", async () => {
  await using rig = await startRig();
  const visitor = await rig.live();
  const chat = rig.desk.chat().ref;
  await visitor.erase();
  await rig.settle();
  await visitor.hears((body) => body.type === "phase_changed" && body.phase === "ended" && body.by === "erasure");
  for (const text of [CANARY, `${CANARY} again`]) expect(await rig.desk.says("Kim", text, chat)).toBe(204);
  expect(await rig.desk.send("chat.ended", { chat })).toBe(204);
  await rig.pass(600_000);
  expect(visitor.types().at(-1)).toBe("ended");
  expect(await rig.onDisk()).not.toContain(CANARY);
});

test("I-19 erased while the desk's key is wrong: the desk forgets it once the key is mended", async () => {
  await using rig = await startRig();
  const visitor = await rig.live();
  rig.desk.willAnswer(401, 403);
  await visitor.erase();
  await rig.settle();
  expect(rig.desk.chats).toHaveLength(1);
  await rig.pass(600_000);
  expect(rig.desk.chats).toEqual([]);
});

test("F42 I-8 erased while the assistant thinks: the answer is never written down, and its chat is ended", async () => {
  await using rig = await startRig({
    simulator: { rules: [{ match: /canary/, say: `${CANARY} yourself` }] },
  });
  const visitor = await rig.visitor();
  rig.simulator.addFault({ kind: "latency", route: "respond", ms: 5_000, times: 1 });
  await visitor.say(CANARY);
  await rig.settle();
  expect((await visitor.erase()).status).toBe(204);
  await rig.pass(20_000);
  expect(visitor.said().join()).not.toContain(`${CANARY} yourself`);
  expect(rig.simulator.counts().closes).toBe(1);
  expect(await rig.onDisk()).not.toContain(CANARY);
});

test("F42 I-9 erased while a desk is being asked: the chat that it makes is closed and forgotten", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  rig.desk.willAnswer("holds");
  await visitor.askForPerson();
  await rig.pass(1_000);
  expect(rig.desk.heldCount()).toBe(1);
  expect((await visitor.erase()).status).toBe(204);
  rig.desk.release();
  await rig.pass(30_000);
  expect(rig.desk.chats).toEqual([]);
});

test.each(["leave_message", "callback"] as const)("F42 what was left for a %s is forgotten by whoever has it", async (to) => {
  await using rig = await startRig({
    site: { defaultRoute: { to: { connector: "desk", queue: null } }, fallback: [{ to, connector: "second" }] },
  });
  rig.desk.isAvailable("closed");
  const visitor = await rig.visitor();
  await visitor.askForPerson();
  await rig.pass(5_000);
  if (to === "callback") await visitor.askCallback("+442079460018", CANARY);
  else await visitor.leaveMessage(CANARY, "canary@example.com");
  await rig.settle();
  expect(rig.secondDesk.chats).toHaveLength(1);
  await visitor.erase();
  await rig.pass(30_000);
  expect(rig.secondDesk.chats).toEqual([]);
  const left = await rig.onDisk();
  for (const gone of ["canary", CANARY, "442079460018"]) expect(left).not.toContain(gone);
});

test("a desk that is down is told for days, and one that knows no way is named in the log", async () => {
  await using rig = await startRig();
  const visitor = await rig.live();
  await rig.desk.goesDown();
  await visitor.erase();
  await rig.pass(60_000);
  await rig.desk.comesBack();
  await rig.pass(400_000);
  expect(rig.desk.chats).toEqual([]);

  const other = await rig.live();
  rig.desk.willAnswer(422, 422);
  await other.erase();
  await rig.settle();
  expect(rig.log).toContainEqual(expect.objectContaining({ event: "erase_by_hand", connector: "desk" }));
});

test("an erased conversation is not begun again under its old key", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  await visitor.erase();
  await expect(visitor.begin()).rejects.toThrow(/422.*conflict/);
});

test("T18 nobody erases somebody else's conversation", async () => {
  await using rig = await startRig();
  const [ada, bob] = [await rig.visitor(), await rig.visitor()];
  expect((await bob.send("DELETE", `/v1/conversations/${ada.conversation}`)).status).toBe(404);
  expect((await ada.say("Still here")).status).toBe(200);
});
