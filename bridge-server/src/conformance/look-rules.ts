import assert from "node:assert/strict";
import { assertMatches } from "./matching.ts";
import type { Rule, VendorDouble } from "./conformance.ts";
import { isOf, look } from "./hearing.ts";
import { handoff } from "./requests.ts";

/** What a vendor that does not tell everything owes whoever looks. */
export const lookRules: Record<string, Rule> = {
  async "C42 what was not delivered is found by whoever looks on from the cursor, once, and by whoever looks again as the same"(vendor) {
    const { chat } = await vendor.connector.open(handoff);
    happens(vendor, chat, "Sam");
    const { looks, platform } = lookingAt(vendor);
    platform.about(chat, { deed: "says", agent: "Sam", text: "Hello!" });
    const first = await looks.look(null, chat, new AbortController().signal);
    assertMatches(first.news.slice(-1), [{ type: "agent_said", text: "Hello!" }]);
    assert.ok(first.news.every((one) => isOf(chat, one)));
    const again = await lookingAt({ ...vendor, connector: vendor.restart() }).looks.look(null, chat, new AbortController().signal);
    assert.deepEqual(again.news, first.news);
    const after = await looks.look(first.cursor, chat, new AbortController().signal);
    assert.deepEqual([after.news, after.cursor], [[], first.cursor]);
  },
  async "C43 what was delivered in vain is found, and what was not is not found a second time under another name"(vendor) {
    const { chat } = await vendor.connector.open(handoff);
    happens(vendor, chat, "Sam");
    await look(vendor, chat);
    const { platform, looks } = lookingAt(vendor);
    const [delivery] = platform.about(chat, { deed: "says", agent: "Sam", text: "While you were away" });
    const { news } = await looks.receive(delivery!);
    const found = await look(vendor, chat, vendor.restart());
    assertMatches(found, [{ id: news[0]?.id, type: "agent_said", text: "While you were away" }]);
    assert.deepEqual(await look(vendor, chat), []);
  },
  async "C47 that somebody has come is found, though nobody was told"(vendor) {
    const { chat } = await vendor.connector.open(handoff);
    happens(vendor, chat, "Sam");
    assertMatches(await look(vendor, chat), [{ type: "agent_joined", agent: { name: "Sam" } }]);
  },
  async "C48 that it is over is found, though nobody was told, and once"(vendor) {
    const { chat } = await vendor.connector.open(handoff);
    happens(vendor, chat, "Sam");
    await look(vendor, chat);
    lookingAt(vendor).platform.about(chat, { deed: "hangs_up" });
    assertMatches((await look(vendor, chat)).slice(-1), [{ type: "ended" }]);
    assert.deepEqual(await look(vendor, chat), []);
  },
  async "C44 whoever is told to stop looking stops at once"(vendor) {
    const { chat } = await vendor.connector.open(handoff);
    await assert.rejects(lookingAt(vendor).looks.look(null, chat, AbortSignal.abort()));
  },
};

function happens(vendor: VendorDouble, chat: Parameters<typeof look>[1], agent: string): void {
  lookingAt(vendor).platform.about(chat, { deed: "picks_up", agent });
}

function lookingAt({ platform, connector }: VendorDouble) {
  const { inbound: looks } = connector;
  if (platform.style !== "webhook_and_look" || looks.style !== "webhook_and_look") throw new Error("nothing has to be looked for there");
  return { platform, looks };
}
