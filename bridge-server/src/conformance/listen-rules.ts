import assert from "node:assert/strict";
import { assertMatches } from "./matching.ts";
import { pause, systemClock } from "../clock.ts";
import type { Rule, VendorDouble } from "./conformance.ts";
import { listenOn, listenUntilMark, MARK } from "./hearing.ts";
import { handoff } from "./requests.ts";

const AT_ONCE_MS = 4_000;

/** What a vendor that has to be listened to owes whoever listens. */
export const listenRules: Record<string, Rule> = {
  async "C34 what happened while nobody listened is heard by whoever goes on from the cursor, once"(vendor) {
    const platform = listenedTo(vendor);
    const { chat } = await vendor.connector.open(handoff);
    platform.happens(chat, MARK);
    await listenUntilMark(vendor, chat);
    platform.happens(chat, { deed: "says", agent: "Sam", text: "While you were away" });
    platform.happens(chat, MARK);
    const heard = await listenUntilMark(vendor, chat, vendor.restart());
    assertMatches(heard.slice(-1), [{ chat, type: "agent_said", text: "While you were away" }]);
    platform.happens(chat, MARK);
    assert.deepEqual(await listenUntilMark(vendor, chat), []);
  },
  async "C35 whoever is told to stop listening stops at once"(vendor) {
    const platform = listenedTo(vendor);
    const { chat } = await vendor.connector.open(handoff);
    platform.happens(chat, MARK);
    const stop = new AbortController();
    const { heard, over } = listenOn(vendor, chat, stop.signal);
    await Promise.race([heard, over, tooLate()]);
    systemClock.after(50, () => stop.abort()); // while it waits for more
    assert.equal(await Promise.race([over, tooLate()]), "over");
  },
  async "C36 a stream that is cut is over, so that it can be begun again, and what came meanwhile is heard"(vendor) {
    const platform = listenedTo(vendor);
    const { chat } = await vendor.connector.open(handoff);
    platform.happens(chat, MARK);
    await listenUntilMark(vendor, chat);
    platform.happens(chat, MARK);
    const stop = new AbortController();
    const { heard, over } = listenOn(vendor, chat, stop.signal);
    await Promise.race([heard, over, tooLate()]); // before that there may be no stream that could be cut
    platform.cut();
    const outcome = await Promise.race([over, tooLate()]);
    stop.abort();
    assert.equal(outcome, "over");
    platform.happens(chat, { deed: "says", agent: "Sam", text: "After the cut" });
    platform.happens(chat, MARK);
    assertMatches((await listenUntilMark(vendor, chat)).slice(-1), [{ chat, type: "agent_said", text: "After the cut" }]);
  },
};

function listenedTo({ platform }: VendorDouble) {
  if (platform.style !== "listen") throw new Error("only a vendor that is listened to can be heard");
  return platform;
}

const tooLate = () => pause(systemClock, AT_ONCE_MS).then(() => "too late" as const);
