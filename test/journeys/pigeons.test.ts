import { globSync, readFileSync } from "node:fs";
import { secret } from "@baton/bridge-server/config";
import type { ChannelDeed } from "@baton/bridge-server/conformance/channel-conformance";
import { expect, test } from "vitest";
import { operatorAt } from "./operator.ts";
import { pigeons, startLoft } from "../doubles/pigeons.ts";
import { startRig, type RigOptions } from "./rig.ts";

// A channel that only a configuration knows: it is imported there, and the bridge is told no more of it than `channel.ts` says.

test("K1, K2 a refund by carrier pigeon: greeting, question, a person, their answers in the same tower, and the end", async () => {
  await using loft = await startPigeonRig();
  const { rig, flies, reads } = loft;

  await flies({ deed: "writes", text: "I want a refund" });
  const [greeting, question, ...none] = reads();
  expect([greeting, question, none]).toEqual([expect.stringContaining("Hello"), expect.stringContaining("What is your order number?"), []]);
  await flies({ deed: "writes", text: "A-1001" });
  expect(reads().slice(2)).toEqual([
    expect.stringMatching(/^Thank you, I have found order A-1001/),
    "A person will answer you here. You can go on writing.",
  ]);
  const { request } = rig.desk.chat();
  expect(request).toMatchObject({ destination: { queue: "refunds" }, visitor: { reached: { channel: "pigeons", address: "tower-1" } } });
  expect(request.transcript.filter(({ by }) => by === "visitor").map(({ text }) => text)).toEqual(["I want a refund", "A-1001"]);

  await rig.desk.joins("Kim");
  await rig.desk.says("Kim", "I can refund that today.");
  await rig.settle();
  expect(reads().slice(4)).toEqual(["Kim is with you now.", "I can refund that today."]);
  await flies({ deed: "writes", text: "Great, thank you" });
  expect(rig.desk.chat().lines.map(({ text }) => text)).toEqual(["Great, thank you"]);

  await rig.desk.send("chat.ended");
  await rig.settle();
  expect(reads().at(-1)).toBe("This conversation is over. Write again whenever you like.");
  const { body } = await operatorAt(rig).get<{ conversations: { id: string }[] }>("conversations");
  const { body: conversation } = await operatorAt(rig).get<object>(`conversations/${body.conversations[0]!.id}`);
  expect(conversation).toMatchObject({ channel: "pigeons", phase: "ended", ended_by: "agent" });
  expect(rig.simulator.requests().find(({ route }) => route === "create")?.body).toMatchObject({ channel: "api" });
});

test("K3, K5 its own silence and its own STOP hold for it as for any other, also where a page's visitors may be silent for longer", async () => {
  await using loft = await startPigeonRig({ silence: { warnAfterMs: 24 * 60 * 60_000 } });
  const { rig, flies, reads } = loft;
  await flies({ deed: "writes", text: "hello" });
  await rig.pass(60 * 60_000 + 1_000); // as the channel's traits say
  expect(reads().at(-1)).toBe("Are you still there? This conversation ends in 30 minutes unless you write.");
  await flies({ deed: "says_stop" });
  const confirmed = reads().length;
  expect(reads().at(-1)).toContain("you will get no more messages");
  await flies({ deed: "writes", text: "hello" });
  expect(reads()).toHaveLength(confirmed);
  const listed = await operatorAt(rig).get<{ opt_outs: object[] }>("opt-outs?site=shop&channel=pigeons&address=tower-1");
  expect(listed.body.opt_outs).toMatchObject([{ channel: "pigeons", by: "visitor" }]);
});

test("nothing but the channels' own files and connectors names a channel's platform", () => {
  const core = globSync("bridge-server/src/**/*.ts").filter((path) => !/src\/(channels|connectors)\/|\.test\.ts$/.test(path));
  expect(core.length).toBeGreaterThan(150);
  expect(core.filter((path) => /twilio|pigeon/i.test(readFileSync(path, "utf8")))).toEqual([]);
});

/** The rig with a loft beside it, and a tower that writes to it. */
async function startPigeonRig(site: RigOptions["site"] = {}) {
  const publicUrl = "https://chat.example.com";
  const loft = await startLoft(`${publicUrl}/v1/channels/pigeons`);
  const thread = { ours: "loft-1", theirs: "tower-1" };
  const rig = await startRig({
    listen: { publicUrl },
    channels: { pigeons: { use: pigeons, settings: { ...loft.settings, secrets: [secret("FEATHER"), secret("DOWN")] } } },
    site: { channels: { pigeons: { addresses: [thread.ours] } }, ...site },
    origins: [new URL(loft.url).origin],
    env: { FEATHER: loft.settings.secrets[0]!, DOWN: loft.settings.secrets[1]! },
  });
  return {
    rig,
    async flies(deed: ChannelDeed): Promise<void> {
      for (const { headers, body } of loft.about(thread, deed)) {
        const answer = await fetch(`${rig.url}/v1/channels/pigeons`, { method: "POST", headers, body: Buffer.from(body) });
        expect(answer.status).toBe(204);
      }
      await rig.settle();
    },
    reads: () => loft.screen(thread),
    async [Symbol.asyncDispose]() {
      await rig.stop();
      await loft.close();
    },
  };
}
