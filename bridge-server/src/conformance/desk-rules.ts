import assert from "node:assert/strict";
import { assertMatches } from "./matching.ts";
import type { Abilities, Connector, HandoffRequest, Line, VendorChat } from "../connectors/connector.ts";
import type { Mood, Rule, VendorDouble } from "./conformance.ts";
import { startStandIn } from "./stand-in.ts";
import { hear } from "./hearing.ts";
import { handoff, lateContext, line, linesOn, only, otherHandoff, toldLater, waiting } from "./requests.ts";

/** What the bridge does reaches the desk: once, whole, and no more than it should. */
export const deskRules: Record<string, Rule> = {
  async "C1 opening a handoff puts one visitor on the vendor's desk"(vendor) {
    await vendor.connector.open(handoff);
    assert.equal(waiting(vendor), 1);
  },
  async "C2 opening the same handoff again does not add a second"(vendor) {
    const first = await vendor.connector.open(handoff);
    const { before, contexts } = only(vendor);
    const second = await vendor.connector.open(handoff);
    assert.deepEqual(second.chat, first.chat);
    assert.equal(waiting(vendor), 1);
    assert.deepEqual(only(vendor).before, before);
    assert.deepEqual(only(vendor).contexts, contexts);
  },
  async "C3 a line sent twice is seen once, and what is said twice is seen twice"(vendor) {
    const { chat } = await vendor.connector.open(handoff);
    const hello = line("Hello?");
    await vendor.connector.say(chat, hello, false);
    await vendor.connector.say(chat, hello, true);
    await vendor.connector.say(chat, line("Hello?"), true);
    assert.deepEqual(linesOn(vendor), ["Hello?", "Hello?"]);
  },
  async "C4 closing, even twice, leaves nobody waiting"(vendor) {
    const { chat } = await vendor.connector.open(handoff);
    await vendor.connector.close(chat);
    await vendor.connector.close(chat);
    assert.equal(waiting(vendor), 0);
  },
  async "C5 a vendor that is busy, down or unwilling is told apart"({ connector, willAnswer }) {
    for (const [answer, kind] of [
      ["busy", "too_fast"],
      ["down", "unreachable"],
      ["no", "refused"],
    ] as const) {
      willAnswer(answer);
      await assert.rejects(connector.open(handoff), { kind });
    }
  },
  async "C9 context and everything said so far arrive with the request, with who said what"(vendor) {
    await vendor.connector.open(handoff);
    assert.deepEqual(
      only(vendor).before,
      handoff.transcript.map(({ by, text }) => ({ by, text })),
    );
    assert.equal(only(vendor).contexts.length, 1);
    assert.match(only(vendor).contexts.join(), /A-1001/);
  },
  async "C10 what comes later is seen, and once: context, and what the page tells"(vendor) {
    const { connector } = vendor;
    const { chat } = await connector.open(handoff);
    for (const late of [lateContext, toldLater]) {
      await connector.attach(chat, late);
      await connector.attach(chat, late);
    }
    for (const told of ["B-2002", "platinum"]) assert.equal(only(vendor).contexts.filter((it) => it.includes(told)).length, 1);
  },
  async "C11 where to, how urgently and why reach the desk"(vendor) {
    await vendor.connector.open(handoff);
    assertMatches(only(vendor), { queue: "refunds", urgent: true, reason: "customer_refund" });
  },
  async "C12 the desk sees that the visitor types and stops, or nothing goes wrong where it cannot"(vendor) {
    const { connector, abilities } = vendor;
    const { chat } = await connector.open(handoff);
    for (const on of [true, false, true]) await connector.signal(chat, { type: "typing", on });
    await connector.signal(chat, { type: "read" });
    assert.deepEqual(only(vendor).typing, abilities.typing ? [true, false, true] : []);
  },
  async "C20 a process that has just started goes on where another stopped"(vendor) {
    const { restart } = vendor;
    const { chat } = await vendor.connector.open(handoff);
    const named = { ref: chat.ref }; // all that the store keeps
    await restart().say(named, line("Still there?"), false);
    assert.ok((await hear(vendor, named, { deed: "says", agent: "Sam", text: "Hi!" }, { connector: restart() })).length > 0);
    await restart().say(named, line("And now?"), false);
    await restart().signal(named, { type: "typing", on: true });
    await restart().close(named);
    assertMatches(only(vendor), { isWaiting: false, lines: ["Still there?", "And now?"] });
  },
  async "C21 a line as long as the platform takes arrives whole"(vendor) {
    const { chat } = await vendor.connector.open(handoff);
    const long = "longer "
      .repeat(vendor.abilities.maxLineLength / 7)
      .slice(0, vendor.abilities.maxLineLength)
      .trimEnd();
    const characters = "🐙".repeat(vendor.abilities.maxLineLength / 2); // two of what is counted each
    await vendor.connector.say(chat, line(long), false);
    await vendor.connector.say(chat, line(characters), false);
    assert.deepEqual(linesOn(vendor), [long, characters]);
  },
  async "C22 every script, emoji and bit of markup arrives as it was said, both ways (T2)"(vendor) {
    const texts = ["Größe 42 👩🏽‍🦽", "שלום \u202Eabc", "こんにちは\nzwei", '<img src=x onerror="1"> & &amp; \\ "', "{{7*7}} *no* _markup_"];
    const { chat } = await vendor.connector.open(handoff);
    for (const text of texts) await vendor.connector.say(chat, line(text), false);
    assert.deepEqual(linesOn(vendor), texts);
    for (const text of texts) {
      const news = await hear(vendor, chat, { deed: "says", agent: "Zoë 🐙", text });
      assert.deepEqual(
        news.flatMap((one) => (one.type === "agent_said" ? [one.text] : [])),
        [text],
      );
    }
  },
  async "C40 a file of the visitor's is seen once: as a file where the platform takes files, elsewhere as its link (T39)"(vendor) {
    const { connector, abilities } = vendor;
    const { chat } = await connector.open(handoff);
    await using bridge = await startBridgeWithFile();
    const { sent, file } = bridge.lineWithFile(abilities);
    await connector.say(chat, sent, false);
    await connector.say(chat, sent, true);
    const { files = [] } = only(vendor);
    if (!abilities.files) assert.deepEqual(linesOn(vendor), [sent.text]);
    else assert.deepEqual([files.length, { url: file.url, ...files[0] }], [1, file]);
  },
  async "C45 a file whose sending breaks off at any of its calls is seen once when it is sent again (T39)"(vendor) {
    const { connector, abilities } = vendor;
    const { chat } = await connector.open(handoff);
    await using bridge = await startBridgeWithFile();
    let files = 0;
    for (const mood of ["down", "lost"] as const) {
      for (let calls = 0; calls < 20; calls++) {
        const { sent } = bridge.lineWithFile(abilities);
        vendor.willAnswer(...Array<Mood>(calls).fill("fine"), mood);
        await connector.say(chat, sent, false).catch(() => {});
        const isThrough = vendor.moodsLeft() > 0; // it makes fewer calls than that
        if (isThrough) await meetWhatIsLeft(vendor);
        await vendor.restart().say(chat, sent, true);
        const seen = abilities.files ? only(vendor).files : linesOn(vendor);
        assert.equal(seen?.length, ++files, `${mood} at call ${calls + 1}`);
        if (isThrough) break;
      }
    }
  },
  async "C46 a line in parts, longer than the platform takes, is seen once when its sending breaks off at any call and all of it is sent again"(
    vendor,
  ) {
    const { abilities, willAnswer, moodsLeft, restart } = vendor;
    const { chat } = await vendor.connector.open(handoff);
    const seen: string[] = [];
    for (const mood of ["down", "lost"] as const) {
      for (let calls = 0; calls < 20; calls++) {
        const parts = [1, 2, 3].map((n) => line(`${mood} ${calls}.${n} `.padEnd(n < 3 ? abilities.maxLineLength : 0, "x").trimEnd()));
        willAnswer(...Array<Mood>(calls).fill("fine"), mood);
        await sayAll(vendor.connector, chat, parts, false).catch(() => {});
        const isThrough = moodsLeft() > 0; // they make fewer calls than that
        if (isThrough) await meetWhatIsLeft(vendor);
        await sayAll(restart(), chat, parts, true);
        seen.push(...parts.map(({ text }) => text));
        assert.deepEqual(linesOn(vendor), seen, `${mood} at call ${calls + 1}`);
        if (isThrough) break;
      }
    }
  },
  async "C23 somebody who has left a message is not shown as waiting"(vendor) {
    await vendor.connector.open({ ...handoff, isVisitorWaiting: false });
    assertMatches(only(vendor), { isWaiting: false });
  },
  async "C25 a line never brings back a chat that the desk has ended"(vendor) {
    const { chat } = await vendor.connector.open(handoff);
    await hear(vendor, chat, { deed: "hangs_up" });
    await assert.rejects(vendor.connector.say(chat, line("Wait!"), false), { kind: "gone" });
    assert.equal(waiting(vendor), 0);
    assert.deepEqual(linesOn(vendor), []);
  },
  async "C26 with a new process before every call, each of them made twice, the desk looks the same"(vendor) {
    const { restart } = vendor;
    const [one, two] = [line("one"), line("two")];
    const { chat } = await restart().open(handoff);
    const { before } = only(vendor);
    await restart().open(handoff);
    for (const said of [one, two]) {
      await restart().say(chat, said, false);
      await restart().say(chat, said, true);
    }
    await restart().attach(chat, lateContext);
    await restart().attach(chat, lateContext);
    assertMatches(only(vendor), { isWaiting: true, lines: ["one", "two"] });
    assert.deepEqual(only(vendor).before, before);
    await restart().close(chat);
    await restart().close(chat);
    assert.equal(only(vendor).isWaiting, false);
  },
  async "C27 what is too much for the desk is reported by name, and never keeps a visitor from it"(vendor) {
    const { dropped } = await vendor.connector.open(enormous());
    const { contexts } = only(vendor);
    assert.equal(waiting(vendor), 1);
    const missing = Object.keys(enormous().context?.data ?? {}).filter((key) => !contexts.join().includes(`${key} is here`));
    assert.deepEqual(
      missing.filter((key) => !dropped.includes(key)),
      [],
    );
    assert.match(
      only(vendor)
        .before.map(({ text }) => text)
        .join(),
      /line 199/,
      "the newest of what was said is worth most",
    );
    assert.doesNotMatch(JSON.stringify(vendor.desk()), /\\ud[89a-f]|\uFFFD/, "a character was cut in two");
  },
  async "C28 a look at the platform's set-up finds wrong keys in a sentence, and right ones not"(vendor) {
    const wrong = (await vendor.connector.examine()).filter(({ state }) => state === "bad");
    assert.deepEqual(wrong, []);
    const found = (await vendor.withWrongKey().examine()).filter(({ state }) => state === "bad");
    assert.ok(found.length > 0, "with a key that the platform does not know, `examine` finds nothing bad");
    for (const { says, next } of found) assert.match(`${says} ${next}`, /^\p{Lu}.*\.$/su);
  },
  async "C39 a chat that is to be forgotten leaves nothing on the desk, or its owner has to be told to do it by hand (I-19)"(vendor) {
    const { chat } = await vendor.connector.open(handoff);
    await vendor.connector.say(chat, line("private-17"), false);
    for (const forgotten of [await vendor.connector.forget(chat), await vendor.connector.forget(chat)]) {
      assert.match(forgotten, /^(forgotten|by_hand)$/);
      if (forgotten === "forgotten") assert.doesNotMatch(JSON.stringify(vendor.desk()), /private-17/);
    }
  },
  async "C29 two visitors' lines do not mix (T41)"(vendor) {
    const one = await vendor.connector.open(handoff);
    const two = await vendor.connector.open(otherHandoff);
    await vendor.connector.say(one.chat, line("I am one"), false);
    await vendor.connector.say(two.chat, line("I am two"), false);
    assert.deepEqual(
      vendor.desk().map((chat) => chat.lines),
      [["I am one"], ["I am two"]],
    );
  },
  async "C37 an opening that breaks off at any of its calls is completed by the next one, and nothing is there twice"(vendor) {
    await vendor.connector.open(handoff);
    const whole = { ...only(vendor), ref: "" };
    let handoffs = 1;
    for (const mood of ["down", "lost"] as const) {
      for (let calls = 0; calls < 20; calls++) {
        const request = { ...handoff, handoff: `7c1f0b52-9d7e-4f0e-8a43-${String(++handoffs).padStart(12, "0")}` };
        vendor.willAnswer(...Array<Mood>(calls).fill("fine"), mood);
        await vendor.connector.open(request).catch(() => {});
        const isThrough = vendor.moodsLeft() > 0; // it makes fewer calls than that
        if (isThrough) await meetWhatIsLeft(vendor);
        const { chat } = await vendor.restart().open(request);
        const view = vendor.desk().find(({ ref }) => ref === chat.ref);
        assert.deepEqual({ ...structuredClone(view), ref: "" }, whole, `${mood} at call ${calls + 1}`);
        if (isThrough) break;
      }
    }
    assert.equal(vendor.desk().length, handoffs);
  },
};

