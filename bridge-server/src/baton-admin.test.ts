import { execFile } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { adminOf, eraseWith } from "./baton-admin.ts";

const BATON = fileURLToPath(new URL("baton.js", import.meta.url));

const toAsk = [{ site: "shop", assistant_conversation_id: "p1" }];
/** A bridge whose desk has not been told yet when it is asked to erase, and has when it is asked again, unless the bridge is away then. */
const asked: string[] = [];
let isAway = false;
const bridge = createServer((request, response) => {
  asked.push(`${request.method} ${request.url}`);
  const proof = (outcome: string) => ({
    conversation: "c1",
    places: [
      { place: "desk", name: "support", outcome },
      { place: "assistant", name: null, outcome: "by_hand" },
    ],
  });
  if (isAway && request.method === "GET") return void request.socket.destroy();
  const answer = request.method === "POST" ? { erasures: [proof("waiting")], ask_the_assistants_platform: toAsk } : proof("erased");
  request.resume();
  response.setHeader("connection", "close").end(JSON.stringify(answer));
});
const at = () => `http://127.0.0.1:${(bridge.address() as AddressInfo).port}`; // listening on TCP, so it has a port
beforeEach(() => void asked.splice(0));
beforeAll(() => new Promise<void>((listening) => bridge.listen(0, "127.0.0.1", listening)));
afterAll(() => void bridge.close());

test("npx baton erase waits for what is still being done, and then tells what became of it", async () => {
  const env = { PATH: process.env.PATH, BATON_KEY: "a-key" };
  const [error, told, complaint] = await new Promise<[Error | null, string, string]>((done) => {
    execFile(process.execPath, [BATON, "erase", "--conversation", "c1", "--bridge", at()], { env }, (...ended) => done(ended));
  });
  expect([error, complaint]).toEqual([null, ""]);
  expect(JSON.parse(told)).toMatchObject({ erasures: [{ places: [{ outcome: "erased" }, { outcome: "by_hand" }] }] });
  expect(asked).toEqual(["POST /v1/erasures", "GET /v1/erasures/c1"]);
});

test("whoever looks on while baton erase waits is told for whom, and how it ended", async () => {
  const { lines } = await erasing();
  expect(lines).toEqual([
    "Erasing …",
    "Erased from the store: one conversation.",
    "Waiting for desk support …",
    "Done. Yours to do: assistant.",
  ]);
});

test("a bridge that goes away while baton erase waits does not take with it whom to ask about what was erased", async () => {
  isAway = true;
  const { lines, told } = await erasing().finally(() => (isAway = false));
  expect(JSON.parse(told)).toEqual({ erasures: [expect.objectContaining({ conversation: "c1" })], ask_the_assistants_platform: toAsk });
  expect(lines.slice(3)).toEqual([
    expect.stringContaining("No bridge answers"),
    "Not done yet: desk support. The bridge goes on; how far it is: GET /v1/erasures/c1. Yours to do: assistant.",
  ]);
});

async function erasing(): Promise<{ lines: string[]; told: string }> {
  vi.stubEnv("BATON_KEY", "a-key");
  const lines: string[] = [];
  try {
    const admin = await adminOf(() => Promise.reject(new Error("needs none")), at());
    return { lines, told: await eraseWith(admin, { conversation: "c1" }, (line) => void lines.push(line)) };
  } finally {
    vi.unstubAllEnvs();
  }
}
