import { standingOf, threadKey } from "@baton/bridge-server/bridge-threads";
import type { Thread } from "@baton/bridge-server/channels/channel";
import { secret } from "@baton/bridge-server/config";
import type { ChannelDeed } from "@baton/bridge-server/conformance/channel-conformance";
import { describe } from "vitest";
import { authTokens, ours, startTwilio } from "../doubles/twilio-sms.ts";
import { newPostgresDatabase, noPostgres } from "../engines/lent.ts";
import { startRig, type RigOptions } from "./rig.ts";

/** The same journeys on a file and on PostgreSQL. */
export function onBothStores(journeys: (start: typeof startSmsRig) => void): void {
  describe("kept in a file", () => journeys(startSmsRig));
  describe.skipIf(noPostgres !== null)(`kept in PostgreSQL${noPostgres === null ? "" : ` (${noPostgres})`}`, () =>
    journeys(async (options) => startSmsRig({ ...options, database: await newPostgresDatabase() })),
  );
}

/** The rig with an account at Twilio beside it, and phones that write to the shop's number. */
export async function startSmsRig(
  options: RigOptions & { settings?: Record<string, unknown>; silence?: { warnAfterMs: number; endAfterMs: number } } = {},
) {
  const publicUrl = "https://chat.example.com";
  const twilio = await startTwilio({ hook: `${publicUrl}/v1/channels/sms`, now: () => rig.clock.now() });
  const rig = await startRig({
    ...options,
    listen: { ...options.listen, publicUrl },
    channels: { sms: { use: "twilio-sms", settings: { ...twilio.settings, authTokens: [secret("TWILIO")], ...options.settings } } },
    site: { channels: { sms: { addresses: [ours], ...(options.silence && { silence: options.silence }) } }, ...options.site },
    origins: [new URL(twilio.url).origin, ...(options.origins ?? [])],
    env: { TWILIO: authTokens.new, ...options.env },
  });

  return {
    ...rig,
    rig,
    twilio,
    phone,
    /** Takes away the conversation that was last under way in a thread, as whoever runs the bridge may. */
    async erases(thread: Thread): Promise<void> {
      const { conversation } = standingOf(await rig.bridge.notes(threadKey("shop", "sms", thread)));
      await rig.bridge.erase({ site: "shop", id: conversation ?? "" }, "operator");
    },
    async [Symbol.asyncDispose]() {
      await rig.stop();
      await twilio.close();
    },
  };

  /** One phone. What it writes is delivered, each delivery as often as `times` says, and everything that follows is waited for. */
  function phone(number = "+15552223333") {
    const thread = { ours, theirs: number };
    const does = async (deed: ChannelDeed, times = 1) => {
      const statuses: number[] = [];
      for (const delivery of twilio.about(thread, deed))
        for (let n = 0; n < times; n++) statuses.push(await deliver(delivery.headers, delivery.body));
      await rig.settle();
      return statuses;
    };
    return {
      thread,
      does,
      writes: (text: string, times = 1) => does({ deed: "writes", text }, times),
      reads: () => twilio.screen(thread),
    };
  }

  async function deliver(headers: Headers, body: Uint8Array): Promise<number> {
    const response = await fetch(`${rig.url}/v1/channels/sms`, { method: "POST", headers, body: Buffer.from(body) });
    await response.arrayBuffer();
    return response.status;
  }
}

/** What the assistant was told, in order. */
export function turnsOf({ simulator }: SmsRig): unknown[] {
  const asked = simulator.requests().filter(({ route }) => route === "respond");
  return asked.map(({ body }) => (body as { message: string }).message); // as PolyAI documents it
}

/** A phone with which Kim, on the desk, is talking. */
export async function live(sms: SmsRig) {
  const phone = sms.phone();
  await phone.writes("I want a refund");
  await phone.writes("A-1001");
  await sms.desk.joins("Kim");
  await sms.settle();
  return phone;
}

export type SmsRig = Awaited<ReturnType<typeof startSmsRig>>;
