import { execFile } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const BATON = fileURLToPath(new URL("baton.ts", import.meta.url));

/** A bridge whose desk has not been told yet when it is asked to erase, and has when it is asked again. */
const asked: string[] = [];
const bridge = createServer((request, response) => {
  asked.push(`${request.method} ${request.url}`);
  const proof = (outcome: string) => ({ conversation: "c1", places: [{ place: "desk", outcome }] });
  const answer = request.method === "POST" ? { erasures: [proof("waiting")], ask_the_assistants_platform: [] } : proof("erased");
  request.resume();
  response.setHeader("connection", "close").end(JSON.stringify(answer));
});
beforeAll(() => new Promise<void>((listening) => bridge.listen(0, "127.0.0.1", listening)));
afterAll(() => void bridge.close());

test("npx baton erase waits for what is still being done, and then tells what became of it", async () => {
  const url = `http://127.0.0.1:${(bridge.address() as AddressInfo).port}`; // listening on TCP, so it has a port
  const env = { PATH: process.env.PATH, BATON_KEY: "a-key" };
  const [error, told, complaint] = await new Promise<[Error | null, string, string]>((done) => {
    execFile(process.execPath, [BATON, "erase", "--conversation", "c1", "--bridge", url], { env }, (...ended) => done(ended));
  });
  expect([error, complaint]).toEqual([null, ""]);
  expect(JSON.parse(told)).toMatchObject({ erasures: [{ places: [{ outcome: "erased" }] }] });
  expect(asked).toEqual(["POST /v1/erasures", "GET /v1/erasures/c1"]);
});
