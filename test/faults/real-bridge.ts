import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { demoAccount } from "@baton/demo/assistant/demo-account";
import { createSimulator } from "@baton/demo/assistant/simulator";
import { startDesk } from "../journeys/desk.ts";
import { createVisitor } from "../journeys/visitor.ts";
import { watchBridge } from "./watched-bridge.ts";

/** The bridge as it ships, in a process of its own, between a simulated assistant, a desk and visitors who are here. */
export async function startReal(environment: (data: string) => Record<string, string> = () => ({})) {
  const data = mkdtempSync(join(tmpdir(), "baton-real-"));
  const simulator = createSimulator();
  const upstream = await simulator.start();
  const desk = await startDesk("desk");
  const visitors: ReturnType<typeof createVisitor>[] = [];
  let log = "";
  const bridge = watchBridge({
    environment: {
      ...environment(data),
      BRIDGE_DATA: data,
      ASSISTANT_URL: upstream.url,
      DESK_URL: desk.url,
      DESK_SECRET: desk.secret,
      CHAT_KEY: demoAccount.chatApiKey,
      CHAT_TOKEN: demoAccount.chatToken,
      HANDOFF_KEY: demoAccount.handoffApiKey,
    },
    failed: () => {},
    logged: (text) => (log += text),
    isTrouble: () => false, // trouble is what it is given here
  });
  await bridge.start();
  desk.callsBackTo(`${bridge.url()}/v1/hooks/shop/desk`);

  return {
    bridge,
    desk,
    simulator: simulator.control,
    /** Everything the bridge has logged. */
    log: () => log,
    /** A visitor who has been greeted, and listens. */
    async visitor() {
      const visitor = createVisitor(() => bridge.url() ?? "");
      visitors.push(visitor);
      await visitor.begin();
      await visitor.follow();
      await visitor.hears("welcome");
      return visitor;
    },
    async [Symbol.asyncDispose]() {
      for (const visitor of visitors) visitor.unfollow();
      await bridge.stop();
      await Promise.all([desk.stop(), upstream.close()]);
      rmSync(data, { recursive: true, force: true });
    },
  };
}
