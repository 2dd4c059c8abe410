import type { Clock } from "../clock.ts";
import type { SipRequest } from "./message.ts";

// Timers of RFC 3261, table 4.
const T1 = 500;
const T2 = 4_000;
const T4 = 5_000;
/** H: how long an answer is sent again for want of an ACK. */
const NO_ACK_MS = 64 * T1;
/** Whoever waits longer than that is told that somebody is at work (§17.2.1). */
const TRYING_AFTER_MS = 200;

/** Where the answers of one transaction go. */
export interface Line {
  /** Whether what is sent arrives, as over TCP: then nothing is sent twice. */
  isReliable: boolean;
  send(answer: Buffer): void;
}

/** A call that was asked for, from its first INVITE to some seconds after its ACK (RFC 3261 §17.2.1). */
export interface Transaction {
  /** What stays the same in all that is asked about one call: `482` is for whoever comes back with it by another way (§8.2.2.2). */
  call: string;
  /** Aborted when the caller hangs up before there is an answer. */
  cancelled: AbortSignal;
  state(): "proceeding" | "completed" | "confirmed";
  /** Its last word; once there is one, another is not said. */
  answer(final: Buffer): void;
  /** The INVITE came once more. */
  repeat(): void;
  cancel(): void;
  acknowledge(): void;
}

/** Every call that is under way, at most so many at a time. `ended`: how each ended, once nothing more can come of it. */
export function createTransactions({ clock, most, ended }: { clock: Clock; most: number; ended(how: "confirmed" | "no_ack"): void }) {
  const byKey = new Map<string, Transaction>();
  const byCall = new Map<string, Transaction>();
  const timers = new Set<() => void>();
  let isClosed = false;

  return {
    count: () => byKey.size,
    isFull: () => byKey.size >= most,
    find: (request: SipRequest): Transaction | null => byKey.get(keyOf(request)) ?? null,
    /** The same call, asked for by another way while it is under way. */
    findCall: (request: SipRequest): Transaction | null => byCall.get(callOf(request)) ?? null,
    /** `trying`: what whoever waits is told. */
    begin(request: SipRequest, line: Line, trying: () => Buffer): Transaction {
      const key = keyOf(request);
      const transaction = open(callOf(request), line, trying, () => {
        byKey.delete(key);
        if (byCall.get(transaction.call) === transaction) byCall.delete(transaction.call);
      });
      byKey.set(key, transaction);
      byCall.set(transaction.call, transaction);
      return transaction;
    },
    /** What is answered from now on is answered to nobody. */
    close(): void {
      isClosed = true;
      for (const cancel of timers) cancel();
      byKey.clear();
      byCall.clear();
    },
  };

  function open(call: string, { isReliable, send }: Line, trying: () => Buffer, forget: () => void): Transaction {
    const hangup = new AbortController();
    let state: ReturnType<Transaction["state"]> = "proceeding";
    let last: Buffer | null = null;
    let stopSending = () => {};
    let stopWaiting = after(TRYING_AFTER_MS, () => {
      last = trying();
      send(last);
    });

    return {
      call,
      cancelled: hangup.signal,
      state: () => state,
      answer(final) {
        if (isClosed || state !== "proceeding") return;
        state = "completed";
        last = final;
        send(final);
        stopWaiting();
        stopWaiting = after(NO_ACK_MS, () => end("no_ack")); // H
        if (!isReliable) sendAgain(final, T1); // G
      },
      repeat() {
        if (last && state !== "confirmed") send(last);
      },
      cancel: () => hangup.abort(),
      acknowledge() {
        if (state !== "completed") return;
        state = "confirmed";
        stopSending();
        stopWaiting();
        if (isReliable) end("confirmed");
        else stopWaiting = after(T4, () => end("confirmed")); // I: for ACKs that come again
      },
    };

    function sendAgain(final: Buffer, ms: number): void {
      stopSending = after(ms, () => {
        send(final);
        sendAgain(final, Math.min(2 * ms, T2));
      });
    }

    function end(how: "confirmed" | "no_ack"): void {
      stopSending();
      stopWaiting();
      forget();
      ended(how);
    }
  }

  function after(ms: number, run: () => void): () => void {
    const cancel = clock.after(ms, () => {
      timers.delete(stop);
      run();
    });
    const stop = () => {
      timers.delete(stop);
      cancel();
    };
    timers.add(stop);
    return stop;
  }
}

/** What an INVITE, its ACK and its CANCEL have in common, and nobody else's do (§17.2.3). */
function keyOf({ via, uri, caller, callId, sequence }: SipRequest): string {
  const branch = via.parameters.get("branch");
  const sender = `${via.host}:${via.port ?? 5060}`;
  if (branch?.startsWith("z9hG4bK")) return `${branch} ${sender}`;
  return JSON.stringify([uri, caller.tag, callId, sequence, sender, branch ?? null]); // as before RFC 3261
}

function callOf({ caller, callId, sequence }: SipRequest): string {
  return JSON.stringify([callId, caller.tag, sequence]);
}
