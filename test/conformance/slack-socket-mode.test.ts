import { createCall } from "@baton/bridge-server/call";
import { handoff } from "@baton/bridge-server/conformance/requests";
import { startStandIn } from "@baton/bridge-server/conformance";
import type { VendorNews } from "@baton/bridge-server/connector";
import slack from "@baton/bridge-server/connectors/slack";
import { createHold } from "@baton/bridge-server/hold/hold";
import { knownSecret } from "@baton/bridge-server/secret";
import { LogLevel, SocketModeClient } from "@slack/socket-mode";
import { expect, onTestFinished, test } from "vitest";
import { answerInSocketMode, appToken } from "../doubles/slack-by-socket.ts";
import { startSocketMode } from "../doubles/slack-socket.ts";
import { createWorkspace } from "../doubles/slack-workspace.ts";

// Slack's own client judges the stand-in; then ours and theirs are told the same, and what they say on the wire is compared.

test("Slack's own client takes the stand-in for Slack: it connects, is told, acknowledges, and changes over when it is warned", async () => {
  const { socketMode, theirs, says } = await start();
  const { heard } = await theirs();
  socketMode.tell(says("one"));
  await until(() => heard.length === 1 && socketMode.unacknowledged() === 0);
  socketMode.warn();
  await until(() => socketMode.connections() === 2 && socketMode.open() === 1);
  socketMode.tell(says("two"));
  await until(() => heard.length === 2 && socketMode.unacknowledged() === 0);
  expect(heard).toEqual(["one", "two"]);
});

test("what Slack's own client acknowledges, the connector does, one by one and in order", async () => {
  const acknowledged = async (begin: "theirs" | "ours") => {
    const rig = await start();
    await rig[begin]();
    for (const words of ["one", "// note", "two"]) rig.socketMode.tell(rig.says(words));
    rig.socketMode.tell({ type: "slash_commands" as never, payload: { command: "/somebody-elses" } });
    await until(() => rig.socketMode.unacknowledged() === 0);
    return rig.socketMode.said.map(({ envelope_id }) => envelope_id);
  };
  const [theirs, ours] = [await acknowledged("theirs"), await acknowledged("ours")];
  expect(theirs).toHaveLength(4);
  expect(ours).toEqual(theirs);
});

test("when Slack is about to close a connection the next is open before that, and nothing is lost or told twice", async () => {
  const { socketMode, ours, says } = await start();
  const { heard } = await ours();
  const words = Array.from({ length: 60 }, (_, n) => `word ${n}`);
  for (const [n, word] of words.entries()) {
    socketMode.tell(says(word));
    if (n % 20 !== 10) continue;
    socketMode.warn(n === 10 ? "warning" : "refresh_requested");
    await until(() => socketMode.open() === 2);
    socketMode.tell(says(`to the new one ${n}`));
    socketMode.closeOldest();
    await until(() => socketMode.open() === 1);
  }
  await until(() => socketMode.unacknowledged() === 0);
  expect(heard().filter((word) => word.startsWith("word"))).toEqual(words);
  expect(heard()).toHaveLength(63);
  expect(socketMode.connections()).toBe(4);
});

test("nothing is acknowledged before it is safe, and what was not is told to whoever comes next, under the same name", async () => {
  const { socketMode, listen, says } = await start();
  socketMode.tell(says("one"));
  const first = listen(null);
  await first.next(); // where it begins
  const { value: told } = await first.next();
  await socketMode.caughtUp();
  expect(socketMode.unacknowledged()).toBe(1);
  socketMode.cut();
  const second = listen(null);
  await second.next();
  const { value: again } = await second.next();
  expect(again.news).toEqual(told.news);
  void second.next().catch(() => {}); // it is safe now
  await until(() => socketMode.unacknowledged() === 0);
});

