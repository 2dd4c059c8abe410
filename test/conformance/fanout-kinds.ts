import { inProcessFanout } from "@baton/bridge-server/fanout/in-process";
import { natsFanout } from "@baton/bridge-server/fanout/nats";
import { postgresFanout } from "@baton/bridge-server/fanout/postgres";
import { newPostgresDatabase, noPostgres } from "../engines/lent.ts";
import { openLine } from "../engines/line.ts";
import { noNats, startNats } from "../engines/nats.ts";
import type { BusUnderTest, FanoutUnderTest } from "./fanout.ts";

/** A fan-out that needs a bus: how one is made, and where it is found. */
export interface BusKind {
  absent: string | null;
  start(): Promise<{ url: string; stop(): Promise<void> }>;
  fanout: typeof postgresFanout;
}

export const busKinds: Record<string, BusKind> = {
  postgres: { absent: noPostgres, start: async () => ({ url: await newPostgresDatabase(), stop: async () => {} }), fanout: postgresFanout },
  nats: { absent: noNats, start: startNats, fanout: natsFanout },
};

export async function withInProcess(check: (test: FanoutUnderTest) => Promise<void>): Promise<void> {
  const fanout = inProcessFanout();
  await check({ here: fanout, there: fanout });
  await fanout.close();
}

/** Lends a rule two processes' fan-outs on a bus of their own. */
export async function withBus({ start, fanout }: BusKind, check: (test: BusUnderTest) => Promise<void>): Promise<void> {
  const bus = await start();
  const { hostname, port } = new URL(bus.url);
  if (hostname !== "127.0.0.1") throw new Error("a line that can be broken leads to this machine only");
  const line = await openLine(Number(port));
  const here = fanout(Object.assign(new URL(bus.url), { port: line.port }).href);
  const there = fanout(bus.url);
  try {
    await check({ here, there, cut: line.cut, hush: line.hush, mend: line.mend });
  } finally {
    await Promise.all([here.close(), there.close()]);
    await line.close();
    await bus.stop();
  }
}
