import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createCall } from "./call.ts";
import { createPictures } from "./pictures.ts";

const PNG = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");
let now = Date.parse("2026-11-23T10:00:00Z");
const clock = { now: () => new Date(now), after: () => () => {} };

/** A platform that answers as told, and a bridge that asks it. */
async function platform(answer: RequestListener, { allowPrivate = true } = {}) {
  const asked: { path: string; headers: object }[] = [];
  const server = createServer((request, response) => {
    asked.push({ path: request.url ?? "", headers: request.headers });
    answer(request, response);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const call = createCall({ allowPrivate });
  onTestFinished(async () => {
    await call.close();
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo; // a TCP server that listens has one
  return { asked, url: `http://127.0.0.1:${port}`, pictures: createPictures(call, clock) };
}

test("a picture is what its content says, whatever its platform calls it; it is asked for once, without credentials", async () => {
  const { asked, url, pictures } = await platform((_, response) => response.setHeader("content-type", "text/html").end(PNG));
  const [one, other] = await Promise.all([pictures(`${url}/kim`), pictures(`${url}/kim`)]);
  expect([one?.type, Buffer.from(one?.bytes ?? []).equals(PNG), other]).toEqual(["image/png", true, one]);
  expect(asked).toHaveLength(1);
  expect(Object.keys(asked[0]!.headers)).not.toEqual(expect.arrayContaining([expect.stringMatching(/^(authorization|cookie|referer)$/)]));
});

test.each([
  ["a drawing that could run scripts", "<svg xmlns='http://www.w3.org/2000/svg'/>"],
  ["a page", "<!doctype html><title>Sign in</title>"],
  ["nothing at all", ""],
  ["more than a megabyte", Buffer.concat([PNG, Buffer.alloc(1_000_000)])],
])("%s is no picture", async (_, body) => {
  const { url, pictures } = await platform((_, response) => response.setHeader("content-type", "image/png").end(body));
  expect(await pictures(`${url}/kim`)).toBeNull();
});

test("a platform may lead on to where it keeps them, but not for ever", async () => {
  const { url, pictures } = await platform(({ url: path }, response) => {
    if (path === "/kim") response.writeHead(302, { location: "/store/kim" }).end();
    else if (path === "/store/kim") response.end(PNG);
    else response.writeHead(302, { location: "/round" }).end();
  });
  expect((await pictures(`${url}/kim`))?.type).toBe("image/png");
  expect(await pictures(`${url}/round`)).toBeNull();
});

test("T38 nothing within the bridge's own network is asked, not even by a redirect", async () => {
  const { asked, url, pictures } = await platform((_, response) => response.end(PNG), { allowPrivate: false });
  expect([await pictures(`${url}/kim`), await pictures("https://127.0.0.1/kim"), await pictures("file:///etc/passwd")]).toEqual([
    null,
    null,
    null,
  ]);
  expect(asked).toEqual([]);
});

test("one that could not be had is asked for again after a minute, and not before; one that could, after an hour", async () => {
  let isThere = false;
  const { asked, url, pictures } = await platform((_, response) => (isThere ? response.end(PNG) : response.writeHead(404).end()));
  const look = async (): Promise<string> => `${(await pictures(`${url}/kim`))?.type ?? "none"} after ${asked.length}`;
  const seen = [await look(), await look()];
  isThere = true;
  for (const ms of [59_000, 2_000, 59 * 60_000, 2 * 60_000]) {
    now += ms;
    seen.push(await look());
  }
  expect(seen).toEqual(["none after 1", "none after 1", "none after 1", "image/png after 2", "image/png after 2", "image/png after 3"]);
});

test("what is remembered has an end: the first to be fetched is the first to be forgotten", async () => {
  const large = Buffer.concat([PNG, Buffer.alloc(900_000)]);
  const { asked, url, pictures } = await platform((_, response) => response.end(large));
  for (let n = 0; n < 10; n++) await pictures(`${url}/${n}`);
  await pictures(`${url}/9`);
  expect(asked).toHaveLength(10);
  await pictures(`${url}/0`);
  expect(asked).toHaveLength(11);
});