test("what was said for so long that Slack has given up is found in the threads, once, and in its place among what Slack still tells", async () => {
  const { socketMode, ours, says, presses } = await start();
  const before = await ours();
  socketMode.tell(says("one"));
  await until(() => before.heard().length === 1);
  before.stop();
  says("two");
  socketMode.tell(says("three"));
  socketMode.tell(presses());
  says("// note");
  const after = await ours(before.cursor());
  await until(() => after.news.length === 3);
  socketMode.tell(says("four"));
  await until(() => after.heard().includes("four") && socketMode.unacknowledged() === 0);
  expect(after.news.map((one) => (one.type === "agent_said" ? one.text : one.type))).toEqual(["two", "three", "agent_joined", "four"]);
});

test("Socket Mode that was switched off is told as a refusal, and nobody hammers at it", async () => {
  const { socketMode, ours } = await start();
  const { whole } = await ours();
  socketMode.warn("link_disabled");
  await expect(whole).rejects.toMatchObject({ kind: "refused" });
  expect(socketMode.connections()).toBe(1);
});

test("a wrong token of the app is found, and the settings want one way of hearing, and one only", async () => {
  const { connectWith } = await start();
  const found = await connectWith({ appToken: "xapp-another" }).examine();
  expect(found).toMatchObject([{ state: "bad", says: expect.stringContaining("apps.connections.open: invalid_auth") as string }]);
  const settings = { token: knownSecret("xoxb-1"), channel: "C1" };
  for (const more of [{}, { secrets: [knownSecret("s")], appToken: knownSecret("xapp-1") }, { appToken: knownSecret("xoxb-1") }])
    expect(slack.settings.safeParse({ ...settings, ...more }).success).toBe(false);
});

async function start() {
  const workspace = createWorkspace();
  const socketMode = await startSocketMode();
  const server = await startStandIn((asked) => answerInSocketMode(asked, socketMode.newUrl) ?? workspace.answer(asked));
  const call = createCall({ allowPrivate: true });
  const hold = createHold({ allowPrivate: true });
  onTestFinished(async () => {
    await Promise.all([call.close(), hold.close(), socketMode.close(), server.close()]);
  });
  const connectWith = (more: object) => slack.connect({ ...workspace.settings(true, server.url), appToken, ...more }, call, hold);
  const { chat } = await connectWith({}).open(handoff);
  const listen = (from: string | null, signal = new AbortController().signal) => {
    const { inbound } = connectWith({});
    if (inbound.style !== "listen") throw new Error("it is in Socket Mode");
    return inbound.listen(from, null, signal)[Symbol.asyncIterator]();
  };
  return {
    socketMode,
    connectWith,
    listen,
    says: (text: string) => workspace.happens(chat, { deed: "says", agent: "Sam", text })[0]!,
    presses: () => workspace.happens(chat, { deed: "picks_up", agent: "Sam" })[0]!,
    async theirs() {
      const client = new SocketModeClient({
        appToken,
        logLevel: LogLevel.ERROR,
        clientOptions: { slackApiUrl: `${server.url}/api/` },
        clientPingTimeout: 500,
      });
      const heard: string[] = [];
      client.on("slack_event", (told: { ack(): Promise<void>; body: { event?: { text: string } } }) => {
        heard.push(told.body.event?.text ?? "");
        void told.ack();
      });
      onTestFinished(() => client.disconnect());
      await client.start();
      return { heard };
    },
    /** As the bridge does it: each batch is kept, then the next is asked for. */
    async ours(from: string | null = null) {
      const stop = new AbortController();
      const batches = listen(from, stop.signal);
      const news: VendorNews[] = [];
      let cursor = from;
      const whole = (async () => {
        for (let { value, done } = await batches.next(); !done; { value, done } = await batches.next()) {
          news.push(...value.news);
          cursor = value.cursor;
        }
      })();
      whole.catch(() => {}); // who wants to know asks
      await until(() => socketMode.open() > 0);
      const heard = () => news.flatMap((one) => (one.type === "agent_said" ? [one.text] : []));
      return { news, heard, whole, cursor: () => cursor, stop: () => stop.abort() };
    },
  };
}

/** Once it is so: both ends are in this process, and it takes them a few turns. */
async function until(isSo: () => boolean): Promise<void> {
  for (let n = 0; n < 1_000 && !isSo(); n++) await new Promise((done) => setTimeout(done, 5));
  expect(isSo()).toBe(true);
}
