// What Amazon Connect writes: in answers, on a chat's WebSocket, and on an agent's screen. Its own library's types hold for all answers.
import { Sha256 } from "@aws-crypto/sha256-js";
import type { GetTranscriptResponse, Item } from "@aws-sdk/client-connectparticipant";
import type { Asked, DeskView } from "@baton/bridge-server/conformance";
import type { LinkedFile } from "@baton/bridge-server/connector";
import { SignatureV4 } from "@smithy/signature-v4";
import { saidIn } from "./notes.ts";

export const region = "eu-central-1";
export const key = { id: "AKIDEXAMPLE", secret: "a-secret-of-some-length" };
export const instance = "11111111-2222-4333-8444-000000000001";
export const flow = "11111111-2222-4333-8444-000000000002";
export const queues = { refunds: "11111111-2222-4333-8444-000000000003" };

export const EVENT = "application/vnd.amazonaws.connect.event";

export interface Contact {
  id: string;
  /** Changes when an agent passes it on. */
  current: string;
  participant: string;
  token: string;
  attributes: Record<string, string>;
  note: string;
  transcript: Item[];
  /** What was sent under a name of the sender's. */
  named: Map<string, object>;
  files: Omit<LinkedFile, "url">[];
  typing: boolean[];
  read: string[];
  isOver: boolean;
}

/** What an agent sees: what the visitor began with, the contact's attributes, and the chat. */
export function viewOf({ id, token, attributes, note, named, isOver, files, typing }: Contact): DeskView {
  const said = [...named].flatMap(([name, sent]) => ("Content" in sent ? [{ name, text: String(sent.Content) }] : []));
  const late = said.filter(({ name }) => name.startsWith("context:")).map(({ text }) => text);
  return {
    ref: `${id}\n${token}`,
    isWaiting: !isOver && attributes["baton_visitor_has_gone"] !== "true",
    queue: attributes["baton_queue"] ?? null,
    urgent: attributes["baton_urgent"] === "true",
    reason: attributes["reason"] ?? null,
    before: saidIn([note]),
    lines: said.filter(({ name }) => !name.startsWith("context:")).map(({ text }) => text),
    files,
    contexts: [`${JSON.stringify(attributes)}\n${note}`, ...late],
    typing,
  };
}

/** Newest first by default; from a place on, that place included, where one is named. */
export function transcriptOut(contact: Contact, asked: Wanted): GetTranscriptResponse {
  const { transcript } = contact;
  const size = asked.MaxResults ?? 10;
  const isForward = asked.ScanDirection === "FORWARD";
  const start = asked.StartPosition?.Id;
  const from = Number(asked.NextToken ?? (start === undefined ? 0 : transcript.findIndex(({ Id }) => Id === start)));
  if (from < 0) throw new Error("there is no such item");
  const end = transcript.length - (isForward ? 0 : from);
  const page = isForward ? transcript.slice(from, from + size) : transcript.slice(Math.max(0, end - size), end);
  const isMore = isForward ? from + size < transcript.length : end - size > 0;
  return {
    InitialContactId: contact.id,
    Transcript: asked.SortOrder === "ASCENDING" ? page : page.toReversed(),
    ...(isMore && { NextToken: String(from + size) }),
  };
}

interface Wanted {
  MaxResults?: number;
  SortOrder?: string;
  ScanDirection?: string;
  StartPosition?: { Id?: string };
  NextToken?: string;
}

/** What is in a frame is text. */
export function frameOf(topic: string, content: object): string {
  return JSON.stringify({ topic, contentType: "application/json", content: JSON.stringify(content) });
}

const signer = new SignatureV4({
  service: "connect",
  region,
  credentials: { accessKeyId: key.id, secretAccessKey: key.secret },
  sha256: Sha256,
  applyChecksum: false,
});

/** Whether a request bears the signature that Amazon's own signer makes of all that it says it has signed. */
export async function isSigned({ method, path, query, headers, body }: Asked, host: string): Promise<boolean> {
  const authorization = headers.get("authorization") ?? "";
  const names = /SignedHeaders=([^,]+)/.exec(authorization)?.[1]?.split(";") ?? [];
  const at = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(headers.get("x-amz-date") ?? "");
  if (!at) return false;
  const [, year, month, day, hour, minute, second] = at;
  const { hostname } = new URL(`http://${host}`);
  const signed = await signer.sign(
    {
      method,
      protocol: "http:",
      hostname,
      path,
      query: Object.fromEntries(query),
      headers: Object.fromEntries(names.map((name) => [name, headers.get(name) ?? ""])),
      body,
    },
    { signingDate: new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) },
  );
  const signatureIn = (text = "") => /Signature=(\w+)/.exec(text)?.[1];
  return signatureIn(signed.headers["authorization"]) === signatureIn(authorization) && authorization.includes(`Credential=${key.id}/`);
}