async function sayAll(connector: Connector, chat: VendorChat, lines: Line[], isRepeat: boolean): Promise<void> {
  for (const one of lines) await connector.say(chat, one, isRepeat);
}

async function meetWhatIsLeft({ connector, moodsLeft }: VendorDouble): Promise<void> {
  await connector.examine();
  assert.equal(moodsLeft(), 0, "`examine` has asked the platform nothing, which everybody who sets it up needs, and this rule too");
}

/** The bridge, as where some platforms have a visitor's file fetched from, and some fetch it. Its bytes are no text. */
async function startBridgeWithFile() {
  const bytes = Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), Buffer.alloc(23_992, 0xff)]);
  const { url: home, close } = await startStandIn(() => ({ status: 200, bytes }));
  let sent = 0;
  return {
    [Symbol.asyncDispose]: close,
    lineWithFile({ files }: Abilities) {
      const name = `receipt ${++sent}.png`;
      const url = `${home}/v1/files/a/${sent}?until=1&signature=c`;
      const file = { name, type: "image/png", size: bytes.length, url };
      return { file, sent: { ...line(`${name} (24 kB)\n${url}`), ...(files && { file }) } };
    },
  };
}

/** More than any platform takes: 60 fields of some kilobytes, 200 long lines, the last of them as long as a visitor can write one, and a long name. */
function enormous(): HandoffRequest {
  const fields = Array.from({ length: 60 }, (_, n) => [`field_${n}`, `field_${n} is here: ${"🐙".repeat(1_000)}`]);
  const before = Array.from({ length: 199 }, (_, n) => ({ ...line(`line ${n} ${"y".repeat(300)}`), id: `t-${n}` }));
  const last = { ...line(`line 199 ${"🐙".repeat(1_995)}`), id: "t-199" };
  return {
    ...handoff,
    visitor: { ...handoff.visitor, name: `A${"🐙".repeat(200)}` },
    context: { source: "id", at: "2026-05-04T10:00:05.000Z", data: Object.fromEntries(fields) },
    transcript: [...before, last],
  };
}
