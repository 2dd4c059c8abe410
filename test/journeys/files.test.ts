import { readdirSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { randomUUID } from "node:crypto";
import { secret } from "@baton/bridge-server/config";
import { startBucket } from "@baton/bridge-server/files/test-bucket";
import { afterEach, expect, onTestFinished, test } from "vitest";
import { operatorAt } from "./operator.ts";
import { startRig, type Rig, type RigOptions } from "./rig.ts";
import { startSmsRig } from "./sms.ts";
import type { Visitor } from "./visitor.ts";

const PNG = Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), Buffer.alloc(3_000, 7)]);
const PDF = Buffer.from("%PDF-1.7\nnothing much");
const MINUTE = 60_000;
let rig: Rig;
afterEach(() => rig.stop());

async function live(options: RigOptions & { files?: object | "off" } = {}): Promise<Visitor> {
  rig = await startRig({ ...options, site: { files: {}, ...options.site } });
  return rig.live();
}

/** Sends a file as a browser does; what the bridge answers is returned as it is. */
async function send(visitor: Visitor, name: string, bytes: Buffer, line: string = randomUUID(), token = visitor.token) {
  const response = await fetch(`${rig.url}/v1/conversations/${visitor.conversation}/files/${line}`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${token}`,
      origin: "https://shop.example",
      "content-type": "application/octet-stream",
      "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
    },
    body: new Uint8Array(bytes),
  });
  const body = (await response.json()) as { seq?: number; code?: string; retryAfter?: number }; // `Said` or `Problem`
  if (response.status === 200) await visitor.until(() => rig.desk.chat().lines.some(({ id }) => id === line), "the line on the desk");
  return { status: response.status, body, line };
}

const fileOf = (visitor: Visitor, line: string) => visitor.entries.find(({ body }) => body.type === "said" && body.id === line)?.body;

test("a file that a visitor sends is an entry with a number, and the agent fetches it by a link that runs out (T39)", async () => {
  const visitor = await live();
  const { status, body, line } = await send(visitor, "../../My receipt.PNG", PNG);
  expect(status).toBe(200);
  await visitor.hears(({ type }) => type === "said" && fileOf(visitor, line) !== undefined);
  expect(fileOf(visitor, line)).toMatchObject({
    by: "visitor",
    text: "",
    file: { state: "kept", name: "My receipt.png", type: "image/png", size: PNG.length },
  });
  expect(visitor.entries.at(-1)?.seq).toBe(body.seq);
  const told = rig.desk.chat().lines.at(-1);
  expect(told?.file).toMatchObject({ name: "My receipt.png", type: "image/png", size: PNG.length });
  expect(told?.text).toBe(`My receipt.png (3 kB)\n${told?.file?.url}`);
  const url = here(told!.file!.url);
  const fetched = await fetch(url);
  expect(Buffer.from(await fetched.arrayBuffer())).toEqual(PNG);
  expect(Object.fromEntries(fetched.headers)).toMatchObject({
    "content-type": "image/png",
    "content-disposition": "attachment; filename*=UTF-8''My%20receipt.png",
    "content-security-policy": "default-src 'none'; sandbox",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
  });
  expect((await fetch(url.replace(/signature=(.)/, (_, first) => `signature=${first === "-" ? "_" : "-"}`))).status).toBe(404);
  expect((await fetch(url.replace(/until=\d/, "until=9"))).status).toBe(404);
  await rig.jump(8 * 24 * 60 * 60_000);
  expect((await fetch(url)).status).toBe(404);
});

test("what is taken out of texts is taken out of a file's name, and the link that the agent reads still opens it", async () => {
  const visitor = await live({ kept: { redaction: { phones: true, patterns: [{ name: "digits", pattern: "\\d{6,}" }] } } });
  await send(visitor, "call 020 7946 0018.pdf", PDF);
  const [name, link = ""] = rig.desk.chat().lines.at(-1)!.text.split("\n");
  expect(name).toBe("call [phone].pdf (21 bytes)");
  expect((await fetch(here(link))).status).toBe(200);
});

test("the visitor reads it back with the token of that conversation, and with no other (T18, T21)", async () => {
  const visitor = await live();
  const { line } = await send(visitor, "label.pdf", PDF);
  const read = (token: string, conversation = visitor.conversation) =>
    fetch(`${rig.url}/v1/conversations/${conversation}/files/${line}`, { headers: { authorization: `Bearer ${token}` } });
  expect(Buffer.from(await (await read(visitor.token)).arrayBuffer())).toEqual(PDF);
  const stranger = await rig.visitor();
  expect((await read(stranger.token)).status).toBe(404);
  expect((await read(stranger.token, stranger.conversation)).status).toBe(404);
  expect((await read("x".repeat(43))).status).toBe(401);
  expect((await send(visitor, "label.pdf", PDF, randomUUID(), stranger.token)).status).toBe(404);
  expect((await visitor.get("transcript")).body).toContain("label.pdf (21 bytes)");
  const { body } = await operatorAt(rig).get<{ lines: object[] }>(`conversations/${visitor.conversation}/transcript`);
  expect(body.lines.at(-1)).toMatchObject({ text: "label.pdf (21 bytes)", file: { name: "label.pdf", type: "application/pdf" } });
});

test("the same id is the same file, however often it is sent; with other bytes it is refused (I-2)", async () => {
  const visitor = await live();
  const first = await send(visitor, "a.png", PNG);
  const again = await send(visitor, "a.png", PNG, first.line);
  expect([again.status, again.body.seq]).toEqual([200, first.body.seq]);
  expect((await send(visitor, "a.pdf", PDF, first.line)).body.code).toBe("conflict");
  expect(rig.desk.chat().lines.filter(({ file }) => file).length).toBe(1);
});

test("what a file is decides its content: a program called photo.png is refused, and a page is text that cannot run (T39)", async () => {
  const visitor = await live();
  expect((await send(visitor, "photo.png", Buffer.from("MZ\x90\x00\x03\x00", "latin1"))).body.code).toBe("wrong_kind");
  expect((await send(visitor, "late.txt", Buffer.concat([Buffer.alloc(99_000, "a"), Buffer.from([0])]))).body.code).toBe("wrong_kind");
  const page = await send(visitor, "page\u202Etxt.html", Buffer.from("<script>alert(1)</script>"));
  expect(page.status).toBe(200);
  await visitor.until(() => fileOf(visitor, page.line) !== undefined, "the page");
  expect(fileOf(visitor, page.line)).toMatchObject({ file: { name: "pagetxt.html.txt", type: "text/plain" } });
  expect((await send(visitor, "empty.txt", Buffer.alloc(0))).body.code).toBe("invalid");
});

test("a site may take fewer kinds, smaller files and fewer of them, and says so before anything is sent", async () => {
  const visitor = await live({
    site: { files: { kinds: ["png"], maxBytes: 4_000 }, limits: { perVisitor: { filesPerDay: 2 }, perAddress: { linesPerMinute: 1_000 } } },
  });
  const hello = visitor.messages.find(({ type }) => type === "hello");
  expect(hello).toMatchObject({ site: { files: { types: ["image/png"], maxBytes: 4_000 } } });
  expect((await send(visitor, "label.pdf", PDF)).body.code).toBe("wrong_kind");
  expect((await send(visitor, "large.png", Buffer.concat([PNG, PNG]))).body.code).toBe("too_large");
  expect((await send(visitor, "a.png", PNG)).status).toBe(200);
  const { body } = await send(visitor, "b.png", PNG);
  expect(body.code).toBe("too_fast");
  expect(body.retryAfter).toBeGreaterThan(60);
});

test("the assistant gets no files: they are taken while a person is there, and nothing of the others is kept", async () => {
  rig = await startRig({ site: { files: {} } });
  const visitor = await rig.visitor();
  expect((await send(visitor, "a.png", PNG)).body.code).toBe("nobody_there");
  expect(visitor.said().join()).not.toContain("a.png");
  const quiet = await startRig();
  const other = await quiet.live();
  expect((await other.get<{ code: string }>(`files/${randomUUID()}`)).status).toBe(404);
  expect(other.messages.find(({ type }) => type === "hello")).toMatchObject({ site: { files: null } });
  await quiet.stop();
});

test("a file that broke off on its way leaves nothing behind, and is sent again under its id after a restart (F25)", async () => {
  const visitor = await live();
  const line = randomUUID();
  const stop = new AbortController();
  const broken = fetch(`${rig.url}/v1/conversations/${visitor.conversation}/files/${line}`, {
    method: "POST",
    headers: { authorization: `Bearer ${visitor.token}`, "content-disposition": 'attachment; filename="a.png"' },
    body: new ReadableStream({ start: (half) => half.enqueue(new Uint8Array(PNG.subarray(0, 100))) }),
    duplex: "half",
    signal: stop.signal,
  } as RequestInit).catch(() => "broke");
  await visitor.until(() => filesIn(`${rig.data}/files/incoming`) === 1, "the first part on disk");
  stop.abort();
  expect(await broken).toBe("broke");
  await visitor.until(() => filesIn(`${rig.data}/files/incoming`) === 0, "the first part to be taken away");
  await rig.restart();
  visitor.unfollow();
  await visitor.follow();
  expect((await send(visitor, "a.png", PNG, line)).status).toBe(200);
  await visitor.until(() => fileOf(visitor, line) !== undefined, "the file");
});

test("an agent's file is fetched, checked and kept by the bridge, so that the visitor's browser asks nobody else (T39)", async () => {
  const vendor = await startVendor(PDF);
  const visitor = await live({ origins: [vendor.origin] });
  await rig.desk.send("agent.said", { text: "Your label", file: { name: "label.pdf", url: `${vendor.origin}/label` } });
  const { body } = await visitor.hears("Your label");
  expect(body).toMatchObject({ by: "agent", file: { state: "kept", name: "label.pdf", type: "application/pdf", size: PDF.length } });
  const { id } = body as { id: string };
  const read = await fetch(`${rig.url}/v1/conversations/${visitor.conversation}/files/${id}`, {
    headers: { authorization: `Bearer ${visitor.token}` },
  });
  expect(Buffer.from(await read.arrayBuffer())).toEqual(PDF);
  expect(visitor.received.join()).not.toContain(vendor.origin);
  await vendor.stop();
});

test("to a visitor without a browser an agent's file is a link that opens it for a week (T39)", async () => {
  const vendor = await startVendor(PDF);
  const sms = await startSmsRig({ site: { files: {} }, origins: [vendor.origin] });
  rig = sms.rig;
  onTestFinished(() => sms.twilio.close());
  const phone = sms.phone();
  for (const text of ["I want a refund", "A-1001"]) await phone.writes(text);
  await sms.desk.joins("Kim");
  await sms.desk.send("agent.said", { text: "", file: { name: "label.pdf", url: `${vendor.origin}/label` } });
  await expect.poll(() => phone.reads().at(-1)).toContain("label.pdf (21 bytes)\nhttps:");
  const { pathname, search } = new URL(phone.reads().at(-1)!.split("\n")[1]!);
  expect(Buffer.from(await (await fetch(`${sms.url}${pathname}${search}`)).arrayBuffer())).toEqual(PDF);
  await vendor.stop();
});

test.each([
  ["is a program", Buffer.from("MZ\x90\x00", "latin1")],
  ["is too large", Buffer.concat([PNG, PNG])],
  ["is away", null],
])("of an agent's file that %s the visitor learns that there was one, and what was said with it", async (_, content) => {
  const vendor = await startVendor(content);
  const visitor = await live({ site: { files: { maxBytes: 4_000 } }, origins: [vendor.origin] });
  await rig.desk.send("agent.said", { text: "Look at this", file: { name: "tool.exe", url: `${vendor.origin}/tool` } });
  await rig.pass(30_000);
  const { body } = await visitor.hears("Look at this");
  expect(body).toMatchObject({ file: { state: "lost", name: "tool.exe" } });
  await vendor.stop();
});

test("erased with its conversation, a file is not on disk any more, and neither link nor token opens it (I-19)", async () => {
  const visitor = await live();
  const { line } = await send(visitor, "a.png", PNG);
  const url = here(rig.desk.chat().lines.at(-1)!.file!.url);
  expect(filesIn(`${rig.data}/files`, true)).toBe(1);
  expect((await visitor.erase()).status).toBe(204);
  expect(filesIn(`${rig.data}/files`, true)).toBe(0);
  expect((await fetch(url)).status).toBe(404);
  expect((await visitor.get(`files/${line}`)).status).not.toBe(200);
});

test("kept in a bucket, a file is read, sent again and erased as one in a folder is, and nothing of it stays on the bridge's disk (I-2, I-19)", async () => {
  const storage = await startBucket();
  onTestFinished(storage.stop);
  const { address, region, accessKeyId, secretAccessKey } = storage;
  const keys = { accessKeyId: secret("FILES_KEY_ID"), secretAccessKey: secret("FILES_KEY") };
  const env = { FILES_KEY_ID: accessKeyId, FILES_KEY: secretAccessKey };
  const visitor = await live({ fileStore: { bucket: { address, region, ...keys } }, env });
  const { line } = await send(visitor, "a.png", PNG);
  expect((await send(visitor, "a.png", PNG, line)).status).toBe(200);
  const fetched = await fetch(here(rig.desk.chat().lines.at(-1)!.file!.url));
  expect(Buffer.from(await fetched.arrayBuffer())).toEqual(PNG);
  expect([storage.objects.size, filesIn(`${rig.data}/files`, true)]).toEqual([1, 0]);
  expect((await visitor.erase()).status).toBe(204);
  expect(storage.objects.size).toBe(0);
});

test("I-19 F25 a file that arrives over its erasure goes as soon as where files lie is there again, and the proof says when that was too late", async () => {
  const storage = await startBucket();
  onTestFinished(storage.stop);
  const { address, region, accessKeyId, secretAccessKey } = storage;
  const keys = { accessKeyId: secret("FILES_KEY_ID"), secretAccessKey: secret("FILES_KEY") };
  const env = { FILES_KEY_ID: accessKeyId, FILES_KEY: secretAccessKey };
  const origins = [new URL(address).origin];
  for (const outcome of ["erased", "not_reached"]) {
    const visitor = await live({ fileStore: { bucket: { address, region, ...keys } }, env, origins });
    await send(visitor, "a.png", PNG);
    const file = [...storage.objects];
    await visitor.erase();
    for (const [name, bytes] of file) storage.objects.set(name, bytes); // it was on its way
    storage.failWith(503);
    await rig.jump(20_000);
    await rig.pass(2 * MINUTE);
    const proof = async () => {
      const { body } = await operatorAt(rig).get<{ places: { place: string; outcome: string }[] }>(`erasures/${visitor.conversation}`);
      return body.places.find(({ place }) => place === "files")?.outcome;
    };
    expect(await proof()).toBe("waiting");
    // What is tried may still be on its way when time has passed, and be tried again after that.
    const becomes = () => expect.poll(async () => (await rig.jump(60 * MINUTE), proof()), { interval: 5 }).toBe(outcome);
    if (outcome === "not_reached") await becomes();
    storage.failWith(null);
    await becomes();
    expect(storage.objects.size).toBe(outcome === "erased" ? 0 : 1);
    storage.objects.clear();
    await rig.stop();
  }
});

/** The bridge's public address in tests is made up. */
function here(url: string): string {
  const { pathname, search } = new URL(url);
  return `${rig.url}${pathname}${search}`;
}

function filesIn(folder: string, everywhere = false): number {
  try {
    return readdirSync(folder, { recursive: everywhere, withFileTypes: true }).filter((one) => one.isFile()).length;
  } catch {
    return 0; // it is made with the first file
  }
}

/** A vendor's file server, with one file, or none. */
async function startVendor(content: Buffer | null) {
  const server = createServer((_, response) => void (content ? response.end(content) : response.writeHead(404).end()));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo; // a TCP server that listens has one
  return {
    origin: `http://127.0.0.1:${port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
