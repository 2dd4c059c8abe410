import { isCallId, listed, readAddress, readCSeq, readNumber, readVia, TOKEN, type Address, type Via } from "./fields.ts";
import { readSipUri, schemeOf } from "./uri.ts";

/**
 * What an answer to a message gives back (RFC 3261 §8.2.6). Texts are octets (Latin-1), so that what is given back is what came; what is
 * missing or written wrongly is `null`.
 */
export interface Envelope {
  method: string;
  /** The topmost, which says where the answer goes. */
  via: Via;
  /** Every other, in order. */
  otherVias: string[];
  from: string | null;
  to: string | null;
  callId: string | null;
  cseq: string | null;
}

/** A request that is whole. */
export interface SipRequest extends Envelope {
  uri: string;
  /** Of `uri`, in lower case. */
  scheme: string;
  from: string;
  to: string;
  callId: string;
  cseq: string;
  caller: Address;
  called: Address;
  sequence: number;
  maxForwards: number;
  /** In the order in which they came, under their long names in lower case. */
  headers: [name: string, value: string][];
}

export type Read =
  | { is: "request"; request: SipRequest }
  /** It cannot be followed, but its sender can be told why. */
  | { is: "wrong"; envelope: Envelope; status: 400 | 505 | 513; why: string }
  | { is: "dropped"; why: Dropped };

/** `unanswerable`: nobody would know which request the answer belongs to. */
export type Dropped = "keep_alive" | "response" | "no_message" | "unanswerable";

/** Where a message's head ends, with the empty line. */
export const HEAD_END = "\r\n\r\n";
/** More than any proxy needs for a call. */
export const LONGEST_HEAD = 16_384;
const MOST_FIELDS = 200;
const LONG_NAMES: Record<string, string> = {
  c: "content-type",
  e: "content-encoding",
  f: "from",
  i: "call-id",
  k: "supported",
  l: "content-length",
  m: "contact",
  s: "subject",
  t: "to",
  v: "via",
};
const ONCE = ["call-id", "cseq", "from", "to", "max-forwards", "content-length"];
const CONTROL = /[^\t -~\x80-\xff]/;
/** The one way in which a field may hold a control character, though never a line break (RFC 3261 §25.1). */
const QUOTED = /\\[^\r\n]/g;
const FIELD = new RegExp(`^(${TOKEN})[ \\t]*:(.*)$`, "s");
const REQUEST_LINE = new RegExp(`^(${TOKEN}) (\\S+) SIP/(\\d+)\\.(\\d+)$`, "i");
/** What somebody may have meant to be one. */
const NEARLY = new RegExp(`^(${TOKEN})[ \\t].*\\bSIP/\\d+\\.\\d+[ \\t]*$`, "is");

/** One message, with its body if it has one. Of a datagram, what follows that does not count (§18.3). */
export function readMessage(message: string): Read {
  const start = message.search(/[^\r\n]/);
  if (start === -1) return { is: "dropped", why: "keep_alive" };
  const end = message.indexOf(HEAD_END, start);
  const head = end === -1 ? message.slice(start).replace(/\r\n$/, "") : message.slice(start, end);
  const [line = "", ...lines] = head.replaceAll(/\r\n[ \t]+/g, " ").split("\r\n");
  if (/^SIP\/\d/i.test(line)) return { is: "dropped", why: "response" };
  const asked = REQUEST_LINE.exec(line);
  const method = asked?.[1] ?? NEARLY.exec(line)?.[1];
  if (method === undefined) return { is: "dropped", why: "no_message" };

  const { headers, isWhole } = fieldsOf(lines);
  const envelope = envelopeOf(method, headers);
  if (envelope === null) return { is: "dropped", why: "unanswerable" };
  const wrong = (why: string, status: 400 | 505 | 513 = 400): Read => ({ is: "wrong", envelope, status, why });
  if (!asked) return wrong("Bad Request-Line");
  if (`${asked[3]}.${asked[4]}` !== "2.0") return wrong("Version Not Supported", 505);
  if (head.length > LONGEST_HEAD) return wrong("Message Too Large", 513);
  if (end === -1) return wrong("Unfinished Header");
  if (!isWhole) return wrong("Bad Header Line");
  const twice = ONCE.find((name) => headers.filter(([one]) => one === name).length > 1);
  if (twice) return wrong(`More Than One ${shown(twice)}`);

  const field = (name: string) => headers.find(([one]) => one === name)?.[1] ?? null;
  const { from, to, callId, cseq } = envelope;
  if (from === null) return wrong("Missing From");
  if (to === null) return wrong("Missing To");
  if (callId === null) return wrong("Missing Call-ID");
  if (cseq === null) return wrong("Missing CSeq");
  const [caller, called, sequence] = [readAddress(from), readAddress(to), readCSeq(cseq)];
  if (!caller) return wrong("Bad From");
  if (!called) return wrong("Bad To");
  if (!isCallId(callId)) return wrong("Bad Call-ID");
  if (!sequence) return wrong("Bad CSeq");
  if (sequence.method !== method) return wrong("CSeq Names Another Method");
  if ([envelope.via, ...envelope.otherVias.map(readVia)].some((via) => via?.rest !== "")) return wrong("Bad Via");
  if (envelope.via.parameters.get("branch")?.toLowerCase() === "z9hg4bk") return wrong("Bad Branch");
  const maxForwards = readNumber(field("max-forwards") ?? "70", 255);
  if (maxForwards === null) return wrong("Bad Max-Forwards");
  const length = field("content-length");
  if (length !== null && readNumber(length, message.length - end - HEAD_END.length) === null) return wrong("Bad Content-Length");
  const [, , uri = ""] = asked;
  const scheme = schemeOf(uri);
  if (scheme === null || readSipUri(uri)?.headers) return wrong("Bad Request-URI");
  const whole = { ...envelope, from, to, callId, cseq };
  return { is: "request", request: { ...whole, uri, scheme, caller, called, sequence: sequence.number, maxForwards, headers } };
}

/** What a field's octets say. */
export const textOf = (value: string): string => Buffer.from(value, "latin1").toString("utf8");

function fieldsOf(lines: string[]): { headers: [string, string][]; isWhole: boolean } {
  const headers: [string, string][] = [];
  let isWhole = lines.length <= MOST_FIELDS;
  for (const line of lines.slice(0, MOST_FIELDS)) {
    const [, name, value] = FIELD.exec(line) ?? [];
    if (name === undefined || value === undefined || CONTROL.test(value.replaceAll(QUOTED, ""))) isWhole = false;
    else headers.push([LONG_NAMES[name.toLowerCase()] ?? name.toLowerCase(), value.trim()]);
  }
  return { headers, isWhole };
}

function envelopeOf(method: string, headers: [string, string][]): Envelope | null {
  const field = (name: string) => headers.find(([one]) => one === name)?.[1] ?? null;
  const [top, ...otherVias] = headers.flatMap(([name, value]) => (name === "via" ? listed(value) : []));
  const via = top === undefined ? null : readVia(top);
  return via && { method, via, otherVias, from: field("from"), to: field("to"), callId: field("call-id"), cseq: field("cseq") };
}

const shown = (name: string) => name.replaceAll(/\b[a-z]/g, (letter) => letter.toUpperCase());
