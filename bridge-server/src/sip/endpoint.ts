import type { Clock } from "../clock.ts";
import { portBack, writeAnswer, type Answer, type Source } from "./answer.ts";
import { isToken, listed } from "./fields.ts";
import { readMessage, type Dropped, type Envelope, type SipRequest } from "./message.ts";
import { createTransactions } from "./transactions.ts";

/** Where a message came from, and the way back. */
export interface Peer extends Source {
  isReliable: boolean;
  /** `port`: where the answer is to go, over UDP. */
  send(bytes: Buffer, port: number): void;
}

/** What became of each message, for whoever counts. */
export type SipEvent =
  | { type: "answered"; method: string; status: number }
  | { type: "dropped"; why: Dropped | "too_many" | "no_transaction" }
  | { type: "repeated" }
  | { type: "ended"; how: "confirmed" | "no_ack" };

interface Parts {
  clock: Clock;
  /** Calls at the same time. */
  most: number;
  /** Says to a call where it goes on. Never rejects. `cancelled`: the caller has hung up. `isReliable`: the answer may be of any length. */
  redirect(request: SipRequest, how: { cancelled: AbortSignal; isReliable: boolean }): Promise<Answer>;
  /** Whether this source may ask for one thing more (`ask`), or else be told that it may not (`hear`). */
  allows(what: "ask" | "hear", address: string): boolean;
  happened(event: SipEvent): void;
}

const ALLOWED = "INVITE, ACK, CANCEL, OPTIONS";
/** Methods of the registry that a redirect server has no part in; what is not on it is not known here. */
const NOT_HERE = new Set(["BYE", "INFO", "MESSAGE", "NOTIFY", "PRACK", "PUBLISH", "REFER", "REGISTER", "SUBSCRIBE", "UPDATE"]);
/** What a call may require of whoever answers it with no more than another address. */
const UNDERSTOOD = new Set(["100rel", "timer", "histinfo", "replaces", "outbound", "path", "gruu", "tdialog", "norefersub"]);
const RETRY_AFTER_SECONDS = "2";
const UNAVAILABLE: Answer = { status: 503, headers: [["Retry-After", RETRY_AFTER_SECONDS]] };

/**
 * A user agent server that knows calls and does nothing with them but say where they go on (RFC 3261 §8.3). Everything but an INVITE is
 * answered by what stands in it alone, so nothing of it is kept (§8.2.7).
 */
export function createEndpoint({ clock, most, redirect, allows, happened }: Parts) {
  const transactions = createTransactions({ clock, most, ended: (how) => happened({ type: "ended", how }) });

  return {
    /** Takes one message, octets as Latin-1. Never throws, whatever is in it. */
    take(message: string, peer: Peer): void {
      const read = readMessage(message);
      switch (read.is) {
        case "dropped":
          return happened({ type: "dropped", why: read.why });
        case "wrong":
          if (read.envelope.method === "ACK") return happened({ type: "dropped", why: "unanswerable" }); // an ACK is never answered
          return sendOnce(read.envelope, { status: read.status, reason: read.why }, peer);
        case "request":
          return follow(read.request, peer);
      }
    },
    count: transactions.count,
    close: transactions.close,
  };

  function follow(request: SipRequest, peer: Peer): void {
    switch (request.method) {
      case "ACK": {
        const known = transactions.find(request);
        return known ? known.acknowledge() : happened({ type: "dropped", why: "no_transaction" });
      }
      case "CANCEL": {
        const known = transactions.find(request);
        sendOnce(request, { status: known ? 200 : 481 }, peer);
        return known?.cancel();
      }
      case "INVITE":
        return invite(request, peer);
      default:
        return sendOnce(request, aside(request), peer);
    }
  }

  function invite(request: SipRequest, peer: Peer): void {
    const known = transactions.find(request);
    if (known) {
      happened({ type: "repeated" });
      return known.repeat();
    }
    if (!allows("ask", peer.address)) return refuse(request, peer);
    const loops = transactions.findCall(request) !== null;
    if (transactions.isFull()) return send(request, UNAVAILABLE, peer);
    const line = { isReliable: peer.isReliable, send: (bytes: Buffer) => peer.send(bytes, portBack(request, peer)) };
    const transaction = transactions.begin(request, line, () => writeAnswer(request, { status: 100 }, peer));
    const say = (answer: Answer) => {
      if (transaction.state() !== "proceeding") return;
      transaction.answer(writeAnswer(request, answer, peer));
      happened({ type: "answered", method: request.method, status: answer.status });
    };
    const refusal = loops ? { status: 482 } : refusalOf(request);
    if (refusal) return say(refusal);
    transaction.cancelled.addEventListener("abort", () => say({ status: 487 }), { once: true });
    void redirect(request, { cancelled: transaction.cancelled, isReliable: peer.isReliable }).then(say);
  }

  /** Once, to somebody who will ask again if it does not arrive. */
  function sendOnce(envelope: Envelope, answer: Answer, peer: Peer): void {
    if (allows("ask", peer.address)) send(envelope, answer, peer);
    else refuse(envelope, peer);
  }

  function refuse(envelope: Envelope, peer: Peer): void {
    if (allows("hear", peer.address)) send(envelope, UNAVAILABLE, peer);
    else happened({ type: "dropped", why: "too_many" });
  }

  function send(envelope: Envelope, answer: Answer, peer: Peer): void {
    peer.send(writeAnswer(envelope, answer, peer), portBack(envelope, peer));
    happened({ type: "answered", method: nameOf(envelope.method), status: answer.status });
  }
}

/** The answer to whatever is no call. */
function aside(request: SipRequest): Answer {
  if (request.method !== "OPTIONS" && !NOT_HERE.has(request.method)) return { status: 501, headers: [["Allow", ALLOWED]] };
  const refusal = refusalOf(request);
  if (refusal && refusal.status !== 483) return refusal; // who asks what we can do may well have asked us (§16.3)
  if (request.method !== "OPTIONS") return { status: 405, headers: [["Allow", ALLOWED]] };
  return {
    status: 200,
    headers: [
      ["Allow", ALLOWED],
      ["Accept", "application/sdp"],
    ],
  };
}

/** What no answer can be given to, whatever it asks for (§8.2). */
function refusalOf({ scheme, called, maxForwards, headers }: SipRequest): Answer | null {
  const strange = headers
    .flatMap(([name, value]) => (name === "require" || name === "proxy-require" ? listed(value) : []))
    .filter((option) => !UNDERSTOOD.has(option.toLowerCase()));
  if (called.tag !== null) return { status: 481 }; // nothing that lasts was ever agreed upon here
  if (scheme !== "sip" && scheme !== "tel") return { status: 416 }; // `sips` asks for more than we could keep
  if (!strange.every(isToken)) return { status: 400, reason: "Bad Require" };
  if (strange.length > 0) return { status: 420, headers: [["Unsupported", strange.join(", ")]] };
  return maxForwards === 0 ? { status: 483 } : null; // whoever followed us would send it on once more
}

/** For counting: anybody can make up others. */
const nameOf = (method: string) => (ALLOWED.split(", ").includes(method) || NOT_HERE.has(method) ? method : "other");
