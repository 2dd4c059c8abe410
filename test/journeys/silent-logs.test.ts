import { expect, test } from "vitest";
import { createLog } from "@baton/bridge-server/log";
import { startRig } from "./rig.ts";

const CANARY = "canary-4111-1111";

test("T43 whatever breaks, at the most talkative level no line of the log holds what was said, or a secret", async () => {
  let isBroken = false;
  await using rig = await startRig({
    between: (store) => ({
      ...store,
      record(fact) {
        if (isBroken) return Promise.reject(Object.assign(new TypeError(`${CANARY}\n    at ${CANARY}`), { detail: CANARY }));
        return store.record(fact);
      },
    }),
  });
  const visitor = await rig.live();
  const other = await rig.visitor();

  isBroken = true; // a bug in the bridge itself: in a request, in a webhook, at work
  const { status, body } = await visitor.say(CANARY);
  expect([status, body.code]).toEqual([500, "internal"]);
  await rig.desk.says("Kim", CANARY);
  isBroken = false;
  await rig.pass(60_000);

  rig.desk.willAnswer(500, 404, "busy"); // a desk that fails, refuses and is busy
  await rig.says(visitor, `${CANARY} one`, `${CANARY} two`);
  await rig.pass(60_000);
  expect(await rig.desk.send("agent.said", { text: CANARY }, { signedWith: `whsec_${Buffer.alloc(32, 7).toString("base64")}` })).toBe(401);
  expect(await rig.desk.send(CANARY, { text: { [CANARY]: CANARY } })).toBeLessThan(500);

  for (const kind of ["truncated_json", "html_body", "reset", "success_false"] as const) {
    rig.simulator.addFault({ kind, route: "respond", times: 1 }); // an assistant that answers nonsense
    await rig.says(other, `${CANARY} ${kind}`);
  }
  await other.send("POST", `/v1/conversations/${other.conversation}/lines`, `{"text": "${CANARY}`);
  await other.send("POST", `/v1/conversations/${other.conversation}/lines`, { [CANARY]: CANARY });

  const written: string[] = [];
  const log = createLog({ write: (line) => void written.push(line) }, { now: () => new Date(), level: "debug" });
  for (const event of rig.log) log(event);
  const events = new Set(rig.log.map(({ event }) => event));
  for (const event of ["request_broke", "call_failed", "webhook_refused", "assistant_called"]) expect(events).toContain(event);
  for (const secret of [CANARY, "4111-1111", visitor.token, other.token, ...rig.secrets]) expect(written.join("")).not.toContain(secret);
});
