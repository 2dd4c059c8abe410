import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { drained } from "./drained.ts";

test.each(["drain", "close"])(
  "whoever waits goes on at %s, and leaves no listener on the stream, however often it was slow",
  async (event) => {
    const outgoing = new PassThrough();
    const before = outgoing.listenerCount("drain") + outgoing.listenerCount("close");
    for (let times = 0; times < 20; times++) {
      const isRead = drained(outgoing);
      outgoing.emit(event);
      await isRead;
    }
    expect(outgoing.listenerCount("drain") + outgoing.listenerCount("close")).toBe(before);
  },
);
