import { startStandIn } from "@baton/bridge-server/conformance";
import { expect, onTestFinished, test } from "vitest";
import { picture } from "./sample-files.ts";
import { live, onBothStores, type SmsRig, type startSmsRig } from "./sms.ts";

// Pictures by text message (K2): what a visitor sends reaches the person, and what the person sends reaches the phone.

const photo = picture("photo.png", 40, 30).buffer;

onBothStores((start) => {
  test("K2 pictures go to the person who is there, each once, and open from their links", async () => {
    await using sms = await start({ site: { files: {} } });
    const phone = await live(sms);
    const sent = { deed: "sends_files", text: "Look at the lid", files: [photo, picture("b.png", 8, 8).buffer] } as const;
    await phone.does({ ...sent, files: [...sent.files] }, 3);
    await told(sms, "Look at the lid", expect.stringMatching(/^image-1\.png/), expect.stringMatching(/^image-2\.png/));
    const { lines } = sms.desk.chat();
    const opened = await fetch(lines[1]!.file!.url.replace("https://chat.example.com", sms.url));
    expect([opened.status, opened.headers.get("content-type")]).toEqual([200, "image/png"]);
    expect(Buffer.from(await opened.arrayBuffer())).toEqual(photo);
  });

  test("K2 a picture while nobody is there is not fetched, and its sender learns why; the words count all the same", async () => {
    await using sms = await start({ site: { files: {} } });
    const phone = sms.phone();
    await phone.does({ deed: "sends_files", text: "how are you?", files: [photo] });
    expect(phone.reads()).toContain("Pictures and files can be sent here only while a person is with you.");
    expect(phone.reads().some((text) => text.startsWith("Very well"))).toBe(true);
    await phone.does({ deed: "sends_files", text: "", files: [photo] });
    expect(phone.reads().at(-1)).toBe("Pictures and files can be sent here only while a person is with you.");
  });

  test("a picture with the message that is left is not fetched, and its sender learns why; the message is passed on all the same", async () => {
    await using sms = await start({ site: { files: {}, fallback: [{ to: "leave_message", connector: "second" }] } });
    const phone = sms.phone();
    await phone.writes("I want a refund");
    await phone.writes("A-1001");
    await sms.desk.send("chat.failed", { reason: "nobody_available" });
    await sms.settle();
    await phone.does({ deed: "sends_files", text: "Please call me, here is the lid", files: [photo] });
    expect(sms.secondDesk.chat().request.utterance).toBe("Please call me, here is the lid");
    expect(phone.reads()).toContain("Thank you. Your message has been passed on.");
    expect(phone.reads()).toContain("Pictures and files can be sent here only while a person is with you.");
  });

  test.for<[string, Parameters<typeof startSmsRig>[0], Buffer]>([
    ["too large", { site: { files: { maxBytes: 100 } } }, picture("big.png", 60, 60, "noise").buffer],
    ["of another kind than it says", { site: { files: { kinds: ["pdf"] } } }, photo],
    ["not taken by the site at all", {}, photo],
  ])("a file that is %s is not taken, and its sender learns so", async ([, options, bytes]) => {
    await using sms = await start(options);
    const phone = await live(sms);
    const before = sms.desk.chat().lines.length;
    await phone.does({ deed: "sends_files", text: "", files: [bytes] });
    await expect.poll(() => phone.reads().at(-1)).toMatch(/^What you have sent could not be taken/);
    expect(sms.desk.chat().lines).toHaveLength(before);
  });

  test("a picture that cannot be fetched just now is fetched later, once, and what comes behind it waits", async () => {
    await using sms = await start({ site: { files: {} } });
    const phone = await live(sms);
    sms.twilio.willAnswer("down", "busy");
    await phone.does({ deed: "sends_files", text: "", files: [photo] });
    await phone.writes("Did you get it?");
    await sms.pass(15_000);
    await told(sms, expect.stringMatching(/^image-1\.png/), "Did you get it?");
  });

  test("why a picture was not taken is said once Twilio takes messages again, once; what the visitor writes meanwhile reaches the person", async () => {
    await using sms = await start();
    const phone = await live(sms);
    const before = phone.reads().length;
    sms.twilio.willAnswer(...Array<"down">(10).fill("down"), "lost");
    await phone.does({ deed: "sends_files", text: "", files: [photo] });
    await phone.writes("Please cancel the order");
    await told(sms, "Please cancel the order");
    await sms.pass(60_000);
    await phone.writes("It ships today");
    await told(sms, "Please cancel the order", "It ships today");
    await sms.rig.restart();
    for (let quarter = 0; quarter < 12; quarter++) await sms.jump(15 * 60_000);
    expect(sms.twilio.moodsLeft()).toBe(0);
    expect(phone.reads().slice(before)).toEqual([expect.stringMatching(/^What you have sent could not be taken/)]);
  });

  test("K3 why a picture was not taken is not said to somebody who says STOP meanwhile", async () => {
    await using sms = await start({ settings: { answersKeywords: true } });
    const phone = await live(sms);
    const before = phone.reads().length;
    sms.twilio.willAnswer("down");
    await phone.does({ deed: "sends_files", text: "", files: [photo] });
    await phone.writes("STOP");
    await sms.pass(60_000);
    expect(phone.reads().slice(before)).toEqual(["Shop: you will get no more messages. Reply START to get them again."]);
  });

  test.for<[string, boolean]>([
    ["as a picture, where the numbers can send them", true],
    ["as a link elsewhere", false],
  ])("K2 what the person sends reaches the phone %s", async ([, sendsPictures]) => {
    const vendor = await vendorWith(photo);
    await using sms = await start({ site: { files: {} }, settings: { sendsPictures }, origins: [vendor] });
    const phone = await live(sms);
    await sms.desk.send("agent.said", { text: "The new lid", file: { name: "lid.png", url: `${vendor}/lid` } });
    await expect
      .poll(
        () => phone.reads().slice(-1).concat(sms.twilio.pictures(phone.thread)).length === (sendsPictures ? 2 : 1) && phone.reads().join(),
      )
      .toContain("The new lid");
    const link = sendsPictures ? sms.twilio.pictures(phone.thread)[0] : /https:\S+/.exec(phone.reads().at(-1)!)?.[0];
    expect(sms.twilio.pictures(phone.thread)).toHaveLength(sendsPictures ? 1 : 0);
    const opened = await fetch(link!.replace("https://chat.example.com", sms.url));
    expect(Buffer.from(await opened.arrayBuffer())).toEqual(photo);
    await sms.jump(8 * 24 * 60 * 60_000);
    expect((await fetch(link!.replace("https://chat.example.com", sms.url))).status).toBe(404);
  });

  test("a picture that Twilio took without our hearing of it is not sent twice", async () => {
    const vendor = await vendorWith(photo);
    await using sms = await start({ site: { files: {} }, settings: { sendsPictures: true }, origins: [vendor] });
    const phone = await live(sms);
    sms.twilio.willAnswer("fine", "lost"); // the words, then the picture
    await sms.desk.send("agent.said", { text: "The new lid", file: { name: "lid.png", url: `${vendor}/lid` } });
    await expect.poll(() => sms.twilio.pictures(phone.thread).length).toBe(1);
    await sms.pass(60_000);
    expect(sms.twilio.pictures(phone.thread)).toHaveLength(1);
  });
});

/** Waits, as files go by way of the disk, until the person on the desk reads these first lines and no others. */
async function told(sms: SmsRig, ...lines: unknown[]): Promise<void> {
  await expect.poll(() => sms.desk.chat().lines.map(({ text }) => text.split("\n")[0])).toEqual(lines);
}

/** Where an agent's file lies. */
async function vendorWith(bytes: Buffer): Promise<string> {
  const vendor = await startStandIn(() => ({ status: 200, bytes }));
  onTestFinished(() => vendor.close());
  return vendor.url;
}
