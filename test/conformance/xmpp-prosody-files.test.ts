import { createCall } from "@baton/bridge-server/call";
import { startStandIn } from "@baton/bridge-server/conformance";
import { handoff, line } from "@baton/bridge-server/conformance/requests";
import type { VendorNews } from "@baton/bridge-server/connector";
import xmpp from "@baton/bridge-server/connectors/xmpp";
import { createHold } from "@baton/bridge-server/hold/hold";
import { knownSecret } from "@baton/bridge-server/secret";
import { xml } from "@xmpp/client";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { LARGEST_FILE, noProsody, passwordOf, ROOMS, startProsody, UPLOADS } from "../engines/prosody.ts";
import { startPerson } from "../engines/xmpp-person.ts";

// Files by a server that nobody of us wrote, and people who put theirs there with somebody else's program.
const LOBBY = `desk@${ROOMS}`;
const PDF = Buffer.from("%PDF-1.7 what is in it\xff", "latin1");

describe.skipIf(noProsody)("with Prosody's http_file_share", () => {
  let prosody: Awaited<ReturnType<typeof startProsody>>;
  let sam: Awaited<ReturnType<typeof startPerson>>;

  beforeAll(async () => {
    prosody = await startProsody(["baton", "sam"]);
    sam = await startPerson(prosody.url, "sam");
    await sam.enter(LOBBY);
    await sam.ask(LOBBY, "set", xml("query", OWNER, xml("x", { xmlns: "jabber:x:data", type: "submit" })));
  });
  afterAll(async () => {
    await sam.stop();
    await prosody.stop();
  });

  test("a visitor's file lies on the server under its own name, and the room shows it, once", async () => {
    const { connector, chat, sent } = await start();
    const file = await sent("Größe 42.pdf", PDF);
    await sam.enter(chat.ref);
    await connector.say(chat, file, false);
    await connector.say(chat, file, true);
    await sam.until(() => sam.read(chat.ref).some(({ text }) => text.startsWith(prosody.origin)));
    const [shown, ...more] = sam.read(chat.ref).filter(({ by, text }) => by === "Visitor" && !text.startsWith("For you"));
    expect(more).toEqual([]);
    expect(decodeURI(shown!.text)).toMatch(/\/Größe 42\.pdf$/);
    expect(showsIn(chat.ref)).toEqual([shown?.text]);
    const lying = await fetch(shown!.text);
    expect([lying.headers.get("content-type"), Buffer.from(await lying.bytes()).equals(PDF)]).toEqual(["application/pdf", true]);
  });

  test("one that the server finds too large is a link", async () => {
    const { connector, chat, sent } = await start();
    const file = await sent("a.pdf", Buffer.alloc(LARGEST_FILE + 1));
    await connector.say(chat, file, false);
    await sam.enter(chat.ref);
    expect(sam.read(chat.ref).at(-1)?.text).toBe(file.text);
    expect(await connector.forget(chat)).toBe("forgotten");
  });

  test("what a person has put on the server arrives as a file; what lies elsewhere as the words that they are (T38)", async () => {
    const { connector, chat, heard } = await start();
    await sam.enter(chat.ref, "Sam");
    const url = await putBySam("Maß.pdf", PDF);
    await sam.say(chat.ref, url, showing(url));
    await sam.say(chat.ref, "Your label", showing(url));
    await sam.say(chat.ref, "http://127.0.0.1:1/x", showing("http://127.0.0.1:1/x"));
    await sam.say(chat.ref, "/end");
    const news = (await heard).filter((one) => one.type === "agent_said");
    expect(news).toMatchObject([
      { text: "", file: { name: "Maß.pdf", url } },
      { text: "Your label", file: { name: "Maß.pdf", url } },
      { text: "http://127.0.0.1:1/x" },
    ]);
    expect(news[2]).not.toHaveProperty("file");
    expect(Buffer.from(await connector.fetchFile(chat, { name: "Maß.pdf", url }, 1_000)).equals(PDF)).toBe(true);
    await expect(connector.fetchFile(chat, { name: "Maß.pdf", url }, 10)).rejects.toMatchObject({ kind: "refused" });
  });

  test("of a chat with files its owner is told: nobody can take back what lies on the server (I-19)", async () => {
    const { connector, chat, sent } = await start();
    await connector.say(chat, await sent("a.pdf", PDF), false);
    expect(await connector.forget(chat)).toBe("by_hand");
    expect(await connector.forget(chat)).toBe("forgotten");
  });

  test("a service that takes no files is found in a sentence", async () => {
    const examined = async (service: string) => (await bridge({ service, origin: prosody.origin }).examine()).map(({ says }) => says);
    expect(await examined(UPLOADS)).not.toContainEqual(expect.stringContaining("takes files"));
    expect(await examined(ROOMS)).toContain(`There is no ${ROOMS} that takes files, so they are links.`);
  });

  async function start() {
    const connector = bridge({ service: UPLOADS, origin: prosody.origin });
    const { chat } = await connector.open({ ...handoff, handoff: crypto.randomUUID() });
    const stop = new AbortController();
    onTestFinished(() => stop.abort());
    const { inbound } = connector;
    if (inbound.style !== "listen") throw new Error("it is listened to");
    const heard = (async () => {
      const news: VendorNews[] = [];
      for await (const batch of inbound.listen(null, chat, stop.signal)) news.push(...batch.news);
      return news;
    })();
    heard.catch(() => {}); // who wants to know asks
    return { connector, chat, heard, sent };
  }

  /** A line with a file that lies on the bridge. */
  async function sent(name: string, bytes: Uint8Array) {
    const { url, close } = await startStandIn(() => ({ status: 200, bytes }));
    onTestFinished(close);
    return { ...line(`${name}\n${url}/f`), file: { name, type: "application/pdf", size: bytes.length, url: `${url}/f` } };
  }

  function bridge(uploads: object) {
    const hold = createHold({ allowPrivate: true });
    const call = createCall({ allowPrivate: true });
    onTestFinished(async () => {
      await Promise.all([hold.close(), call.close()]);
    });
    const settings = {
      url: prosody.url,
      account: "baton@localhost",
      password: knownSecret(passwordOf("baton")),
      rooms: ROOMS,
      lobby: LOBBY,
      uploads,
    };
    return xmpp.connect(xmpp.settings.parse(settings), call, hold);
  }

  async function putBySam(filename: string, bytes: Buffer<ArrayBuffer>): Promise<string> {
    const wanted = { xmlns: "urn:xmpp:http:upload:0", filename, size: String(bytes.length), "content-type": "application/pdf" };
    const slot = (await sam.ask(UPLOADS, "get", xml("request", wanted))).getChild("slot");
    const put = slot?.getChild("put");
    const headers = { authorization: put?.getChild("header")?.text() ?? "", "content-type": "application/pdf" };
    expect((await fetch(String(put?.attrs["url"]), { method: "PUT", headers, body: bytes })).status).toBe(201);
    return String(slot?.getChild("get")?.attrs["url"]);
  }

  const showsIn = (room: string) =>
    sam.seen.flatMap((one) =>
      String(one.attrs["from"]).startsWith(room) ? (one.getChild("x", "jabber:x:oob")?.getChildText("url") ?? []) : [],
    );
});

const OWNER = { xmlns: "http://jabber.org/protocol/muc#owner" };
const showing = (url: string) => xml("x", { xmlns: "jabber:x:oob" }, xml("url", {}, url));
