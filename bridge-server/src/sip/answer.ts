import { createHash } from "node:crypto";
import type { Envelope } from "./message.ts";

/** What is said to a request. */
export interface Answer {
  status: number;
  reason?: string;
  headers?: [name: string, value: string][];
}

/** Where a request came from, on the wire. */
export interface Source {
  address: string;
  port: number;
}

const REASONS: Record<number, string> = {
  100: "Trying",
  200: "OK",
  302: "Moved Temporarily",
  404: "Not Found",
  405: "Method Not Allowed",
  416: "Unsupported URI Scheme",
  420: "Bad Extension",
  480: "Temporarily Unavailable",
  481: "Call/Transaction Does Not Exist",
  482: "Loop Detected",
  483: "Too Many Hops",
  487: "Request Terminated",
  500: "Server Internal Error",
  501: "Not Implemented",
  503: "Service Unavailable",
};

/**
 * An answer as octets (RFC 3261 §8.2.6). It gives back what the request brought and says where that came from (§18.2.1, RFC 3581);
 * nothing that was brought can begin another header, because it was one line.
 */
export function writeAnswer(envelope: Envelope, { status, reason = REASONS[status] ?? "", headers = [] }: Answer, source: Source): Buffer {
  const { from, to, callId, cseq, otherVias } = envelope;
  const lines = [
    `SIP/2.0 ${status} ${reason}`,
    `Via: ${viaBack(envelope, source)}`,
    ...otherVias.map((via) => `Via: ${via}`),
    ...(from === null ? [] : [`From: ${from}`]),
    ...(to === null ? [] : [`To: ${status === 100 || hasTag(to) ? to : `${to};tag=${tagOf(envelope)}`}`]),
    ...(callId === null ? [] : [`Call-ID: ${callId}`]),
    ...(cseq === null ? [] : [`CSeq: ${cseq}`]),
  ];
  const brought = Buffer.from(lines.join("\r\n"), "latin1");
  const ours = Buffer.from(["", ...headers.map(([name, value]) => `${name}: ${value}`), "Content-Length: 0", "", ""].join("\r\n"));
  return Buffer.concat([brought, ours]);
}

/** Over UDP an answer goes to where its request came from, and to the port that the topmost Via names unless it asks for the same (RFC 3581). */
export function portBack({ via }: Envelope, { port }: Source): number {
  return via.parameters.has("rport") ? port : (via.port ?? 5060);
}

function viaBack({ via }: Envelope, { address, port }: Source): string {
  const parameters = new Map(via.parameters);
  const host = via.host.replace(/^\[|\]$/g, "");
  parameters.delete("received"); // that is ours to say
  if (parameters.has("rport")) parameters.set("rport", String(port));
  if (parameters.has("rport") || host !== address) parameters.set("received", address);
  const written = [...parameters].map(([name, value]) => (value === null ? `;${name}` : `;${name}=${value}`));
  return `SIP/2.0/${via.transport} ${via.host}${via.port === null ? "" : `:${via.port}`}${written.join("")}${via.rest}`;
}

/** The same for the same request, whoever is asked: a bridge that was started anew, or another one (§8.2.7). */
function tagOf({ callId, from, via }: Envelope): string {
  return createHash("sha256")
    .update(JSON.stringify([callId, from, via.parameters.get("branch") ?? ""]))
    .digest("hex")
    .slice(0, 16);
}

function hasTag(to: string): boolean {
  return /;\s*tag\s*=[^>]*$/i.test(to);
}
