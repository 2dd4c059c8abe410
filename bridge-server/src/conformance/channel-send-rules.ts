import assert from "node:assert/strict";
import { CallError } from "../call.ts";
import { wallTime } from "../clock.ts";
import type { ChannelRule } from "./channel-conformance.ts";

/** Longer than anything holds, with pauses of every kind and none. */
const LONG = [
  "Here is what we found.",
  ...Array.from({ length: 60 }, (_, n) => `Sentence number ${n} is about the order. It says “wait”, costs 5 € and is fine 🙂.`),
  `https://shop.example/${"a".repeat(900)}`,
].join("\n\n");

const PHOTO = { name: "photo.jpg", type: "image/jpeg", size: 40_000, url: "https://bridge.test/v1/files/one/two?until=1&signature=a" };
const OTHER = { ...PHOTO, name: "other.png", type: "image/png", url: "https://bridge.test/v1/files/one/three?until=1&signature=b" };

const doubt = (...known: string[]) => ({ since: new Date(wallTime().getTime() - 1_000).toISOString(), known });

/** What goes out. */
export const channelSendRules: Record<string, ChannelRule> = {
  async "M1 a message arrives where it is sent, as it was written, and nowhere else"({ channel, threads: [ada, bob], screen }) {
    await channel.send(ada, "Hello & “welcome”: 100 %+1 = ½? ✓", null);
    assert.deepEqual(screen(ada), ["Hello & “welcome”: 100 %+1 = ½? ✓"]);
    assert.deepEqual(screen(bob), []);
  },
  async "M2 two messages with the same words are two"({ channel, threads: [ada], screen }) {
    const { ref } = await channel.send(ada, "Yes.", null);
    const other = await channel.send(ada, "Yes.", null);
    assert.notEqual(ref, other.ref);
    assert.deepEqual(screen(ada), ["Yes.", "Yes."]);
  },
  async "M3 a message that arrived without our knowing is not sent again"({ channel, threads: [ada], screen, willAnswer }) {
    willAnswer("lost");
    await assert.rejects(channel.send(ada, "Once.", null), { kind: "unclear" });
    await channel.send(ada, "Once.", doubt());
    assert.deepEqual(screen(ada), ["Once."]);
  },
  async "M4 a message that did not arrive is sent, whatever was said before in the same words"({
    channel,
    threads: [ada, bob],
    screen,
    willAnswer,
  }) {
    const { ref } = await channel.send(ada, "One moment.", null);
    await channel.send(bob, "One moment.", null);
    willAnswer("down");
    await assert.rejects(channel.send(ada, "One moment.", null), { kind: "unreachable" });
    await channel.send(ada, "One moment.", doubt(ref));
    assert.deepEqual(screen(ada), ["One moment.", "One moment."]);
  },
  async "M5 busy, down, unwilling and unsure are told apart"({ channel, threads: [ada], willAnswer, withWrongKey }) {
    const kindOf = (sending: Promise<unknown>) =>
      sending.then(
        () => "sent",
        (error: unknown) => (error instanceof CallError ? error.kind : "no CallError"),
      );
    willAnswer("busy", "down", "lost", "no");
    const kinds = [];
    for (let n = 0; n < 4; n++) kinds.push(await kindOf(channel.send(ada, `${n}`, null)));
    assert.deepEqual(kinds, ["too_fast", "unreachable", "unclear", "refused"]);
    assert.equal(await kindOf(withWrongKey().send(ada, "Hello", null)), "refused");
  },
  async "M6 a visitor to whom the platform sends nothing any more is gone, and only that one (K3)"({
    channel,
    threads: [ada, bob],
    about,
    screen,
  }) {
    about(ada, { deed: "blocks_us" });
    await assert.rejects(channel.send(ada, "Hello?", null), { kind: "gone" });
    await channel.send(bob, "Hello!", null);
    assert.deepEqual([screen(ada), screen(bob)], [[], ["Hello!"]]);
  },
  async "M7 a long text arrives whole and in order, in messages that the platform takes (K4)"({ channel, threads: [ada], screen }) {
    for (const page of channel.pages(LONG)) await channel.send(ada, page, null);
    const plain = (text: string) => text.replaceAll(/[“”]/g, '"').replaceAll(/\s+/g, "");
    assert.ok(screen(ada).length > 1);
    assert.equal(plain(screen(ada).join("")), plain(LONG));
  },
  async "M8 words and sentences stay whole where a message ends, as far as they can (K4)"({ channel }) {
    const pages = channel.pages(Array.from({ length: 400 }, (_, n) => `word${n}${n % 9 === 8 ? "." : ""}`).join(" "));
    assert.ok(pages.length > 1);
    for (const page of pages.slice(0, -1)) assert.match(page, /^word[\s\S]*word\d+\.$/);
    assert.deepEqual(channel.pages("Short."), ["Short."]);
    assert.deepEqual(channel.pages(" \n "), []);
    for (const page of channel.pages("🙂".repeat(3_000))) assert.ok(page.isWellFormed());
  },
  async "M9 a file goes out once as a file, where the platform takes it, and not by way of words"(double) {
    const {
      channel,
      threads: [ada, bob],
      pictures,
      screen,
      willAnswer,
    } = double;
    if (!channel.takesFile(PHOTO)) return assert.rejects(channel.sendFile(ada, PHOTO, null), { kind: "refused" });
    const { ref } = await channel.sendFile(ada, PHOTO, null);
    willAnswer("lost");
    await assert.rejects(channel.sendFile(ada, OTHER, null), { kind: "unclear" });
    await channel.sendFile(ada, OTHER, doubt(ref));
    assert.deepEqual(pictures(ada), [PHOTO.url, OTHER.url]);
    assert.deepEqual([pictures(bob), screen(ada)], [[], []]);
  },
};
