import assert from "node:assert/strict";
import type { Channel, ChannelNews, Thread } from "../channels/channel.ts";
import type { Delivery } from "../connectors/connector.ts";
import type { ChannelDeed, ChannelDouble, ChannelRule } from "./channel-conformance.ts";

const forged = { kind: "forged" };
const writes = (text: string): ChannelDeed => ({ deed: "writes", text });

/** What comes in. */
export const channelNewsRules: Record<string, ChannelRule> = {
  async "M11 what a visitor writes is told as it was written, with both ends of the thread"(double) {
    const { threads } = double;
    for (const thread of threads)
      for (const text of ["I want a refund", "ä ✓ 🙂 & = + %41", "two\nlines", "<b>bold</b>", "stop it, please"])
        assert.deepEqual(untold(await hear(double, thread, writes(text))), [{ type: "said", thread, text }]);
  },
  async "M12 news that is repeated has the same id, other news has another"(double) {
    const { channel, threads, about } = double;
    const [first, other] = [about(threads[0], writes("Yes")), about(threads[0], writes("Yes"))];
    const [once, again, another] = [await idsIn(channel, first), await idsIn(channel, first), await idsIn(channel, other)];
    assert.equal(once.length, 1);
    assert.deepEqual(again, once);
    assert.notDeepEqual(another, once);
  },
  async "M13 a delivery that a stranger signed, nobody, or that was changed or sent elsewhere, is refused"({
    channel,
    threads: [ada],
    about,
  }) {
    for (const { headers, body, url } of about(ada, writes("Hi!"))) {
      await assert.rejects(channel.receive({ headers: new Headers(), body, url }), forged);
      const changed = Buffer.from(Buffer.from(body).toString().replace("Hi", "Ho"));
      await assert.rejects(channel.receive({ headers, body: changed, url }), forged);
      await assert.rejects(channel.receive({ headers, body, url: url.replace("//", "//not.") }), forged);
    }
    for (const strange of about(ada, writes("Hi!"), { signedBy: "stranger" })) await assert.rejects(channel.receive(strange), forged);
  },
  async "M14 while a secret is being changed, both are believed"(double) {
    for (const signedBy of ["new", "old"] as const)
      assert.equal((await hear(double, double.threads[0], writes("Hi!"), signedBy)).length, 1);
  },
  async "M15 stopping, starting and asking for help are told as such, and never as something said (K3)"(double) {
    const told = async (deed: "says_stop" | "says_start" | "says_help") =>
      (await hear(double, double.threads[0], { deed })).map((news) => [news.type, news.type === "opted_in" ? news.otherwise : null]);
    assert.deepEqual(await told("says_stop"), [["opted_out", null]]);
    assert.deepEqual(await told("says_start"), [["opted_in", null]]);
    assert.deepEqual(await told("says_help"), [["help_asked", null]]);
  },
  async "M16 only what could not be delivered is told of our own messages, once, and in whatever order it comes"(double) {
    const { channel, threads, about } = double;
    const [ada] = threads;
    const { ref } = await channel.send(ada, "Hello", null);
    assert.deepEqual(await hear(double, ada, { deed: "is_reached", ref }), []);
    const failed = about(ada, { deed: "is_not_reached", ref }).toReversed();
    const news: ChannelNews[] = [];
    for (const delivery of [...failed, ...failed]) news.push(...(await channel.receive(delivery)).news);
    assert.equal(new Set(news.map(({ id }) => id)).size, 1);
    assert.deepEqual([news[0]?.type, news[0]?.thread, news[0]?.type === "undelivered" && news[0].ref], ["undelivered", ada, ref]);
  },
  async "M17 what a visitor sends comes with its words or without, and is fetched from where the platform keeps it"(double) {
    const {
      threads: [ada],
      channel,
    } = double;
    const contents = ["first", "second"].map((text) => Buffer.from(text));
    for (const [text, sent] of [
      ["Look!", contents],
      ["", contents.slice(1)],
    ] as const) {
      const [told, ...more] = await hear(double, ada, { deed: "sends_files", text, files: sent });
      assert.deepEqual([told?.type, told?.thread, told?.type === "said" && told.text, more], ["said", ada, text, []]);
      const files = told?.type === "said" ? (told.files ?? []) : [];
      const fetched = await Promise.all(files.map(async (file) => Buffer.from(await channel.fetchFile(file, 1_000)).toString()));
      assert.deepEqual(fetched, sent.map(String));
      for (const file of files) assert.notEqual(file.name, "");
    }
  },
  async "M18 a file that is larger than may be taken is not taken, nor one by whoever has another key, nor one from elsewhere"(double) {
    const {
      threads: [ada],
      channel,
      withWrongKey,
    } = double;
    const [told] = await hear(double, ada, { deed: "sends_files", text: "", files: [Buffer.from("more than five bytes")] });
    const file = told?.type === "said" ? told.files?.[0] : undefined;
    assert.ok(file);
    await assert.rejects(channel.fetchFile(file, 5));
    await assert.rejects(withWrongKey().fetchFile(file, 1_000), { kind: "refused" });
    await assert.rejects(channel.fetchFile({ ...file, url: "https://elsewhere.test/file" }, 1_000), { kind: "refused" });
  },
};

async function hear(
  { channel, about }: ChannelDouble,
  thread: Thread,
  deed: ChannelDeed,
  signedBy?: "new" | "old",
): Promise<ChannelNews[]> {
  const news: ChannelNews[] = [];
  for (const delivery of about(thread, deed, signedBy && { signedBy })) news.push(...(await channel.receive(delivery)).news);
  return news;
}

async function idsIn(channel: Channel, deliveries: Delivery[]): Promise<string[]> {
  const ids: string[] = [];
  for (const delivery of deliveries) ids.push(...(await channel.receive(delivery)).news.map(({ id }) => id));
  return ids;
}

const untold = (news: ChannelNews[]) => news.map((one) => Object.fromEntries(Object.entries(one).filter(([name]) => name !== "id")));
