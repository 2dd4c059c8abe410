import { HEAD_END, LONGEST_HEAD } from "./message.ts";

/** What came of a stream: a message, a sign of life that wants one back (RFC 5626 §3.5.1), or the end of what can be told apart. */
export type Framed = { is: "message"; text: string } | { is: "ping" } | { is: "lost" };

const LONGEST_BODY = 65_535;
const LENGTH = /^(?:content-length|l)[ \t]*:\s*(\d{1,9})[ \t]*$/im;

/** Cuts what arrives over a connection into messages, by their Content-Length (RFC 3261 §18.3). */
export function createFraming() {
  let waiting = "";
  let isLost = false;

  return {
    /** Whether a message has begun to arrive. */
    isWithin: () => waiting !== "" && !isLost,

    take(bytes: Buffer): Framed[] {
      if (isLost) return [];
      waiting += bytes.toString("latin1");
      const found: Framed[] = [];
      for (let next = cut(); next !== null; next = isLost ? null : cut()) found.push(next);
      if (isLost) found.push({ is: "lost" });
      return found;
    },
  };

  function cut(): Framed | null {
    if (waiting.startsWith(HEAD_END)) return taken(HEAD_END.length, { is: "ping" });
    if (waiting.startsWith("\r\n") && waiting.length > 2 && !HEAD_END.startsWith(waiting)) waiting = waiting.slice(2);
    const end = waiting.indexOf(HEAD_END);
    if (end === -1) return waiting.length > LONGEST_HEAD ? lose(waiting) : null;
    const bodyAt = end + HEAD_END.length;
    const written = LENGTH.exec(waiting.slice(0, end));
    const length = written ? Number(written[1]) : 0;
    // Where the next one begins is not known any more. What there is of this one may still be answered.
    if (end > LONGEST_HEAD || length > LONGEST_BODY || !/^[^\s:]+ \S+ ?SIP\/|^SIP\//i.test(waiting)) return lose(waiting.slice(0, bodyAt));
    if (!written && /^(?:content-length|l)[ \t]*:/im.test(waiting.slice(0, end))) return lose(waiting.slice(0, bodyAt));
    const text = waiting.slice(0, bodyAt + length);
    return text.length < bodyAt + length ? null : taken(text.length, { is: "message", text });
  }

  function taken(length: number, framed: Framed): Framed {
    waiting = waiting.slice(length);
    return framed;
  }

  function lose(text: string): Framed {
    isLost = true;
    waiting = "";
    return { is: "message", text };
  }
}
