import { connectorNames } from "@baton/bridge-server/connectors/load";
import type { Deed, VendorDouble } from "@baton/bridge-server/conformance";
import { defineConnector } from "@baton/bridge-server/connector";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { doublesOf } from "../doubles/doubles.ts";
import { pigeonholeDouble } from "../out-of-tree/pigeonhole-double.ts";
import { startRig } from "./rig.ts";

// The visitor's whole story over each vendor's stand-in: its connector, the bridge and everything between, told once.
const doubles = [
  ...(await Promise.all(connectorNames().map(doublesOf))).flat(),
  { name: "pigeonhole, which is listened to", start: pigeonholeDouble },
];

describe.each(doubles)("over $name", ({ start }) => {
  test("a visitor is passed on with everything said, talks to one person and then another, through a restart, until the end", async () => {
    await using story = await begin(await start());
    const { visitor, vendor } = story;
    await visitor.reaches("queued");
    expect(story.chat().isWaiting).toBe(true);
    expect(story.chat().before.map(({ text }) => text)).toContain("I want a refund");
    expect(story.chat().contexts.join()).toContain("A-1001");
    const shown = (await story.rig.handoffs(`id=${visitor.conversation}`)).body.handoffs[0]?.chat?.ref ?? "";
    expect(shown).not.toBe("");
    expect(shown).not.toContain("\n"); // what a connector keeps behind the name may be a secret

    await visitor.say("Is anybody there?");
    await story.until(() => story.chat().lines.length === 1);
    await story.happens({ deed: "picks_up", agent: "Sam" });
    await story.happens({ deed: "says", agent: "Sam", text: "Hello, I have your order." });
    await story.until(() => visitor.phase === "live" && visitor.said().some((line) => line.endsWith("Hello, I have your order.")));
    await story.happens({ deed: "writes_a_private_note", text: "Careful with this one" });
    if (vendor.abilities.files) {
      await story.happens({ deed: "sends_a_file", agent: "Sam", name: "label.pdf", content: "%PDF-1.7\nnothing much" });
      await story.until(() => visitor.entries.some(({ body }) => body.type === "said" && body.file?.state === "kept"));
    }

    story.happensUnheard({ deed: "says", agent: "Sam", text: "One moment, I look for it." });
    await story.rig.restart();
    await visitor.follow();
    await visitor.say("Good!");
    await story.until(() => story.chat().lines.length === 2);
    if (!vendor.cannot?.["C13"]) {
      await story.happens({ deed: "passes_on", to: "Billing" });
      await story.until(() => visitor.types().includes("transferred"));
    }
    await story.happens({ deed: "picks_up", agent: "Kim" });
    await story.happens({ deed: "says", agent: "Kim", text: "Kim here." });
    await story.until(() => visitor.said().some((line) => line.endsWith("Kim here.")));
    await story.happens({ deed: "hangs_up" });
    await story.until(() => visitor.phase === "ended");

    expect(story.chat()).toMatchObject({ isWaiting: false, lines: ["Is anybody there?", "Good!"] });
    expect(visitor.said().filter((line) => /Kim here|Hello, I have/.test(line))).toHaveLength(2);
    if (vendor.platform.style !== "webhook") expect(visitor.said().filter((line) => line.includes("I look for it"))).toHaveLength(1);
    expect(visitor.received.join()).not.toContain("Careful");
    expect(vendor.desk()).toHaveLength(1);
  });

  test("a vendor that says no leaves the visitor with the site's other ways, and no chat behind", async () => {
    const vendor = await start();
    vendor.willAnswer(...Array.from({ length: 20 }, () => "no" as const));
    await using story = await begin(vendor);
    await story.until(() => story.visitor.phase === "failed");
    expect(vendor.desk()).toEqual([]);
  });

  test("a visitor who goes while waiting leaves nobody on the desk", async () => {
    await using story = await begin(await start());
    await story.visitor.reaches("queued");
    await story.visitor.leave();
    await story.until(() => !story.chat().isWaiting);
  });
});

/** The address that the world knows the bridge by: some vendors sign it. */
const BRIDGE = "https://bridge.example.test";

/** A visitor who wants a refund, where refunds are the vendor's. */
async function begin(vendor: VendorDouble) {
  const use = defineConnector({ settings: z.object({}), abilities: vendor.abilities, connect: () => vendor.restart() });
  const rig = await startRig({
    listen: { publicUrl: BRIDGE },
    connectors: { vendor: { use, settings: {} } },
    site: {
      files: {},
      routes: [{ destination: "refunds", to: { connector: "vendor", queue: "refunds" } }],
      fallback: [{ to: "phone", label: "Call us", number: "+441632960961" }],
    },
  });
  const visitor = await rig.visitor();
  await rig.says(visitor, "I want a refund", "A-1001");

  return {
    rig,
    visitor,
    vendor,
    chat() {
      const [chat] = vendor.desk();
      if (!chat) throw new Error("nobody is on the desk");
      return structuredClone(chat);
    },
    /** It happens there, and every delivery about it comes twice. */
    async happens(deed: Deed): Promise<void> {
      const { platform } = vendor;
      const chat = { ref: vendor.desk()[0]?.ref ?? "" };
      if (platform.style === "listen") return platform.happens(chat, deed);
      for (const { headers, body } of platform.about(chat, deed, { sentTo: `${BRIDGE}/v1/hooks/shop/vendor` })) {
        for (const _ of ["once", "again"]) {
          const response = await fetch(`${rig.url}/v1/hooks/shop/vendor`, { method: "POST", headers, body: body.slice() });
          expect(response.status).toBeLessThan(300);
        }
      }
    },
    /** It happens there while the bridge is away. A vendor that only calls us delivers it again later, or tells the agent. */
    happensUnheard(deed: Deed): void {
      const { platform } = vendor;
      const chat = { ref: vendor.desk()[0]?.ref ?? "" };
      if (platform.style === "listen") platform.happens(chat, deed);
      if (platform.style === "webhook_and_look") platform.about(chat, deed);
    },
    /** Time goes by until it is so; real calls are under way meanwhile. */
    async until(isSo: () => boolean): Promise<void> {
      const end = Date.now() + 30_000;
      while (!isSo()) {
        if (Date.now() > end) throw new Error(`this never came: ${isSo}; the visitor saw ${visitor.types().join(", ")}`);
        await rig.pass(100);
        await new Promise((done) => setTimeout(done, 2));
      }
    },
    async [Symbol.asyncDispose]() {
      await rig.stop();
      await vendor.close();
    },
  };
}
