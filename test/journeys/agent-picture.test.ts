import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { startRig } from "./rig.ts";

// T3, T38: the visitor sees who has come, and nobody but the bridge is asked for the face.

const PNG = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");

/** Where a desk keeps pictures: Kim's is one, Sam's is a page. */
async function startAlbum() {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    if (request.url === "/kim.png") response.end(PNG);
    else response.setHeader("content-type", "image/png").end("<script>alert(1)</script>");
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo; // a TCP server that listens has one
  return { asked, url: `http://127.0.0.1:${port}` };
}

async function live(name: string) {
  const album = await startAlbum();
  const rig = await startRig({ origins: [album.url] });
  onTestFinished(() => rig.stop());
  const visitor = await rig.queued();
  const address = `${album.url}/${name.toLowerCase()}.png`;
  expect(await rig.desk.send("agent.joined", { agent: { name, picture: address } })).toBe(204);
  await rig.settle();
  const { body } = await visitor.hears((one) => one.type === "agent_joined");
  const picture = body.type === "agent_joined" ? (body.picture ?? "") : "";
  return { rig, album, visitor, address, picture };
}

test("the picture of who has joined is had from the bridge, as what it is; where it lies the visitor never learns", async () => {
  const { album, visitor, address, picture } = await live("Kim");
  expect(album.asked).toEqual([]); // not before somebody looks
  const { status, headers } = await visitor.get(`pictures/${picture}`);
  expect([status, headers.get("content-type"), headers.get("cache-control"), headers.get("x-content-type-options")]).toEqual([
    200,
    "image/png",
    "private, max-age=86400",
    "nosniff",
  ]);
  await visitor.get(`pictures/${picture}`);
  expect(album.asked).toEqual(["/kim.png"]);
  expect(visitor.received.join()).not.toContain(album.url);
  expect(visitor.received.join()).not.toContain(new URL(address).pathname);
});

test("what is no picture is not passed on, whatever it calls itself", async () => {
  const { visitor, picture } = await live("Sam");
  expect(await visitor.get<{ code: string }>(`pictures/${picture}`)).toMatchObject({ status: 404, body: { code: "not_found" } });
});

test("T18 a picture is for those who were shown it: not for another visitor, not by another name, and not once the talk is erased", async () => {
  const { rig, visitor, picture } = await live("Kim");
  const stranger = await rig.visitor();
  expect((await stranger.get(`pictures/${picture}`)).status).toBe(404);
  expect((await visitor.get("pictures/AAAAAAAAAAAAAAAAAAAAAA")).status).toBe(404);
  await visitor.erase();
  expect((await visitor.get(`pictures/${picture}`)).status).toBe(401);
});

test("an address that is none is no picture, and the person comes all the same", async () => {
  const rig = await startRig();
  onTestFinished(() => rig.stop());
  const visitor = await rig.queued();
  await rig.desk.send("agent.joined", { agent: { name: "Kim", picture: "javascript:alert(1)" } });
  await rig.settle();
  expect((await visitor.hears((one) => one.type === "agent_joined")).body).toEqual({ type: "agent_joined", name: "Kim" });
});
