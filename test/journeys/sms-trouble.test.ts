import type { Fact } from "@baton/bridge-server/conversation/facts";
import type { HandoffId } from "@baton/bridge-server/conversation/lifecycle";
import type { ConversationKey, Store } from "@baton/bridge-server/store/store";
import { expect, test } from "vitest";
import { onBothStores, live, turnsOf, type SmsRig } from "./sms.ts";

// What a platform, a network or a stranger does to text messages.

onBothStores((start) => {
  test("a message that Twilio delivers three times is said once, and a phone that writes at the same time has a conversation of its own", async () => {
    await using sms = await start();
    const [ada, bob] = [sms.phone("+15552223333"), sms.phone("+15554445555")];
    await ada.writes("I want a refund", 3);
    await bob.writes("hello");
    expect(ada.reads()).toHaveLength(2);
    expect(bob.reads()).toHaveLength(2);
    expect(turnsOf(sms)).toEqual(["I want a refund", "hello"]);
  });

  test("K3 what was owed to somebody who says STOP meanwhile is never sent, also where Twilio would let it through", async () => {
    await using sms = await start({ settings: { answersKeywords: true } });
    const phone = await live(sms);
    sms.twilio.willAnswer("down");
    await sms.desk.says("Kim", "Hello?");
    await sms.settle();
    await phone.writes("STOP");
    await sms.pass(60_000);
    expect(phone.reads().at(-1)).toBe("Shop: you will get no more messages. Reply START to get them again.");
    expect(phone.reads()).not.toContain("Hello?");
  });

  test("an answer that Twilio took without our hearing of it is not sent twice", async () => {
    await using sms = await start();
    const phone = sms.phone();
    await phone.writes("hello");
    sms.twilio.willAnswer("lost");
    await phone.writes("how are you?");
    await sms.pass(60_000);
    expect(phone.reads().filter((text) => text.startsWith("Very well"))).toHaveLength(1);
  });

  test("what cannot be sent while Twilio is down is sent later, in order, once, also by the next process", async () => {
    await using sms = await start();
    const phone = sms.phone();
    await phone.writes("hello");
    const before = phone.reads().length;
    sms.twilio.willAnswer("down", "down", "busy", "down");
    await phone.writes("I want a refund");
    await phone.writes("A-1001");
    expect(phone.reads()).toHaveLength(before);
    await sms.rig.restart();
    await sms.pass(120_000);
    expect(phone.reads().slice(before)).toEqual([
      expect.stringContaining("What is your order number?"),
      expect.stringMatching(/^Thank you, I have found order/),
      "A person will answer you here. You can go on writing.",
    ]);
  });

  test("what Twilio refuses is given up and said in the log, and what comes after it goes out", async () => {
    await using sms = await start();
    const phone = sms.phone();
    await phone.writes("hello");
    const [number] = sms.twilio.numbers.splice(0);
    await phone.writes("how are you?");
    sms.twilio.numbers.push(number!);
    await phone.writes("thank you");
    expect(sms.log.filter(({ event }) => event === "visitor_not_told").map(({ error }) => error)).toEqual([
      expect.stringContaining("21660"),
    ]);
    expect(phone.reads().at(-1)).toContain("You are welcome");
  });

  test("I-11 a message that comes as its conversation ends begins another, once", async () => {
    const race = raced(/^line:/);
    await using sms = await start({ between: race.between });
    const phone = sms.phone();
    await phone.writes("hello");
    const before = phone.reads().length;
    race.meanwhile = (key) => sms.rig.bridge.happened(key, "raced", { type: "conversation_ended", by: "silence" });
    await phone.writes("how are you?", 2);
    expect(phone.reads().slice(before)).toEqual([expect.stringContaining("What can I do"), expect.stringMatching(/^Very well/)]);
  });

  test.for<[string, (handoff: HandoffId) => Fact, (sms: SmsRig) => unknown[]]>([
    ["ends, it begins another", () => ({ type: "conversation_ended", by: "operator" }), turnsOf],
    [
      "goes on, whoever is asked next hears it",
      (handoff) => ({
        type: "steered",
        id: "again",
        handoff,
        operator: "Ada",
        how: {
          did: "retried",
          next: { handoff: "h-2" as HandoffId, by: "operator", destination: "refunds", reason: null },
          utterance: null,
        },
      }),
      ({ desk }) => [...desk.chat().request.transcript, ...desk.chat().lines].map(({ text }) => text),
    ],
  ])("I-11 a message that was to be left is not lost: where its conversation %s", async ([, fact, heard]) => {
    const race = raced(/^(line|left):/);
    await using sms = await start({ between: race.between, site: { fallback: [{ to: "leave_message", connector: "second" }] } });
    const phone = sms.phone();
    await phone.writes("I want a refund");
    await phone.writes("A-1001");
    await sms.desk.send("chat.failed", { reason: "nobody_available" });
    await sms.settle();
    race.meanwhile = async (key) => {
      const lifecycle = (await sms.rig.bridge.read(key))?.lifecycle;
      if (lifecycle?.phase === "failed") await sms.rig.bridge.happened(key, "raced", fact(lifecycle.handoff));
    };
    await phone.writes("Please call me tomorrow", 2);
    expect(heard(sms).filter((text) => text === "Please call me tomorrow")).toHaveLength(1);
    expect(sms.secondDesk.chats).toEqual([]);
  });

  test("a message that Twilio took and could not deliver is in the log with its code", async () => {
    await using sms = await start();
    const phone = sms.phone();
    await phone.writes("hello");
    await phone.does({ deed: "is_not_reached", ref: sms.twilio.sent()[0]!.sid }, 2);
    expect(sms.log.filter(({ event }) => event === "visitor_not_reached").map(({ code }) => code)).toEqual(["30005"]);
  });

  test("K4 a long answer of a person arrives whole and in order, in messages that end where a sentence does", async () => {
    await using sms = await start({ settings: { segmentsPerMessage: 2 } });
    const phone = await live(sms);
    const before = phone.reads().length;
    const answer = Array.from({ length: 20 }, (_, n) => `This is sentence number ${n} of the answer.`).join(" ");
    sms.twilio.willAnswer("fine", "down"); // between two pages of one text
    await sms.desk.says("Kim", answer);
    await sms.pass(30_000);
    const pages = phone.reads().slice(before);
    expect(pages.join(" ")).toBe(answer);
    expect(pages.every((page) => page.endsWith("."))).toBe(true);
    expect(Math.max(...sms.twilio.sent().map(({ segments }) => segments))).toBe(2);
  });

  test("a delivery that Twilio did not sign is refused, and so is one to a number that no site has", async () => {
    await using sms = await start();
    const post = async (headers: Headers, body: Uint8Array) =>
      (await fetch(`${sms.rig.url}/v1/channels/sms`, { method: "POST", headers, body: Buffer.from(body) })).status;
    const [delivery] = sms.twilio.about(sms.phone().thread, { deed: "writes", text: "hello" });
    const [strange] = sms.twilio.about({ ours: "+15550009999", theirs: "+15552223333" }, { deed: "writes", text: "hello" });
    expect(await post(new Headers({ "x-twilio-signature": "c2lnbmF0dXJl" }), delivery!.body)).toBe(401);
    expect(sms.rig.log.find(({ event }) => event === "delivery_refused")?.error).toMatch(/message to https?:.*\/v1\/channels\/sms$/); // often not the one that Twilio has
    expect(await post(strange!.headers, strange!.body)).toBe(404);
    expect(await post(delivery!.headers, delivery!.body)).toBe(200);
  });
});

/** Lets something happen once, right before the next fact of that name is written down: its conversation was looked at already. */
function raced(factId: RegExp) {
  const race = {
    meanwhile: null as ((key: ConversationKey) => Promise<unknown>) | null,
    between: (store: Store): Store => ({
      ...store,
      async record(fact) {
        const { meanwhile } = race;
        if (meanwhile && factId.test(fact.factId)) {
          race.meanwhile = null;
          await meanwhile(fact.key);
        }
        return store.record(fact);
      },
    }),
  };
  return race;
}
