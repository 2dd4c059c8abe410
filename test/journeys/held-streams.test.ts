import { once } from "node:events";
import { defineConnector } from "@baton/bridge-server/connector";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { WebSocketServer } from "ws";
import * as z from "zod";
import { startRig } from "./rig.ts";
import { recordSpans } from "./span-recorder.ts";

// What whoever is on call sees of a desk whose stream is held: that it is, that it broke, and that it is begun again.

const { spans, stop } = recordSpans();
afterAll(stop);

test("a desk's stream is told of in numbers and spans: opened, broken, waiting to be begun again, and open once more", async () => {
  const desk = await startDesk();
  const use = defineConnector({
    settings: z.object({}),
    abilities: { maxLineLength: 1_000 },
    connect: (_, __, hold) => ({
      open: () => Promise.reject(new Error("nobody is passed on here")),
      say: async () => {},
      close: async () => {},
      inbound: {
        style: "listen",
        scope: "account",
        async *listen(from, _chat, signal) {
          const socket = await hold.socket({ to: new URL(`${desk.url}/live?ticket=canary`), signal });
          for await (const cursor of socket.messages) yield { news: [], cursor: `${from}${cursor}` };
        },
      },
    }),
  });
  await using rig = await startRig({
    listen: { metrics: { host: "127.0.0.1", port: 0 } },
    connectors: { phones: { use, settings: {} } },
    site: { routes: [{ destination: "refunds", to: { connector: "phones" } }] },
  });
  const told = async () =>
    (await (await fetch(`${rig.privateUrl}/metrics`)).text()).split("\n").filter((line) => line.includes('"phones"'));
  const states = async () =>
    (await told()).filter((line) => line.startsWith("baton_held_streams{")).map((line) => /state.*/.exec(line)?.[0]);
  /** Time goes by; the desk goes by its own. */
  const become = (opening: number, open: number, waiting: number) =>
    expect
      .poll(async () => (await rig.pass(100), states()), { interval: 5 })
      .toEqual([`state="opening"} ${opening}`, `state="open"} ${open}`, `state="waiting"} ${waiting}`]);

  await become(0, 1, 0);
  expect(await told()).toEqual(
    expect.arrayContaining([
      'baton_connector_seconds_count{connector="phones",operation="hold",outcome="ok"} 1',
      expect.stringMatching(/^baton_held_stream_silent_seconds\{connector="phones"\} \d/),
    ]),
  );
  const span = spans.find(({ name }) => name === "hold socket");
  expect(span).toMatchObject({ attributes: { "server.address": "127.0.0.1" }, isOver: true });
  expect(JSON.stringify(span)).not.toContain("canary");

  desk.isOpen(false);
  await become(0, 0, 1);
  expect(await told()).toContain('baton_held_streams_ended_total{connector="phones",outcome="unclear"} 1');
  const failed = 'baton_connector_seconds_count{connector="phones",operation="hold",outcome="unreachable"}';
  await expect.poll(async () => (await rig.pass(100), (await told()).join()), { interval: 5 }).toContain(failed);
  expect((await told()).join()).not.toContain("silent_seconds"); // nothing is open that could be silent

  desk.isOpen(true);
  await become(0, 1, 0);
});

/** Takes whoever comes, or cuts everybody off and takes nobody. */
async function startDesk() {
  let takes = true;
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0, verifyClient: (_, done) => done(takes, 503) });
  await once(server, "listening");
  const cut = () => server.clients.forEach((client) => client.terminate());
  onTestFinished(() => (cut(), void server.close()));
  return {
    url: `ws://127.0.0.1:${(server.address() as { port: number }).port}`, // it listens
    isOpen(now: boolean): void {
      takes = now;
      if (!now) cut();
    },
  };
}
