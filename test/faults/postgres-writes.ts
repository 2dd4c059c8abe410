/** Statements of the store that save something by themselves: the next that is sent is as good as a COMMIT. */
const WRITES = /B[\0-\xff]{4}[^\0]*\0baton_(record|end|put_back|claim|renew)_\d+\0/;

/** Where the first of them ends that has been sent whole, for `cutAfter`: a Bind of it, and the Sync that follows. */
export function endOfWrite(seen: Buffer): number | null {
  const text = seen.toString("latin1");
  const found = WRITES.exec(text);
  if (!found) return null;
  const end = found.index + 1 + seen.readInt32BE(found.index + 1);
  const sync = text.indexOf("S\0\0\0\x04", end);
  return sync === -1 ? null : sync + 5;
}
