import { secret } from "@baton/bridge-server/config";
import { xml } from "@xmpp/client";
import { expect, onTestFinished, test } from "vitest";
import { noProsody, passwordOf, ROOMS, startProsody } from "../engines/prosody.ts";
import { startPerson } from "../engines/xmpp-person.ts";
import { startRig } from "./rig.ts";

// The whole way with nobody standing in for anybody: a visitor, the bridge, a server that others wrote, and a person with a chat program.
const LOBBY = `desk@${ROOMS}`;

test.skipIf(noProsody)(
  "a visitor talks to somebody in a room of an XMPP server, through a restart of the bridge, until the end",
  async () => {
    const prosody = await startProsody(["baton", "sam"]);
    onTestFinished(() => prosody.stop());
    const sam = await startPerson(prosody.url, "sam");
    onTestFinished(async () => void (await sam.stop()));
    await sam.enter(LOBBY);
    await sam.ask(
      LOBBY,
      "set",
      xml("query", { xmlns: "http://jabber.org/protocol/muc#owner" }, xml("x", { xmlns: "jabber:x:data", type: "submit" })),
    );
    const settings = { url: prosody.url, account: "baton@localhost", password: secret("XMPP_PASSWORD"), rooms: ROOMS, lobby: LOBBY };
    await using rig = await startRig({
      connectors: { people: { use: "xmpp", settings } },
      env: { XMPP_PASSWORD: passwordOf("baton") },
      site: { routes: [{ destination: "refunds", to: { connector: "people", queue: null, urgent: true } }] },
    });
    const visitor = await rig.visitor();
    await rig.says(visitor, "I want a refund", "A-1001");
    await visitor.reaches("queued");
    await until(() => sam.read(LOBBY).length > 0);
    const room = /xmpp:(\S+)\?join/.exec(sam.read(LOBBY)[0]?.text ?? "")?.[1] ?? "";

    await visitor.say("Is anybody there?");
    await sam.enter(room, "Sam");
    await sam.say(room, "Hello, I have your order.");
    await until(() => visitor.said().some((line) => line.endsWith("Hello, I have your order.")));
    expect(visitor.phase).toBe("live");
    const [story] = sam.read(room);
    expect(story?.text).toMatch(/^For you, not from the visitor:[^]*A-1001[^]*Visitor: I want a refund/);
    await until(() => sam.read(room).some(({ text }) => text === "Is anybody there?"));

    const restarted = rig.restart();
    await sam.say(room, "Still with me?"); // while nobody listens
    await sam.say(room, "// careful with this one");
    await restarted;
    await visitor.follow();
    await until(() => visitor.said().some((line) => line.endsWith("Still with me?")));
    await visitor.say("Yes, thank you!");
    await until(() => sam.read(room).some(({ text }) => text === "Yes, thank you!"));
    await sam.say(room, "/end");
    await until(() => visitor.phase === "ended");

    expect(visitor.said().filter((line) => /Hello, I have|Still with me/.test(line))).toHaveLength(2);
    expect(visitor.received.join()).not.toContain("careful");
    await until(() => sam.subject(room)?.startsWith("Ended. ") ?? false);
    expect(sam.read(room).filter(({ by }) => by === "Visitor").slice(1).map(({ text }) => text)).toEqual(["Is anybody there?", "Yes, thank you!"]); // prettier-ignore

    /** Time goes by until it is so; the server goes by its own. */
    async function until(isSo: () => boolean): Promise<void> {
      const end = Date.now() + 30_000;
      while (!isSo()) {
        if (Date.now() > end) throw new Error(`this never came: ${isSo}; the visitor saw ${visitor.types().join(", ")}`);
        await rig.pass(100);
        await new Promise((done) => setTimeout(done, 5));
      }
    }
  },
);
