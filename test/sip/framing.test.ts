import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createFraming, type Framed } from "@baton/bridge-server/sip/framing";
import { seedOf } from "../seed.ts";

const one = "OPTIONS sip:a@b SIP/2.0\r\nContent-Length: 4\r\n\r\nbody";
const two = "ACK sip:a@b SIP/2.0\r\nl : 0\r\n\r\n";

test("messages are cut by their lengths, however they arrive", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(one, two, "\r\n\r\n"), { maxLength: 12 }),
      fc.infiniteStream(fc.integer({ min: 1, max: 40 })),
      (parts, sizes) => {
        const framing = createFraming();
        const stream = Buffer.from(parts.join(""));
        const found: Framed[] = [];
        for (let at = 0; at < stream.length;) {
          const size = sizes.next().value as number; // it never ends
          found.push(...framing.take(stream.subarray(at, at + size)));
          at += size;
        }
        expect(found).toEqual(parts.map((text) => (text === "\r\n\r\n" ? { is: "ping" } : { is: "message", text })));
        expect(framing.isWithin()).toBe(false);
      },
    ),
    { seed: seedOf("SIP") },
  );
});

test.each([
  ["a length below nothing", "OPTIONS sip:a@b SIP/2.0\r\nContent-Length: -1\r\n\r\n"],
  ["a body that nobody would send", "OPTIONS sip:a@b SIP/2.0\r\nContent-Length: 100000\r\n\r\n"],
  ["a head without an end", `OPTIONS sip:a@b SIP/2.0\r\nX: ${"x".repeat(20_000)}`],
  ["another protocol", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"],
])("after %s nothing can be told apart, and nothing more is read", (_, bytes) => {
  const framing = createFraming();
  expect(framing.take(Buffer.from(bytes)).map(({ is }) => is)).toEqual(["message", "lost"]);
  expect(framing.take(Buffer.from(one))).toEqual([]);
});
