// The messages that RFC 4475 describes to torment parsers with, composed anew after what each section says is odd about it.

export interface Torture {
  /** Of RFC 4475. */
  section: string;
  about: string;
  /** Octets, as Latin-1. */
  message: string;
  /** What a server that only redirects calls owes it; `dropped`: no answer at all. */
  owed: number | "dropped";
}

export const INVITE_BODY = "v=0\r\no=caller 1 1 IN IP4 192.0.2.5\r\ns=-\r\nc=IN IP4 192.0.2.5\r\nt=0 0\r\nm=audio 49217 RTP/AVP 0\r\n";

/** A whole message with one thing changed: a line is put in place of the field of its name, or taken out (`null`). */
export function written(line: string, changed: Record<string, string | string[] | null> = {}, body = ""): string {
  const method = line.split(" ")[0]!;
  const fields: Record<string, string | string[] | null> = {
    Via: "SIP/2.0/UDP host.example.com;branch=z9hG4bK-torture",
    "Max-Forwards": "70",
    From: '"Caller" <sip:caller@example.net>;tag=from-1',
    To: "<sip:callee@example.com>",
    "Call-ID": "torture.4475@host.example.com",
    CSeq: `1 ${method}`,
    Contact: "<sip:caller@host.example.com>",
    ...(body && { "Content-Type": "application/sdp" }),
    "Content-Length": String(Buffer.byteLength(body, "latin1")),
    ...changed,
  };
  const lines = Object.entries(fields).flatMap(([name, value]) => (value === null ? [] : [value].flat().map((one) => `${name}: ${one}`)));
  return [line, ...lines, "", body].join("\r\n");
}
