import { secret } from "@baton/bridge-server/config";
import type { Connector } from "@baton/bridge-server/connector";
import webhook from "@baton/bridge-server/connectors/webhook";
import { expect, test } from "vitest";
import { startRig } from "./rig.ts";

// F40: a desk's adapter with a bug. Whoever it hits is told, everybody else goes on, and operators hear of it.

const CANARY = "my card is 4111 1111 1111 1111";

/** The desk's own adapter, but for what is broken about it. */
function adapter(broken: Partial<Connector>) {
  const settings = { url: "http://127.0.0.1:9/nobody", secrets: [secret("DESK")] };
  const opened = { chat: { ref: "p-1" }, position: null, waitSeconds: null, dropped: [] };
  const rest: Partial<Connector> = {
    availability: async () => ({ state: "unknown", waitSeconds: null }),
    open: async () => opened,
    say: async () => {},
    close: async () => {},
  };
  const use = {
    ...webhook,
    connect: (...given: Parameters<typeof webhook.connect>) => ({ ...webhook.connect(...given), ...rest, ...broken }),
  };
  return { connectors: { broken: { use, settings } }, listen: { metrics: { host: "127.0.0.1", port: 0 } } };
}
const toBroken = { person: { offered: true, destination: "broken" }, routes: [{ destination: "broken", to: { connector: "broken" } }] };

test("F40 a desk whose adapter always throws: the handoff fails within a minute, others go on, and the job is kept", async () => {
  let tries = 0;
  const open = async () => {
    tries++;
    throw new TypeError(CANARY);
  };
  await using rig = await startRig({ ...adapter({ open }), site: { ...toBroken, handoff: { openWithinMs: 120_000 } } });
  const visitor = await rig.visitor();
  const other = await rig.visitor();
  await visitor.askForPerson();
  await rig.settle();
  await rig.says(other, "how are you?");
  await other.hears("Very well");
  await rig.pass(60_000);
  await visitor.hears((body) => body.type === "phase_changed" && body.phase === "failed");
  await rig.pass(600_000);
  expect(tries).toBe(10); // five to open it, and five to take back what may have been opened after all
  await rig.pass(3_600_000);
  expect(tries).toBe(10);
  expect(rig.log).toContainEqual(expect.objectContaining({ event: "job_parked", level: "error", task: "open_handoff" }));
  expect(JSON.stringify(rig.log)).not.toContain("4111 1111");
  const numbers = await (await fetch(`${rig.privateUrl}/metrics`)).text();
  expect(numbers).toMatch(/^baton_jobs_parked 2$/m);
  expect(numbers).toMatch(/^baton_jobs_parked_total\{task="open_handoff"\} 1$/m);
  expect(numbers).toMatch(/^baton_jobs_parked_total\{task="withdraw_handoff"\} 1$/m);
  expect(numbers).toMatch(/^baton_connector_seconds_count\{connector="broken",operation="open",outcome="bug"\} 10$/m);
});

test("F40 one line that an adapter cannot take is marked, and those behind it reach the agent", async () => {
  const heard: string[] = [];
  const say: Connector["say"] = async (_, { text }) => {
    if (text.includes("poison")) throw new RangeError(text);
    heard.push(text);
  };
  await using rig = await startRig({ ...adapter({ say }), site: toBroken });
  const visitor = await rig.visitor();
  await visitor.askForPerson();
  await rig.pass(5_000);
  await visitor.reaches("queued");
  const poison = crypto.randomUUID();
  await visitor.say(`poison ${CANARY}`, poison);
  await visitor.say("and this is for you");
  await rig.pass(60_000);
  await visitor.until(() => visitor.deliveries()[poison] === "undelivered", "word of the line that was not delivered");
  await rig.settle();
  expect(heard).toEqual(["and this is for you"]);
  expect(JSON.stringify(rig.log)).not.toContain("4111 1111");
});

test("D9 a bug after the assistant was asked does not ask it again", async () => {
  await using rig = await startRig({
    between: (store) => ({
      ...store,
      // The answer arrives, and writing it down breaks.
      record: async (fact) => {
        if (fact.by?.job.task === "ask_assistant" && broken) {
          broken = false;
          throw new TypeError(CANARY);
        }
        return store.record(fact);
      },
    }),
  });
  let broken = false;
  const visitor = await rig.visitor();
  broken = true;
  await visitor.say("how are you?");
  await visitor.hears((body) => body.type === "answer_lost" && body.why === "unclear");
  await rig.pass(300_000);
  expect(rig.simulator.respondCount()).toBe(1);
  expect(JSON.stringify(rig.log)).not.toContain("4111 1111");
});
