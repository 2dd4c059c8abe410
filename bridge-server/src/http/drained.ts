import type { Writable } from "node:stream";

/** Resolves when what was written has been read, or never will be. Leaves nothing behind on a stream that lasts for hours. */
export function drained(outgoing: Writable): Promise<void> {
  return new Promise((done) => {
    outgoing.once("drain", go).once("close", go);
    function go() {
      outgoing.off("drain", go).off("close", go);
      done();
    }
  });
}
