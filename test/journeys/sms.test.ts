import { expect, test } from "vitest";
import { onBothStores, live, turnsOf } from "./sms.ts";

// The same handoff without a browser: a phone writes to the site's number.

onBothStores((start) => {
  test("K1, K2 a refund by text message: greeting, question, a person, their answers in the same thread, and STOP", async () => {
    await using sms = await start();
    const phone = sms.phone();

    await phone.writes("I want a refund");
    const [greeting, question, ...none] = phone.reads();
    expect(none).toEqual([]);
    expect(greeting).toContain("Hello");
    expect(question).toContain("What is your order number? It looks like A-1001.");

    await phone.writes("A-1001");
    const announced = phone.reads().slice(2);
    expect(announced[0]).toMatch(/^Thank you, I have found order A-1001/);
    expect(announced[1]).toBe("A person will answer you here. You can go on writing.");
    const { request } = sms.desk.chat();
    expect(request).toMatchObject({ destination: { queue: "refunds" }, requested: { reason: "customer_refund" } });
    expect(request.visitor.reached).toEqual({ channel: "sms", address: phone.thread.theirs });
    expect(request.transcript.filter(({ by }) => by === "visitor").map(({ text }) => text)).toEqual(["I want a refund", "A-1001"]);

    await sms.desk.joins("Kim");
    await sms.desk.says("Kim", "I can refund that **today**.");
    await sms.settle();
    expect(phone.reads().slice(4)).toEqual(["Kim is with you now.", "I can refund that **today**."]);

    await phone.writes("Great, thank you");
    expect(sms.desk.chat().lines.map(({ text }) => text)).toEqual(["Great, thank you"]);

    await phone.does({ deed: "says_stop" });
    expect(sms.desk.chat()).toMatchObject({ closed: 1, lines: [{ text: "Great, thank you" }] });
    await sms.desk.says("Kim", "Are you still there?");
    await sms.settle();
    expect(phone.reads()).toHaveLength(6);
    expect(
      sms.simulator
        .requests()
        .filter(({ route }) => route === "create")
        .map(({ body }) => body),
    ).toMatchObject([{ channel: "sms", integration_attributes: { visitor_address: phone.thread.theirs } }]);
  });

  test("who writes again after the end begins a conversation of their own", async () => {
    await using sms = await start();
    const phone = await live(sms);
    await sms.desk.send("chat.ended");
    await sms.settle();
    expect(phone.reads().at(-1)).toBe("This conversation is over. Write again whenever you like.");
    await phone.writes("hello");
    expect(phone.reads().at(-1)).toContain("What can I do");
    expect(sms.simulator.requests().filter(({ route }) => route === "create")).toHaveLength(2);
  });

  test("K3 whoever says STOP reads nothing more and asks nobody, before a handoff and while waiting, until they say START", async () => {
    await using sms = await start();
    const phone = sms.phone();
    await phone.does({ deed: "says_stop" });
    await phone.writes("hello");
    expect(phone.reads()).toEqual([]); // Twilio itself has confirmed it
    expect(turnsOf(sms)).toEqual([]);

    await phone.does({ deed: "says_start" });
    await phone.writes("I want a refund");
    await phone.writes("A-1001");
    const before = phone.reads().length;
    await phone.does({ deed: "says_stop" });
    await sms.desk.joins("Kim");
    await sms.desk.says("Kim", "Hello?");
    await sms.settle();
    expect(phone.reads()).toHaveLength(before);
    expect(sms.desk.chat()).toMatchObject({ closed: 1, lines: [] });
  });

  test("K3 STOP, START and HELP are answered by the bridge where Twilio's own answers are switched off", async () => {
    await using sms = await start({ settings: { answersKeywords: true } });
    const phone = sms.phone();
    await phone.writes("HELP");
    await phone.writes("Unsubscribe");
    await phone.writes("yes");
    expect(phone.reads()).toEqual([
      "Shop: write your question here and we will answer. Reply STOP to get no more messages.",
      "Shop: you will get no more messages. Reply START to get them again.",
      "Shop: you will get messages again. Reply STOP to end them.",
    ]);
    expect(turnsOf(sms)).toEqual([]);
    await phone.writes("yes");
    expect(turnsOf(sms)).toEqual(["yes"]); // an answer to a question, where nobody has opted out
  });

  test("K5 a silent visitor is warned after a day and left ten minutes later; one who writes is not", async () => {
    await using sms = await start();
    const [silent, writing] = [sms.phone("+15552223333"), sms.phone("+15554445555")];
    await silent.writes("hello");
    await writing.writes("hello");
    await sms.jump(24 * 60 * 60_000 - 1_000);
    expect(silent.reads()).toHaveLength(2);
    await sms.pass(2_000);
    expect(silent.reads().at(-1)).toBe("Are you still there? This conversation ends in 10 minutes unless you write.");
    await writing.writes("how are you?");
    await sms.pass(10 * 60_000);
    const [silentBefore, writingBefore] = [silent.reads().length, writing.reads().length];
    await silent.writes("how are you?");
    await writing.writes("how are you?");
    expect(silent.reads().slice(silentBefore)).toHaveLength(2); // greeted anew
    expect(writing.reads().slice(writingBefore)).toHaveLength(1);
  });

  test("a visitor who waits is not taken for gone, for nobody can see a phone", async () => {
    await using sms = await start();
    const phone = sms.phone();
    await phone.writes("I want a refund");
    await phone.writes("A-1001");
    await sms.pass(5 * 60_000);
    await sms.desk.joins("Kim");
    await sms.settle();
    expect(phone.reads().at(-1)).toBe("Kim is with you now.");
  });

  test("where nobody comes, the next message is passed on with the number to answer, and the one after it begins anew", async () => {
    await using sms = await start({
      site: {
        fallback: [
          { to: "leave_message", connector: "second" },
          { to: "phone", label: "Hotline", number: "+41445556677" },
        ],
      },
    });
    const phone = sms.phone();
    await phone.writes("I want a refund");
    await phone.writes("A-1001");
    await sms.desk.send("chat.failed", { reason: "nobody_available" });
    await sms.settle();
    expect(phone.reads().at(-1)).toMatch(
      /^Nobody can answer just now\.\nWrite what we should know in one message, .*\.\nYou can call Hotline: \+41445556677\. Your reference is \w{4}-\w{4}\.$/,
    );
    await phone.writes("Please call me tomorrow");
    expect(phone.reads().at(-1)).toBe("Thank you. Your message has been passed on.");
    expect(sms.secondDesk.chat().request).toMatchObject({
      isVisitorWaiting: false,
      utterance: "Please call me tomorrow",
      visitor: { reached: { channel: "sms", address: phone.thread.theirs } },
    });
    await phone.writes("hello");
    expect(phone.reads().at(-1)).toContain("What can I do");
  });

  test("M2 where somebody would call back, the next message says what it is about, and the call is to the number it came from", async () => {
    await using sms = await start({ site: { fallback: [{ to: "callback", connector: "second" }] } });
    const phone = sms.phone();
    await phone.writes("I want a refund");
    await phone.writes("A-1001");
    await sms.desk.send("chat.failed", { reason: "nobody_available" });
    await sms.settle();
    expect(phone.reads().at(-1)).toBe(
      "Nobody can answer just now.\nWrite what it is about in one message, and somebody will call you back.",
    );
    await phone.writes("My teapot");
    expect(phone.reads().at(-1)).toBe("Thank you. Somebody will call you back.");
    expect(sms.secondDesk.chat().request).toMatchObject({
      isVisitorWaiting: false,
      utterance: "My teapot",
      visitor: { phone: phone.thread.theirs },
    });
  });

  test("when the assistant has no turns left today, the visitor is told so, and a person still hears", async () => {
    await using sms = await start({ site: { limits: { turnsPerDay: 2 } } });
    const phone = await live(sms);
    await phone.writes("Thank you");
    expect(sms.desk.chat().lines).toMatchObject([{ text: "Thank you" }]);
    const other = sms.phone("+15554445555");
    await other.writes("hello");
    expect(other.reads()).toEqual(["We cannot answer any more today. Please write again tomorrow."]);
  });

  test("I-19 what is erased leaves neither the number nor a word behind, and a STOP holds all the same", async () => {
    await using sms = await start();
    const phone = sms.phone();
    await phone.writes("the word is teacosy");
    await phone.does({ deed: "says_stop" });
    await sms.erases(phone.thread);
    await phone.writes("hello");
    expect(turnsOf(sms)).toEqual(["the word is teacosy"]);
    const disk = await sms.rig.onDisk();
    for (const gone of ["teacosy", phone.thread.theirs]) expect(disk).not.toContain(gone);
  });
});
