import { createEndpoint, type Peer } from "@baton/bridge-server/sip/endpoint";
import { readMessage } from "@baton/bridge-server/sip/message";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createVirtualClock } from "../journeys/virtual-clock.ts";
import { seedOf } from "../seed.ts";
import { brokenMessages } from "./torture-broken.ts";
import { validMessages } from "./torture-valid.ts";

const tortures = [...validMessages, ...brokenMessages];

/** An endpoint that sends every call to the same place, and all that it says. */
function start() {
  const said: string[] = [];
  const clock = createVirtualClock(new Date("2026-11-23T10:00:00Z"));
  const endpoint = createEndpoint({
    clock,
    most: 1_000,
    redirect: async () => ({ status: 302, headers: [["Contact", "<sip:refunds@192.0.2.9>"]] }),
    allows: () => true,
    happened() {},
  });
  const peer: Peer = { address: "192.0.2.1", port: 5_060, isReliable: false, send: (bytes) => void said.push(bytes.toString("latin1")) };
  return {
    async take(message: string): Promise<string[]> {
      endpoint.take(message, peer);
      await new Promise((done) => setImmediate(done));
      return said;
    },
  };
}

/** Its status, once it has been found to be a whole answer of ours and nothing more. */
function statusOf(answer: string): number {
  const head = answer.slice(0, answer.indexOf("\r\n\r\n"));
  expect(answer).toBe(`${head}\r\n\r\n`);
  for (const line of head.split("\r\n").slice(1))
    expect(line).toMatch(/^(Via|From|To|Call-ID|CSeq|Contact|Allow|Accept|Unsupported|Retry-After|Content-Length): /);
  return Number(/^SIP\/2\.0 (\d{3}) \S/.exec(answer)?.[1]);
}

describe("RFC 4475", () => {
  test.each(tortures)("$section: $about: $owed", async ({ message, owed }) => {
    const said = await start().take(message);
    expect(said.map(statusOf)).toEqual(owed === "dropped" ? [] : [owed]);
  });

  test("every section is there", () => {
    const sections = new Set(tortures.map(({ section }) => section));
    const among = (from: string, count: number) => Array.from({ length: count }, (_, at) => `${from}.${at + 1}`);
    expect(
      [...among("3.1.1", 13), ...among("3.1.2", 19), "3.2.1", ...among("3.3", 15), "3.4.1"].filter((one) => !sections.has(one)),
    ).toEqual([]);
  });
});

describe("whatever arrives", () => {
  const pieces = tortures.map(({ message }) => message);
  /** A message that was cut, spliced, repeated and scribbled on. */
  const spoilt = fc
    .record({
      base: fc.constantFrom(...pieces),
      other: fc.constantFrom(...pieces),
      at: fc.nat(2_000),
      length: fc.nat(200),
      scribble: fc.oneof(
        fc.string({ unit: "binary-ascii", maxLength: 40 }),
        fc.constantFrom("\r\n", "\0", '"', "<", ">", ";", ",", "\r\n ", "%", "\\"),
      ),
      times: fc.nat(50),
    })
    .map(({ base, other, at, length, scribble, times }) => {
      const here = at % base.length;
      return base.slice(0, here) + scribble.repeat(times) + other.slice(here, here + length) + base.slice(here + length);
    });

  test("nothing that is sent breaks it, and no more than one answer comes of it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(spoilt, fc.string({ unit: "binary-ascii" }), fc.string({ unit: "grapheme" })), async (message) => {
        const said = await start().take(message);
        expect(said.length).toBeLessThanOrEqual(1);
        if (said[0] !== undefined) expect(statusOf(said[0])).toBeGreaterThanOrEqual(200);
      }),
      { numRuns: 2_000, seed: seedOf("SIP") },
    );
  });

  test("what is read of a message is what is given back, and holds no line of its own", () => {
    fc.assert(
      fc.property(spoilt, (message) => {
        const read = readMessage(message);
        if (read.is === "dropped") return;
        const { from, to, callId, cseq, otherVias } = read.is === "request" ? read.request : read.envelope;
        for (const text of [from, to, callId, cseq, ...otherVias]) expect(text ?? "").not.toMatch(/[\r\n]/);
      }),
      { seed: seedOf("SIP") },
    );
  });

  test.each([
    ["parameters", (n: number) => `SIP/2.0/UDP h;branch=z9hG4bK1${";a=b".repeat(n)}`],
    ["blanks", (n: number) => `SIP/2.0/UDP h;branch=z9hG4bK1${" ".repeat(n)};x`],
    ["quotes", (n: number) => `SIP/2.0/UDP h;branch=z9hG4bK1;x="${'\\"'.repeat(n)}`],
    ["commas", (n: number) => `SIP/2.0/UDP h;branch=z9hG4bK1${",".repeat(n)}`],
    ["colons", (n: number) => `SIP/2.0/UDP ${":1".repeat(n)}`],
    ["dots", (n: number) => `SIP/2.0/UDP ${"a.".repeat(n)};branch=z9hG4bK1`],
  ])("sixteen thousand %s take no longer, by the piece, than a thousand", (_, via) => {
    const timed = (n: number) => {
      const message = tortures[0]!.message.replace(/^Via.*?(?=^s :)/ms, `Via: ${via(n)}\r\n`);
      const before = process.threadCpuUsage();
      for (let round = 0; round < 16_000 / n; round++) readMessage(message);
      const { user, system } = process.threadCpuUsage(before); // not what the clock says: others work on this machine too
      return (user + system) / 1_000;
    };
    timed(1_000);
    const few = Math.min(timed(1_000), timed(1_000), timed(1_000));
    const many = Math.min(timed(16_000), timed(16_000), timed(16_000));
    expect(many).toBeLessThan(few * 8 + 20);
  });
});
